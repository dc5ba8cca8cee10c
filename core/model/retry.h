/*
 * When to try again: pure functions of (policy, attempt, random). Nothing here sleeps or reads a
 * clock. Not here: whether a call may be repeated at all (what may have been applied is read, never
 * retried), how often (the operation says), and the breaker, which all processes share: it stands
 * in the database (nb.breaker).
 */
#ifndef NB_MODEL_RETRY_H
#define NB_MODEL_RETRY_H

#include "core/base/backoff.h"

#include <stdint.h>

struct model_retry_policy {
    struct nb_backoff wait;
    int64_t asked_most_ms; /* longest Retry-After that is honored */
};

/* Full jitter: evenly from 0 up to nb_backoff_most_ms (attempt 0 = the first retry). */
int64_t model_retry_wait_ms(const struct model_retry_policy *policy, uint32_t attempt,
                            uint64_t random);
/* What is made of a Retry-After: never less than our own wait, never more than asked_most_ms;
 * negative is ignored. */
int64_t model_retry_after_ms(const struct model_retry_policy *policy, int64_t asked_ms,
                             int64_t own_wait_ms);
#endif
