#include "core/model/retry.h"

#include "core/base/err.h"

#define ONE_RETRY_MILLI 1000

static int64_t upper_end_ms(const struct model_retry_policy *policy, uint32_t attempt)
{
    int64_t end_ms = policy->first_ms;

    for (uint32_t i = 0; i < attempt && end_ms < policy->ceiling_ms; i++) {
        end_ms = end_ms > policy->ceiling_ms / 2 ? policy->ceiling_ms : end_ms * 2;
    }
    return end_ms;
}

int64_t model_retry_wait_ms(const struct model_retry_policy *policy, uint32_t attempt,
                            uint64_t random)
{
    NB_ASSERT(policy->first_ms > 0 && policy->ceiling_ms >= policy->first_ms);
    uint64_t choices = (uint64_t)upper_end_ms(policy, attempt) + 1;
    return (int64_t)(random % choices);
}

int64_t model_retry_after_ms(const struct model_retry_policy *policy, int64_t asked_ms,
                             int64_t own_wait_ms)
{
    int64_t wait_ms = asked_ms < policy->asked_most_ms ? asked_ms : policy->asked_most_ms;

    return wait_ms > own_wait_ms ? wait_ms : own_wait_ms;
}

bool model_retry_may(const struct model_retry_policy *policy, uint32_t attempts)
{
    return attempts < policy->attempts_max;
}

void model_retry_budget_earn(struct model_retry_budget *budget)
{
    int64_t room = budget->most_milli - budget->milli;

    budget->milli += budget->earn_milli < room ? budget->earn_milli : room;
}

bool model_retry_budget_take(struct model_retry_budget *budget)
{
    if (budget->milli < ONE_RETRY_MILLI) {
        return false;
    }
    budget->milli -= ONE_RETRY_MILLI;
    return true;
}

struct model_breaker model_breaker_closed(void)
{
    return (struct model_breaker){.state = MODEL_BREAKER_CLOSED};
}

static bool probe_after(struct model_breaker *breaker, int64_t wait_ms, int64_t now_ms)
{
    if (now_ms - breaker->since_ms < wait_ms) {
        return false;
    }
    breaker->state = MODEL_BREAKER_HALF_OPEN;
    breaker->since_ms = now_ms;
    return true;
}

bool model_breaker_allows(struct model_breaker *breaker, const struct model_breaker_policy *policy,
                          int64_t now_ms)
{
    switch (breaker->state) {
    case MODEL_BREAKER_CLOSED:
        return true;
    case MODEL_BREAKER_OPEN:
        return probe_after(breaker, policy->open_ms, now_ms);
    case MODEL_BREAKER_HALF_OPEN:
        return probe_after(breaker, policy->probe_ms, now_ms);
    case MODEL_BREAKER_NONE:
        break;
    }
    NB_ASSERT(false);
}

void model_breaker_succeeded(struct model_breaker *breaker)
{
    *breaker = model_breaker_closed();
}

void model_breaker_failed(struct model_breaker *breaker, const struct model_breaker_policy *policy,
                          int64_t now_ms)
{
    NB_ASSERT(policy->failures_to_open > 0);
    /* Calls that left before it opened may still come back failed: they do
     * not lengthen the wait. */
    if (breaker->state == MODEL_BREAKER_OPEN) {
        return;
    }
    breaker->failures++;
    if (breaker->state == MODEL_BREAKER_HALF_OPEN ||
        breaker->failures >= policy->failures_to_open) {
        breaker->state = MODEL_BREAKER_OPEN;
        breaker->since_ms = now_ms;
    }
}
