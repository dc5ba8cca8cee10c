/* The calls that wait for a plugin host, in order; pure bookkeeping. */
#ifndef NB_PLUGIN_QUEUE_H
#define NB_PLUGIN_QUEUE_H

#include "core/plugin/pending.h"

struct plugin_queue {
    struct plugin_pending *first; /* owned */
    struct plugin_pending *last;
    uint32_t waiting;
};

/* Takes the call; at the front when it was there before. */
void plugin_queue_push(struct plugin_queue *queue, struct plugin_pending *call, bool front);
/* Gives the first, or NULL. */
struct plugin_pending *plugin_queue_pop(struct plugin_queue *queue);
/* Calls back every call whose deadline has passed (or all) as unavailable. */
void plugin_queue_fail(struct plugin_queue *queue, struct nb_mono now, bool all);

#endif
