/*
 * A watched file descriptor, embedded in its owner. The descriptor stays the owner's: stop watching
 * before it is closed, or another one with the same number is watched.
 */
#ifndef NB_LOOP_IO_H
#define NB_LOOP_IO_H

#include "core/loop/turn.h"

#include <ev.h>
#include <stdbool.h>

/* What became possible, of what is watched. An error or a hang-up counts as possible: the next
 * read() or write() tells. */
typedef void (*loop_io_fn)(void *data, bool readable, bool writable);

struct loop_io {
    unsigned magic;
    struct loop *loop;
    loop_io_fn call;
    void *data;
    ev_io watcher;
};

/* Borrows loop and data for as long as the watcher lives; watches nothing yet. */
void loop_io_init(struct loop_io *io, struct loop *loop, loop_io_fn call, void *data);
/* Stops it. Accepts a zeroed struct. */
void loop_io_fini(struct loop_io *io);
/* Replaces what is watched; neither stops. Level-triggered: called each turn while it holds. */
void loop_io_watch(struct loop_io *io, int fd, bool read, bool write);
void loop_io_stop(struct loop_io *io);

#endif
