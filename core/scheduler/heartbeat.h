/*
 * What a role process tells its supervisor: single bytes through a pipe. Silence is what counts.
 */
#ifndef NB_SCHEDULER_HEARTBEAT_H
#define NB_SCHEDULER_HEARTBEAT_H

#include <stdint.h>

enum heartbeat_word {
    HEARTBEAT_NONE = 0,
    HEARTBEAT_BEAT = 'b',     /* the loop turns */
    HEARTBEAT_READY = 'r',    /* it can do its work */
    HEARTBEAT_UNREADY = 'u',  /* it cannot, for now */
    HEARTBEAT_PROGRESS = 'p', /* a sweep was finished */
};

/* A supervisor that was late itself forgives; several beats fit in the time allowed. */
static inline int64_t heartbeat_interval_ms(int64_t timeout_ms)
{
    return timeout_ms / 5 > 1000 ? 1000 : timeout_ms / 5;
}

#endif
