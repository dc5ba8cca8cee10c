/*
 * What machines ask about this process: is it alive, may it be sent work, its counters, and the
 * document of the API itself. No token: they tell nothing of guests, places or partners.
 */
#include "core/api/private.h"
#include "core/base/buf.h"

#include <stdlib.h>
#include <string.h>

#define METRICS_BYTES ((size_t)1024 * 1024)

static const struct http_field state_fields[] = {
    {.name = "state",
     .type = HTTP_TEXT,
     .required = true,
     .about = "ok or ready.",
     .example = "ok"},
};
API_FIELDS(state, "State", state_fields);

/* Answers what is the same for everybody. */
static void respond_constant(struct api_call *call, const struct http_constant *constant)
{
    http_respond_constant(call->http, constant);
    call->http = NULL;
    api_observe_answer(call->api->observe, call, 200, NULL);
    api_call_end(call);
}

static void live(struct api_call *call)
{
    static const char text[] = "{\"state\":\"ok\"}";
    struct api *api = call->api;

    if (api->live == NULL) {
        api->live = http_constant_create(&(struct http_response){.status = 200,
                                                                 .content_type = "application/json",
                                                                 .body = text,
                                                                 .body_bytes = strlen(text)});
    }
    respond_constant(call, api->live);
}

static void ready(struct api_call *call)
{
    const struct api_config *config = &call->api->config;
    struct nb_err why = {0};

    if (!store_ready(config->store)) {
        const struct nb_err *err = store_last_error(config->store);
        api_refuse(call, 503, "database", "A connection to the database is not there (%s).",
                   err->code[0] != '\0' ? err->code : "connecting");
    } else if (config->ready != NULL && !config->ready(config->data, &why)) {
        api_refuse(call, 503, why.code[0] != '\0' ? why.code : "starting", "%s", why.text);
    } else {
        api_answer(call, json_pack("{s:s}", "state", "ready"));
    }
}

static void metrics(struct api_call *call)
{
    const struct api_config *config = &call->api->config;
    struct nb_buf text;

    nb_buf_init(&text, METRICS_BYTES);
    if (config->write_metrics != NULL) {
        config->write_metrics(config->data, &text);
    } else {
        http_metrics_write(config->metrics, &text);
    }
    NB_ASSERT(!text.failed);
    struct http_response response = {
        .status = 200, .content_type = HTTP_METRICS_TYPE, .body_bytes = text.length, .take = true};
    response.body = nb_buf_take(&text);
    http_respond(call->http, &response);
    call->http = NULL;
    api_observe_answer(call->api->observe, call, response.status, NULL);
    api_call_end(call);
}

char *api_openapi(const struct api *api)
{
    json_t *document = api_openapi_document(api);
    char *text = json_dumps(document, JSON_INDENT(1));

    NB_ASSERT(text != NULL);
    json_decref(document);
    return text;
}

/* The document does not change while the process lives. */
static void openapi(struct api_call *call)
{
    struct api *api = call->api;

    if (api->openapi == NULL) {
        char *text = api_openapi(api);
        api->openapi = http_constant_create(&(struct http_response){
            .status = 200,
            .content_type = "application/json",
            .body = text,
            .body_bytes = strlen(text),
            .headers = &(struct http_header){.name = "Cache-Control", .value = "max-age=60"},
            .header_count = 1});
        free(text);
    }
    respond_constant(call, api->openapi);
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/livez",
     .roles = API_PUBLIC,
     .summary = "Is the process alive?",
     .answer = &state,
     .success = 200,
     .handle = live},
    {.method = HTTP_GET,
     .pattern = "/readyz",
     .roles = API_PUBLIC,
     .summary = "May it be sent work?",
     .about = "503 with the reason while the database, a plugin host or the schema is not ready.",
     .answer = &state,
     .success = 200,
     .handle = ready},
    {.method = HTTP_GET,
     .pattern = "/metrics",
     .roles = API_PUBLIC,
     .summary = "Counters of this process, as Prometheus reads them.",
     .success = 200,
     .handle = metrics},
    {.method = HTTP_GET,
     .pattern = "/openapi.json",
     .roles = API_PUBLIC,
     .summary = "This document.",
     .success = 200,
     .handle = openapi},
};
API_ROUTES(api_health_routes, "Health", routes);
