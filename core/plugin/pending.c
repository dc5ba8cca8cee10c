#include "core/plugin/pending.h"

#include "core/base/mem.h"

#include <string.h>

#define PENDING_MAGIC 0x50454e44u
#define ROWS_ARENA_BYTES ((size_t)32 << 20)

/* The one thing that an answer must have in common with its ask: a price of fewer nights would
 * leave a guest without a bed on the others. */
static void keep_nights(struct plugin_pending *call, const struct nb_price_ask *asks)
{
    call->nights = nb_alloc_array(call->count, sizeof(*call->nights));
    for (uint32_t i = 0; i < call->count; i++) {
        call->nights[i] = asks[i].night_count;
    }
}

static bool nights_fit(const struct plugin_pending *call, const struct plugin_reply *reply)
{
    const struct nb_price *prices = reply->answers;
    for (uint32_t i = 0; call->nights != NULL && i < reply->count; i++) {
        if (prices[i].reason == NB_PRICE_REASON_NONE &&
            prices[i].night_count != call->nights[call->row + i]) {
            return false;
        }
    }
    return true;
}

struct plugin_pending *plugin_pending_create(enum plugin_call_kind kind,
                                             const struct plugin_context *context, const void *asks,
                                             uint32_t count, int64_t deadline_ms,
                                             plugin_answer_fn fn, void *user, struct nb_err *err)
{
    struct plugin_pending *call = nb_alloc(sizeof(*call));
    call->magic = PENDING_MAGIC;
    call->kind = kind;
    call->count = count;
    call->deadline_ms = deadline_ms;
    call->deadline = nb_mono_add_ms(nb_mono_now(), deadline_ms);
    call->fn = fn;
    call->user = user;
    nb_buf_init(&call->frame, WIRE_FRAME_BYTES_MAX);
    nb_buf_init(&call->row_frame, WIRE_FRAME_BYTES_MAX);
    if (!plugin_request_write(&call->frame, kind, 0, context, asks, count, err)) {
        return plugin_pending_destroy(call);
    }
    if (kind == PLUGIN_CALL_PRICE) {
        keep_nights(call, asks);
    }
    return call;
}

struct plugin_pending *plugin_pending_destroy(struct plugin_pending *call)
{
    if (call == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(call, PENDING_MAGIC);
    nb_buf_fini(&call->frame);
    nb_buf_fini(&call->row_frame);
    nb_arena_destroy(call->arena);
    nb_free(call->nights);
    call->magic = 0;
    return nb_free(call);
}

bool plugin_pending_overdue(const struct plugin_pending *call, struct nb_mono now)
{
    return nb_mono_ms_between(now, call->deadline) <= 0;
}

const struct nb_buf *plugin_pending_frame(struct plugin_pending *call, uint64_t id)
{
    if (call->arena == NULL) {
        memcpy(call->frame.data + offsetof(struct wire_header, id), &id, sizeof(id));
        return &call->frame;
    }
    nb_buf_clear(&call->row_frame);
    const uint8_t *ask = (const uint8_t *)call->request.asks +
                         (size_t)call->row * plugin_calls[call->kind].ask_bytes;
    bool written = plugin_request_write(&call->row_frame, call->kind, id, &call->request.context,
                                        ask, 1, NULL);
    return written ? &call->row_frame : NULL;
}

/* From our own frame back to rows, so that each can be asked alone. */
static bool split(struct plugin_pending *call)
{
    call->arena = nb_arena_create(ROWS_ARENA_BYTES);
    struct wire_reader reader = {.at = (uint8_t *)call->frame.data + sizeof(struct wire_header),
                                 .left = call->frame.length - sizeof(struct wire_header),
                                 .arena = call->arena};
    if (!plugin_request_read(&reader, call->kind, &call->request, NULL)) {
        return false;
    }
    call->rows =
        nb_arena_alloc(call->arena, (size_t)call->count * plugin_calls[call->kind].answer_bytes);
    call->available = nb_arena_alloc(call->arena, call->count * sizeof(bool));
    return call->rows != NULL && call->available != NULL;
}

bool plugin_pending_lost(struct plugin_pending *call)
{
    NB_CHECK_MAGIC(call, PENDING_MAGIC);
    if (call->count == 1) {
        return false;
    }
    if (call->arena == NULL) {
        return split(call);
    }
    call->row++;
    call->losses++;
    return call->row < call->count && call->losses < PLUGIN_SINGLE_LOSSES_MAX;
}

bool plugin_pending_answered(struct plugin_pending *call, struct wire_reader *reader,
                             bool *ret_complete, struct plugin_reply *ret_reply, struct nb_err *err)
{
    uint32_t wanted = call->arena == NULL ? call->count : 1;
    if (call->arena != NULL) {
        /* The rows are kept until the last one is there. */
        reader->arena = call->arena;
        reader->in_place = false;
    }
    if (!plugin_reply_read(reader, call->kind, ret_reply, err)) {
        return false;
    }
    if (ret_reply->status == NB_STATUS_NONE ||
        (ret_reply->status == NB_OK && ret_reply->count != wanted)) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_wire_invalid",
                          "The plugin's answer could not be carried.");
    }
    if (!nights_fit(call, ret_reply)) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_answer_unsound",
                          "The plugin priced other nights than were asked.");
    }
    if (call->arena == NULL && call->count > 1 && ret_reply->status != NB_OK) {
        /* One row that makes no sense to the plugin, or too many for its memory: the others may
         * still have an answer. */
        *ret_complete = false;
        return split(call);
    }
    if (call->arena == NULL) {
        *ret_complete = true;
        return true;
    }
    if (ret_reply->status == NB_OK) {
        uint32_t bytes = plugin_calls[call->kind].answer_bytes;
        memcpy(call->rows + (size_t)call->row * bytes, ret_reply->answers, bytes);
        call->available[call->row] = true;
    }
    *ret_complete = ++call->row == call->count;
    return true;
}

/* Whoever forgets to look at `available` must still not see a price of zero points. */
static void mark_unavailable_prices(struct plugin_pending *call)
{
    for (uint32_t i = 0; call->kind == PLUGIN_CALL_PRICE && i < call->count; i++) {
        if (!call->available[i]) {
            struct nb_price price = {.reason = NB_PRICE_UNAVAILABLE};
            memcpy(call->rows + i * sizeof(price), &price, sizeof(price));
        }
    }
}

static void call_back(struct plugin_pending *call, const struct plugin_reply *reply,
                      const bool *available)
{
    struct plugin_answer answer = {.kind = call->kind, .result = PLUGIN_UNAVAILABLE};
    if (call->rows != NULL && call->available != NULL) {
        mark_unavailable_prices(call);
        answer.result = PLUGIN_ANSWERED;
        answer.count = call->count;
        answer.rows = call->rows;
        answer.available = call->available;
    } else if (reply != NULL && reply->status == NB_OK) {
        answer.result = PLUGIN_ANSWERED;
        answer.count = call->count;
        answer.rows = reply->answers;
        answer.available = available;
    } else if (reply != NULL) {
        answer.result = PLUGIN_REFUSED;
        answer.status = reply->status;
    }
    call->fn(call->user, &answer);
}

void plugin_pending_finish(struct plugin_pending *call, const struct plugin_reply *reply)
{
    NB_CHECK_MAGIC(call, PENDING_MAGIC);
    bool available[NB_BATCH_MAX];
    memset(available, 1, sizeof(available));
    call_back(call, reply, available);
    plugin_pending_destroy(call);
}
