#include "core/plugin/frame.h"

#include "core/plugin/sound.h"

#include <string.h>

static void header_begin(struct nb_buf *buf, uint32_t kind, uint64_t id)
{
    struct wire_header header = {.kind = (uint16_t)kind, .id = id};
    nb_buf_add(buf, &header, sizeof(header));
}

/* The length is known only at the end. */
static void header_end(struct nb_buf *buf, size_t start)
{
    if (!buf->failed) {
        uint32_t length = (uint32_t)(buf->length - start - sizeof(struct wire_header));
        memcpy(buf->data + start + offsetof(struct wire_header, length), &length, sizeof(length));
    }
}

static bool write_all(struct nb_buf *buf, const struct wire_field *table, const void *rows,
                      uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    if (count > 0 && wire_is_flat(table, row_bytes, false)) {
        return wire_write_flat(buf, table, rows, row_bytes, count, err);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!wire_write(buf, table, (const uint8_t *)rows + (size_t)i * row_bytes, err)) {
            return false;
        }
    }
    return nb_buf_ok(buf, err);
}

static void *read_rows(struct wire_reader *reader, const struct wire_field *table,
                       uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    if (count > 0 && wire_is_flat(table, row_bytes, false)) {
        return wire_read_flat(reader, table, row_bytes, count, err);
    }
    uint8_t *rows = nb_arena_alloc(reader->arena, (size_t)row_bytes * count + 1);
    if (rows == NULL) {
        (void)nb_err_set(err, NB_ERR_LIMIT, "plugin_wire_limit", "The call is too large.");
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!wire_read(reader, table, rows + (size_t)i * row_bytes, err)) {
            return NULL;
        }
    }
    return rows;
}

static void *read_all(struct wire_reader *reader, const struct wire_field *table,
                      uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    void *rows = read_rows(reader, table, row_bytes, count, err);
    if (rows != NULL && reader->left != 0) {
        (void)nb_err_set(err, NB_ERR_INVALID, "plugin_wire_invalid",
                         "The plugin host sent more than it announced.");
        return NULL;
    }
    return rows;
}

bool plugin_request_write(struct nb_buf *buf, enum plugin_call_kind kind, uint64_t id,
                          const struct plugin_context *context, const void *asks, uint32_t count,
                          struct nb_err *err)
{
    if (!plugin_call_allows(kind, count)) {
        return nb_err_set(err, NB_ERR_LIMIT, "plugin_batch",
                          "One call takes 1 to %u rows, and only some calls take more than one.",
                          NB_BATCH_MAX);
    }
    const struct plugin_call_row *row = &plugin_calls[kind];
    size_t start = buf->length;
    header_begin(buf, kind, id);
    bool written = wire_write(buf, plugin_context_fields, context, err);
    nb_buf_add(buf, &count, sizeof(count));
    written = written && write_all(buf, row->ask, asks, row->ask_bytes, count, err);
    header_end(buf, start);
    return written;
}

bool plugin_request_read(struct wire_reader *reader, uint32_t kind,
                         struct plugin_request *ret_request, struct nb_err *err)
{
    struct plugin_request request = {0};
    if (!wire_read(reader, plugin_context_fields, &request.context, err) ||
        !wire_read_bytes(reader, &request.count, sizeof(request.count), err)) {
        return false;
    }
    if (!plugin_call_allows(kind, request.count)) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_wire_invalid", "No such call.");
    }
    const struct plugin_call_row *row = &plugin_calls[kind];
    request.asks = read_all(reader, row->ask, row->ask_bytes, request.count, err);
    *ret_request = request;
    return request.asks != NULL;
}

bool plugin_reply_write(struct nb_buf *buf, const struct wire_header *request,
                        enum nb_status status, const void *answers, uint32_t count)
{
    const struct plugin_call_row *row = &plugin_calls[request->kind];
    size_t start = buf->length;
    uint32_t head[2] = {(uint32_t)status, status == NB_OK ? count : 0};
    header_begin(buf, request->kind, request->id);
    nb_buf_add(buf, head, sizeof(head));
    bool carried = write_all(buf, row->answer, answers, row->answer_bytes, head[1], NULL);
    if (!carried) {
        buf->length = start;
        buf->failed = false;
        header_begin(buf, request->kind, request->id);
        nb_buf_add(buf, (const uint32_t[2]){NB_STATUS_NONE, 0}, sizeof(head));
    }
    header_end(buf, start);
    return carried;
}

bool plugin_reply_read(struct wire_reader *reader, uint32_t kind, struct plugin_reply *ret_reply,
                       struct nb_err *err)
{
    struct plugin_reply reply = {0};
    if (!wire_read_bytes(reader, &reply.status, sizeof(reply.status), err) ||
        !wire_read_bytes(reader, &reply.count, sizeof(reply.count), err)) {
        return false;
    }
    if (reply.status > NB_NO_MEMORY || (reply.count > 0) != (reply.status == NB_OK) ||
        (reply.count > 0 && !plugin_call_allows(kind, reply.count))) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_wire_invalid",
                          "The plugin host sent a reply that makes no sense.");
    }
    const struct plugin_call_row *row = &plugin_calls[kind];
    reply.answers = read_all(reader, row->answer, row->answer_bytes, reply.count, err);
    for (uint32_t i = 0; reply.answers != NULL && i < reply.count; i++) {
        const uint8_t *answer = (const uint8_t *)reply.answers + (size_t)i * row->answer_bytes;
        if (!plugin_answer_sound((enum plugin_call_kind)kind, answer, err)) {
            return false;
        }
    }
    *ret_reply = reply;
    return reply.answers != NULL;
}
