/* When a sweep looks again, and when its silence is an alarm. */
#include "core/scheduler/clock_plan.h"

#include <criterion/criterion.h>

TestSuite(clock_plan, .timeout = 10);

static const struct clock_rule rule = {
    .name = "holds", .period_ms = 1000, .batch = 100, .silent_ms = 30000, .overdue_ms = 60000};

static const struct nb_mono start = {.ns = INT64_C(1000000000000)};

static struct nb_mono at(int64_t ms)
{
    return nb_mono_add_ms(start, ms);
}

Test(clock_plan, looks_at_once_when_it_starts)
{
    struct clock_sweep sweep;

    clock_sweep_init(&sweep, &rule, start);
    cr_expect(clock_sweep_is_due(&sweep, at(0)));
}

Test(clock_plan, never_looks_twice_at_the_same_time)
{
    struct clock_sweep sweep;

    clock_sweep_init(&sweep, &rule, start);
    clock_sweep_started(&sweep);
    cr_expect_not(clock_sweep_is_due(&sweep, at(100000)));
}

static const struct {
    bool ok;
    int64_t rows;
    bool again;
    int64_t next_ms; /* after which it is due */
    const char *why;
} looks[] = {
    {true, 0, false, 1000, "nothing was due: a period later"},
    {true, 99, false, 1000, "all that was due is done"},
    {true, 100, true, 0, "a full batch means that more is due"},
    {true, 250, true, 0, "more than a batch as well"},
    {false, 0, false, 1000, "a look that failed is not repeated in a hurry"},
};

Test(clock_plan, goes_again_at_once_after_a_full_batch_only)
{
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        struct clock_sweep sweep;

        clock_sweep_init(&sweep, &rule, start);
        clock_sweep_started(&sweep);
        cr_expect_eq(clock_sweep_done(&sweep, at(500), looks[i].ok, looks[i].rows), looks[i].again,
                     "%s", looks[i].why);
        cr_expect(clock_sweep_is_due(&sweep, at(500 + looks[i].next_ms)), "%s", looks[i].why);
        cr_expect(looks[i].again || !clock_sweep_is_due(&sweep, at(500 + looks[i].next_ms - 1)),
                  "%s", looks[i].why);
    }
}

Test(clock_plan, is_silent_when_no_look_was_answered_for_too_long)
{
    struct clock_sweep sweep;

    clock_sweep_init(&sweep, &rule, start);
    clock_sweep_started(&sweep);
    cr_expect_not(clock_sweep_judge(&sweep, at(30000)));
    cr_expect(clock_sweep_judge(&sweep, at(30001)));
    cr_expect_eq(sweep.alarm, CLOCK_ALARM_SILENT);
    cr_expect_not(clock_sweep_judge(&sweep, at(40000)), "an alarm is told once");
    clock_sweep_done(&sweep, at(41000), true, 0);
    cr_expect(clock_sweep_judge(&sweep, at(41000)));
    cr_expect_eq(sweep.alarm, CLOCK_ALARM_NONE);
}

Test(clock_plan, a_look_that_fails_does_not_count_as_one)
{
    struct clock_sweep sweep;

    clock_sweep_init(&sweep, &rule, start);
    for (int64_t ms = 0; ms < 40000; ms += 1000) {
        clock_sweep_started(&sweep);
        clock_sweep_done(&sweep, at(ms), false, 0);
    }
    cr_expect(clock_sweep_judge(&sweep, at(40000)));
    cr_expect_eq(sweep.alarm, CLOCK_ALARM_SILENT);
}

Test(clock_plan, finding_nothing_while_something_is_due_is_an_alarm)
{
    struct clock_sweep sweep;

    clock_sweep_init(&sweep, &rule, start);
    clock_sweep_started(&sweep);
    clock_sweep_done(&sweep, at(0), true, 0);
    clock_sweep_lag(&sweep, 60000);
    cr_expect_not(clock_sweep_judge(&sweep, at(1000)));
    clock_sweep_lag(&sweep, 60001);
    cr_expect(clock_sweep_judge(&sweep, at(2000)));
    cr_expect_eq(sweep.alarm, CLOCK_ALARM_OVERDUE);
    clock_sweep_lag(&sweep, 0);
    cr_expect(clock_sweep_judge(&sweep, at(3000)));
    cr_expect_str_eq(clock_alarm_word(sweep.alarm), "none");
}
