#include "core/model/retry.h"

#include "core/base/err.h"

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
