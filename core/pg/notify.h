/*
 * A listener on a connection of its own. A notification is a hint to look sooner and nothing more:
 * it is lost whenever the connection is, so whoever listens polls as well.
 */
#ifndef NB_PG_NOTIFY_H
#define NB_PG_NOTIFY_H

#include "core/base/backoff.h"
#include "core/pg/cluster.h"
#include "core/pg/conninfo.h"
#include "core/pg/statement.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct pg_notify;

/* payload is borrowed; NULL when listening has (again) begun: something may have been missed, look
 * now. */
typedef void (*pg_hint_fn)(void *data, const char *payload);

struct pg_notify_config {
    struct pg_conninfo *conninfo;
    struct pg_cluster *cluster;
    const struct pg_statement *identity; /* as in struct pg_pool_config */
    const struct pg_statement *listen;   /* LISTEN, without parameters */
    int64_t connect_timeout_ms;          /* > 0 */
    struct nb_backoff backoff;
    pg_hint_fn hint;
    void *data;
};

/* Borrows everything pointed to. */
struct pg_notify *pg_notify_create(struct loop *loop, const struct pg_notify_config *config);
/* Accepts NULL, returns NULL. Never from `hint`. */
struct pg_notify *pg_notify_destroy(struct pg_notify *notify);
bool pg_notify_listening(const struct pg_notify *notify);

#endif
