/*
 * A token bucket: how often something may be done, and how long to wait. Pure; times are the
 * caller's monotonic milliseconds. Exact: nothing is lost to rounding, however often it is asked.
 */
#ifndef NB_MODEL_RATE_H
#define NB_MODEL_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct model_rate_policy {
    int64_t per_minute; /* > 0 */
    int64_t burst;      /* > 0: taken at once after a pause */
};

/* Zeroed: full at the first take. */
struct model_rate {
    bool started;
    int64_t level;         /* calls that are left, times 60,000 */
    int64_t at_ms;         /* when that was so */
    int64_t not_before_ms; /* the other side asked for silence until then */
};

/* Takes one and gives 0, or takes none and gives the milliseconds (> 0) after
 * which to ask again. */
int64_t model_rate_take(struct model_rate *rate, const struct model_rate_policy *policy,
                        int64_t now_ms);
/* Silence until then; an earlier end never shortens a later one. */
void model_rate_pause(struct model_rate *rate, int64_t until_ms);

#endif
