#include "core/model/retry.h"

int64_t model_retry_wait_ms(const struct model_retry_policy *policy, uint32_t attempt,
                            uint64_t random)
{
    uint64_t choices = (uint64_t)nb_backoff_most_ms(&policy->wait, attempt) + 1;
    return (int64_t)(random % choices);
}

int64_t model_retry_after_ms(const struct model_retry_policy *policy, int64_t asked_ms,
                             int64_t own_wait_ms)
{
    int64_t wait_ms = asked_ms < policy->asked_most_ms ? asked_ms : policy->asked_most_ms;

    return wait_ms > own_wait_ms ? wait_ms : own_wait_ms;
}
