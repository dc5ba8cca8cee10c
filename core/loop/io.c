#include "core/loop/io.h"

#include "core/base/err.h"
#include "core/base/mem.h"

#define IO_MAGIC 0x494f5743u

static void on_io(struct ev_loop *ev, ev_io *watcher, int events)
{
    struct loop_io *io = watcher->data;

    (void)ev;
    NB_CHECK_MAGIC(io, IO_MAGIC);
    io->call(io->data, (events & EV_READ) != 0, (events & EV_WRITE) != 0);
}

void loop_io_init(struct loop_io *io, struct loop *loop, loop_io_fn call, void *data)
{
    NB_ASSERT(call != NULL);
    *io = (struct loop_io){.magic = IO_MAGIC, .loop = loop, .call = call, .data = data};
    ev_io_init(&io->watcher, on_io, -1, 0);
    io->watcher.data = io;
}

void loop_io_fini(struct loop_io *io)
{
    if (io->magic == 0) {
        return;
    }
    loop_io_stop(io);
    io->magic = 0;
}

void loop_io_watch(struct loop_io *io, int fd, bool read, bool write)
{
    NB_CHECK_MAGIC(io, IO_MAGIC);
    struct ev_loop *ev = loop_ev(io->loop);
    int events = (read ? EV_READ : 0) | (write ? EV_WRITE : 0);

    ev_io_stop(ev, &io->watcher);
    if (events == 0) {
        return;
    }
    NB_ASSERT(fd >= 0);
    ev_io_set(&io->watcher, fd, events);
    ev_io_start(ev, &io->watcher);
}

void loop_io_stop(struct loop_io *io)
{
    NB_CHECK_MAGIC(io, IO_MAGIC);
    ev_io_stop(loop_ev(io->loop), &io->watcher);
}
