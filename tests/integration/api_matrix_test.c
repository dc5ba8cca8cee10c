/*
 * Every route of the table against everything that is wrong with a request: whoever adds a resource
 * has these tests already.
 */
#include "core/api/answer.h"
#include "core/api/example.h"
#include "tests/integration/api_house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(api_matrix, .timeout = 300);

#define NOBODYS_ID "0b9f3c1e-7c55-4f2e-9a61-3d1e0c9a7b42"
#define STRANGER "nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

typedef void (*per_route_fn)(struct api_house *at, const struct api_route *route);

static void for_each_route(per_route_fn check)
{
    struct api_house at;

    api_house_open(&at);
    for (const struct api_routes *const *list = api_all_routes; *list != NULL; list++) {
        for (size_t i = 0; i < (*list)->count; i++) {
            if ((*list)->routes[i].roles != API_PUBLIC) {
                check(&at, &(*list)->routes[i]);
            }
        }
    }
    api_house_close(&at);
}

static const char *name_of(const struct api_route *route)
{
    return api_house_text("%s %s", http_method_name(route->method), route->pattern);
}

/* The pattern with every parameter replaced, and the query's required fields. */
static const char *path_of(const struct api_route *route, const char *value)
{
    char path[512] = "";
    size_t at = 0;

    for (const char *p = route->pattern; *p != '\0';) {
        if (*p == '{') {
            at += (size_t)snprintf(path + at, sizeof(path) - at, "%s", value);
            p = strchr(p, '}') + 1;
        } else {
            path[at++] = *p++;
            path[at] = '\0';
        }
    }
    for (size_t i = 0; route->query != NULL && i < route->query->count; i++) {
        const struct http_field *field = &route->query->fields[i];
        if (field->required) {
            at += (size_t)snprintf(path + at, sizeof(path) - at, "%c%s=%s",
                                   strchr(path, '?') == NULL ? '?' : '&', field->name,
                                   field->example);
        }
    }
    return api_house_text("%s", path);
}

