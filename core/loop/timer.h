/*
 * A one-shot timer on the loop, embedded in its owner. Only a way to look sooner: whatever must
 * happen is a row with a due time, and deadlines are compared by CLOCK_BOOTTIME (core/base/clock),
 * because this timer stands still while the machine sleeps.
 */
#ifndef NB_LOOP_TIMER_H
#define NB_LOOP_TIMER_H

#include "core/loop/turn.h"

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

struct loop_timer {
    unsigned magic;
    struct loop *loop;
    loop_call_fn call;
    void *data;
    ev_timer watcher;
};

/* Borrows loop and data for as long as the timer lives. */
void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_call_fn call, void *data);
/* Stops it. Accepts a zeroed struct. */
void loop_timer_fini(struct loop_timer *timer);
/* Calls call(data) once, after_ms or later from now (not from the start of the turn); 0 or less is
 * the next turn. A timer that is running starts anew. */
void loop_timer_start(struct loop_timer *timer, int64_t after_ms);
void loop_timer_stop(struct loop_timer *timer);
bool loop_timer_running(const struct loop_timer *timer);

#endif
