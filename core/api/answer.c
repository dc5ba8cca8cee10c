#include "core/api/answer.h"

#include "core/api/private.h"
#include "core/base/buf.h"
#include "core/base/log.h"
#include "core/base/mem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROBLEM_BYTES ((size_t)64 * 1024)
/* Pages and documents are bounded far below. */
#define ANSWER_BYTES ((size_t)32 * 1024 * 1024)
#define HEADERS_MOST 4
#define ETAG_TEXT 24

struct headers {
    struct http_header at[HEADERS_MOST];
    size_t count;
};

static void add_header(struct headers *headers, const char *name, const char *value)
{
    NB_ASSERT(headers->count < HEADERS_MOST);
    headers->at[headers->count++] = (struct http_header){.name = name, .value = value};
}

static void respond(struct api_call *call, struct http_response *response,
                    const struct headers *headers, const char *problem)
{
    response->headers = headers->at;
    response->header_count = headers->count;
    http_respond(call->http, response);
    call->http = NULL;
    api_observe_answer(call->api->observe, call, response->status, problem);
    api_call_end(call);
}

/* --- problems --- */

/* What a status owes its reader besides the document (RFC 9110, RFC 6750). */
static void add_duties(const struct api_call *call, const struct http_problem *problem,
                       struct headers *headers)
{
    if (problem->status == 401) {
        add_header(headers, "WWW-Authenticate",
                   strcmp(problem->code, "token_missing") == 0
                       ? "Bearer realm=\"nightbridge\""
                       : "Bearer realm=\"nightbridge\", error=\"invalid_token\"");
    } else if (problem->status == 405) {
        add_header(headers, "Allow", call->match.allow);
    } else if (problem->status == 429 || problem->status == 503 ||
               strcmp(problem->code, "operation_running") == 0) {
        add_header(headers, "Retry-After", "1");
    }
}

void api_answer_problem(struct api_call *call, const struct http_problem *problem)
{
    struct nb_buf text;
    struct headers headers = {0};

    NB_CHECK_MAGIC(call, API_CALL_MAGIC);
    nb_buf_init(&text, PROBLEM_BYTES);
    http_problem_write(problem, &text);
    NB_ASSERT(!text.failed);
    add_duties(call, problem, &headers);
    struct http_response response = {.status = problem->status,
                                     .content_type = HTTP_PROBLEM_TYPE,
                                     .body_bytes = text.length,
                                     .take = true};
    response.body = nb_buf_take(&text);
    respond(call, &response, &headers, problem->code);
}

void api_refuse(struct api_call *call, int status, const char *code, const char *fmt, ...)
{
    struct http_problem problem;
    char detail[sizeof(problem.detail)];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(detail, sizeof(detail), fmt, args);
    va_end(args);
    http_problem_init(&problem, status, code, "%s", detail);
    api_answer_problem(call, &problem);
}

void api_refuse_absent(struct api_call *call)
{
    api_refuse(call, 404, "not_found", "There is nothing here that you may see.");
}

void api_refuse_field(struct api_call *call, const char *pointer, const char *fmt, ...)
{
    struct http_problem problem;
    char detail[sizeof(problem.errors[0].detail)];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(detail, sizeof(detail), fmt, args);
    va_end(args);
    http_problem_init(&problem, 422, "field_errors", "Some fields cannot be accepted; see errors.");
    http_problem_add(&problem, pointer, "%s", detail);
    api_answer_problem(call, &problem);
}

/* --- what the store says --- */

static void refuse_by_error(struct api_call *call, const struct nb_err *err)
{
    struct http_problem problem;

    http_problem_of_err(&problem, err);
    if (problem.status == 429) {
        problem.status = 503; /* the database is full, not the caller too eager */
    } else if (problem.status == 403 || problem.status == 500) {
        /* A pool without the right is our mistake, never the caller's. */
        nb_log(NB_LOG_ERROR, "api_bug", NB_TEXT("route", call->route->pattern),
               NB_TEXT("kind", nb_err_kind_name(err->kind)), NB_TEXT("code", err->code));
        http_problem_init(&problem, 500, "internal", "Something is wrong on our side.");
    }
    api_answer_problem(call, &problem);
}

bool api_result_ok(struct api_call *call, const struct store_result *result)
{
    NB_CHECK_MAGIC(call, API_CALL_MAGIC);
    if (call->write_status != 0 &&
        (result->outcome == STORE_UNAVAILABLE || result->outcome == STORE_UNKNOWN)) {
        api_refuse(call, 503, "done_not_shown",
                   "It was done, and cannot be shown at the moment. Repeat exactly this request "
                   "with the same Idempotency-Key to see it; it is never done twice.");
        return false;
    }
    switch (result->outcome) {
    case STORE_OK:
        return true;
    case STORE_REFUSED:
        refuse_by_error(call, &result->err);
        return false;
    case STORE_UNAVAILABLE:
        api_refuse(call, 503, "unavailable",
                   "The database is not there at the moment; nothing was done. Try again.");
        return false;
    case STORE_UNKNOWN:
        api_refuse(call, 503, "outcome_unknown",
                   "Whether it was done is not known yet. Repeat exactly this request with the "
                   "same Idempotency-Key to find out; it is never done twice.");
        return false;
    case STORE_NONE:
        break;
    }
    NB_ASSERT(!"a result without an outcome");
    return false;
}

