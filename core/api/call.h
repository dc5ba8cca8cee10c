/*
 * One request on its way through a handler: who asks, what was asked for, and where memory for it
 * comes from. Handlers read it; it is answered exactly once, through answer.h, and gone then.
 */
#ifndef NB_API_CALL_H
#define NB_API_CALL_H

#include "core/api/route.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/http/router.h"
#include "core/http/server.h"
#include "core/http/token.h"
#include "core/store/operation.h"

#include <jansson.h>

struct api;
struct config_accounts;

#define API_CALL_MAGIC 0x4143414cu
#define API_CALL_BYTES ((size_t)4 * 1024 * 1024) /* ceiling of a call's arena */

struct api_actor {
    struct user_id user; /* 0 on a public route */
    struct public_id user_public;
    enum api_role role;
    enum store_role pool;
    /* Of staff always; of finance, admin, auditor and custodian perhaps; else 0. */
    struct hotline_id hotline;
    struct provider_id provider; /* of provider people always; else 0 */
    int64_t partner;             /* of partners always; else 0 */
};

struct api_call {
    unsigned magic;
    struct api_call *next; /* on whatever list it waits */
    struct api *api;
    struct http_request *http;
    const struct api_route *route; /* NULL until it is found */
    struct http_match match;
    struct nb_mono started;
    struct nb_arena *arena;
    struct api_actor actor;
    json_t *query;         /* an object of typed values, checked; NULL when the route takes none */
    json_t *body;          /* checked against route->body; NULL when the route takes none */
    struct public_id id;   /* {id} of the path */
    int64_t match_version; /* of If-Match: the version that was read; 0 for "*" */
    /* Of everything but GET. POST: the client's key; else a key of our own. */
    struct store_operation operation;
    char key[HTTP_IDEMPOTENCY_KEY_TEXT];
    int write_status; /* after api_write_ok: what the operation means */
    bool replayed;
    void *state; /* the handler's own, from arena */
};

struct store *api_store(const struct api_call *call);
struct plugins *api_plugins(const struct api_call *call);
struct vault_keys *api_keys(const struct api_call *call);
/* NULL: none are configured. */
const struct config_accounts *api_accounts(const struct api_call *call);

/* Zeroed, and gone with the call. Never NULL: what is asked for here has a fixed size. */
void *api_alloc(struct api_call *call, size_t bytes);

/* Values of call->body, call->query or a part of them, already checked: absent and null alike. */
const char *api_text(const json_t *from, const char *name); /* NULL when absent */
int64_t api_int(const json_t *from, const char *name, int64_t if_absent);
bool api_bool(const json_t *from, const char *name, bool if_absent);
bool api_given(const json_t *from, const char *name);
/* False when absent. */
bool api_id(const json_t *from, const char *name, struct public_id *ret_id);
bool api_night(const json_t *from, const char *name, struct night *ret_night);

#endif
