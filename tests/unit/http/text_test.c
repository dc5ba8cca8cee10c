/* The pure rules of core/http: addresses, routes, headers, problems, metrics. */
#include "core/base/mem.h"
#include "core/http/address.h"
#include "core/http/message.h"
#include "core/http/metrics.h"
#include "core/http/problem.h"
#include "core/http/retry_after.h"
#include "core/http/router.h"
#include "core/http/token.h"
#include "core/http/uri.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <jansson.h>
#include <netinet/in.h>
#include <string.h>

TestSuite(http_uri, .timeout = 10);
TestSuite(http_router, .timeout = 10);
TestSuite(http_token, .timeout = 10);
TestSuite(http_retry_after, .timeout = 10);
TestSuite(http_address, .timeout = 10);
TestSuite(http_problem, .timeout = 10);
TestSuite(http_metrics, .timeout = 10);

Test(http_uri, decodes_what_is_well_formed_and_refuses_the_rest)
{
    static const struct {
        const char *from;
        const char *into; /* NULL: refused */
        const char *why;
    } rows[] = {
        {"plain", "plain", "nothing to decode"},
        {"a%20b", "a b", "an escaped space"},
        {"a+b", "a b", "plus is a space in a query"},
        {"%C3%A9", "\xc3\xa9", "UTF-8 by escapes"},
        {"%", NULL, "nothing follows"},
        {"%4", NULL, "one digit"},
        {"%zz", NULL, "no digits"},
        {"a%00b", NULL, "a NUL would end the text early"},
        {"a%0Ab", NULL, "a line feed"},
        {"%C0%AF", NULL, "an overlong slash"},
        {"%ED%A0%80", NULL, "half a surrogate pair"},
        {"%F5%80%80%80", NULL, "beyond Unicode"},
        {"%C3", NULL, "half a character"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        char into[32];
        bool good =
            http_percent_decode(rows[i].from, strlen(rows[i].from), true, into, sizeof into);
        cr_expect_eq(good, rows[i].into != NULL, "%s", rows[i].why);
        if (good && rows[i].into != NULL) {
            cr_expect_str_eq(into, rows[i].into, "%s", rows[i].why);
        }
    }
}

Test(http_uri, finds_parameters_and_refuses_a_name_given_twice)
{
    char good[] = "a=1&b=two%20words&empty=&flag&&c=%26";
    char twice[] = "a=1&a=2";
    struct http_query query;
    cr_assert(http_query_parse(good, &query));
    cr_expect_str_eq(http_query_find(&query, "a"), "1");
    cr_expect_str_eq(http_query_find(&query, "b"), "two words");
    cr_expect_str_eq(http_query_find(&query, "empty"), "");
    cr_expect_str_eq(http_query_find(&query, "flag"), "");
    cr_expect_str_eq(http_query_find(&query, "c"), "&");
    cr_expect_null(http_query_find(&query, "d"));
    cr_expect_not(http_query_parse(twice, &query));
}

Test(http_uri, refuses_more_parameters_than_there_is_room_for)
{
    char text[400] = "";
    struct http_query query;
    for (int i = 0; i <= HTTP_QUERY_PARAMETERS; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "p%d=1&", i);
    }
    cr_expect_not(http_query_parse(text, &query));
}

static const char info_word[] = "info";
static const struct http_route routes[] = {
    {HTTP_GET, "/livez", info_word},
    {HTTP_POST, "/v1/requests", NULL},
    {HTTP_GET, "/v1/requests", NULL},
    {HTTP_GET, "/v1/requests/{id}", NULL},
    {HTTP_POST, "/v1/requests/{request_id}/searches", NULL},
    {HTTP_GET, "/v1/requests/summary", NULL},
    {HTTP_DELETE, "/v1/accounts/{account}/lots/{lot}", NULL},
};