/* detail of a function's refusal: {field, allowed}, or further coded facts. */
static void refuse_by_write(struct api_call *call, const struct store_write *write)
{
    struct http_problem problem;
    json_t *detail = write->detail == NULL ? NULL : json_loads(write->detail, 0, NULL);
    const char *field = api_text(detail, "field");
    const char *allowed = api_text(detail, "allowed");
    const char *text = api_text(detail, "text");

    if (write->status == 404) {
        http_problem_init(&problem, 404, "not_found", "There is nothing here that you may see.");
    } else {
        http_problem_init(&problem, write->status, write->outcome, "%s",
                          text != NULL    ? text
                          : field != NULL ? "A field cannot be accepted; see errors."
                                          : "The request cannot be granted as it is.");
    }
    if (field != NULL) {
        char pointer[HTTP_POINTER_BYTES];
        (void)snprintf(pointer, sizeof(pointer), "%s%s", field[0] == '/' ? "" : "/", field);
        http_problem_add(&problem, pointer, "allowed: %s",
                         allowed != NULL ? allowed : "something else");
    }
    json_decref(detail);
    api_answer_problem(call, &problem);
}

bool api_write_ok(struct api_call *call, const struct store_result *result,
                  const struct store_write *write)
{
    if (!api_result_ok(call, result)) {
        return false;
    }
    if (strcmp(write->outcome, "running") == 0) {
        api_refuse(call, 409, "operation_running",
                   "The same operation is being done right now; ask again in a moment.");
        return false;
    }
    /* With a detail it is the function's own word: something was not read back as asked for. */
    if (strcmp(write->outcome, "mismatch") == 0 && write->detail == NULL) {
        api_refuse(call, 422, "idempotency_key_reused",
                   "This Idempotency-Key was used for another request; take a new one.");
        return false;
    }
    if (write->status >= 400) {
        refuse_by_write(call, write);
        return false;
    }
    call->write_status = write->status;
    call->replayed = write->replayed;
    return true;
}

/* --- success --- */

static void check_item(const struct api_call *call, const json_t *item)
{
    struct http_problem problem;
    bool fits = http_fields_check(call->route->answer, item, &problem);

    if (!fits) {
        (void)fprintf(stderr, "%s: %s %s\n", call->route->pattern, problem.errors[0].pointer,
                      problem.errors[0].detail);
    }
    NB_ASSERT(fits);
}

static void check_answer(const struct api_call *call, const json_t *json)
{
    const json_t *item;
    size_t i;

    NB_ASSERT((json == NULL) == (call->route->answer == NULL));
    if (json != NULL && call->route->shape == API_ONE) {
        check_item(call, json);
        return;
    }
    json_array_foreach(json_object_get(json, "items"), i, item)
    {
        check_item(call, item);
    }
}

/* What leaves is what is checked. */
static void check_text(const struct api_call *call, const struct nb_buf *text)
{
    json_t *json = json_loadb(nb_buf_str(text), text->length, 0, NULL);

    NB_ASSERT(json != NULL);
    check_answer(call, json);
    json_decref(json);
}

static void answer_json(struct api_call *call, json_t *json, const struct api_raw *raw,
                        size_t raw_count, struct headers *headers)
{
    struct http_response response = {.status = call->write_status != 0 ? call->write_status
                                                                       : call->route->success};

    NB_CHECK_MAGIC(call, API_CALL_MAGIC);
    if (call->replayed) {
        add_header(headers, "Idempotency-Replayed", "true");
    }
    if (json != NULL) {
        struct nb_buf text;
        nb_buf_init(&text, ANSWER_BYTES);
        if (raw_count > 0) {
            api_json_write_with(&text, json, raw, raw_count);
        } else {
            api_json_write(&text, json);
        }
        NB_ASSERT(!text.failed);
        json_decref(json);
        if (call->api->config.check_answers) {
            check_text(call, &text);
        }
        response.content_type = "application/json";
        response.body_bytes = text.length;
        response.take = true;
        response.body = nb_buf_take(&text);
    } else if (call->api->config.check_answers) {
        check_answer(call, NULL);
    }
    respond(call, &response, headers, NULL);
}

void api_answer(struct api_call *call, json_t *json)
{
    struct headers headers = {0};

    answer_json(call, json, NULL, 0, &headers);
}

void api_answer_versioned(struct api_call *call, int64_t version, json_t *json)
{
    api_answer_versioned_with(call, version, json, NULL, 0);
}

void api_answer_versioned_with(struct api_call *call, int64_t version, json_t *json,
                               const struct api_raw *raw, size_t raw_count)
{
    struct headers headers = {0};
    char etag[ETAG_TEXT];

    NB_ASSERT((call->route->flags & API_VERSIONED) != 0);
    (void)snprintf(etag, sizeof(etag), "\"v%" PRId64 "\"", version);
    add_header(&headers, "ETag", etag);
    if (call->route->method == HTTP_GET &&
        http_etag_listed(http_request_header(call->http, "If-None-Match"), etag)) {
        json_decref(json);
        struct http_response response = {.status = 304};
        respond(call, &response, &headers, NULL);
        return;
    }
    answer_json(call, json, raw, raw_count, &headers);
}

/* --- values --- */

void api_put(json_t *object, const char *name, json_t *value)
{
    NB_ASSERT(json_object_set_new(object, name, value) == 0);
}

json_t *api_json_id(struct public_id id)
{
    char text[NB_PUBLIC_ID_TEXT];

    nb_public_id_format(id, text);
    return json_string(text);
}

json_t *api_json_night(struct night night)
{
    char text[NB_NIGHT_TEXT];

    nb_night_format(night, text);
    return json_string(text);
}

json_t *api_json_instant(struct nb_instant at)
{
    char text[NB_INSTANT_TEXT];

    nb_instant_format(at, text);
    return json_string(text);
}

json_t *api_json_text(const char *text_or_null)
{
    return text_or_null == NULL ? json_null() : json_string(text_or_null);
}
