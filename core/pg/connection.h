/*
 * One connection to the primary, kept: it looks up names, tries every endpoint with a deadline,
 * checks that the server is the primary of our cluster on no older timeline, and after a loss comes
 * back by itself, with back-off and jitter. What is sent on it is core/pg/stream's business.
 * Not a pool, and no retry of calls: whoever sent knows what may be sent again.
 * Invariant: state moves only in set_state(), along the table. Events come from the loop, never
 * from inside a function of this header. (The struct is not called pg_conn: that tag is libpq's.)
 */
#ifndef NB_PG_CONNECTION_H
#define NB_PG_CONNECTION_H

#include "core/base/backoff.h"
#include "core/base/err.h"
#include "core/pg/cluster.h"
#include "core/pg/conninfo.h"
#include "core/pg/params.h"
#include "core/pg/statement.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

struct loop;
struct pg_connection;

struct pg_connection_events {
    /* Connected, checked, in pipeline mode. */
    void (*ready)(void *data);
    /* As in struct pg_sink (core/pg/stream.h). result is taken. */
    void (*result)(void *data, void *tag, PGresult *result);
    void (*synced)(void *data, bool unproven);
    /* It was ready and is gone: nothing that is not yet synced will be answered. */
    void (*lost)(void *data);
    /* A NOTIFY arrived; NULL when not wanted. payload borrowed. */
    void (*notified)(void *data, const char *channel, const char *payload);
};

/* Everything pointed to is borrowed for the life of the connection. */
struct pg_connection_config {
    struct loop *loop;
    struct pg_conninfo *conninfo;
    struct pg_cluster *cluster; /* one for the process */
    /* Without parameters; gives one row {system_identifier text,
     * timeline int, in_recovery bool}. */
    const struct pg_statement *identity;
    int64_t connect_timeout_ms; /* per endpoint, from look-up to checked */
    struct nb_backoff backoff;
    struct pg_connection_events events;
    void *data;
};

/* Starts connecting at once. */
struct pg_connection *pg_connection_create(const struct pg_connection_config *config);
/* Closes without an event. Accepts NULL, returns NULL. Never from an event of this connection. */
struct pg_connection *pg_connection_destroy(struct pg_connection *connection);

bool pg_connection_ready(const struct pg_connection *connection);
/* Why it is not ready; kind NONE when nothing went wrong yet. Borrowed. */
const struct nb_err *pg_connection_last_error(const struct pg_connection *connection);

/* Only while ready. A connection that breaks on the way reports `lost` in a later turn. */
void pg_connection_prepare(struct pg_connection *connection, const struct pg_statement *statement);
void pg_connection_execute(struct pg_connection *connection, const struct pg_statement *statement,
                           const struct pg_params *params, void *tag);
void pg_connection_sync(struct pg_connection *connection);

/* Closes the socket at the end of the turn and reports `lost`: for a deadline. Never cancels what
 * runs: cancelling a commit that waits for a standby reports success for what may be lost. */
void pg_connection_drop(struct pg_connection *connection);

#endif
