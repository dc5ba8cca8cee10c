/*
 * One request or reply between house and plugin host as bytes: header, context, rows.
 * Reading checks everything; a reply's answers are also judged by core/plugin/sound.h.
 */
#ifndef NB_PLUGIN_FRAME_H
#define NB_PLUGIN_FRAME_H

#include "core/plugin/calls.h"

/* A request as it was read; everything lives in the reader's arena. */
struct plugin_request {
    struct plugin_context context;
    uint32_t count;
    void *asks;
};

/* A reply as it was read. status 0 (NB_STATUS_NONE): the plugin's answer could not be carried. */
struct plugin_reply {
    uint32_t status; /* enum nb_status */
    uint32_t count;  /* 0 unless status is NB_OK */
    void *answers;
};

/* Appends a whole frame. `asks` is an array of plugin_calls[kind].ask_bytes each. */
bool plugin_request_write(struct nb_buf *buf, enum plugin_call_kind kind, uint64_t id,
                          const struct plugin_context *context, const void *asks, uint32_t count,
                          struct nb_err *err) NB_MUST_CHECK;
/* `reader` stands behind the header. */
bool plugin_request_read(struct wire_reader *reader, uint32_t kind,
                         struct plugin_request *ret_request, struct nb_err *err) NB_MUST_CHECK;
/* Appends a whole frame; an answer that cannot be carried, or has no room, becomes status 0 (and
 * false). */
bool plugin_reply_write(struct nb_buf *buf, const struct wire_header *request,
                        enum nb_status status, const void *answers, uint32_t count);
bool plugin_reply_read(struct wire_reader *reader, uint32_t kind, struct plugin_reply *ret_reply,
                       struct nb_err *err) NB_MUST_CHECK;

#endif
