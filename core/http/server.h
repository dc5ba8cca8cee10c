/*
 * An HTTP/1.1 server on the loop: libmicrohttpd, without a thread of its own. Plain HTTP; TLS ends
 * in front of it. It knows no routes, no roles and no database. Invariant: a request that was
 * handed to the handler is answered exactly once by its owner, in the same turn or turns later,
 * whether its client is still there or not.
 */
#ifndef NB_HTTP_SERVER_H
#define NB_HTTP_SERVER_H

#include "core/base/err.h"
#include "core/http/message.h"
#include "core/http/problem.h"
#include "core/http/uri.h"
#include "core/loop/turn.h"

#include <stdint.h>

struct http_server;
struct http_request; /* lives until it is answered */
struct http_constant;

/* Called when the whole body is there. Never called again for the same request. */
typedef void (*http_handler_fn)(void *data, struct http_request *request);

struct http_server_config {
    const char *address;      /* numeric, "127.0.0.1" or "::1"; ignored with listen_fd */
    uint16_t port;            /* 0: any, see http_server_port */
    int listen_fd;            /* taken when > 0: a listening socket, inherited from a parent */
    bool reuse_port;          /* several processes share the port */
    unsigned max_connections; /* 0: 4096 */
    size_t body_bytes;        /* ceiling; 0: 64 KiB. Larger is answered 413 */
    int64_t header_ms;        /* for the first request of a connection to be there; 0: 10 s */
    int64_t idle_ms;          /* without a byte in either direction, and from an answer to the next
                                 request's headers; whole seconds; 0: 60 s */
    int64_t body_bytes_per_s; /* slowest body after header_ms; 0: 500 */
    http_handler_fn handle;
    void *data; /* borrowed, handed to the handler */
};

struct http_response {
    int status;
    const char *content_type; /* NULL: no Content-Type */
    const void *body;         /* NULL: none */
    size_t body_bytes;
    bool take; /* body came from nb_alloc or nb_buf_take and is freed by the server; else copied */
    const struct http_header *headers; /* further ones, copied */
    size_t header_count;
};

/* NULL and err (unavailable: the address cannot be listened on). Borrows loop and config's strings
 * during the call only. */
struct http_server *http_server_create(struct loop *loop, const struct http_server_config *config,
                                       struct nb_err *err);
/* Ends every connection at once. Requests that nobody answered yet stay valid; answering them then
 * only frees them. Accepts NULL; returns NULL. Not from a handler. */
struct http_server *http_server_destroy(struct http_server *server);
uint16_t http_server_port(const struct http_server *server);

/* Accepts no more, closes idle connections and streams, closes the others after their answer.
 * Calls drained(data) once, in a later turn, when none is left; then destroy it. */
void http_server_stop(struct http_server *server, loop_call_fn drained, void *data);
size_t http_server_connections(const struct http_server *server);
/* Handed to the handler and not answered yet. */
size_t http_server_in_flight(const struct http_server *server);

/* --- what a handler reads; everything borrowed until the answer --- */

enum http_method http_request_method(const struct http_request *request);
/* As sent, percent-encoded, without the query; begins with '/'. */
const char *http_request_path(const struct http_request *request);
/* Decoded. */
const struct http_query *http_request_queries(const struct http_request *request);
/* In any case; the first of several; NULL when absent. */
const char *http_request_header(const struct http_request *request, const char *name);
/* Never NULL; *ret_bytes may be 0. */
const char *http_request_body(const struct http_request *request, size_t *ret_bytes);
/* True when the client closed its side or the server was destroyed. Saves work, decides nothing. */
bool http_request_gone(const struct http_request *request);

/* --- answers: exactly one of these per request, which is not touched afterwards --- */

/* Adds Cache-Control: no-store (unless a header says otherwise) and X-Content-Type-Options. Aborts
 * on a header that is not valid: values from outside are checked by whoever takes them. */
void http_respond(struct http_request *request, const struct http_response *response);
void http_respond_problem(struct http_request *request, const struct http_problem *problem);

/* An answer that is the same every time, built once. Destroy it after the server. */
struct http_constant *http_constant_create(const struct http_response *response);
struct http_constant *http_constant_destroy(struct http_constant *constant);
void http_respond_constant(struct http_request *request, const struct http_constant *constant);

#endif