Test(http_router, finds_the_route_of_a_method_and_a_path)
{
    static const struct {
        enum http_method method;
        const char *path;
        enum http_route_result result;
        int route; /* index, -1 when none */
        const char *allow;
        const char *why;
    } rows[] = {
        {HTTP_GET, "/livez", HTTP_ROUTE_FOUND, 0, "", "a literal path"},
        {HTTP_HEAD, "/livez", HTTP_ROUTE_FOUND, 0, "", "HEAD is answered by GET"},
        {HTTP_POST, "/livez", HTTP_ROUTE_NO_METHOD, -1, "GET, HEAD", "the path exists"},
        {HTTP_METHOD_NONE, "/livez", HTTP_ROUTE_NO_METHOD, -1, "GET, HEAD", "a foreign method"},
        {HTTP_PUT, "/v1/requests", HTTP_ROUTE_NO_METHOD, -1, "GET, HEAD, POST", "two methods"},
        {HTTP_GET, "/v1/requests/abc", HTTP_ROUTE_FOUND, 3, "", "a parameter"},
        {HTTP_GET, "/v1/requests/summary", HTTP_ROUTE_FOUND, 5, "", "a literal wins"},
        {HTTP_POST, "/v1/requests/abc/searches", HTTP_ROUTE_FOUND, 4, "", "below a parameter"},
        {HTTP_GET, "/v1/requests/abc/none", HTTP_ROUTE_NO_PATH, -1, "", "unknown below one"},
        {HTTP_GET, "/v1/requests/", HTTP_ROUTE_NO_PATH, -1, "", "an empty parameter"},
        {HTTP_GET, "/v1", HTTP_ROUTE_NO_PATH, -1, "", "a folder is no route"},
        {HTTP_GET, "/", HTTP_ROUTE_NO_PATH, -1, "", "the root"},
        {HTTP_GET, "", HTTP_ROUTE_NO_PATH, -1, "", "nothing"},
        {HTTP_GET, "/v1/requests/a%00b", HTTP_ROUTE_NO_PATH, -1, "", "an escaped NUL"},
    };
    struct http_router *router = http_router_create(routes, NB_COUNT(routes));
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct http_match match;
        cr_expect_eq(http_router_find(router, rows[i].method, rows[i].path, &match), rows[i].result,
                     "%s", rows[i].why);
        const struct http_route *wanted = rows[i].route >= 0 ? &routes[rows[i].route] : NULL;
        cr_expect_eq(match.route, wanted, "%s", rows[i].why);
        cr_expect_str_eq(match.allow, rows[i].allow, "%s", rows[i].why);
    }
    http_router_destroy(router);
}

Test(http_router, gives_parameters_under_the_names_of_the_route_that_was_found)
{
    struct http_router *router = http_router_create(routes, NB_COUNT(routes));
    struct http_match match;
    cr_assert_eq(http_router_find(router, HTTP_POST, "/v1/requests/a%2Fb/searches", &match),
                 HTTP_ROUTE_FOUND);
    cr_expect_str_eq(http_match_parameter(&match, "request_id"), "a/b");
    cr_expect_null(http_match_parameter(&match, "id"));
    cr_assert_eq(http_router_find(router, HTTP_DELETE, "/v1/accounts/x/lots/y", &match),
                 HTTP_ROUTE_FOUND);
    cr_expect_str_eq(http_match_parameter(&match, "account"), "x");
    cr_expect_str_eq(http_match_parameter(&match, "lot"), "y");
    http_router_destroy(router);
}

Test(http_router, refuses_a_parameter_that_is_too_long)
{
    struct http_router *router = http_router_create(routes, NB_COUNT(routes));
    struct http_match match;
    char path[200] = "/v1/requests/";
    memset(path + 13, 'x', HTTP_ROUTE_PARAMETER_TEXT);
    cr_expect_eq(http_router_find(router, HTTP_GET, path, &match), HTTP_ROUTE_NO_PATH);
    http_router_destroy(router);
}

