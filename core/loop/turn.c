#include "core/loop/turn.h"

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"

#include <ev.h>
#include <signal.h>

#define LOOP_MAGIC 0x4c4f4f50u

/* A call that was put off; the list keeps the order of queueing. */
struct later {
    struct later *next;
    loop_call_fn call;
    void *data;
};

struct queue {
    struct later *first;
    struct later **end;
};

struct loop {
    unsigned magic;
    struct ev_loop *ev;
    ev_prepare turn_end;
    ev_idle no_wait; /* active while something is queued, so that the next wait is none */
    struct queue calls;
    struct queue frees;
};

static void queue_clear(struct queue *queue)
{
    queue->first = NULL;
    queue->end = &queue->first;
}

static void queue_add(struct queue *queue, loop_call_fn call, void *data)
{
    struct later *later = nb_alloc(sizeof(*later));

    later->call = call;
    later->data = data;
    *queue->end = later;
    queue->end = &later->next;
}

static struct later *queue_pop(struct queue *queue)
{
    struct later *later = queue->first;

    if (later != NULL) {
        queue->first = later->next;
        if (queue->first == NULL) {
            queue->end = &queue->first;
        }
    }
    return later;
}

static void queue_forget(struct queue *queue, const void *data)
{
    struct later **link = &queue->first;

    while (*link != NULL) {
        struct later *later = *link;
        if (later->data == data) {
            *link = later->next;
            nb_free(later);
        } else {
            link = &later->next;
        }
    }
    queue->end = link;
}

/* A destructor may give up further objects: they belong to the same end of turn. */
static void run_frees(struct loop *loop)
{
    struct later *later;

    while ((later = queue_pop(&loop->frees)) != NULL) {
        later->call(later->data);
        nb_free(later);
    }
}

/* Only what was queued before: a call that queues itself again lets events in between. The marker
 * stands behind the last one, and is found whatever is forgotten meanwhile. */
static void run_calls(struct loop *loop)
{
    struct later *later;

    queue_add(&loop->calls, NULL, NULL);
    while ((later = queue_pop(&loop->calls)) != NULL) {
        loop_call_fn call = later->call;
        void *data = later->data;
        nb_free(later);
        if (call == NULL) {
            break;
        }
        call(data);
    }
}

static void at_turn_end(struct ev_loop *ev, ev_prepare *watcher, int events)
{
    struct loop *loop = watcher->data;

    (void)events;
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    if (loop->calls.first != NULL) {
        run_calls(loop);
    }
    run_frees(loop);
    nb_log_flush();
    if (loop->calls.first != NULL) {
        ev_idle_start(ev, &loop->no_wait);
    } else {
        ev_idle_stop(ev, &loop->no_wait);
    }
}

/* That it is active is all it does. */
static void on_idle(struct ev_loop *ev, ev_idle *watcher, int events)
{
    (void)ev;
    (void)watcher;
    (void)events;
}

struct loop *loop_create(void)
{
    struct loop *loop = nb_alloc(sizeof(*loop));

    (void)signal(SIGPIPE, SIG_IGN);
    loop->magic = LOOP_MAGIC;
    queue_clear(&loop->calls);
    queue_clear(&loop->frees);
    loop->ev = ev_loop_new(EVFLAG_AUTO);
    NB_ASSERT(loop->ev != NULL);
    ev_prepare_init(&loop->turn_end, at_turn_end);
    /* Other libraries' prepare watchers come first: what they put off is still of this turn. */
    ev_set_priority(&loop->turn_end, EV_MINPRI);
    loop->turn_end.data = loop;
    ev_prepare_start(loop->ev, &loop->turn_end);
    /* Housekeeping alone must not keep the loop running. */
    ev_unref(loop->ev);
    ev_idle_init(&loop->no_wait, on_idle);
    return loop;
}

struct loop *loop_destroy(struct loop *loop)
{
    struct later *later;

    if (loop == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    run_frees(loop);
    while ((later = queue_pop(&loop->calls)) != NULL) {
        nb_free(later);
    }
    ev_idle_stop(loop->ev, &loop->no_wait);
    ev_ref(loop->ev);
    ev_prepare_stop(loop->ev, &loop->turn_end);
    ev_loop_destroy(loop->ev);
    loop->magic = 0;
    return nb_free(loop);
}

void loop_run(struct loop *loop)
{
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    nb_log_hold(true);
    (void)ev_run(loop->ev, 0);
    /* libev leaves a broken loop before the next prepare. */
    run_frees(loop);
    nb_log_hold(false);
}

void loop_stop(struct loop *loop)
{
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    ev_break(loop->ev, EVBREAK_ALL);
}

struct ev_loop *loop_ev(struct loop *loop)
{
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    return loop->ev;
}

void loop_next_turn(struct loop *loop, loop_call_fn call, void *data)
{
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    NB_ASSERT(call != NULL);
    queue_add(&loop->calls, call, data);
    ev_idle_start(loop->ev, &loop->no_wait);
}

void loop_next_turn_forget(struct loop *loop, const void *data)
{
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    /* The marker of run_calls has no data and must stay. */
    if (data != NULL) {
        queue_forget(&loop->calls, data);
    }
}

void loop_defer_free(struct loop *loop, void *object, loop_call_fn destroy)
{
    NB_CHECK_MAGIC(loop, LOOP_MAGIC);
    NB_ASSERT(object != NULL && destroy != NULL);
    loop_next_turn_forget(loop, object);
    queue_add(&loop->frees, destroy, object);
}
