/* A token bucket: bursts, a steady rate, silence that was asked for. */
#include "core/model/rate.h"

#include <criterion/criterion.h>

TestSuite(rate, .timeout = 10);

static const struct model_rate_policy policy = {.per_minute = 30, .burst = 3};

Test(rate, lets_a_burst_through_and_then_one_every_two_seconds)
{
    struct model_rate rate = {0};
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(model_rate_take(&rate, &policy, 5000), 0);
    }
    cr_expect_eq(model_rate_take(&rate, &policy, 5000), 2000);
    cr_expect_eq(model_rate_take(&rate, &policy, 6999), 1);
    cr_expect_eq(model_rate_take(&rate, &policy, 7000), 0);
    cr_expect_eq(model_rate_take(&rate, &policy, 7000), 2000);
}

Test(rate, loses_nothing_to_being_asked_often)
{
    struct model_rate rate = {0};
    const struct model_rate_policy slow = {.per_minute = 7, .burst = 2};
    int taken = 0;
    for (int64_t ms = 0; ms <= 600000; ms++) {
        taken += model_rate_take(&rate, &slow, ms) == 0 ? 1 : 0;
    }
    cr_expect_eq(taken, 72, "%d in ten minutes", taken);
}

Test(rate, keeps_silence_as_long_as_it_was_asked_and_never_shortens_it)
{
    struct model_rate rate = {0};
    model_rate_pause(&rate, 9000);
    model_rate_pause(&rate, 4000);
    cr_expect_eq(model_rate_take(&rate, &policy, 8000), 1000);
    cr_expect_eq(model_rate_take(&rate, &policy, 9000), 0);
}

Test(rate, is_full_again_after_a_long_pause_and_no_fuller)
{
    struct model_rate rate = {0};
    cr_expect_eq(model_rate_take(&rate, &policy, 0), 0);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(model_rate_take(&rate, &policy, INT64_C(1) << 50), 0);
    }
    cr_expect_gt(model_rate_take(&rate, &policy, INT64_C(1) << 50), 0);
}