Test(http_token, takes_a_bearer_token_out_of_its_header)
{
    static const struct {
        const char *header;
        const char *token;
        const char *why;
    } rows[] = {
        {"Bearer abc.DEF-1_~+/==", "abc.DEF-1_~+/==", "every character of a token"},
        {"bearer abc", "abc", "the scheme in any case"},
        {"Bearer   abc", "abc", "several spaces"},
        {NULL, NULL, "no header"},
        {"Bearer ", NULL, "no token"},
        {"Basic abc", NULL, "another scheme"},
        {"Bearer a b", NULL, "two words"},
        {"Bearer a,b", NULL, "not a token's character"},
        {"Bearer =abc", NULL, "padding comes last"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        const char *token = NULL;
        size_t bytes = 0;
        bool good = http_bearer(rows[i].header, &token, &bytes);
        cr_expect_eq(good, rows[i].token != NULL, "%s", rows[i].why);
        if (good && rows[i].token != NULL) {
            cr_expect_eq(bytes, strlen(rows[i].token), "%s", rows[i].why);
            cr_expect_arr_eq(token, rows[i].token, bytes, "%s", rows[i].why);
        }
    }
    cr_expect(http_same_secret("abc", 3, "abc", 3));
    cr_expect_not(http_same_secret("abc", 3, "abd", 3));
    cr_expect_not(http_same_secret("abc", 3, "ab", 2));
}

Test(http_token, reads_idempotency_keys_quoted_and_bare)
{
    static const struct {
        const char *header;
        const char *key;
        const char *why;
    } rows[] = {
        {"\"8e03978e\"", "8e03978e", "as the draft says"},
        {"8e03978e", "8e03978e", "as many clients do"},
        {"\"\"", NULL, "empty"},
        {"", NULL, "empty"},
        {NULL, NULL, "absent"},
        {"a b", NULL, "a space"},
        {"\"abc", NULL, "half a quote"},
        {"caf\xc3\xa9", NULL, "not ASCII"},
    };
    char key[HTTP_IDEMPOTENCY_KEY_TEXT];
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct nb_err err = {0};
        bool good = http_idempotency_key(rows[i].header, key, &err);
        cr_expect_eq(good, rows[i].key != NULL, "%s", rows[i].why);
        if (good && rows[i].key != NULL) {
            cr_expect_str_eq(key, rows[i].key, "%s", rows[i].why);
        } else {
            cr_expect_str_eq(err.code, "idempotency_key");
        }
    }
    char longest[257];
    memset(longest, 'k', 256);
    longest[256] = '\0';
    cr_expect_not(http_idempotency_key(longest, key, NULL), "256 characters");
    longest[255] = '\0';
    cr_expect(http_idempotency_key(longest, key, NULL), "255 characters");
}

Test(http_token, matches_entity_tags_weakly)
{
    static const struct {
        const char *header;
        const char *etag;
        bool listed;
        const char *why;
    } rows[] = {
        {"\"v1\"", "\"v1\"", true, "the same"},
        {"\"v2\"", "\"v1\"", false, "another version"},
        {"\"v0\", \"v1\"", "\"v1\"", true, "in a list"},
        {"W/\"v1\"", "\"v1\"", true, "the same, said weakly"},
        {"*", "\"v1\"", true, "anything"},
        {"v1", "\"v1\"", false, "without quotes"},
        {"\"v", "\"v1\"", false, "half a tag"},
        {NULL, "\"v1\"", false, "absent"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        cr_expect_eq(http_etag_listed(rows[i].header, rows[i].etag), rows[i].listed, "%s",
                     rows[i].why);
    }
}

Test(http_token, gives_a_cursor_back_as_it_was)
{
    uint8_t bytes[HTTP_CURSOR_BYTES + 1];
    uint8_t back[HTTP_CURSOR_BYTES];
    char text[HTTP_CURSOR_TEXT];
    size_t count = 0;
    struct nb_err err = {0};
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    cr_assert(http_cursor_write(bytes, HTTP_CURSOR_BYTES, text));
    cr_assert(http_cursor_read(text, back, sizeof back, &count, &err));
    cr_expect_eq(count, HTTP_CURSOR_BYTES);
    cr_expect_arr_eq(back, bytes, HTTP_CURSOR_BYTES);
    cr_expect_not(http_cursor_write(bytes, sizeof bytes, text), "over the ceiling");
    cr_expect_not(http_cursor_read("not base64!", back, sizeof back, &count, &err));
    cr_expect_str_eq(err.code, "cursor");
    cr_expect_not(http_cursor_read("AAAAAAAA", back, 2, &count, &err), "more than fits");
    cr_expect_not(http_cursor_read("", back, sizeof back, &count, &err), "empty");
}

Test(http_retry_after, reads_every_form_under_a_ceiling)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: nothing usable */
        const char *why;
    } rows[] = {
        {"0", 0, "at once"},
        {"7", 7000, "seconds"},
        {" 7 ", 7000, "with spaces"},
        {"9999", 60000, "cut to the ceiling"},
        {"99999999999999999999999999", 60000, "more digits than a number has"},
        {"Sun, 06 Nov 1994 08:49:47 GMT", 10000, "a date ten seconds ahead"},
        {"Sun, 06 Nov 1994 08:49:00 GMT", 0, "a date that is past"},
        {"Mon, 07 Nov 1994 08:49:37 GMT", 60000, "a day off"},
        {"Sunday, 06-Nov-94 08:49:47 GMT", 10000, "RFC 850"},
        {"Sun Nov  6 08:49:47 1994", 10000, "asctime"},
        {"-5", -1, "negative"},
        {"1.5", -1, "a fraction"},
        {"soon", -1, "a word"},
        {"7 seconds", -1, "a unit"},
        {"", -1, "empty"},
        {NULL, -1, "absent"},
    };
    struct nb_instant now = {.us = INT64_C(784111777000000)}; /* 1994-11-06T08:49:37Z */
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        int64_t ms = -1;
        bool good = http_retry_after(rows[i].text, now, 60000, &ms);
        cr_expect_eq(good, rows[i].ms >= 0, "%s", rows[i].why);
        cr_expect_eq(ms, rows[i].ms, "%s: %lld", rows[i].why, (long long)ms);
    }
}

