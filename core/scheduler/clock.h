/*
 * The body of the clock role: the sweeps that find what is due (holds that end, referrals that step
 * on, leases that lapsed, points that expire, audit rows to seal, ...), each on its own period, and
 * the alarms when one of them fails to. What is due is a row with a time by nb.now(); the timers
 * here are only ways to look.
 * Invariant: any number of these may run against one database; a row is claimed once.
 */
#ifndef NB_SCHEDULER_CLOCK_H
#define NB_SCHEDULER_CLOCK_H

#include "core/http/metrics.h"
#include "core/loop/turn.h"
#include "core/store/store.h"

struct clock;

/* Everything pointed to is borrowed and outlives the clock. */
struct clock_config {
    struct loop *loop;
    struct store *store; /* with readers for STORE_CLOCK */
    /* With readers for STORE_CHECK and a deadline that the invariants may need, or NULL: then
     * neither invariants nor backlogs are looked at. Another role than the sweeps' own, so that a
     * right that is missing does not hide what it hides from them. */
    struct store *check;
    struct http_metrics *metrics; /* its series are declared here */
    /* A sweep was answered: what tells the supervisor that the clock goes. */
    void (*progress)(void *data);
    void *progress_data;
};

/* Begins to look at once. Never NULL. */
struct clock *clock_create(const struct clock_config *config);
/* Looks no more; calls stopped(data) once, in a later turn, when no look is on its way. */
void clock_stop(struct clock *clock, loop_call_fn stopped, void *data);
/* Also before or in the middle of a stop: what is on its way is answered to nobody. The stores
 * still live, or are destroyed after it. Accepts NULL, returns NULL. */
struct clock *clock_destroy(struct clock *clock);

/* Alarms that stand now: sweeps that fail, and rules that the last run of the invariants found
 * broken. */
int clock_alarms(const struct clock *clock);

#endif
