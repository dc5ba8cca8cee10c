/*
 * What the clock role asks of the database: sweeps that claim and work off what is due, how old the
 * oldest due row of each is, and the invariants.
 */
#ifndef NB_STORE_CLOCK_H
#define NB_STORE_CLOCK_H

#include "core/store/store.h"

#include <stddef.h>

enum store_sweep {
    STORE_SWEEP_NONE = 0,
    STORE_SWEEP_HOLDS,     /* holds that nobody acted on end and are given back */
    STORE_SWEEP_REFERRALS, /* offers are asked again, step by step, and end at the cap */
    STORE_SWEEP_TASKS,     /* lapsed leases of tasks */
    STORE_SWEEP_UNTAKEN,   /* tasks that nobody took in time reach the next higher role */
    STORE_SWEEP_BOOKINGS,  /* bookings whose next action is overdue get an owner */
    STORE_SWEEP_REQUESTS,  /* requests likewise */
    STORE_SWEEP_REREADS,   /* references that were declared absent are read again */
    STORE_SWEEP_POINTS,    /* points whose day has passed expire */
    STORE_SWEEP_AUDIT,     /* audit rows are sealed into the chain of each hotline */
};
#define STORE_SWEEPS 10

/* rows: worked off; 0 unless result->outcome is STORE_OK. */
typedef void (*store_sweep_fn)(void *data, const struct store_result *result, int64_t rows);
/* As STORE_CLOCK, in a transaction of its own; harmless to repeat. most: rows at one time. */
void store_clock_sweep(struct store *store, enum store_sweep sweep, int64_t most,
                       store_sweep_fn done, void *data);

/* By enum store_sweep; 0 where nothing is due, or nothing can be asked for. */
struct store_lags {
    int64_t lag_ms[STORE_SWEEPS];
};
/* lags is NULL unless result->outcome is STORE_OK. */
typedef void (*store_lags_fn)(void *data, const struct store_result *result,
                              const struct store_lags *lags);
/* As STORE_CHECK, which sees everything whatever the sweeps may see. */
void store_clock_lags(struct store *store, store_lags_fn done, void *data);

/* One row of sql/invariants.sql: an alarm. Names a rule and an internal key, never a person or a
 * place. */
struct store_broken_rule {
    const char *invariant;
    const char *subject;
};
typedef void (*store_broken_fn)(void *data, const struct store_result *result,
                                const struct store_broken_rule *broken, size_t count);
/* As STORE_CHECK; takes as long as the tables are large. */
void store_clock_invariants(struct store *store, store_broken_fn done, void *data);

#endif
