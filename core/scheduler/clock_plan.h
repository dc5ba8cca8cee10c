/*
 * When a sweep of the clock role looks again, and when its silence is an alarm. Pure: the time is
 * handed in. A sweep claims what is due and works it off, up to a batch at a time; a full batch
 * means that more is due, so it goes again at once.
 * Invariant: a sweep is never asked for twice at the same time by one process. Several processes
 * may be: what they claim is theirs alone.
 */
#ifndef NB_SCHEDULER_CLOCK_PLAN_H
#define NB_SCHEDULER_CLOCK_PLAN_H

#include "core/base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* Static data. */
struct clock_rule {
    const char *name;
    int64_t period_ms; /* between two looks that found less than a batch; 1000 or more */
    int64_t batch;     /* rows that one look works off at most */
    /* No look succeeded for that long: the sweep is silent. */
    int64_t silent_ms;
    /* Something due was left lying for that long (core/store/clock.h asks as another role): the
     * sweep finds nothing although it should. 0: it has no backlog that could be asked for. */
    int64_t overdue_ms;
};

enum clock_alarm {
    CLOCK_ALARM_NONE = 0,
    CLOCK_ALARM_SILENT,  /* it does not get to look */
    CLOCK_ALARM_OVERDUE, /* it looks and does not find what is due */
};

struct clock_sweep {
    const struct clock_rule *rule;
    bool running;
    struct nb_mono due;
    struct nb_mono succeeded; /* the last look that was answered; at first the start */
    int64_t lag_ms;           /* age of the oldest due row when it was last asked for */
    enum clock_alarm alarm;   /* as last judged */
};

/* Looks at once. */
void clock_sweep_init(struct clock_sweep *sweep, const struct clock_rule *rule, struct nb_mono now);
bool clock_sweep_is_due(const struct clock_sweep *sweep, struct nb_mono now);
void clock_sweep_started(struct clock_sweep *sweep);
/* ok: the look was answered, and worked off so many rows. Returns true when it
 * goes again at once. */
bool clock_sweep_done(struct clock_sweep *sweep, struct nb_mono now, bool ok, int64_t rows);
void clock_sweep_lag(struct clock_sweep *sweep, int64_t lag_ms);
/* Judges anew; true when the alarm changed. */
bool clock_sweep_judge(struct clock_sweep *sweep, struct nb_mono now);
/* "silent", "overdue", "none". Static storage. */
const char *clock_alarm_word(enum clock_alarm alarm);

#endif
