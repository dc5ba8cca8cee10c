#include "core/api/api.h"

#include "core/api/private.h"
#include "core/base/mem.h"

#define API_MAGIC 0x41504921u

/* --- calls --- */

static struct api_call *call_begin(struct api *api, struct http_request *request)
{
    struct api_call *call = api->spare;
    struct nb_arena *arena;

    if (call != NULL) {
        api->spare = call->next;
        api->spare_count--;
        arena = call->arena;
    } else {
        call = nb_alloc(sizeof(*call));
        arena = nb_arena_create(API_CALL_BYTES);
    }
    *call = (struct api_call){.magic = API_CALL_MAGIC,
                              .api = api,
                              .http = request,
                              .arena = arena,
                              .started = nb_mono_now()};
    api->in_flight++;
    api_observe_in_flight(api->observe, api->in_flight);
    return call;
}

static void call_free(struct api_call *call)
{
    nb_arena_destroy(call->arena);
    nb_free(call);
}

static void free_api(struct api *api)
{
    while (api->spare != NULL) {
        struct api_call *call = api->spare;
        api->spare = call->next;
        call_free(call);
    }
    http_constant_destroy(api->live);
    http_constant_destroy(api->openapi);
    api_observe_destroy(api->observe);
    api_auth_destroy(api->auth);
    http_router_destroy(api->router);
    nb_free(api->table);
    api->magic = 0;
    nb_free(api);
}

/* The last request of an api that is drained, or was destroyed before. */
static void on_empty(struct api *api)
{
    if (api->ended) {
        free_api(api);
    } else if (api->drained != NULL) {
        loop_next_turn(api->config.loop, api->drained, api->drained_data);
        api->drained = NULL;
    }
}

void api_call_end(struct api_call *call)
{
    struct api *api = call->api;

    NB_ASSERT(call->http == NULL);
    json_decref(call->body);
    json_decref(call->query);
    call->magic = 0;
    if (call->actor.user.v != 0) {
        api_auth_leave(api->auth, call->actor.user);
    }
    if (api->spare_count != API_SPARE_CALLS) {
        nb_arena_reset(call->arena);
        call->next = api->spare;
        api->spare = call;
        api->spare_count++;
    } else {
        call_free(call);
    }
    api->in_flight--;
    api_observe_in_flight(api->observe, api->in_flight);
    if (api->in_flight == 0) {
        on_empty(api);
    }
}

/* --- the way of a request --- */

static void refuse_role(struct api_call *call)
{
    api_refuse(call, 403, "role", "Your token does not carry a right that may do this.");
}

/* The actor is known. */
static void go_on(struct api_call *call)
{
    const struct api_route *route = call->route;

    if (route->roles != API_PUBLIC && (route->roles & API_BIT(call->actor.role)) == 0) {
        refuse_role(call);
        return;
    }
    if (api_check_headers(call) && api_check_query(call) && api_check_body(call) &&
        api_check_operation(call)) {
        route->handle(call);
    }
}

static void refuse_method(struct api_call *call)
{
    api_refuse(call, 405, "method", "This address answers other methods; see the Allow header.");
}

void api_handle(void *data, struct http_request *request)
{
    struct api *api = data;

    NB_CHECK_MAGIC(api, API_MAGIC);
    struct api_call *call = call_begin(api, request);
    enum http_route_result found = http_router_find(api->router, http_request_method(request),
                                                    http_request_path(request), &call->match);
    switch (found) {
    case HTTP_ROUTE_FOUND:
        call->route = call->match.route->info;
        if (call->route->roles == API_PUBLIC) {
            go_on(call);
        } else {
            api_auth_find(api->auth, call, go_on);
        }
        return;
    case HTTP_ROUTE_NO_METHOD:
        refuse_method(call);
        return;
    case HTTP_ROUTE_NO_PATH:
    case HTTP_ROUTE_NONE:
        break;
    }
    api_refuse(call, 404, "no_such_address", "There is no such address; see /openapi.json.");
}

/* --- the object --- */

static void build_table(struct api *api)
{
    size_t at = 0;

    for (const struct api_routes *const *list = api_all_routes; *list != NULL; list++) {
        api->route_count += (*list)->count;
    }
    api->table = nb_alloc_array(api->route_count, sizeof(*api->table));
    for (const struct api_routes *const *list = api_all_routes; *list != NULL; list++) {
        for (size_t i = 0; i < (*list)->count; i++) {
            const struct api_route *route = &(*list)->routes[i];
            NB_ASSERT(route->handle != NULL && route->summary != NULL && route->success != 0);
            api->table[at++] = (struct http_route){
                .method = route->method, .pattern = route->pattern, .info = route};
        }
    }
}

struct api *api_create(const struct api_config *config)
{
    struct api *api = nb_alloc(sizeof(*api));

    NB_ASSERT(store_has(config->store, STORE_STAFF));
    NB_ASSERT(config->token_ms >= 0 && config->token_ms < 1000);
    api->magic = API_MAGIC;
    api->config = *config;
    build_table(api);
    api->router = http_router_create(api->table, api->route_count);
    api->auth = api_auth_create(api);
    api->observe = api_observe_create(api);
    return api;
}

struct api *api_destroy(struct api *api)
{
    if (api == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(api, API_MAGIC);
    if (api->in_flight > 0) {
        api->ended = true;
        return NULL;
    }
    free_api(api);
    return NULL;
}

size_t api_in_flight(const struct api *api)
{
    NB_CHECK_MAGIC(api, API_MAGIC);
    return api->in_flight;
}

void api_drain(struct api *api, loop_call_fn drained, void *data)
{
    NB_CHECK_MAGIC(api, API_MAGIC);
    NB_ASSERT(api->drained == NULL);
    if (api->in_flight == 0) {
        loop_next_turn(api->config.loop, drained, data);
        return;
    }
    api->drained = drained;
    api->drained_data = data;
}
