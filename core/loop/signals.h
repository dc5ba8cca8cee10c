/*
 * Signals as ordinary callbacks of a turn: SIGTERM and SIGINT to stop, SIGCHLD for the supervisor
 * (reap with waitpid until it has no more: several children may share one signal).
 * Invariant: a signal is watched by one loop of the process at a time.
 */
#ifndef NB_LOOP_SIGNALS_H
#define NB_LOOP_SIGNALS_H

#include "core/loop/turn.h"

#include <ev.h>

typedef void (*loop_signal_fn)(void *data, int number);

struct loop_signal {
    unsigned magic;
    struct loop *loop;
    loop_signal_fn call;
    void *data;
    ev_signal watcher;
};

/* Watches from now on, without keeping the loop running. Borrows loop and data until _fini. */
void loop_signal_init(struct loop_signal *signal, struct loop *loop, int number,
                      loop_signal_fn call, void *data);
/* Gives the signal its default action back. Accepts a zeroed struct. */
void loop_signal_fini(struct loop_signal *signal);

#endif
