/*
 * Server-sent events: one answer that goes on. What is sent waits in a bounded queue; a reader too
 * slow for it is cut off and comes back with Last-Event-ID, instead of costing us memory.
 */
#ifndef NB_HTTP_STREAM_H
#define NB_HTTP_STREAM_H

#include "core/http/server.h"

struct http_stream;

struct http_stream_config {
    size_t queue_bytes;   /* 0: 64 KiB */
    int64_t heartbeat_ms; /* a comment when nothing else was sent; 0: 15 s. It also finds clients
                             that went away */
    loop_call_fn gone;    /* called once, in a turn of its own, when the stream has ended for
                             whatever reason; afterwards the stream is freed */
    void *data;           /* borrowed */
};

/* Answers the request (200, text/event-stream). The stream stays the server's and is valid until
 * gone(data) returned, which http_server_destroy may call as well. NULL, without a call of gone,
 * when the server has ended already. */
struct http_stream *http_stream_open(struct http_request *request,
                                     const struct http_stream_config *config);
/* Queues one event; id and event may be NULL; data may hold line feeds. False when the stream has
 * ended or its queue is full, which ends it. */
bool http_stream_send(struct http_stream *stream, const char *event, const char *id,
                      const char *data);
/* Ends it after what is queued. gone is still called. */
void http_stream_close(struct http_stream *stream);

#endif
