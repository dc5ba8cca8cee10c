/* The frame: whatever resource is asked for, the same rules come first. */
#include "core/api/example.h"
#include "core/api/route.h"
#include "tests/unit/api/bed.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(api_frame, .timeout = 30);

Test(api_frame, a_living_process_says_so_without_a_token)
{
    struct bed bed;

    bed_open(&bed, NULL);
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/livez"}), 200);
    cr_expect_str_eq(talk_text(&bed.answer, "state"), "ok");
    bed_close(&bed);
}

Test(api_frame, readiness_says_what_is_missing)
{
    struct bed bed;

    bed_open(&bed, NULL);
    bed_ask(&bed, (struct talk_request){.path = "/readyz"});
    while (bed.answer.status != 200) {
        bed_expect_problem(&bed, 503, "database");
        cr_expect_str_eq(talk_header(&bed.answer, "Retry-After"), "1");
        bed_ask(&bed, (struct talk_request){.path = "/readyz"});
    }
    bed.not_ready = true;
    bed_ask(&bed, (struct talk_request){.path = "/readyz"});
    bed_expect_problem(&bed, 503, "plugin_host");
    bed_close(&bed);
}

Test(api_frame, counters_tell_classes_and_times)
{
    struct bed bed;

    bed_open(&bed, NULL);
    bed_ask(&bed, (struct talk_request){.path = "/nowhere"});
    bed_ask(&bed, (struct talk_request){.path = "/livez"});
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/metrics"}), 200);
    const char *text = bed.answer.body;
    cr_expect_not_null(strstr(text, "nightbridge_http_answers_total{class=\"2xx\"} 1\n"));
    cr_expect_not_null(strstr(text, "nightbridge_http_answers_total{class=\"4xx\"} 1\n"));
    cr_expect_not_null(strstr(text, "nightbridge_http_seconds_count 2\n"));
    cr_expect_not_null(strstr(text, "nightbridge_http_requests_in_flight 1\n"));
    bed_close(&bed);
}

/* Reads what was written to standard error while asking. */
static char *log_of(struct bed *bed, const struct talk_request *requests, size_t count)
{
    static char text[65536];
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);

    cr_assert_not_null(file);
    cr_assert_geq(dup2(fileno(file), STDERR_FILENO), 0);
    for (size_t i = 0; i < count; i++) {
        bed_ask(bed, requests[i]);
    }
    cr_assert_geq(dup2(kept, STDERR_FILENO), 0);
    close(kept);
    rewind(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

Test(api_frame, a_log_line_names_the_route_and_nothing_that_was_asked_for)
{
    static const struct talk_request requests[] = {
        {.path = "/v1/accounts/0b9f3c1e-7c55-4f2e-9a61-3d1e0c9a7b42", .token = BED_TOKEN},
        {.path = "/v1/capacity?from_night=2031-01-15&provider=secret-word", .token = BED_TOKEN},
        {.path = "/v1/secret-word"},
        {.path = "/livez"}};
    struct bed bed;

    scripted_pq_rows("account_list", 0, NULL);
    bed_actor("specialist");
    bed_open(&bed, &(struct api_config){.quiet = false});
    const char *log = log_of(&bed, requests, 4);
    cr_expect_not_null(strstr(log, "\"event\":\"http_answer\",\"method\":\"GET\",\"route\":\"/v1/"
                                   "accounts/{id}\",\"status\":404"),
                       "%s", log);
    cr_expect_not_null(strstr(log, "\"actor\":\"specialist\""), "%s", log);
    cr_expect_null(strstr(log, "0b9f3c1e"), "%s", log);
    cr_expect_null(strstr(log, "2031"), "%s", log);
    cr_expect_null(strstr(log, "secret"), "%s", log);
    cr_expect_null(strstr(log, "livez"), "%s", log);
    bed_close(&bed);
}

static const struct {
    const char *method;
    const char *path;
    int status;
    const char *code;
    const char *header;
    const char *value;
} wrong_addresses[] = {
    {"GET", "/v2/programs", 404, "no_such_address", "Allow", ""},
    {"GET", "/livez/", 404, "no_such_address", "Allow", ""},
    {"DELETE", "/livez", 405, "method", "Allow", "GET, HEAD"},
    {"BREW", "/livez", 405, "method", "Allow", "GET, HEAD"},
};

Test(api_frame, an_address_or_method_that_is_none_is_a_problem_document)
{
    struct bed bed;

    bed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof(wrong_addresses) / sizeof(wrong_addresses[0]); i++) {
        bed_ask(&bed, (struct talk_request){.method = wrong_addresses[i].method,
                                            .path = wrong_addresses[i].path});
        bed_expect_problem(&bed, wrong_addresses[i].status, wrong_addresses[i].code);
        cr_expect_str_eq(talk_header(&bed.answer, wrong_addresses[i].header),
                         wrong_addresses[i].value);
    }
    bed_close(&bed);
}

static size_t operations_in(const json_t *document)
{
    size_t count = 0;
    const char *path;
    json_t *methods;

    json_object_foreach(json_object_get(document, "paths"), path, methods)
    {
        count += json_object_size(methods);
    }
    return count;
}

static json_t *operation_in(const json_t *document, const struct api_route *route)
{
    char method[16] = "";

    for (size_t i = 0; http_method_name(route->method)[i] != '\0'; i++) {
        method[i] = (char)(http_method_name(route->method)[i] | 0x20);
    }
    return json_object_get(json_object_get(json_object_get(document, "paths"), route->pattern),
                           method);
}

static void check_operation(const json_t *document, const struct api_route *route)
{
    struct http_problem problem;
    const json_t *operation = operation_in(document, route);

    cr_assert_not_null(operation, "%s is not in the document", route->pattern);
    if (route->body != NULL) {
        const json_t *media =
            json_object_get(json_object_get(json_object_get(operation, "requestBody"), "content"),
                            "application/json");
        cr_expect(http_fields_check(route->body, json_object_get(media, "example"), &problem),
                  "%s: the example is refused at %s", route->pattern, problem.errors[0].pointer);
    }
    cr_expect_eq(json_object_get(json_object_get(operation, "responses"), "401") == NULL,
                 route->roles == API_PUBLIC, "%s", route->pattern);
}

Test(api_frame, the_document_lists_exactly_the_route_table)
{
    struct bed bed;
    size_t routes = 0;

    bed_open(&bed, NULL);
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/openapi.json"}), 200);
    cr_expect_str_eq(talk_text(&bed.answer, "openapi"), "3.1.0");
    for (const struct api_routes *const *list = api_all_routes; *list != NULL; list++) {
        for (size_t i = 0; i < (*list)->count; i++) {
            check_operation(bed.answer.json, &(*list)->routes[i]);
            routes++;
        }
    }
    cr_expect_eq(operations_in(bed.answer.json), routes);
    bed_close(&bed);
}
