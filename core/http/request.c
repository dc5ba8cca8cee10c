/*
 * One request: from libmicrohttpd's parts to the handler, and from an answer back. Objects are kept
 * for the next request, so that a small answer allocates nothing of ours.
 */
#include "core/http/server_private.h"

#include "core/base/mem.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SPARE_REQUESTS NB_SPARE(256)
/* What is read and thrown away behind a body's ceiling, so that a client that is nearly done hears
 * 413 instead of a broken connection. */
#define DRAIN_BYTES ((uint64_t)1024 * 1024)

static const bool allowed_moves[REQUEST_ORPHAN + 1][REQUEST_ORPHAN + 1] = {
    [REQUEST_NONE] = {[REQUEST_NEW] = true},
    [REQUEST_NEW] = {[REQUEST_RECEIVING] = true, [REQUEST_ANSWERED] = true, [REQUEST_NONE] = true},
    [REQUEST_RECEIVING] =
        {[REQUEST_HANDLING] = true, [REQUEST_ANSWERED] = true, [REQUEST_NONE] = true},
    [REQUEST_HANDLING] = {[REQUEST_WAITING] = true, [REQUEST_ANSWERED] = true},
    [REQUEST_WAITING] = {[REQUEST_ANSWERED] = true, [REQUEST_ORPHAN] = true},
    [REQUEST_ANSWERED] = {[REQUEST_SENDING] = true, [REQUEST_NONE] = true},
    [REQUEST_SENDING] = {[REQUEST_NONE] = true},
};

static void set_state(struct http_request *request, enum request_state state)
{
    NB_ASSERT(allowed_moves[request->state][state]);
    request->state = state;
}

/* --- keeping objects --- */

static struct http_request *take_spare(struct http_server *server)
{
    struct http_request *request = server->spare;
    if (request != NULL) {
        server->spare = request->next;
        server->spare_count--;
        request->next = NULL;
        return request;
    }
    request = nb_alloc(sizeof *request);
    request->magic = HTTP_REQUEST_MAGIC;
    nb_buf_init(&request->body, server->config.body_bytes);
    return request;
}

static void free_request(struct http_request *request)
{
    nb_buf_fini(&request->body);
    request->magic = 0;
    nb_free(request);
}

static void drop_response(struct http_request *request)
{
    if (request->response != NULL && !request->response_shared) {
        MHD_destroy_response(request->response);
    }
    request->response = NULL;
    request->response_shared = false;
}

/* What a guest's request said does not stay in memory longer than needed. */
static void forget_content(struct http_request *request)
{
    if (request->body.data != NULL) {
        explicit_bzero(request->body.data, request->body.length);
    }
    explicit_bzero(request->target, strlen(request->target) + 1);
}

static void put_back(struct http_server *server, struct http_request *request)
{
    drop_response(request);
    forget_content(request);
    set_state(request, REQUEST_NONE);
    nb_buf_fini(&request->body);
    if (server->spare_count == SPARE_REQUESTS) {
        free_request(request);
        return;
    }
    request->connection = NULL;
    request->socket = NULL;
    request->next = server->spare;
    server->spare = request;
    server->spare_count++;
}

void http_request_free_spare(struct http_server *server)
{
    while (server->spare != NULL) {
        struct http_request *request = server->spare;
        server->spare = request->next;
        free_request(request);
    }
}

/* --- the list of those in flight --- */

static void enter_flight(struct http_request *request)
{
    struct http_server *server = request->server;
    request->next = server->in_flight;
    request->link = &server->in_flight;
    if (request->next != NULL) {
        request->next->link = &request->next;
    }
    server->in_flight = request;
    server->in_flight_count++;
}

static void leave_flight(struct http_request *request)
{
    *request->link = request->next;
    if (request->next != NULL) {
        request->next->link = request->link;
    }
    request->next = NULL;
    request->server->in_flight_count--;
}

void http_request_orphan_all(struct http_server *server)
{
    while (server->in_flight != NULL) {
        struct http_request *request = server->in_flight;
        leave_flight(request);
        set_state(request, REQUEST_ORPHAN);
        MHD_resume_connection(request->connection);
    }
}

/* --- from libmicrohttpd --- */

void *http_request_on_uri(void *data, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = data;
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    struct http_request *request = take_spare(server);
    set_state(request, REQUEST_NEW);
    request->server = server;
    request->connection = connection;
    request->socket =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    request->query.count = 0;
    size_t bytes = strnlen(uri, HTTP_URI_BYTES + 1);
    request->too_long = bytes > HTTP_URI_BYTES;
    bytes = request->too_long ? 0 : bytes;
    memcpy(request->target, uri, bytes);
    request->target[bytes] = '\0';
    return request;
}

static enum MHD_Result queue_answer(struct http_request *request)
{
    struct MHD_Response *response = request->response;
    set_state(request, REQUEST_SENDING);
    http_socket_enter(request->socket, SOCKET_BUSY, 0);
    enum MHD_Result result =
        MHD_queue_response(request->connection, (unsigned)request->status, response);
    drop_response(request); /* libmicrohttpd holds its own reference */
    return result;
}

static enum MHD_Result refuse(struct http_request *request, int status, const char *code,
                              const char *text)
{
    struct http_problem problem;
    http_problem_init(&problem, status, code, "%s", text);
    http_respond_problem(request, &problem);
    return queue_answer(request);
}

struct framing {
    unsigned lengths;
    unsigned encodings;
    bool chunked;
    uint64_t length;
};

