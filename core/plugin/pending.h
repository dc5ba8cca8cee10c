/*
 * One call that waits for its plugin host: the frame to send, who is told, and, after the host was
 * lost with it or refused it, how far asking row by row has come. Pure bookkeeping: no socket, no
 * timer.
 */
#ifndef NB_PLUGIN_PENDING_H
#define NB_PLUGIN_PENDING_H

#include "core/base/clock.h"
#include "core/plugin/client.h"
#include "core/plugin/frame.h"

struct plugin_pending {
    uint32_t magic;
    struct plugin_pending *next; /* in the queue */
    enum plugin_call_kind kind;
    uint32_t count;
    int64_t deadline_ms;
    struct nb_mono deadline; /* of the wait, then of the call itself */
    plugin_answer_fn fn;
    void *user;
    struct nb_buf frame; /* the whole batch as a frame */
    uint16_t *nights;    /* asked by each row of a price batch; NULL for other kinds */

    /* Row by row: */
    struct nb_arena *arena; /* NULL until then; holds what is below */
    struct plugin_request request;
    struct nb_buf row_frame;
    uint32_t row;
    uint32_t losses;
    uint8_t *rows;
    bool *available;
};

/* NULL with err when the ask does not fit. */
struct plugin_pending *plugin_pending_create(enum plugin_call_kind kind,
                                             const struct plugin_context *context, const void *asks,
                                             uint32_t count, int64_t deadline_ms,
                                             plugin_answer_fn fn, void *user,
                                             struct nb_err *err) NB_MUST_CHECK;
struct plugin_pending *plugin_pending_destroy(struct plugin_pending *call);

bool plugin_pending_overdue(const struct plugin_pending *call, struct nb_mono now);
/* The frame to send now, under this id; borrowed until the call is asked again or destroyed. NULL
 * when it cannot be written. */
const struct nb_buf *plugin_pending_frame(struct plugin_pending *call, uint64_t id) NB_MUST_CHECK;
/* The host was lost with the call: true when there is another row to ask, false when nothing can be
 * had any more and the call is to be finished (as unavailable, or with the rows there are). */
bool plugin_pending_lost(struct plugin_pending *call) NB_MUST_CHECK;
/* A sound reply to the frame sent: true when the call is complete, else the next row
 * is to be sent. */
bool plugin_pending_answered(struct plugin_pending *call, struct wire_reader *reader,
                             bool *ret_complete, struct plugin_reply *ret_reply,
                             struct nb_err *err) NB_MUST_CHECK;
/* Calls back once, with the reply (of a whole call), the rows, or UNAVAILABLE; then destroys. */
void plugin_pending_finish(struct plugin_pending *call, const struct plugin_reply *reply);

#endif
