/*
 * A pool against the scripted server, and what came of each call: for the tests of core/pg/pool.
 */
#ifndef NB_TESTS_POOL_BED_H
#define NB_TESTS_POOL_BED_H

#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"
#include "core/pg/pool.h"
#include "tests/support/scripted_pq.h"

#include <criterion/criterion.h>

#define POOL_CALLS_MAX 64

extern const struct pg_statement pool_book; /* one parameter: the number of the call */
extern const struct pg_statement pool_bad;

/* What came of one call. */
struct told {
    struct pool_bed *bed;
    int times;
    int order;
    enum pg_outcome outcome;
    enum nb_err_kind why;
    bool unproven;
    int64_t txid;
    char sqlstate[6];
    char constraint[32];
    char first_param[32];
};

struct pool_bed {
    struct loop *loop;
    struct loop_timer patience;
    struct nb_arena *arena;
    struct pg_conninfo *conninfo;
    struct pg_cluster cluster;
    struct pg_pool *pool;
    struct pg_params params[POOL_CALLS_MAX];
    struct told told[POOL_CALLS_MAX];
    int answered;
    int awaited;
};

/* One writer, no reader, short waits. */
struct pg_pool_config pool_usual(void);
void pool_bed_open(struct pool_bed *bed, struct pg_pool_config config);
void pool_bed_open_at(struct pool_bed *bed, const char *url, struct pg_pool_config config);
/* Destroys the pool: what still waits is answered. */
void pool_bed_close(struct pool_bed *bed);
void pool_bed_run_ms(struct pool_bed *bed, int64_t ms);
/* Turns until so many calls in all were answered. */
void pool_bed_await(struct pool_bed *bed, int answers);
/* Call number n as an idempotent one of a group, not yet submitted. */
struct pg_call pool_bed_call(struct pool_bed *bed, int n, const struct pg_statement *statement);
void pool_bed_submit(struct pool_bed *bed, const struct pg_call *call);
void pool_bed_books(struct pool_bed *bed, int first, int count, bool idempotent);

#endif
