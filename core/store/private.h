/*
 * What store.c (pools), call.c (calls) and booking_find.c share. Nobody else includes it.
 */
#ifndef NB_STORE_PRIVATE_H
#define NB_STORE_PRIVATE_H

#include "core/store/store.h"

#define STORE_SPARE_CALLS NB_SPARE(256)

struct store_call;

struct store {
    unsigned magic;
    struct loop *loop;
    struct pg_cluster cluster;
    struct pg_conninfo *conninfo[STORE_ROLES];
    struct pg_pool *pools[STORE_ROLES];
    int64_t settle_ms;
    struct store_call *unsent; /* to be answered in a later turn; linked by next */
    struct store_call *spare;
    int spare_count;
    struct store_find *gathered; /* bookings looked for while others are being found; not full */
    int finds;                   /* statements of that kind in flight */
    bool closing;
};

/* call.c: answers what could not be sent; frees what is spare. */
void store_calls_fini(struct store *store);

#endif
