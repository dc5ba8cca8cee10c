#include "core/loop/signals.h"

#include "core/base/err.h"
#include "core/base/mem.h"

#define SIGNAL_MAGIC 0x5349474eu

static void on_signal(struct ev_loop *ev, ev_signal *watcher, int events)
{
    struct loop_signal *signal = watcher->data;

    (void)ev;
    (void)events;
    NB_CHECK_MAGIC(signal, SIGNAL_MAGIC);
    signal->call(signal->data, watcher->signum);
}

void loop_signal_init(struct loop_signal *signal, struct loop *loop, int number,
                      loop_signal_fn call, void *data)
{
    NB_ASSERT(call != NULL);
    *signal = (struct loop_signal){.magic = SIGNAL_MAGIC, .loop = loop, .call = call, .data = data};
    ev_signal_init(&signal->watcher, on_signal, number);
    signal->watcher.data = signal;
    ev_signal_start(loop_ev(loop), &signal->watcher);
    /* Waiting for the order to stop is no work: a loop with nothing else to do ends. */
    ev_unref(loop_ev(loop));
}

void loop_signal_fini(struct loop_signal *signal)
{
    if (signal->magic == 0) {
        return;
    }
    NB_CHECK_MAGIC(signal, SIGNAL_MAGIC);
    ev_ref(loop_ev(signal->loop));
    ev_signal_stop(loop_ev(signal->loop), &signal->watcher);
    signal->magic = 0;
}
