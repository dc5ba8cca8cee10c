/*
 * Headers, query and body of a request against its route's tables, before a handler sees them.
 */
#include "core/api/page.h"
#include "core/api/private.h"
#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/http/body.h"
#include "core/vault/fingerprint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define QUERY_FIELDS_MOST 16
#define CANONICAL_BYTES ((size_t)4 * 1024 * 1024)

/* --- Accept, Content-Type --- */

/* "q=0" means: anything but this. */
static bool is_refusal(const char *parameters, size_t bytes)
{
    const char *q = memmem(parameters, bytes, "q=0", 3);

    return q != NULL &&
           strspn(q + 2, "0.") == strcspn(q + 2, ", \t;"); /* 0, 0.0, 0.00, but not 0.1 */
}

static bool accepts_json(const char *accept)
{
    static const char *const fine[] = {"*/*", "application/*", "application/json",
                                       "application/problem+json"};

    while (*accept != '\0') {
        accept += strspn(accept, ", \t");
        size_t member = strcspn(accept, ",");
        size_t type = strcspn(accept, ",; \t");
        for (size_t i = 0; i < NB_COUNT(fine); i++) {
            if (strlen(fine[i]) == type && strncasecmp(accept, fine[i], type) == 0 &&
                !is_refusal(accept + type, member - type)) {
                return true;
            }
        }
        accept += member;
    }
    return false;
}

bool api_check_headers(struct api_call *call)
{
    const char *accept = http_request_header(call->http, "Accept");
    size_t body_bytes = 0;

    (void)http_request_body(call->http, &body_bytes);
    if (call->route->answer != NULL && accept != NULL && !accepts_json(accept)) {
        api_refuse(call, 406, "not_acceptable", "This address answers application/json only.");
        return false;
    }
    if (call->route->body == NULL && body_bytes > 0) {
        api_refuse(call, 400, "body_unexpected", "This request takes no body.");
        return false;
    }
    if (call->route->body != NULL &&
        !http_body_is_json(http_request_header(call->http, "Content-Type"))) {
        api_refuse(call, 415, "media_type", "Send the body as application/json.");
        return false;
    }
    return true;
}

/* --- query --- */

static const char *const page_query[] = {"limit", "cursor"};

const struct http_field *api_page_fields(size_t *ret_count)
{
    static const struct http_field fields[] = {
        {.name = "limit",
         .type = HTTP_INTEGER,
         .min = 1,
         .max = API_PAGE_MOST,
         .about = "Items of one page.",
         .example = "50"},
        {.name = "cursor",
         .type = HTTP_TEXT,
         .min = 1,
         .max = HTTP_CURSOR_TEXT,
         .about = "`next` of the page before."},
    };

    _Static_assert(NB_COUNT(fields) == NB_COUNT(page_query), "a page's parameters");
    *ret_count = NB_COUNT(fields);
    return fields;
}

static const struct http_field *find_field(const struct http_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->fields[i].name, name) == 0) {
            return &fields->fields[i];
        }
    }
    return NULL;
}

/* Text as the type of its field; what does not read as that stays text and is then refused. */
static json_t *typed(const struct http_field *field, const char *text)
{
    if (field != NULL && field->type == HTTP_INTEGER) {
        char *end = NULL;
        errno = 0;
        long long number = strtoll(text, &end, 10);
        bool plain = strspn(text, "-0123456789") == strlen(text) && end != text && *end == '\0';
        if (plain && errno == 0) {
            return json_integer(number);
        }
    }
    if (field != NULL && field->type == HTTP_BOOLEAN) {
        if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
            return json_boolean(text[0] == 't');
        }
    }
    return json_string(text);
}

static struct http_fields query_fields(const struct api_route *route,
                                       struct http_field fields[QUERY_FIELDS_MOST])
{
    size_t count = 0;
    size_t page_count = 0;
    const struct http_field *page = api_page_fields(&page_count);

    for (size_t i = 0; route->query != NULL && i < route->query->count; i++) {
        NB_ASSERT(count < QUERY_FIELDS_MOST - page_count);
        fields[count++] = route->query->fields[i];
    }
    for (size_t i = 0; route->shape == API_PAGE && i < page_count; i++) {
        fields[count++] = page[i];
    }
    return (struct http_fields){.title = NULL, .fields = fields, .count = count};
}

