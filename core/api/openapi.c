/*
 * The document of /openapi.json, written from the route table and nothing else: what it says is
 * what the frame checks.
 */
#include "core/api/example.h"
#include "core/api/page.h"
#include "core/api/private.h"
#include "core/base/buf.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

#define REF_BYTES 96

static void add(json_t *array, json_t *value)
{
    NB_ASSERT(json_array_append_new(array, value) == 0);
}

static json_t *reference(const char *kind, const char *name)
{
    char text[REF_BYTES];

    (void)snprintf(text, sizeof(text), "#/components/%s/%s", kind, name);
    return json_pack("{s:s}", "$ref", text);
}

/* The table's schema, once among the components. */
static json_t *schema_reference(json_t *components, const struct http_fields *fields)
{
    json_t *schemas = json_object_get(components, "schemas");

    NB_ASSERT(fields->title != NULL);
    if (json_object_get(schemas, fields->title) == NULL) {
        api_put(schemas, fields->title, http_fields_schema(fields));
    }
    return reference("schemas", fields->title);
}

/* --- parameters --- */

static json_t *parameter(const char *name, const char *in, bool required, const char *about,
                         json_t *schema)
{
    json_t *json = json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", in, "required",
                             (int)required, "schema", schema);

    NB_ASSERT(json != NULL);
    if (about != NULL) {
        api_put(json, "description", json_string(about));
    }
    return json;
}

static void add_path_parameters(json_t *parameters, const char *pattern)
{
    for (const char *open = strchr(pattern, '{'); open != NULL; open = strchr(open + 1, '{')) {
        char name[64];
        size_t bytes = strcspn(open + 1, "}");
        NB_ASSERT(bytes < sizeof(name));
        memcpy(name, open + 1, bytes);
        name[bytes] = '\0';
        json_t *schema = strcmp(name, "id") == 0
                             ? json_pack("{s:s, s:s}", "type", "string", "format", "uuid")
                             : json_pack("{s:s}", "type", "string");
        add(parameters, parameter(name, "path", true, NULL, schema));
    }
}

/* One field's schema, taken out of the schema of a table that holds only it. */
static json_t *schema_of(const struct http_field *field)
{
    const struct http_fields alone = {.title = NULL, .fields = field, .count = 1};
    json_t *table = http_fields_schema(&alone);
    json_t *schema = json_object_get(json_object_get(table, "properties"), field->name);

    json_incref(schema);
    json_decref(table);
    return schema;
}

static void add_query_parameters(json_t *parameters, const struct http_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(parameters, parameter(fields[i].name, "query", fields[i].required, fields[i].about,
                                  schema_of(&fields[i])));
    }
}

static json_t *parameters_of(const struct api_route *route)
{
    json_t *parameters = json_array();
    size_t page_count = 0;
    const struct http_field *page = api_page_fields(&page_count);

    add_path_parameters(parameters, route->pattern);
    if (route->query != NULL) {
        add_query_parameters(parameters, route->query->fields, route->query->count);
    }
    if (route->shape == API_PAGE) {
        add_query_parameters(parameters, page, page_count);
    }
    if (route->method != HTTP_GET) {
        add(parameters,
            reference("parameters",
                      route->method == HTTP_POST ? "IdempotencyKey" : "OptionalIdempotencyKey"));
    }
    if ((route->flags & API_NEEDS_MATCH) != 0) {
        add(parameters, reference("parameters", "IfMatch"));
    }
    return parameters;
}

/* --- answers --- */

static json_t *page_schema(json_t *item)
{
    return json_pack("{s:s, s:{s:{s:s, s:o, s:i}, s:{s:[s, s], s:s}}, s:[s, s], s:b}", "type",
                     "object", "properties", "items", "type", "array", "items", item, "maxItems",
                     API_PAGE_MOST, "next", "type", "string", "null", "description",
                     "Cursor of the next page; null on the last one.", "required", "items", "next",
                     "additionalProperties", 0);
}

static json_t *list_schema(json_t *item)
{
    return json_pack("{s:s, s:{s:{s:s, s:o}}, s:[s], s:b}", "type", "object", "properties", "items",
                     "type", "array", "items", item, "required", "items", "additionalProperties",
                     0);
}

static json_t *shaped_schema(enum api_shape shape, json_t *item)
{
    switch (shape) {
    case API_PAGE:
        return page_schema(item);
    case API_LIST:
        return list_schema(item);
    case API_ONE:
        break;
    }
    return item;
}

