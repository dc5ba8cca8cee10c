/*
 * The HTTP API of one process: every request goes route → token → role → headers and body →
 * handler, and is answered in one place (answer.h). core/api/README.md says how to add a resource.
 * Invariant: whatever a handler sees was checked against the route's tables, and belongs to an
 * actor who may use that route.
 */
#ifndef NB_API_API_H
#define NB_API_API_H

#include "core/base/err.h"
#include "core/http/metrics.h"
#include "core/http/server.h"
#include "core/loop/turn.h"

#include <stdbool.h>
#include <stdint.h>

struct api;
struct config_accounts;
struct plugins;
struct store;
struct vault_keys;

/* Everything pointed to is borrowed and outlives the api. */
struct api_config {
    struct loop *loop;
    struct store *store;          /* with a pool for each login role whose people may call */
    struct vault_keys *keys;      /* fingerprints, sealing; refreshed by its owner */
    struct http_metrics *metrics; /* the api's series are declared here; one api per registry */
    struct plugins *plugins;      /* core/scheduler/plugins.h; NULL: none */
    /* What a person needs to act for a points account (core/config/accounts.h); NULL: none. */
    const struct config_accounts *accounts;
    /* More of /readyz than the store: plugin hosts, schema. NULL: nothing more. */
    bool (*ready)(void *data, struct nb_err *ret_why);
    /* Writes the registry for /metrics, brought up to date; NULL: as it stands. */
    void (*write_metrics)(void *data, struct nb_buf *buf);
    void *data;          /* of these two */
    const char *version; /* of the product, for /openapi.json; NULL: "0" */
    int64_t token_ms;    /* a token's rights are asked for again after this; 0: 500, below 1000 */
    int user_in_flight;  /* requests of one user at once, the next is 429; 0: 512 */
    bool quiet;          /* no line for each request in the log */
    /* For tests: every successful answer is held against its route's table, and a difference
     * aborts. */
    bool check_answers;
};

/* Needs a pool for STORE_STAFF: tokens are looked up there. Never NULL. */
struct api *api_create(const struct api_config *config);
/* After the server and before what it borrows. Requests still in flight are answered by the store's
 * end, and the last one frees it. Accepts NULL, returns NULL. */
struct api *api_destroy(struct api *api);

/* The handler of struct http_server_config; data is the api. */
void api_handle(void *api, struct http_request *request);

/* Requests that are not answered yet. */
size_t api_in_flight(const struct api *api);
/* Calls drained(data) once, in a later turn, when nothing is in flight. New requests are still
 * served until then: the server is stopped first. */
void api_drain(struct api *api, loop_call_fn drained, void *data);

/* Gives the document of /openapi.json. */
char *api_openapi(const struct api *api);

#endif
