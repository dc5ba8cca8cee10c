/*
 * When to try again and when to stop trying: pure functions of (policy, attempt, random, now).
 * Nothing here sleeps or reads a clock. Not here: whether a call may be repeated at all; what may
 * have been applied is read, never retried.
 */
#ifndef NB_MODEL_RETRY_H
#define NB_MODEL_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct model_retry_policy {
    int64_t first_ms;      /* > 0: upper end of the first wait */
    int64_t ceiling_ms;    /* >= first_ms: upper end of every wait */
    int64_t asked_most_ms; /* longest Retry-After that is honored */
    uint32_t attempts_max; /* attempts in all, the first included */
};

/* Full jitter: evenly from 0 up to first_ms doubled `attempt` times (0 = the first retry), at most
 * ceiling_ms. */
int64_t model_retry_wait_ms(const struct model_retry_policy *policy, uint32_t attempt,
                            uint64_t random);
/* What is made of a Retry-After: never less than our own wait, never more than asked_most_ms;
 * negative is ignored. */
int64_t model_retry_after_ms(const struct model_retry_policy *policy, int64_t asked_ms,
                             int64_t own_wait_ms);
/* attempts: made so far. */
bool model_retry_may(const struct model_retry_policy *policy, uint32_t attempts);

/* Retries are paid from a share of the calls that go well, so that they
 * cannot multiply an outage. */
struct model_retry_budget {
    int64_t milli;      /* what is left, in thousandths of a retry */
    int64_t most_milli; /* ceiling */
    int64_t earn_milli; /* earned by each first attempt, e.g. 100 = one retry per ten calls */
};

void model_retry_budget_earn(struct model_retry_budget *budget);
/* False, and nothing is taken, when less than one retry is left. */
bool model_retry_budget_take(struct model_retry_budget *budget);

enum model_breaker_state {
    MODEL_BREAKER_NONE = 0,
    MODEL_BREAKER_CLOSED,    /* calls go out */
    MODEL_BREAKER_OPEN,      /* none go out until the wait is over */
    MODEL_BREAKER_HALF_OPEN, /* one probe is out; its outcome decides */
};

struct model_breaker_policy {
    uint32_t failures_to_open; /* in a row, > 0 */
    int64_t open_ms;           /* wait before a probe */
    int64_t probe_ms; /* a probe without an outcome for that long is lost: another may go */
};

/* Reads and cancels are exempt and never ask it. */
struct model_breaker {
    enum model_breaker_state state;
    uint32_t failures; /* in a row */
    int64_t since_ms;  /* monotonic: of the opening, or of the probe */
};

struct model_breaker model_breaker_closed(void);
/* May a call go out now? True for exactly one caller when an open breaker's wait is over: that one
 * is the probe. */
bool model_breaker_allows(struct model_breaker *breaker, const struct model_breaker_policy *policy,
                          int64_t now_ms);
void model_breaker_succeeded(struct model_breaker *breaker);
void model_breaker_failed(struct model_breaker *breaker, const struct model_breaker_policy *policy,
                          int64_t now_ms);

#endif
