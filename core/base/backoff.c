#include "core/base/backoff.h"

#include "core/base/err.h"

int64_t nb_backoff_most_ms(const struct nb_backoff *policy, uint32_t attempt)
{
    NB_ASSERT(policy->first_ms > 0 && policy->ceiling_ms >= policy->first_ms);
    int64_t most_ms = policy->first_ms;

    while (attempt > 0 && most_ms < policy->ceiling_ms) {
        most_ms = most_ms > policy->ceiling_ms / 2 ? policy->ceiling_ms : most_ms * 2;
        attempt--;
    }
    return most_ms;
}

int64_t nb_backoff_ms(const struct nb_backoff *policy, uint32_t attempt, uint32_t random)
{
    int64_t most_ms = nb_backoff_most_ms(policy, attempt);
    int64_t half_ms = most_ms / 2;

    return most_ms - half_ms + (int64_t)random % (half_ms + 1);
}