bool api_check_query(struct api_call *call)
{
    struct http_field room[QUERY_FIELDS_MOST];
    struct http_problem problem;
    const struct http_query *query = http_request_queries(call->http);
    const struct http_fields fields = query_fields(call->route, room);

    if (query->count == 0 && fields.count == 0) {
        return true;
    }
    call->query = json_object();
    for (size_t i = 0; i < query->count; i++) {
        const char *name = query->parameters[i].name;
        api_put(call->query, name, typed(find_field(&fields, name), query->parameters[i].value));
    }
    if (http_fields_check(&fields, call->query, &problem)) {
        return true;
    }
    struct http_problem as_query;
    http_problem_init(&as_query, 400, "query_errors",
                      "Some query parameters cannot be accepted; see errors.");
    for (size_t i = 0; i < problem.count; i++) {
        http_problem_add(&as_query, problem.errors[i].pointer, "%s", problem.errors[i].detail);
    }
    api_answer_problem(call, &as_query);
    return false;
}

/* --- body --- */

bool api_check_body(struct api_call *call)
{
    struct http_problem problem;
    size_t bytes = 0;

    if (call->route->body == NULL) {
        return true;
    }
    const char *body = http_request_body(call->http, &bytes);
    /* The server's own ceiling came first. */
    if (!http_body_parse(body, bytes, bytes, &call->body, &problem) ||
        !http_fields_check(call->route->body, call->body, &problem)) {
        api_answer_problem(call, &problem);
        return false;
    }
    return true;
}

/* --- what makes it an operation --- */

static int add_text(const char *text, size_t bytes, void *buf)
{
    nb_buf_add(buf, text, bytes);
    return 0;
}

/* Method, route, parameters of the path and the body with sorted names: what must be the same for
 * two requests to be the same operation. */
static bool take_fingerprint(struct api_call *call)
{
    struct nb_buf text;

    nb_buf_init(&text, CANONICAL_BYTES);
    nb_buf_printf(&text, "%s\n%s\n", http_method_name(call->route->method), call->route->pattern);
    for (size_t i = 0; i < call->match.count; i++) {
        nb_buf_printf(&text, "%s\n", call->match.parameters[i].value);
    }
    if (call->body != NULL) {
        NB_ASSERT(json_dump_callback(call->body, add_text, &text, JSON_COMPACT | JSON_SORT_KEYS) ==
                  0);
    }
    bool fits = !text.failed;
    if (fits) {
        call->operation.fingerprint = vault_print_make(
            call->api->config.keys, VAULT_PRINT_OPERATION, nb_buf_str(&text), text.length);
        /* An intake does not stay in memory that somebody else gets. */
        explicit_bzero(text.data, text.length);
    }
    nb_buf_fini(&text);
    return fits;
}

static bool take_key(struct api_call *call)
{
    struct nb_err err = {0};
    const char *header = http_request_header(call->http, "Idempotency-Key");

    if (header == NULL && call->route->method != HTTP_POST) {
        /* The request repeats itself harmlessly; a key of its own lets the store repeat it too. */
        nb_public_id_format(nb_public_id_random(), call->key);
    } else if (!http_idempotency_key(header, call->key, &err)) {
        api_refuse(call, 400, "idempotency_key", "%s", err.text);
        return false;
    }
    call->operation.actor = call->actor.user;
    call->operation.hotline = call->actor.hotline;
    call->operation.key = call->key;
    if (!take_fingerprint(call)) {
        api_refuse(call, 413, "body_too_large", "The body is too large.");
        return false;
    }
    return true;
}

static bool take_version(struct api_call *call)
{
    const char *header = http_request_header(call->http, "If-Match");
    char *end = NULL;

    if ((call->route->flags & API_NEEDS_MATCH) == 0) {
        return true;
    }
    if (header == NULL) {
        api_refuse(call, 428, "if_match_missing",
                   "Send If-Match with the ETag that you read, so that no change is overwritten.");
        return false;
    }
    if (strcmp(header, "*") == 0) {
        return true;
    }
    errno = 0;
    if (strncmp(header, "\"v", 2) == 0 && header[2] >= '1' && header[2] <= '9') {
        call->match_version = strtoll(header + 2, &end, 10);
    }
    if (end == NULL || errno != 0 || strcmp(end, "\"") != 0) {
        api_refuse(call, 412, "version",
                   "It has changed, or If-Match is no ETag of it; read again.");
        return false;
    }
    return true;
}

static bool take_id(struct api_call *call)
{
    const char *id = http_match_parameter(&call->match, "id");

    if (id != NULL && !nb_public_id_parse(id, &call->id)) {
        api_refuse_absent(call);
        return false;
    }
    return true;
}

bool api_check_operation(struct api_call *call)
{
    return take_id(call) && (call->route->method == HTTP_GET || take_key(call)) &&
           take_version(call);
}
