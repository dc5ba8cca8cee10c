#include "core/plugin/queue.h"

void plugin_queue_push(struct plugin_queue *queue, struct plugin_pending *call, bool front)
{
    call->next = front ? queue->first : NULL;
    if (queue->first == NULL) {
        queue->first = queue->last = call;
    } else if (front) {
        queue->first = call;
    } else {
        queue->last->next = call;
        queue->last = call;
    }
    queue->waiting++;
}

struct plugin_pending *plugin_queue_pop(struct plugin_queue *queue)
{
    struct plugin_pending *call = queue->first;
    if (call != NULL) {
        queue->first = call->next;
        queue->last = queue->first == NULL ? NULL : queue->last;
        call->next = NULL;
        queue->waiting--;
    }
    return call;
}

/* Takes them out of the queue first: a callback may add some. */
void plugin_queue_fail(struct plugin_queue *queue, struct nb_mono now, bool all)
{
    struct plugin_pending *failed = NULL;
    struct plugin_pending **tail = &failed;
    uint32_t count = queue->waiting;
    for (uint32_t i = 0; i < count; i++) {
        struct plugin_pending *call = plugin_queue_pop(queue);
        if (all || plugin_pending_overdue(call, now)) {
            *tail = call;
            tail = &call->next;
        } else {
            plugin_queue_push(queue, call, false);
        }
    }
    while (failed != NULL) {
        struct plugin_pending *call = failed;
        failed = call->next;
        plugin_pending_finish(call, NULL);
    }
}