static bool is_public(const char *text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        return http_address_public((const struct sockaddr *)&in);
    }
    cr_assert_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1, "%s", text);
    return http_address_public((const struct sockaddr *)&in6);
}

Test(http_address, only_addresses_of_the_open_internet_are_public)
{
    static const char *const open[] = {
        "8.8.8.8",   "172.32.0.1",      "172.15.255.255", "100.128.0.1",     "198.20.0.1",
        "192.0.1.1", "223.255.255.255", "2606:4700::1",   "2002:808:808::1", "::ffff:8.8.8.8"};
    static const char *const closed[] = {"0.0.0.0",
                                         "10.1.2.3",
                                         "127.0.0.1",
                                         "127.255.0.1",
                                         "169.254.169.254",
                                         "172.16.0.1",
                                         "172.31.9.9",
                                         "192.168.1.1",
                                         "100.64.0.1",
                                         "192.0.2.1",
                                         "198.18.0.1",
                                         "198.19.9.9",
                                         "203.0.113.5",
                                         "224.0.0.1",
                                         "255.255.255.255",
                                         "::",
                                         "::1",
                                         "fe80::1",
                                         "fc00::1",
                                         "fd12::1",
                                         "ff02::1",
                                         "2001:db8::1",
                                         "::ffff:10.0.0.1",
                                         "64:ff9b::127.0.0.1",
                                         "2002:7f00:1::1",
                                         "2001::1",
                                         "::127.0.0.1"};
    for (size_t i = 0; i < NB_COUNT(open); i++) {
        cr_expect(is_public(open[i]), "%s", open[i]);
    }
    for (size_t i = 0; i < NB_COUNT(closed); i++) {
        cr_expect_not(is_public(closed[i]), "%s", closed[i]);
    }
    struct sockaddr unix_socket = {.sa_family = AF_UNIX};
    cr_expect_not(http_address_public(&unix_socket));
}

