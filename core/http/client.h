/*
 * An HTTP/1.1 client on the loop: libcurl's multi handle, driven by the loop's watchers. One call
 * is one request on the wire, at most: no redirect, no retry, no proxy, no cookie, nothing from the
 * environment. What to do with an answer, or without one, is decided elsewhere.
 * Invariant: the answer says whether the request can have had an effect (enum http_sent), and never
 * says "no" when bytes may have left.
 */
#ifndef NB_HTTP_CLIENT_H
#define NB_HTTP_CLIENT_H

#include "core/base/err.h"
#include "core/http/message.h"
#include "core/loop/turn.h"

#include <stdint.h>

struct http_client;
struct http_exchange; /* one call under way */

/* Where calls may go. Borrowed until the last of its calls has ended. */
struct http_endpoint {
    const char *base_url; /* "https://gateway.example/api": no query, no fragment, no user */
    const char *ca_file;  /* NULL: the system's */
    bool allow_plain;     /* http as well; else https only */
    bool allow_private;   /* addresses that http_address_public refuses */
};

enum http_sent {
    HTTP_SENT_NONE = 0,
    HTTP_NOT_SENT,   /* no byte of the request left this process */
    HTTP_MAYBE_SENT, /* some or all left, and no whole answer came: the effect is unknown */
    HTTP_SENT,       /* a whole answer came */
};

enum http_failure {
    HTTP_FAILED_NONE = 0,  /* status, headers and body are a whole answer */
    HTTP_FAILED_REFUSED,   /* no connection, or the address is not allowed */
    HTTP_FAILED_RESOLVE,   /* the name has no address */
    HTTP_FAILED_TLS,       /* certificate or handshake */
    HTTP_FAILED_TIMEOUT,   /* deadline, or slower than the least speed */
    HTTP_FAILED_RESET,     /* the connection broke in the middle */
    HTTP_FAILED_EMPTY,     /* closed without a byte of an answer */
    HTTP_FAILED_TOO_LARGE, /* headers or body over the ceiling */
    HTTP_FAILED_ABORTED,   /* may_send said no */
    HTTP_FAILED_BAD_URL,   /* base, path or a header is not acceptable */
    HTTP_FAILED_BUSY,      /* too many calls under way */
    HTTP_FAILED_GARBAGE,   /* what came back is not HTTP */
};

struct http_answer {
    enum http_sent sent;
    enum http_failure failure;
    int status;          /* 0 unless sent is HTTP_SENT */
    const char *headers; /* see http_answer_header */
    size_t header_bytes;
    const char *body; /* never NULL; NUL-terminated, may hold NULs */
    size_t body_bytes;
    int64_t elapsed_us;
};

/* Called once, in a turn of its own, never inside http_client_send. The answer is borrowed until it
 * returns; the exchange ends with it. */
typedef void (*http_answer_fn)(void *data, const struct http_answer *answer);
/* Called when the connection is ready and nothing of the request has left. False: nothing is sent.
 * Compares a lease by CLOCK_BOOTTIME; does nothing else, and calls no function of this header. */
typedef bool (*http_may_send_fn)(void *data);

struct http_call {
    const struct http_endpoint *endpoint;
    enum http_method method;
    const char *path; /* "/v1/x?y=z", behind base_url */
    const struct http_header *headers;
    size_t header_count;
    const void *body; /* NULL: none */
    size_t body_bytes;
    /* False for whatever must not happen twice: such a call gets a fresh connection, because
     * libcurl silently sends a request again when a reused one dies before the first byte of the
     * answer. */
    bool safe_to_repeat;
    int64_t deadline_ms;        /* for the whole call; must be positive */
    int64_t connect_ms;         /* 0: 10 s, at most the deadline */
    size_t answer_body_bytes;   /* ceiling; 0: 1 MiB */
    size_t answer_header_bytes; /* ceiling; 0: 32 KiB */
    long least_bytes_per_s;     /* over 10 s; 0: none */
    http_may_send_fn may_send;  /* NULL: always */
    http_answer_fn done;
    void *data; /* borrowed, for both */
};

struct http_client_config {
    size_t max_calls;       /* 0: 512 under way at once */
    long max_idle;          /* connections kept open; 0: 64 */
    const char *user_agent; /* NULL: none is sent */
};

/* Aborts when libcurl cannot start. Copies the config. */
struct http_client *http_client_create(struct loop *loop, const struct http_client_config *config);
/* Ends every call without an answer to its owner. Accepts NULL; returns NULL. Not from a callback
 * of the client. */
struct http_client *http_client_destroy(struct http_client *client);

/* Copies path, headers and body (and wipes the copies afterwards). Never NULL: what cannot be sent
 * is answered with HTTP_NOT_SENT like everything else. */
struct http_exchange *http_client_send(struct http_client *client, const struct http_call *call);
/* Ends a call whose done has not begun; done is not called. Tells what can be said of it. */
enum http_sent http_exchange_cancel(struct http_exchange *exchange);
size_t http_client_under_way(const struct http_client *client);

/* In any case; the first of several; NULL when absent. */
const char *http_answer_header(const struct http_answer *answer, const char *name);
/* "timeout"; static storage, for logs. */
const char *http_failure_name(enum http_failure failure);

#endif
