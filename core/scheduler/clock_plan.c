#include "core/scheduler/clock_plan.h"

void clock_sweep_init(struct clock_sweep *sweep, const struct clock_rule *rule, struct nb_mono now)
{
    NB_ASSERT(rule->period_ms >= 1000 && rule->batch > 0 && rule->silent_ms > rule->period_ms);
    *sweep = (struct clock_sweep){.rule = rule, .due = now, .succeeded = now};
}

bool clock_sweep_is_due(const struct clock_sweep *sweep, struct nb_mono now)
{
    return !sweep->running && nb_mono_ms_between(sweep->due, now) >= 0;
}

void clock_sweep_started(struct clock_sweep *sweep)
{
    NB_ASSERT(!sweep->running);
    sweep->running = true;
}

bool clock_sweep_done(struct clock_sweep *sweep, struct nb_mono now, bool ok, int64_t rows)
{
    bool more = ok && rows >= sweep->rule->batch;

    NB_ASSERT(sweep->running);
    sweep->running = false;
    sweep->due = more ? now : nb_mono_add_ms(now, sweep->rule->period_ms);
    if (ok) {
        sweep->succeeded = now;
    }
    return more;
}

void clock_sweep_lag(struct clock_sweep *sweep, int64_t lag_ms)
{
    sweep->lag_ms = lag_ms;
}

static enum clock_alarm judged(const struct clock_sweep *sweep, struct nb_mono now)
{
    const struct clock_rule *rule = sweep->rule;

    if (nb_mono_ms_between(sweep->succeeded, now) > rule->silent_ms) {
        return CLOCK_ALARM_SILENT;
    }
    if (rule->overdue_ms > 0 && sweep->lag_ms > rule->overdue_ms) {
        return CLOCK_ALARM_OVERDUE;
    }
    return CLOCK_ALARM_NONE;
}

bool clock_sweep_judge(struct clock_sweep *sweep, struct nb_mono now)
{
    enum clock_alarm before = sweep->alarm;

    sweep->alarm = judged(sweep, now);
    return sweep->alarm != before;
}

const char *clock_alarm_word(enum clock_alarm alarm)
{
    switch (alarm) {
    case CLOCK_ALARM_SILENT:
        return "silent";
    case CLOCK_ALARM_OVERDUE:
        return "overdue";
    case CLOCK_ALARM_NONE:
        break;
    }
    return "none";
}