static json_t *written(const struct http_problem *problem)
{
    struct nb_buf buf;
    nb_buf_init(&buf, 65536);
    http_problem_write(problem, &buf);
    json_t *json = json_loads(nb_buf_str(&buf), JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(json, "%s", nb_buf_str(&buf));
    nb_buf_fini(&buf);
    return json;
}

Test(http_problem, is_an_rfc_9457_document)
{
    struct http_problem problem;
    http_problem_init(&problem, 422, "field_errors", "See \"errors\".");
    http_problem_add(&problem, "/party/children_ages/2", "must be between %d and %d", 0, 17);
    json_t *json = written(&problem);
    json_t *error = json_array_get(json_object_get(json, "errors"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(json, "type")),
                     "urn:nightbridge:problem:field_errors");
    cr_expect_str_eq(json_string_value(json_object_get(json, "title")), "Unprocessable Content");
    cr_expect_eq(json_integer_value(json_object_get(json, "status")), 422);
    cr_expect_str_eq(json_string_value(json_object_get(json, "detail")), "See \"errors\".");
    cr_expect_str_eq(json_string_value(json_object_get(json, "code")), "field_errors");
    cr_expect_str_eq(json_string_value(json_object_get(error, "pointer")),
                     "/party/children_ages/2");
    cr_expect_str_eq(json_string_value(json_object_get(error, "detail")),
                     "must be between 0 and 17");
    json_decref(json);
}

Test(http_problem, stays_bounded_and_valid_whatever_is_put_in)
{
    struct http_problem problem;
    char pointer[400] = "/";
    for (size_t i = 1; i + 2 < sizeof pointer; i += 2) {
        memcpy(pointer + i, "\xc3\xa9", 3); /* a cut will fall into a character */
    }
    http_problem_init(&problem, 400, "x", "%s\x01\\", pointer);
    for (int i = 0; i < HTTP_PROBLEM_ERRORS + 5; i++) {
        http_problem_add(&problem, pointer, "%s", pointer);
    }
    json_t *json = written(&problem);
    cr_expect_eq(json_array_size(json_object_get(json, "errors")), HTTP_PROBLEM_ERRORS);
    cr_expect_eq(json_integer_value(json_object_get(json, "errors_left_out")), 5);
    json_decref(json);
}

Test(http_problem, a_bug_shows_nothing_of_itself)
{
    struct nb_err err;
    struct http_problem problem;
    nb_err_set(&err, NB_ERR_BUG, "oops", "row 17 of table x");
    http_problem_of_err(&problem, &err);
    cr_expect_eq(problem.status, 500);
    cr_expect_null(strstr(problem.detail, "17"));
    nb_err_set(&err, NB_ERR_CONFLICT, "quote_stale", "Look again.");
    http_problem_of_err(&problem, &err);
    cr_expect_eq(problem.status, 409);
    cr_expect_str_eq(problem.code, "quote_stale");
    cr_expect_str_eq(problem.detail, "Look again.");
}

Test(http_metrics, are_written_as_prometheus_reads_them)
{
    static const int64_t bounds[] = {1000, 500000};
    struct http_metrics *metrics = http_metrics_create();
    struct http_metric *good =
        http_metrics_counter(metrics, "nb_answers_total", "status=\"2xx\"", "Answers.");
    struct http_metric *bad =
        http_metrics_counter(metrics, "nb_answers_total", "status=\"5xx\"", "Answers.");
    struct http_metric *held = http_metrics_gauge(metrics, "nb_held", NULL, "Held.");
    struct http_metric *took =
        http_metrics_histogram(metrics, "nb_took_seconds", NULL, "Took.", bounds, 2);
    http_metric_add(good, 3);
    http_metric_add(bad, 1);
    http_metric_set(held, -2);
    http_metric_observe_us(took, 1000);
    http_metric_observe_us(took, 1001);
    http_metric_observe_us(took, 2000000);
    struct nb_buf buf;
    nb_buf_init(&buf, 4096);
    http_metrics_write(metrics, &buf);
    cr_expect_str_eq(nb_buf_str(&buf), "# HELP nb_answers_total Answers.\n"
                                       "# TYPE nb_answers_total counter\n"
                                       "nb_answers_total{status=\"2xx\"} 3\n"
                                       "nb_answers_total{status=\"5xx\"} 1\n"
                                       "# HELP nb_held Held.\n"
                                       "# TYPE nb_held gauge\n"
                                       "nb_held -2\n"
                                       "# HELP nb_took_seconds Took.\n"
                                       "# TYPE nb_took_seconds histogram\n"
                                       "nb_took_seconds_bucket{le=\"0.001000\"} 1\n"
                                       "nb_took_seconds_bucket{le=\"0.500000\"} 2\n"
                                       "nb_took_seconds_bucket{le=\"+Inf\"} 3\n"
                                       "nb_took_seconds_sum 2.002001\n"
                                       "nb_took_seconds_count 3\n");
    nb_buf_fini(&buf);
    http_metrics_destroy(metrics);
}
