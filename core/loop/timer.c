#include "core/loop/timer.h"

#include "core/base/err.h"
#include "core/base/mem.h"

#define TIMER_MAGIC 0x54494d45u

static void on_timer(struct ev_loop *ev, ev_timer *watcher, int events)
{
    struct loop_timer *timer = watcher->data;

    (void)ev;
    (void)events;
    NB_CHECK_MAGIC(timer, TIMER_MAGIC);
    timer->call(timer->data);
}

void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_call_fn call, void *data)
{
    NB_ASSERT(call != NULL);
    *timer = (struct loop_timer){.magic = TIMER_MAGIC, .loop = loop, .call = call, .data = data};
    ev_timer_init(&timer->watcher, on_timer, 0., 0.);
    timer->watcher.data = timer;
}

void loop_timer_fini(struct loop_timer *timer)
{
    if (timer->magic == 0) {
        return;
    }
    loop_timer_stop(timer);
    timer->magic = 0;
}

void loop_timer_start(struct loop_timer *timer, int64_t after_ms)
{
    NB_CHECK_MAGIC(timer, TIMER_MAGIC);
    struct ev_loop *ev = loop_ev(timer->loop);

    ev_timer_stop(ev, &timer->watcher);
    /* libev counts from the start of the turn; a long callback would make the timer early. */
    ev_now_update(ev);
    ev_timer_set(&timer->watcher, after_ms > 0 ? (double)after_ms / 1000.0 : 0., 0.);
    ev_timer_start(ev, &timer->watcher);
}

void loop_timer_stop(struct loop_timer *timer)
{
    NB_CHECK_MAGIC(timer, TIMER_MAGIC);
    ev_timer_stop(loop_ev(timer->loop), &timer->watcher);
}

bool loop_timer_running(const struct loop_timer *timer)
{
    NB_CHECK_MAGIC(timer, TIMER_MAGIC);
    return ev_is_active(&timer->watcher);
}
