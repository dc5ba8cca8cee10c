#include "core/http/stream.h"

#include "core/base/mem.h"
#include "core/http/server_private.h"

#include <string.h>

#define STREAM_MAGIC 0x68747374U
#define BLOCK_BYTES 4096

struct http_stream {
    unsigned magic;
    struct http_stream *next;
    struct http_stream **link;
    struct http_server *server;
    struct loop *loop;
    struct MHD_Connection *connection;
    struct http_stream_config config;
    struct loop_timer heartbeat;
    struct nb_buf queue;
    size_t sent;    /* bytes of the queue that libmicrohttpd has taken */
    bool suspended; /* libmicrohttpd waits for us */
    bool closing;   /* ends when the queue is empty */
    bool ended;     /* libmicrohttpd let go of it */
};

static void wake(struct http_stream *stream)
{
    if (stream->suspended) {
        stream->suspended = false;
        MHD_resume_connection(stream->connection);
        http_server_kick(stream->server);
    }
}

/* libmicrohttpd asks for bytes. */
static ssize_t on_read(void *data, uint64_t position, char *into, size_t capacity)
{
    struct http_stream *stream = data;
    (void)position;
    NB_CHECK_MAGIC(stream, STREAM_MAGIC);
    size_t left = stream->queue.length - stream->sent;
    if (left == 0 && stream->closing) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    if (left == 0) {
        stream->suspended = true;
        MHD_suspend_connection(stream->connection);
        return 0;
    }
    size_t count = left < capacity ? left : capacity;
    memcpy(into, stream->queue.data + stream->sent, count);
    stream->sent += count;
    if (stream->sent == stream->queue.length) {
        nb_buf_clear(&stream->queue);
        stream->sent = 0;
    }
    return (ssize_t)count;
}

static void free_stream(struct http_stream *stream)
{
    *stream->link = stream->next;
    if (stream->next != NULL) {
        stream->next->link = stream->link;
    }
    if (stream->config.gone != NULL) {
        stream->config.gone(stream->config.data);
    }
    nb_buf_fini(&stream->queue);
    stream->magic = 0;
    nb_free(stream);
}

static void on_ended(void *data)
{
    struct http_stream *stream = data;
    NB_CHECK_MAGIC(stream, STREAM_MAGIC);
    free_stream(stream);
}

/* libmicrohttpd is done with the answer, whatever the reason. It is on the stack: the owner hears
 * of it in a turn of its own. */
static void on_released(void *data)
{
    struct http_stream *stream = data;
    NB_CHECK_MAGIC(stream, STREAM_MAGIC);
    loop_timer_fini(&stream->heartbeat);
    stream->ended = true;
    stream->closing = true;
    loop_next_turn(stream->loop, on_ended, stream);
}

/* The room that was sent already is used again before the queue counts as full. */
static void compact(struct http_stream *stream)
{
    if (stream->sent > 0) {
        size_t left = stream->queue.length - stream->sent;
        memmove(stream->queue.data, stream->queue.data + stream->sent, left);
        stream->queue.length = left;
        stream->queue.data[left] = '\0';
        stream->sent = 0;
    }
}

static void on_heartbeat(void *data)
{
    struct http_stream *stream = data;
    NB_CHECK_MAGIC(stream, STREAM_MAGIC);
    compact(stream);
    if (stream->queue.length == 0) {
        nb_buf_text(&stream->queue, ":\n\n");
    }
    wake(stream);
    loop_timer_start(&stream->heartbeat, stream->config.heartbeat_ms);
}

static struct MHD_Response *response_of(struct http_stream *stream)
{
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES,
                                                                      on_read, stream, on_released);
    NB_ASSERT(response != NULL);
    static const struct http_header headers[] = {
        {MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream"},
        {MHD_HTTP_HEADER_CACHE_CONTROL, "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Accel-Buffering", "no"}, /* nginx in front must not collect events */
    };
    for (size_t i = 0; i < NB_COUNT(headers); i++) {
        NB_ASSERT(MHD_add_response_header(response, headers[i].name, headers[i].value) == MHD_YES);
    }
    return response;
}

static struct http_stream *create_stream(struct http_request *request,
                                         const struct http_stream_config *config)
{
    struct http_stream *stream = nb_alloc(sizeof *stream);
    struct http_server *server = request->server;
    stream->magic = STREAM_MAGIC;
    stream->server = server;
    stream->loop = server->loop;
    stream->connection = request->connection;
    stream->config = *config;
    if (stream->config.heartbeat_ms == 0) {
        stream->config.heartbeat_ms = 15000;
    }
    size_t ceiling = config->queue_bytes != 0 ? config->queue_bytes : (size_t)64 * 1024;
    nb_buf_init(&stream->queue, ceiling);
    loop_timer_init(&stream->heartbeat, server->loop, on_heartbeat, stream);
    stream->next = server->streams;
    stream->link = &server->streams;
    if (stream->next != NULL) {
        stream->next->link = &stream->next;
    }
    server->streams = stream;
    return stream;
}

struct http_stream *http_stream_open(struct http_request *request,
                                     const struct http_stream_config *config)
{
    if (request->server == NULL) {
        http_respond(request, &(struct http_response){.status = 503});
        return NULL;
    }
    struct http_stream *stream = create_stream(request, config);
    loop_timer_start(&stream->heartbeat, stream->config.heartbeat_ms);
    http_request_answer(request, 200, response_of(stream));
    return stream;
}

static void write_event(struct nb_buf *queue, const char *event, const char *id, const char *data)
{
    if (id != NULL) {
        nb_buf_printf(queue, "id: %s\n", id);
    }
    if (event != NULL) {
        nb_buf_printf(queue, "event: %s\n", event);
    }
    for (const char *line = data; line != NULL;) {
        size_t bytes = strcspn(line, "\n");
        nb_buf_text(queue, "data: ");
        nb_buf_add(queue, line, bytes);
        nb_buf_char(queue, '\n');
        line = line[bytes] == '\n' ? line + bytes + 1 : NULL;
    }
    nb_buf_char(queue, '\n');
}

bool http_stream_send(struct http_stream *stream, const char *event, const char *id,
                      const char *data)
{
    NB_CHECK_MAGIC(stream, STREAM_MAGIC);
    if (stream->closing) {
        return false;
    }
    compact(stream);
    size_t before = stream->queue.length;
    write_event(&stream->queue, event, id, data);
    if (stream->queue.failed) {
        /* Half an event would be read as a whole one: keep what was whole, then end. */
        stream->queue.failed = false;
        stream->queue.length = before;
        http_stream_close(stream);
        return false;
    }
    wake(stream);
    return true;
}

void http_stream_close(struct http_stream *stream)
{
    NB_CHECK_MAGIC(stream, STREAM_MAGIC);
    stream->closing = true;
    wake(stream);
}

void http_stream_close_all(struct http_server *server)
{
    for (struct http_stream *stream = server->streams; stream != NULL; stream = stream->next) {
        http_stream_close(stream);
    }
}

void http_stream_free_ended(struct http_server *server)
{
    while (server->streams != NULL) {
        struct http_stream *stream = server->streams;
        NB_ASSERT(stream->ended);
        loop_next_turn_forget(stream->loop, stream);
        free_stream(stream);
    }
}
