/*
 * How long to wait before the next attempt at something that failed: pure functions of policy,
 * attempt and a random number. Not here: whether to try again at all.
 */
#ifndef NB_BASE_BACKOFF_H
#define NB_BASE_BACKOFF_H

#include <stdint.h>

struct nb_backoff {
    int64_t first_ms;   /* > 0 */
    int64_t ceiling_ms; /* >= first_ms */
};

/* first_ms doubled `attempt` times, never above ceiling_ms. */
int64_t nb_backoff_most_ms(const struct nb_backoff *policy, uint32_t attempt);
/* Between half and all of that, so that many processes do not come back in step. */
int64_t nb_backoff_ms(const struct nb_backoff *policy, uint32_t attempt, uint32_t random);

#endif
