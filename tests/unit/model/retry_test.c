/* Trying again: waits, Retry-After, the budget, the breaker. */
#include "core/base/mem.h"
#include "core/model/retry.h"

#include <criterion/criterion.h>

TestSuite(retry, .timeout = 10);

static const struct model_retry_policy policy = {
    .first_ms = 100, .ceiling_ms = 5000, .asked_most_ms = 60000, .attempts_max = 4};

Test(retry, waits_anywhere_between_nothing_and_an_end_that_doubles)
{
    static const int64_t ends[] = {100, 200, 400, 800, 1600, 3200, 5000, 5000};
    for (uint32_t attempt = 0; attempt < NB_COUNT(ends); attempt++) {
        int64_t longest = 0;
        for (uint64_t random = 0; random < 20000; random++) {
            int64_t wait = model_retry_wait_ms(&policy, attempt, random);
            cr_assert(wait >= 0 && wait <= ends[attempt], "attempt %u waits %ld", attempt,
                      (long)wait);
            longest = wait > longest ? wait : longest;
        }
        cr_assert_eq(longest, ends[attempt], "attempt %u", attempt);
        cr_assert_eq(model_retry_wait_ms(&policy, attempt, 0), 0);
    }
    cr_assert_leq(model_retry_wait_ms(&policy, UINT32_MAX, UINT64_MAX), 5000);
}

Test(retry, does_not_overflow_under_the_largest_ceiling)
{
    struct model_retry_policy vast = {
        .first_ms = 3, .ceiling_ms = INT64_MAX, .asked_most_ms = 1, .attempts_max = 1};
    cr_assert_geq(model_retry_wait_ms(&vast, 1000, UINT64_MAX), 0);
}

Test(retry, honors_retry_after_within_reason)
{
    static const struct {
        int64_t asked_ms, own_ms, wait_ms;
        const char *why;
    } cases[] = {
        {0, 250, 250, "an answer of 0 does not make us hammer"},
        {2000, 250, 2000, "what they ask"},
        {9999000, 250, 60000, "but not for hours"},
        {-1, 250, 250, "garbage was not understood"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        cr_assert_eq(model_retry_after_ms(&policy, cases[i].asked_ms, cases[i].own_ms),
                     cases[i].wait_ms, "%s", cases[i].why);
    }
}

Test(retry, stops_after_the_last_attempt)
{
    cr_assert(model_retry_may(&policy, 3));
    cr_assert_not(model_retry_may(&policy, 4));
}

Test(retry, cannot_multiply_an_outage)
{
    struct model_retry_budget budget = {.milli = 0, .most_milli = 2000, .earn_milli = 100};
    int retries = 0;
    for (int call = 0; call < 1000; call++) {
        model_retry_budget_earn(&budget);
        while (model_retry_budget_take(&budget)) {
            retries++;
        }
    }
    cr_assert_eq(retries, 100, "one retry for ten calls");
    for (int call = 0; call < 1000; call++) {
        model_retry_budget_earn(&budget);
    }
    cr_assert_eq(budget.milli, 2000, "good times are saved up to the ceiling only");
}

static const struct model_breaker_policy breaks = {
    .failures_to_open = 3, .open_ms = 1000, .probe_ms = 500};

static struct model_breaker opened_at(int64_t now_ms)
{
    struct model_breaker breaker = model_breaker_closed();
    for (uint32_t i = 0; i < breaks.failures_to_open; i++) {
        cr_assert(model_breaker_allows(&breaker, &breaks, now_ms));
        model_breaker_failed(&breaker, &breaks, now_ms);
    }
    return breaker;
}

Test(breaker, opens_after_failures_in_a_row_and_not_before, .timeout = 10)
{
    struct model_breaker breaker = model_breaker_closed();
    model_breaker_failed(&breaker, &breaks, 0);
    model_breaker_failed(&breaker, &breaks, 0);
    model_breaker_succeeded(&breaker);
    model_breaker_failed(&breaker, &breaks, 0);
    model_breaker_failed(&breaker, &breaks, 0);
    cr_assert(model_breaker_allows(&breaker, &breaks, 0), "a success in between counts");
    model_breaker_failed(&breaker, &breaks, 0);
    cr_assert_not(model_breaker_allows(&breaker, &breaks, 0));
}

Test(breaker, lets_one_probe_out_when_the_wait_is_over, .timeout = 10)
{
    struct model_breaker breaker = opened_at(0);
    cr_assert_not(model_breaker_allows(&breaker, &breaks, 999));
    cr_assert(model_breaker_allows(&breaker, &breaks, 1000));
    cr_assert_not(model_breaker_allows(&breaker, &breaks, 1001), "one probe, not two");
    model_breaker_failed(&breaker, &breaks, 1100);
    cr_assert_not(model_breaker_allows(&breaker, &breaks, 2099), "it waits again in full");
    cr_assert(model_breaker_allows(&breaker, &breaks, 2100));
    model_breaker_succeeded(&breaker);
    cr_assert_eq(breaker.state, MODEL_BREAKER_CLOSED);
}

Test(breaker, replaces_a_probe_that_never_came_back, .timeout = 10)
{
    struct model_breaker breaker = opened_at(0);
    cr_assert(model_breaker_allows(&breaker, &breaks, 1000));
    cr_assert_not(model_breaker_allows(&breaker, &breaks, 1499));
    cr_assert(model_breaker_allows(&breaker, &breaks, 1500));
}

Test(breaker, is_not_kept_open_by_calls_that_left_before_it_opened, .timeout = 10)
{
    struct model_breaker breaker = opened_at(0);
    model_breaker_failed(&breaker, &breaks, 900);
    cr_assert(model_breaker_allows(&breaker, &breaks, 1000));
}
