#include "core/model/rate.h"

#include "core/base/err.h"

#define ONE_CALL INT64_C(60000) /* one a minute gains one unit a millisecond */

static void refill(struct model_rate *rate, const struct model_rate_policy *policy, int64_t now_ms)
{
    int64_t most = policy->burst * ONE_CALL;
    int64_t passed_ms = now_ms - rate->at_ms;

    if (!rate->started || passed_ms > most / policy->per_minute) {
        rate->level = most;
        rate->started = true;
    } else if (passed_ms > 0) {
        rate->level += passed_ms * policy->per_minute;
        rate->level = rate->level > most ? most : rate->level;
    }
    rate->at_ms = now_ms;
}

int64_t model_rate_take(struct model_rate *rate, const struct model_rate_policy *policy,
                        int64_t now_ms)
{
    NB_ASSERT(policy->per_minute > 0 && policy->burst > 0);
    if (now_ms < rate->not_before_ms) {
        return rate->not_before_ms - now_ms;
    }
    refill(rate, policy, now_ms);
    if (rate->level >= ONE_CALL) {
        rate->level -= ONE_CALL;
        return 0;
    }
    return (ONE_CALL - rate->level + policy->per_minute - 1) / policy->per_minute;
}

void model_rate_pause(struct model_rate *rate, int64_t until_ms)
{
    rate->not_before_ms = until_ms > rate->not_before_ms ? until_ms : rate->not_before_ms;
}
