/*
 * The database as the rest of the house sees it: one pool for each login role that this process
 * needs, all of one cluster. Statements have a function each in the files beside this one
 * (store/token.h, store/capacity.h, ...); README.md says how to add one.
 * Invariant: `done` of every function of this folder is called exactly once, in a later turn, also
 * when nothing could be sent; what it is handed is borrowed and gone when it returns.
 */
#ifndef NB_STORE_STORE_H
#define NB_STORE_STORE_H

#include "core/base/err.h"
#include "core/pg/notify.h"
#include "core/pg/pool.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct store;

/* The login roles of sql/migrations/0001_who.sql: the wall that PostgreSQL itself holds. */
enum store_role {
    STORE_ROLE_NONE = 0,
    STORE_STAFF,
    STORE_PROVIDER,
    STORE_PARTNER,
    STORE_FINANCE,
    STORE_ADMIN,
    STORE_AUDITOR,
    STORE_DISPATCH,
    STORE_CLOCK,
    STORE_CHECK,
};
#define STORE_ROLES 10

/* "nb_staff"; static storage; NULL for the zero value. */
const char *store_role_login(enum store_role role);
/* STORE_ROLE_NONE for a name that is none of ours. */
enum store_role store_role_of_login(const char *login);

/* Zero stands for the pool's default. Everything is borrowed for the call of store_create only. */
struct store_config {
    const char *database_url;
    const char *application_name; /* the process role, seen in pg_stat_activity */
    struct {
        int readers; /* connections for reads */
        int writers; /* connections for groups of writes; both 0: this process has no such pool */
        const char *password; /* NULL: what the URL or its password file says */
    } pools[STORE_ROLES];     /* by enum store_role */
    int queue_ceiling;        /* calls of one pool not yet answered */
    int64_t deadline_ms;      /* of one attempt */
    /* A write whose outcome is unknown is executed again, with the same operation key, while less
     * than this has passed since it was asked for (default: twice deadline_ms, or 10 s). */
    int64_t settle_ms;
};

/* Starts connecting. NULL and err (invalid) for a URL that cannot be read. */
struct store *store_create(struct loop *loop, const struct store_config *config,
                           struct nb_err *err);
/* Answers what still waits (unavailable or unknown), in this call. Accepts NULL, returns NULL.
 * Never from a `done`. */
struct store *store_destroy(struct store *store);

bool store_has(const struct store *store, enum store_role role);
/* Every pool of this process would take a call now. */
bool store_ready(const struct store *store);
/* Why one is not there; kind NONE when all are. Borrowed. */
const struct nb_err *store_last_error(const struct store *store);
/* All zero for a role without a pool. */
struct pg_pool_stats store_stats(const struct store *store, enum store_role role);
/* Calls taken and not answered, over all pools: 0 when nothing would be lost by a stop. */
int store_waiting(const struct store *store);

/* A listener on a connection of its own (core/pg/notify.h); destroy it before the store. The role
 * needs a pool here. */
struct pg_notify *store_listen(struct store *store, enum store_role role,
                               const struct pg_statement *listen, pg_hint_fn hint, void *data);

/* What came of a call, for a decision. */
enum store_outcome {
    STORE_NONE = 0,
    STORE_OK,      /* committed; what was asked for is beside it */
    STORE_REFUSED, /* an error that PostgreSQL raised: nothing happened; err says of what kind */
    STORE_UNAVAILABLE, /* nothing happened: it may be asked again later */
    STORE_UNKNOWN,     /* it may have happened: only the same operation key may be sent again */
};

struct store_result {
    enum store_outcome outcome;
    /* Kind NONE for STORE_OK. code: a constraint's name, a SQLSTATE, or a word of core/pg. */
    struct nb_err err;
    bool durability_unproven; /* committed, but a standby may not have it: do nothing outside yet */
};

#endif
