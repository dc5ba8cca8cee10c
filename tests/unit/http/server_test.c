/* The server on the loop: what reaches the handler, what is refused before it, and how answers
 * leave. */
#include "tests/unit/http/server_rig.h"

#include "core/base/mem.h"

#include <string.h>

TestSuite(http_server, .timeout = 20);

Test(http_server, hands_a_whole_request_to_the_handler)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, "POST /v1/a%20b?name=J%C3%A9&x=1 HTTP/1.1\r\nHost: x\r\nX-Thing: 7\r\n"
                           "Content-Length: 5\r\n\r\nhe");
    raw_client_say(client, "llo");
    cr_assert(raw_client_hears(client, "at once"), "%s", client->got);
    cr_expect_str_eq(rig->seen, "POST /v1/a%20b name=J\xc3\xa9 thing=7 body=hello");
    cr_expect_eq(rig->handled, 1);
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server, reads_a_chunked_body)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    cr_assert(raw_client_hears(client, "at once"), "%s", client->got);
    cr_expect_not_null(strstr(rig->seen, " body=abcdefg"));
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server, answers_carry_the_default_headers_and_no_name_of_the_server)
{
    static const char *const paths[] = {GET("/x"), GET("/constant")};
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    for (size_t i = 0; i < NB_COUNT(paths); i++) {
        raw_client_forget(client);
        raw_client_say(client, paths[i]);
        cr_assert(raw_client_hears(client, i == 0 ? "at once" : "ok\n"), "%s", client->got);
        cr_expect_not_null(strcasestr(client->got, "Cache-Control: no-store\r\n"));
        cr_expect_not_null(strcasestr(client->got, "X-Content-Type-Options: nosniff\r\n"));
        cr_expect_null(strcasestr(client->got, "\r\nServer:"));
    }
    raw_client_leave(client);
    server_rig_destroy(rig);
}

/* Each is far quicker than the timers (a second) that would save a forgotten run. */
Test(http_server, a_lone_answer_leaves_in_the_turn_it_is_given)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, GET("/turn"));
    cr_assert(raw_client_hears_times(client, "later", 1, 300), "answered in the same turn");
    raw_client_forget(client);
    raw_client_say(client, GET("/later"));
    cr_assert(raw_client_hears_times(client, "later", 1, 300), "answered turns later");
    raw_client_forget(client);
    raw_client_say(client, GET("/constant"));
    cr_assert(raw_client_hears_times(client, "ok\n", 1, 300), "answered inside the handler");
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server, two_thousand_requests_use_one_connection)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    for (int i = 0; i < 1000; i++) {
        raw_client_forget(client);
        raw_client_say(client, i % 2 == 0 ? GET("/constant") : GET("/turn"));
        cr_assert(raw_client_hears(client, i % 2 == 0 ? "ok\n" : "later"), "request %d", i);
    }
    raw_client_forget(client);
    for (int i = 0; i < 1000; i++) {
        /* Pipelined: all before the first answer is read. */
        raw_client_say(client, GET("/constant"));
    }
    cr_assert(raw_client_hears_times(client, "ok\n", 1000, 5000), "%zu answers",
              raw_client_count(client));
    cr_expect_eq(rig->handled, 2000);
    cr_expect_eq(http_server_connections(rig->server), 1);
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server, refuses_what_is_too_large_or_unclear)
{
    static char long_uri[HTTP_URI_BYTES + 100];
    memset(long_uri, 'u', sizeof long_uri - 1);
    memcpy(long_uri, "GET /", 5);
    memcpy(long_uri + HTTP_URI_BYTES + 10, " HTTP/1.1\r\nHost: x\r\n\r\n", 23);
    static const struct {
        const char *request;
        const char *status;
        const char *why;
    } rows[] = {
        {long_uri, "HTTP/1.1 414 ", "a long address"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world", "HTTP/1.1 413 ",
         "one byte over the ceiling"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", "HTTP/1.1 413 ",
         "a gigabyte is refused before it comes"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
         "b\r\nhello world\r\n0\r\n\r\n",
         "HTTP/1.1 413 ", "the same in chunks"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
         "0\r\n\r\n",
         "HTTP/1.1 400 ", "two ways to read where it ends"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
         "HTTP/1.1 400 ", "two lengths"},
        {GET("/?a=1&a=2"), "HTTP/1.1 400 ", "a parameter given twice"},
        {GET("/?a=%00"), "HTTP/1.1 400 ", "a NUL in a parameter"},
        {GET("/?a=%zz"), "HTTP/1.1 400 ", "a broken escape"},
        {GET("x"), "HTTP/1.1 400 ", "not a path"},
        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", "HTTP/1.1 without a host"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct server_rig *rig = server_rig_create((struct http_server_config){.body_bytes = 10});
        struct raw_client *client = raw_client_create(rig);
        raw_client_say(client, rows[i].request);
        cr_expect(raw_client_hears(client, rows[i].status), "%s: %s", rows[i].why, client->got);
        cr_expect_eq(rig->handled, 0, "%s", rows[i].why);
        raw_client_leave(client);
        server_rig_destroy(rig);
    }
}

Test(http_server, what_is_not_http_never_reaches_the_handler)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, "nonsense\r\n\r\n");
    cr_expect(server_rig_turn(rig, 1000), "the connection is closed");
    cr_expect(client->closed);
    cr_expect_eq(rig->handled, 0);
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server, refusals_of_ours_are_problem_documents)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){.body_bytes = 10});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world");
    cr_assert(raw_client_hears(client, "\"status\":413"), "%s", client->got);
    cr_expect_not_null(strcasestr(client->got, "Content-Type: application/problem+json\r\n"));
    raw_client_forget(client);
    raw_client_say(client, GET("/x"));
    cr_expect(raw_client_hears(client, "at once"), "the connection is still good");
    raw_client_leave(client);
    server_rig_destroy(rig);
}
