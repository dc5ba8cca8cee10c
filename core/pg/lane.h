/*
 * Inside core/pg: one connection of a pool with the calls in flight on it. A lane of singles sends
 * each call with its own sync, several in flight, but looks that wait together as one segment; a
 * lane of groups has one group in flight, the next gathers meanwhile, and a group is one implicit
 * transaction: led by its advisory locks, or one statement of calls that join.
 * Invariant: a call is on one list, and the list is its state: the queue, or in flight on a lane.
 */
#ifndef NB_PG_LANE_H
#define NB_PG_LANE_H

#include "core/base/clock.h"
#include "core/pg/call.h"
#include "core/pg/connection.h"
#include "core/pg/pool.h"

#include <stdbool.h>

/* Calls in one group. PostgreSQL cannot prune dead versions inside a transaction: above this, calls
 * that update one row turn quadratic (measured: 128 is slower than 8). */
#define LANE_GROUP_MAX 32
/* Calls in the first group after one was lost: what was too much for its deadline is not tried
 * again as it was. Each group that ends well doubles it. */
#define LANE_GROUP_LEAST 4
/* Singles in flight on one connection, and looks in one segment. */
#define LANE_DEPTH 16

struct lane;

struct lane_call {
    struct lane_call *next; /* on its queue or in flight */
    struct lane_call *prev;
    struct lane_call *older; /* on the pool's list of all calls */
    struct lane_call *newer;
    struct lane_list *queue; /* where it waits, or waits again */
    struct lane *lane;       /* where it is in flight; NULL while it waits */
    struct pg_call call;
    struct nb_mono deadline;
    PGresult *result; /* owned; of the call in flight, until its sync; NULL of one that joins */
    bool unsettled;   /* sent before on a connection that was lost: it may have committed */
    bool alone;       /* its group was undone: this time it goes by itself */
    bool last;        /* in flight: its sync stands behind it */
};

struct lane_list {
    struct lane_call *first;
    struct lane_call *last;
    int count;
};

void lane_list_push(struct lane_list *list, struct lane_call *call);
void lane_list_remove(struct lane_list *list, struct lane_call *call);

enum lane_kind { LANE_NONE = 0, LANE_SINGLES, LANE_GROUPS };

/* What a lane needs of its pool. */
struct lane_pool {
    /* Takes call (off every list of the lane); answer is borrowed. */
    void (*answered)(void *data, struct lane_call *call, const struct pg_answer *answer);
    /* There may be something to send: lane_send soon, not inside this call. */
    void (*wake)(void *data);
    struct pg_pool_stats *stats;
    void *data;
};

struct lane {
    unsigned magic;
    enum lane_kind kind;
    struct lane_pool pool;
    const struct pg_statement *lock;
    struct lane_list *queue; /* borrowed: shared by lanes of singles, one for each lane of groups */
    struct lane_list in_flight;
    PGresult *failure; /* owned; the first error since the last sync */
    PGresult *joined;  /* owned; a row for each call in flight, when they are one statement */
    int group_most;    /* calls that the next group may have */
    struct pg_connection *connection;
};

/* connection's events and data are filled in here. lock is for LANE_GROUPS. */
void lane_init(struct lane *lane, enum lane_kind kind, const struct pg_connection_config *config,
               const struct pg_statement *lock, struct lane_list *queue,
               const struct lane_pool *pool);
/* Closes the connection; what was in flight is answered PG_UNKNOWN. */
void lane_fini(struct lane *lane);

/* True when the lane would take the first of its queue now (any call when that is empty). A look
 * waits for a lane with nothing in flight, and gathers others meanwhile. */
bool lane_has_room(const struct lane *lane);
/* Sends the first of the queue: one call, one group, or up to most_looks looks. Only when it has
 * room and the queue some. */
void lane_send(struct lane *lane, int most_looks);

/* Answers a call that nothing is in flight for, whose time has passed or whose pool ends. */
void lane_give_up(const struct lane_pool *pool, struct lane_call *call, enum nb_err_kind why);

#endif
