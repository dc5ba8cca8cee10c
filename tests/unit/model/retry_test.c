/* Trying again: how long to wait, and what is made of Retry-After. */
#include "core/base/mem.h"
#include "core/model/retry.h"

#include <criterion/criterion.h>

TestSuite(retry, .timeout = 10);

static const struct model_retry_policy policy = {.wait = {.first_ms = 100, .ceiling_ms = 5000},
                                                 .asked_most_ms = 60000};

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
    struct model_retry_policy vast = {.wait = {.first_ms = 3, .ceiling_ms = INT64_MAX},
                                      .asked_most_ms = 1};
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
