/*
 * Connections of one login role to the primary, and the calls that wait for them. Reads and single
 * statements commit each by itself, several in flight on a reader; calls marked `group` share one
 * transaction with whatever waits on the same writer (group commit: no delay is ever added for it).
 * Every call taken is answered exactly once, within its deadline and the turn that follows.
 */
#ifndef NB_PG_POOL_H
#define NB_PG_POOL_H

#include "core/base/backoff.h"
#include "core/base/err.h"
#include "core/pg/call.h"
#include "core/pg/cluster.h"
#include "core/pg/conninfo.h"
#include "core/pg/statement.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct pg_pool;

/* Zero stands for the default in parentheses. Everything pointed to is borrowed while the pool
 * lives. */
struct pg_pool_config {
    struct pg_conninfo *conninfo; /* of the role; shared by its pools */
    struct pg_cluster *cluster;   /* one for the process */
    /* See core/pg/connection.h. */
    const struct pg_statement *identity;
    /* One bigint[] parameter; takes advisory locks for the transaction. Needed with writers. */
    const struct pg_statement *lock;
    int readers;         /* connections for single statements; may be 0 when writers is not */
    int writers;         /* connections for groups */
    int queue_ceiling;   /* calls not yet answered (4096) */
    int64_t deadline_ms; /* from submit to answer (5000) */
    int64_t least_ms;    /* with less left than this a call is not sent any more (a tenth of it) */
    int64_t connect_timeout_ms; /* per server address (3000) */
    struct nb_backoff backoff;  /* between rounds of attempts (50 to 5000) */
};

struct pg_pool_stats {
    uint64_t submitted;
    uint64_t limited; /* not taken: queue_ceiling */
    uint64_t done;
    uint64_t refused;
    uint64_t unavailable;
    uint64_t unknown;
    uint64_t repeated; /* sent again after a lost connection */
    uint64_t groups;
    uint64_t grouped_calls; /* / groups = how full they are */
    uint64_t groups_undone;
    uint64_t connections_lost;
    int waiting; /* calls taken and not yet answered */
    int ready;   /* connections */
};

/* Starts connecting; aborts on a config that cannot work. */
struct pg_pool *pg_pool_create(struct loop *loop, const struct pg_pool_config *config);
/* Closes; what was never sent is answered PG_UNAVAILABLE, what was sent PG_UNKNOWN. Accepts NULL,
 * returns NULL. Never from a `done` callback. */
struct pg_pool *pg_pool_destroy(struct pg_pool *pool);

/*
 * Takes a copy of call, but borrows params, their values and data until `done`, which is never
 * called from here. False, and `done` is never called, with NB_ERR_LIMIT when the queue is full and
 * NB_ERR_UNAVAILABLE when the pool is being destroyed.
 */
bool pg_pool_submit(struct pg_pool *pool, const struct pg_call *call,
                    struct nb_err *err) NB_MUST_CHECK;

/* A reader and a writer (of those that are configured) would take a call now. */
bool pg_pool_ready(const struct pg_pool *pool);
/* Why a connection is not there, for a log line or /readyz; kind NONE when all are. Borrowed. */
const struct nb_err *pg_pool_last_error(const struct pg_pool *pool);
struct pg_pool_stats pg_pool_stats(const struct pg_pool *pool);

#endif