static enum MHD_Result on_header(void *data, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    struct framing *framing = data;
    (void)kind;
    if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        framing->lengths++;
        framing->length = value != NULL ? strtoull(value, NULL, 10) : 0;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->encodings++;
        framing->chunked = value != NULL && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* Two ways to read where a request ends are a way to smuggle one past whoever stands in front. */
static bool framing_is_clear(const struct framing *framing)
{
    return framing->lengths + framing->encodings <= 1 &&
           (framing->encodings == 0 || framing->chunked);
}

static bool split_target(struct http_request *request)
{
    char *query = strchr(request->target, '?');
    if (query != NULL) {
        *query++ = '\0';
    }
    return request->target[0] == '/' && http_query_parse(query, &request->query);
}

static enum MHD_Result begin(struct http_request *request, const char *method)
{
    struct framing framing = {0};
    request->method = http_method_parse(method);
    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, on_header, &framing);
    if (request->too_long) {
        return refuse(request, 414, "uri_too_long", "The address is too long.");
    }
    if (!framing_is_clear(&framing)) {
        return refuse(request, 400, "framing",
                      "Send one Content-Length, or Transfer-Encoding: chunked.");
    }
    if (!split_target(request)) {
        return refuse(request, 400, "uri", "The address or its query is not well-formed.");
    }
    nb_buf_init(&request->body, request->server->config.body_bytes);
    if (framing.length > request->body.ceiling + DRAIN_BYTES) {
        return refuse(request, 413, "body_too_large", "The body is too large.");
    }
    set_state(request, REQUEST_RECEIVING);
    http_socket_enter(request->socket, SOCKET_BODY, 0);
    return MHD_YES;
}

static enum MHD_Result take_part(struct http_request *request, const char *part, size_t *bytes)
{
    request->socket->body_seen += *bytes;
    nb_buf_add(&request->body, part, *bytes);
    *bytes = 0;
    bool hopeless = request->socket->body_seen > request->body.ceiling + DRAIN_BYTES;
    return hopeless ? MHD_NO : MHD_YES;
}

static enum MHD_Result hand_over(struct http_request *request)
{
    if (request->body.failed) {
        return refuse(request, 413, "body_too_large", "The body is too large.");
    }
    struct http_server *server = request->server;
    set_state(request, REQUEST_HANDLING);
    http_socket_enter(request->socket, SOCKET_BUSY, 0);
    server->config.handle(server->config.data, request);
    if (request->state == REQUEST_ANSWERED) {
        return queue_answer(request);
    }
    set_state(request, REQUEST_WAITING);
    enter_flight(request);
    MHD_suspend_connection(request->connection);
    return MHD_YES;
}

enum MHD_Result http_request_on_part(void *data, struct MHD_Connection *connection, const char *url,
                                     const char *method, const char *version, const char *upload,
                                     size_t *upload_bytes, void **context)
{
    struct http_request *request = *context;
    (void)data;
    (void)connection;
    (void)url;
    (void)version;
    NB_CHECK_MAGIC(request, HTTP_REQUEST_MAGIC);
    switch (request->state) {
    case REQUEST_NEW:
        return begin(request, method);
    case REQUEST_RECEIVING:
        return *upload_bytes > 0 ? take_part(request, upload, upload_bytes) : hand_over(request);
    case REQUEST_ANSWERED:
        return queue_answer(request);
    case REQUEST_SENDING:
    case REQUEST_WAITING:
    case REQUEST_ORPHAN:
        break;
    case REQUEST_NONE:
    case REQUEST_HANDLING:
        NB_ASSERT(!"a part of a request that cannot have one");
    }
    return MHD_NO;
}

void http_request_on_completed(void *data, struct MHD_Connection *connection, void **context,
                               enum MHD_RequestTerminationCode why)
{
    struct http_server *server = data;
    struct http_request *request = *context;
    (void)connection;
    (void)why;
    if (request == NULL) {
        return;
    }
    NB_CHECK_MAGIC(request, HTTP_REQUEST_MAGIC);
    *context = NULL;
    if (request->state == REQUEST_ORPHAN) {
        request->server = NULL;
        request->connection = NULL;
        request->socket = NULL;
        return;
    }
    http_socket_enter(request->socket, SOCKET_HEADERS, server->config.idle_ms);
    if (server->stopping) {
        http_socket_shut(request->socket);
    }
    put_back(server, request);
}

/* --- what a handler reads --- */

enum http_method http_request_method(const struct http_request *request)
{
    return request->method;
}

const char *http_request_path(const struct http_request *request)
{
    return request->target;
}

const struct http_query *http_request_queries(const struct http_request *request)
{
    return &request->query;
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    if (request->connection == NULL) {
        return NULL;
    }
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_request_body(const struct http_request *request, size_t *ret_bytes)
{
    *ret_bytes = request->body.length;
    return nb_buf_str(&request->body);
}

bool http_request_gone(const struct http_request *request)
{
    if (request->connection == NULL) {
        return true;
    }
    struct pollfd poll_fd = {.fd = request->socket->fd, .events = POLLRDHUP};
    return poll(&poll_fd, 1, 0) > 0;
}

/* --- answers --- */

void http_request_answer(struct http_request *request, int status, struct MHD_Response *response)
{
    NB_CHECK_MAGIC(request, HTTP_REQUEST_MAGIC);
    request->status = status;
    request->response = response;
    if (request->state == REQUEST_ORPHAN) {
        drop_response(request);
        forget_content(request);
        free_request(request);
        return;
    }
    bool resume = request->state == REQUEST_WAITING;
    set_state(request, REQUEST_ANSWERED);
    if (resume) {
        leave_flight(request);
        MHD_resume_connection(request->connection);
        http_server_kick(request->server);
    }
}
