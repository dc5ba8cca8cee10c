/*
 * What server.c (connections, the daemon), request.c (one request) and stream.c (answers that go
 * on) share. Nobody else includes it.
 */
#ifndef NB_HTTP_SERVER_PRIVATE_H
#define NB_HTTP_SERVER_PRIVATE_H

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/http/server.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"

#include <microhttpd.h>

#define HTTP_SERVER_MAGIC 0x68747376U
#define HTTP_REQUEST_MAGIC 0x68747271U

enum request_state {
    REQUEST_NONE = 0,
    REQUEST_NEW,       /* its first line is read */
    REQUEST_RECEIVING, /* headers are read, the body comes */
    REQUEST_HANDLING,  /* the handler is on the stack */
    REQUEST_WAITING,   /* suspended until its owner answers */
    REQUEST_ANSWERED,  /* the answer waits for libmicrohttpd to ask */
    REQUEST_SENDING,   /* libmicrohttpd has the answer */
    REQUEST_ORPHAN,    /* the server has ended; lives until its owner answers */
};

enum socket_phase {
    SOCKET_HEADERS = 0, /* a request's headers are awaited */
    SOCKET_BODY,
    SOCKET_BUSY, /* handled or answered; libmicrohttpd's own idle time counts */
};

/* One accepted connection; libmicrohttpd's socket context. */
struct http_socket {
    struct http_socket *next;
    struct http_socket **link; /* what points at us */
    struct http_server *server;
    int fd; /* libmicrohttpd's */
    enum socket_phase phase;
    struct nb_mono since; /* of the phase */
    int64_t allowed_ms;   /* for SOCKET_HEADERS */
    uint64_t body_seen;
};

struct http_request {
    unsigned magic;
    struct http_server *server; /* NULL in an orphan */
    struct http_socket *socket;
    struct MHD_Connection *connection;
    struct http_request *next; /* of those in flight, or of the spare ones */
    struct http_request **link;
    enum request_state state;
    enum http_method method;
    bool too_long;
    char target[HTTP_URI_BYTES + 1]; /* path, NUL, query */
    struct http_query query;
    struct nb_buf body;
    int status;
    struct MHD_Response *response;
    bool response_shared; /* a constant's: not ours to destroy */
};

struct http_stream;

struct http_server {
    unsigned magic;
    struct loop *loop;
    struct MHD_Daemon *daemon;
    struct loop_io io;
    struct loop_timer tick;
    struct http_server_config config; /* strings are not kept */
    uint16_t port;
    bool kicked; /* a run is queued already */
    bool stopping;
    loop_call_fn drained;
    void *drained_data;
    struct http_socket *sockets;
    size_t socket_count;
    struct http_request *in_flight;
    size_t in_flight_count;
    struct http_request *spare;
    size_t spare_count;
    struct http_stream *streams;
};

/* server.c */

/* libmicrohttpd runs once more in this turn or the next: after every resume. */
void http_server_kick(struct http_server *server);
void http_socket_enter(struct http_socket *socket, enum socket_phase phase, int64_t allowed_ms);
/* The other side sees an end of the connection; libmicrohttpd closes it in its next run. */
void http_socket_shut(struct http_socket *socket);

/* request.c: libmicrohttpd's callbacks */

void *http_request_on_uri(void *server, const char *uri, struct MHD_Connection *connection);
enum MHD_Result http_request_on_part(void *server, struct MHD_Connection *connection,
                                     const char *url, const char *method, const char *version,
                                     const char *upload, size_t *upload_bytes, void **request);
void http_request_on_completed(void *server, struct MHD_Connection *connection, void **request,
                               enum MHD_RequestTerminationCode why);
/* Takes every request in flight away from the server, which is about to end. */
void http_request_orphan_all(struct http_server *server);
void http_request_free_spare(struct http_server *server);
/* Takes the response. The request is not touched afterwards. */
void http_request_answer(struct http_request *request, int status, struct MHD_Response *response);

/* stream.c */

void http_stream_close_all(struct http_server *server);
void http_stream_free_ended(struct http_server *server);

#endif