static json_t *success_answer(json_t *components, const struct api_route *route)
{
    json_t *answer =
        json_pack("{s:s, s:{}}", "description", http_status_text(route->success), "headers");
    json_t *headers = json_object_get(answer, "headers");

    if ((route->flags & API_VERSIONED) != 0) {
        api_put(headers, "ETag", reference("headers", "ETag"));
    }
    if (route->method != HTTP_GET) {
        api_put(headers, "Idempotency-Replayed", reference("headers", "IdempotencyReplayed"));
    }
    if (route->answer != NULL) {
        json_t *schema = shaped_schema(route->shape, schema_reference(components, route->answer));
        api_put(answer, "content", json_pack("{s:{s:o}}", "application/json", "schema", schema));
    }
    return answer;
}

/* When the frame itself answers with a problem. */
struct problem_rule {
    int status;
    const char *when;
    const char *header;
};

static const struct problem_rule problem_rules[] = {
    {400, "Malformed JSON, a query that cannot be read, or a missing Idempotency-Key.", NULL},
    {401, "No token, or one that is unknown, revoked or past its end.", "WWW-Authenticate"},
    {403, "The token's right may not do this.", NULL},
    {404, "It does not exist, or belongs to somebody else.", NULL},
    {405, "Another method.", "Allow"},
    {406, "Accept excludes application/json.", NULL},
    {409, "Something else came first, or the same operation is running (then with Retry-After).",
     "Retry-After"},
    {412, "If-Match names another version.", NULL},
    {413, "The body is too large.", NULL},
    {415, "The body is not declared as application/json.", NULL},
    {422,
     "Fields that cannot be accepted, each with its pointer; or a key used for another request.",
     NULL},
    {428, "If-Match is missing.", NULL},
    {429, "Too many requests of one account at once.", "Retry-After"},
    {500, "A mistake of ours.", NULL},
    {503, "Not now; or the outcome is not known and the same key finds it out.", "Retry-After"},
};

static bool may_answer(const struct api_route *route, int status)
{
    bool open = route->roles == API_PUBLIC;
    bool write = route->method != HTTP_GET;

    switch (status) {
    case 400:
        return route->query != NULL || route->shape == API_PAGE || write;
    case 401:
    case 403:
    case 429:
        return !open;
    case 404:
        return !open && (write || strchr(route->pattern, '{') != NULL);
    case 406:
        return route->answer != NULL;
    case 409:
        return write;
    case 412:
    case 428:
        return (route->flags & API_NEEDS_MATCH) != 0;
    case 413:
    case 415:
        return route->body != NULL;
    case 422:
        return write;
    case 503:
        return !open || strcmp(route->pattern, "/readyz") == 0;
    default: /* 405, 500 */
        return true;
    }
}

static json_t *answers_of(json_t *components, const struct api_route *route)
{
    json_t *answers = json_object();
    char status[8];

    (void)snprintf(status, sizeof(status), "%d", route->success);
    api_put(answers, status, success_answer(components, route));
    if ((route->flags & API_VERSIONED) != 0 && route->method == HTTP_GET) {
        api_put(answers, "304", json_pack("{s:s}", "description", "It has not changed."));
    }
    for (size_t i = 0; i < NB_COUNT(problem_rules); i++) {
        if (may_answer(route, problem_rules[i].status)) {
            (void)snprintf(status, sizeof(status), "%d", problem_rules[i].status);
            api_put(answers, status, reference("responses", status));
        }
    }
    return answers;
}

/* --- operations --- */

static json_t *security_of(const struct api_route *route)
{
    json_t *words = json_array();

    if (route->roles == API_PUBLIC) {
        return words;
    }
    for (int role = API_SPECIALIST; role < API_ROLES; role++) {
        if ((route->roles & API_BIT(role)) != 0) {
            add(words, json_string(api_role_name((enum api_role)role)));
        }
    }
    return json_pack("[{s:o}]", "bearer", words);
}

static json_t *body_of(json_t *components, const struct http_fields *fields)
{
    return json_pack("{s:b, s:{s:{s:o, s:o}}}", "required", 1, "content", "application/json",
                     "schema", schema_reference(components, fields), "example",
                     api_example(fields));
}

static json_t *operation_of(json_t *components, const struct api_routes *list,
                            const struct api_route *route)
{
    json_t *operation = json_pack("{s:[s], s:s, s:o, s:o, s:o}", "tags", list->tag, "summary",
                                  route->summary, "security", security_of(route), "parameters",
                                  parameters_of(route), "responses", answers_of(components, route));

    NB_ASSERT(operation != NULL);
    if (route->about != NULL) {
        api_put(operation, "description", json_string(route->about));
    }
    if (route->body != NULL) {
        api_put(operation, "requestBody", body_of(components, route->body));
    }
    return operation;
}