static char *example_of(const struct api_route *route)
{
    if (route->body == NULL) {
        return NULL;
    }
    json_t *json = api_example(route->body);
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

static const char *allowed_token(const struct api_house *at, const struct api_route *route)
{
    for (int role = API_SPECIALIST; role < API_ROLES; role++) {
        if ((route->roles & API_BIT(role)) != 0) {
            return at->tokens[role];
        }
    }
    cr_assert_fail("%s is for nobody", route->pattern);
    return NULL;
}

/* A good request of an allowed user, for whom nothing exists; parts are spoiled by the tests. */
static struct talk_request good(struct api_house *at, const struct api_route *route, char *body)
{
    static int number;

    return (struct talk_request){
        .method = http_method_name(route->method),
        .path = path_of(route, NOBODYS_ID),
        .token = allowed_token(at, route),
        .key = route->method == HTTP_GET ? NULL : api_house_text("matrix-%d", ++number),
        .headers = (route->flags & API_NEEDS_MATCH) != 0 ? "If-Match: *\r\n" : NULL,
        .body = body};
}

static void expect(const struct api_house *at, const struct api_route *route, int status,
                   const char *code)
{
    cr_expect_eq(at->answer.status, status, "%s: %s", name_of(route), at->answer.body);
    cr_expect_str_eq(talk_text(&at->answer, "code"), code, "%s: %s", name_of(route),
                     at->answer.body);
}

static void check_tokens(struct api_house *at, const struct api_route *route)
{
    char *body = example_of(route);
    struct talk_request request = good(at, route, body);

    request.token = NULL;
    api_house_ask(at, request);
    expect(at, route, 401, "token_missing");
    cr_expect_str_not_empty(talk_header(&at->answer, "WWW-Authenticate"));
    request.token = STRANGER;
    api_house_ask(at, request);
    expect(at, route, 401, "token_invalid");
    free(body);
}

Test(api_matrix, nothing_is_open_without_a_token)
{
    for_each_route(check_tokens);
}

static void check_rights(struct api_house *at, const struct api_route *route)
{
    char *body = example_of(route);
    struct talk_request request = good(at, route, body);

    for (int role = API_SPECIALIST; role < API_ROLES; role++) {
        request.token = at->tokens[role];
        if ((route->roles & API_BIT(role)) == 0) {
            api_house_ask(at, request);
            expect(at, route, 403, "role");
        }
    }
    free(body);
}

Test(api_matrix, a_right_opens_its_own_routes_and_no_other)
{
    for_each_route(check_rights);
}

static void check_method(struct api_house *at, const struct api_route *route)
{
    struct talk_request request = {.method = "PATCH", .path = path_of(route, NOBODYS_ID)};

    request.token = allowed_token(at, route);
    int status = api_house_ask(at, request);
    if (status == 405) { /* else the address has a PATCH */
        expect(at, route, 405, "method");
        cr_expect_not_null(
            strstr(talk_header(&at->answer, "Allow"), http_method_name(route->method)), "%s",
            name_of(route));
    }
}

Test(api_matrix, another_method_is_told_which_there_are)
{
    for_each_route(check_method);
}

static void check_negotiation(struct api_house *at, const struct api_route *route)
{
    char *body = example_of(route);
    struct talk_request request = good(at, route, body);

    if (route->answer != NULL) {
        request.headers = "Accept: text/html\r\n";
        api_house_ask(at, request);
        expect(at, route, 406, "not_acceptable");
    }
    request = good(at, route, body);
    request.path = api_house_text("%s%cunheard_of=1", request.path,
                                  strchr(request.path, '?') == NULL ? '?' : '&');
    api_house_ask(at, request);
    expect(at, route, 400, "query_errors");
    if (body != NULL) {
        request = good(at, route, body);
        request.type = "text/plain";
        api_house_ask(at, request);
        expect(at, route, 415, "media_type");
    }
    free(body);
}

Test(api_matrix, headers_and_query_must_be_understood)
{
    for_each_route(check_negotiation);
}

static void check_ids(struct api_house *at, const struct api_route *route)
{
    static const char *const wrong[] = {"7", "not-an-id", NOBODYS_ID};
    char *body = example_of(route);
    struct talk_request request = good(at, route, body);

    for (size_t i = 0; strstr(route->pattern, "{id}") != NULL && i < 3; i++) {
        request.path = path_of(route, wrong[i]);
        request.key = request.key == NULL ? NULL : api_house_text("%s-%zu", request.key, i);
        api_house_ask(at, request);
        expect(at, route, 404, "not_found");
    }
    free(body);
}

Test(api_matrix, what_does_not_exist_is_404)
{
    for_each_route(check_ids);
}

static void check_key(struct api_house *at, const struct api_route *route)
{
    char *body = example_of(route);
    struct talk_request request = good(at, route, body);

    if (route->method == HTTP_POST) {
        request.key = NULL;
        api_house_ask(at, request);
        expect(at, route, 400, "idempotency_key");
    }
    free(body);
}

Test(api_matrix, a_post_names_its_operation)
{
    for_each_route(check_key);
}

static void check_malformed(struct api_house *at, const struct api_route *route)
{
    static const char *const broken[] = {
        "{",        "{\"a\":1,\"a\":2}",   "[1,2",          "nul",          "{\"a\":1}x",
        "\"text\"", "{\"a\":\"\\u0000\"}", "{\"a\":1e999}", "{\"a\":\xff}", "{'a':1}"};
    char *large = malloc(200001);

    for (size_t i = 0; route->body != NULL && i < sizeof(broken) / sizeof(broken[0]); i++) {
        char *body = strdup(broken[i]);
        api_house_ask(at, good(at, route, body));
        cr_expect_eq(at->answer.status, 400, "%s %s: %s", name_of(route), broken[i],
                     at->answer.body);
        free(body);
    }
    if (route->body != NULL) {
        memset(large, ' ', 200000);
        large[200000] = '\0';
        api_house_ask(at, good(at, route, large));
        expect(at, route, 413, "body_too_large");
    }
    free(large);
}

Test(api_matrix, a_broken_or_oversized_body_is_refused)
{
    for_each_route(check_malformed);
}

/* The example with one member changed. Takes value; NULL removes the member. */
static char *spoiled(const struct http_fields *fields, const char *member, json_t *value)
{
    json_t *json = api_example(fields);

    if (value == NULL) {
        (void)json_object_del(json, member);
    } else {
        api_put(json, member, value);
    }
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

static void expect_pointer(struct api_house *at, const struct api_route *route, const char *member)
{
    const json_t *errors = json_object_get(at->answer.json, "errors");
    const char *pointer = json_string_value(json_object_get(json_array_get(errors, 0), "pointer"));

    expect(at, route, 422, "field_errors");
    cr_expect(pointer != NULL && strcmp(pointer + 1, member) == 0, "%s /%s: %s", name_of(route),
              member, at->answer.body);
}

static void check_fields(struct api_house *at, const struct api_route *route)
{
    for (size_t i = 0; route->body != NULL && i < route->body->count; i++) {
        const struct http_field *field = &route->body->fields[i];
        json_t *wrong = field->type == HTTP_ARRAY ? json_object() : json_array();
        char *body = spoiled(route->body, field->name, wrong);
        api_house_ask(at, good(at, route, body));
        expect_pointer(at, route, field->name);
        free(body);
        if (field->required) {
            body = spoiled(route->body, field->name, NULL);
            api_house_ask(at, good(at, route, body));
            expect_pointer(at, route, field->name);
            free(body);
        }
    }
    if (route->body != NULL) {
        char *body = spoiled(route->body, "unheard_of", json_true());
        api_house_ask(at, good(at, route, body));
        expect_pointer(at, route, "unheard_of");
        free(body);
    }
}

Test(api_matrix, each_wrong_missing_or_unknown_field_has_its_pointer)
{
    for_each_route(check_fields);
}

static void check_lists(struct api_house *at, const struct api_route *route)
{
    if (route->method != HTTP_GET || strchr(route->pattern, '{') != NULL) {
        return;
    }
    for (int role = API_SPECIALIST; role < API_ROLES; role++) {
        struct talk_request request = good(at, route, NULL);
        if ((route->roles & API_BIT(role)) != 0) {
            request.token = at->tokens[role];
            cr_expect_eq(api_house_ask(at, request), 200, "%s as %s: %s", name_of(route),
                         api_role_name((enum api_role)role), at->answer.body);
        }
    }
}

Test(api_matrix, every_right_reads_the_lists_that_are_its_own)
{
    for_each_route(check_lists);
}
