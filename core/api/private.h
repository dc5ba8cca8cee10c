/*
 * What the frame's own files share: api.c (a request's way), auth.c (whose token), check.c
 * (headers, query, body), answer.c (the way out), observe.c (log and counters), openapi.c. No
 * resource includes it.
 */
#ifndef NB_API_PRIVATE_H
#define NB_API_PRIVATE_H

#include "core/api/answer.h"
#include "core/api/api.h"
#include "core/api/call.h"

#define API_SPARE_CALLS NB_SPARE(256)

struct api_auth;
struct api_observe;

struct api {
    unsigned magic;
    struct api_config config;
    struct http_route *table; /* what the router borrows; info is a struct api_route */
    size_t route_count;
    struct http_router *router;
    struct api_auth *auth;
    struct api_observe *observe;
    struct http_constant *live; /* both NULL until first asked for */
    struct http_constant *openapi;
    size_t in_flight;
    struct api_call *spare;
    size_t spare_count;
    bool ended; /* destroyed with requests in flight: the last one frees it */
    loop_call_fn drained;
    void *drained_data;
};

/* api.c: takes call, whose request was answered. */
void api_call_end(struct api_call *call);

/* auth.c */
struct api_auth *api_auth_create(struct api *api);
struct api_auth *api_auth_destroy(struct api_auth *auth);
/* Fills call->actor and calls go_on(call), in this call or a later turn; or answers 401, 403, 429
 * or 503. */
void api_auth_find(struct api_auth *auth, struct api_call *call, void (*go_on)(struct api_call *));
/* A request of this user was answered. */
void api_auth_leave(struct api_auth *auth, struct user_id user);

/* check.c: each answers the call when it returns false. */
bool api_check_headers(struct api_call *call) NB_MUST_CHECK;
bool api_check_query(struct api_call *call) NB_MUST_CHECK;
bool api_check_body(struct api_call *call) NB_MUST_CHECK;
/* {id}, Idempotency-Key, If-Match, fingerprint. */
bool api_check_operation(struct api_call *call) NB_MUST_CHECK;
/* The query's fields as a table of its own, pages' included; NULL when the route takes none. */
const struct http_field *api_page_fields(size_t *ret_count);

/* observe.c: counters, histogram, log line. */
struct api_observe *api_observe_create(struct api *api);
struct api_observe *api_observe_destroy(struct api_observe *observe);
/* problem: its code, NULL for an answer that is none. */
void api_observe_answer(struct api_observe *observe, const struct api_call *call, int status,
                        const char *problem);
/* A request came or was answered. */
void api_observe_in_flight(struct api_observe *observe, size_t count);

/* openapi.c: gives the document. */
json_t *api_openapi_document(const struct api *api);

#endif
