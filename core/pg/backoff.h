/*
 * How long to wait before the next attempt: a pure function of policy, attempt and a random number,
 * so that many processes do not come back in step after a failover.
 */
#ifndef NB_PG_BACKOFF_H
#define NB_PG_BACKOFF_H

#include <stdint.h>

struct pg_backoff {
    int64_t first_ms;   /* > 0 */
    int64_t ceiling_ms; /* >= first_ms */
};

/* Between half and all of first_ms doubled `attempt` times, never above ceiling_ms. */
int64_t pg_backoff_ms(const struct pg_backoff *policy, uint32_t attempt, uint32_t random);

#endif
