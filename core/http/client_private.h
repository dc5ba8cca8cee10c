/*
 * What client.c (libcurl on the loop) and exchange.c (one call as an easy handle) share. Nobody
 * else includes it.
 */
#ifndef NB_HTTP_CLIENT_PRIVATE_H
#define NB_HTTP_CLIENT_PRIVATE_H

#include "core/base/buf.h"
#include "core/http/client.h"

#include <curl/curl.h>

#define HTTP_EXCHANGE_MAGIC 0x68747865U

struct http_exchange {
    unsigned magic;
    struct http_exchange *next;
    struct http_exchange **link;
    struct http_client *client;
    CURL *easy; /* NULL when nothing can be sent */
    struct curl_slist *headers;
    struct nb_buf url;
    char *body; /* owned copy */
    size_t body_bytes;
    struct nb_buf answer_headers; /* "name NUL value NUL" for each */
    size_t header_bytes_seen;
    struct nb_buf answer_body;
    http_may_send_fn may_send;
    http_answer_fn done;
    void *data;
    bool allow_private;
    bool may_have_left; /* libcurl was allowed to write the request */
    bool aborted;       /* may_send said no */
    bool forbidden;     /* the address is not allowed */
    bool too_large;
    bool garbage;
    bool in_multi;
    enum http_failure early; /* known before libcurl was asked */
    CURLcode result;
};

/* Gives an exchange with everything copied and the handle set up (taken from the caller), or with
 * `early` set. */
struct http_exchange *http_exchange_create(const struct http_call *call, CURL *easy);
/* Wipes and frees all but the handle. */
void http_exchange_free(struct http_exchange *exchange);
/* What can be said when libcurl has finished with it. Borrows the exchange. */
struct http_answer http_exchange_answer(const struct http_exchange *exchange);

#endif
