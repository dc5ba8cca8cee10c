#include "core/pg/backoff.h"

#include "core/base/err.h"

int64_t pg_backoff_ms(const struct pg_backoff *policy, uint32_t attempt, uint32_t random)
{
    NB_ASSERT(policy->first_ms > 0 && policy->ceiling_ms >= policy->first_ms);
    int64_t whole = policy->first_ms;

    while (attempt > 0 && whole < policy->ceiling_ms) {
        whole = whole > policy->ceiling_ms / 2 ? policy->ceiling_ms : whole * 2;
        attempt--;
    }
    int64_t half = whole / 2;
    return whole - half + (int64_t)random % (half + 1);
}