static void put_operation(json_t *paths, const struct api_route *route, json_t *operation)
{
    char method[16];
    size_t at = 0;
    json_t *path = json_object_get(paths, route->pattern);

    if (path == NULL) {
        path = json_object();
        api_put(paths, route->pattern, path);
    }
    for (const char *p = http_method_name(route->method); *p != '\0'; p++) {
        method[at++] = (char)(*p | 0x20);
    }
    method[at] = '\0';
    api_put(path, method, operation);
}

/* --- components --- */

static json_t *problem_schema(void)
{
    return json_pack(
        "{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:s}, s:{s:s, s:{s:s, s:{s:{s:s, "
        "s:s}, s:{s:s}}, s:[s, s]}}, s:{s:s}}, s:[s, s, s, s, s]}",
        "type", "object", "properties", "type", "type", "string", "title", "type", "string",
        "status", "type", "integer", "detail", "type", "string", "code", "type", "string",
        "description", "A stable word for programs.", "errors", "type", "array", "items", "type",
        "object", "properties", "pointer", "type", "string", "description",
        "RFC 6901; empty for the whole body.", "detail", "type", "string", "required", "pointer",
        "detail", "errors_left_out", "type", "integer", "required", "type", "title", "status",
        "detail", "code");
}

static json_t *header(const char *about)
{
    return json_pack("{s:s, s:{s:s}}", "description", about, "schema", "type", "string");
}

static json_t *problem_answers(void)
{
    json_t *answers = json_object();

    for (size_t i = 0; i < NB_COUNT(problem_rules); i++) {
        const struct problem_rule *rule = &problem_rules[i];
        char status[8];
        json_t *answer = json_pack("{s:s, s:{s:{s:o}}}", "description", rule->when, "content",
                                   HTTP_PROBLEM_TYPE, "schema", reference("schemas", "Problem"));
        if (rule->header != NULL) {
            api_put(answer, "headers",
                    json_pack("{s:o}", rule->header, reference("headers", rule->header)));
        }
        (void)snprintf(status, sizeof(status), "%d", rule->status);
        api_put(answers, status, answer);
    }
    return answers;
}

static json_t *shared_parameters(void)
{
    static const char key_about[] =
        "1 to 255 visible characters, new for each operation. The same key with the same request "
        "has one effect and the same answer; with another request it is refused.";
    json_t *parameters = json_object();
    json_t *schema = json_pack("{s:s, s:i, s:i}", "type", "string", "minLength", 1, "maxLength",
                               HTTP_IDEMPOTENCY_KEY_TEXT - 1);

    api_put(parameters, "IdempotencyKey",
            parameter("Idempotency-Key", "header", true, key_about, json_incref(schema)));
    api_put(parameters, "OptionalIdempotencyKey",
            parameter("Idempotency-Key", "header", false, key_about, schema));
    api_put(parameters, "IfMatch",
            parameter("If-Match", "header", true, "The ETag that was read, or *.",
                      json_pack("{s:s}", "type", "string")));
    return parameters;
}

static json_t *components_new(void)
{
    json_t *headers = json_object();

    api_put(headers, "ETag", header("The version that was read or made."));
    api_put(headers, "IdempotencyReplayed",
            header("true when the operation had been done before under the same key."));
    api_put(headers, "WWW-Authenticate", header("Bearer."));
    api_put(headers, "Allow", header("The methods of this address."));
    api_put(headers, "Retry-After", header("Seconds."));
    return json_pack("{s:{s:{s:s, s:s}}, s:{s:o}, s:o, s:o, s:o}", "securitySchemes", "bearer",
                     "type", "http", "scheme", "bearer", "schemas", "Problem", problem_schema(),
                     "responses", problem_answers(), "parameters", shared_parameters(), "headers",
                     headers);
}

json_t *api_openapi_document(const struct api *api)
{
    const char *version = api->config.version == NULL ? "0" : api->config.version;
    json_t *components = components_new();
    json_t *paths = json_object();
    json_t *tags = json_array();

    NB_ASSERT(components != NULL);
    for (const struct api_routes *const *list = api_all_routes; *list != NULL; list++) {
        add(tags, json_pack("{s:s}", "name", (*list)->tag));
        for (size_t i = 0; i < (*list)->count; i++) {
            const struct api_route *route = &(*list)->routes[i];
            put_operation(paths, route, operation_of(components, *list, route));
        }
    }
    json_t *document = json_pack("{s:s, s:{s:s, s:s}, s:o, s:o, s:o}", "openapi", "3.1.0", "info",
                                 "title", "Nightbridge", "version", version, "tags", tags, "paths",
                                 paths, "components", components);
    NB_ASSERT(document != NULL);
    return document;
}
