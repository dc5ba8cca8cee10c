/* The client against servers that break on purpose: above all, what it says was sent. */
#include "core/base/mem.h"
#include "core/http/client.h"
#include "core/loop/timer.h"
#include "tests/support/scripted_http.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(http_client, .timeout = 20);

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nok"

struct rig {
    struct loop *loop;
    struct http_client *client;
    struct scripted_http *server;
    struct http_endpoint endpoint;
    struct http_call call;
    char base[64];
    bool may_send;
    int asked;
    int answers;
    enum http_sent sent;
    enum http_failure failure;
    int status;
    char retry_after[16];
    char body[64];
    size_t body_bytes;
};

static void on_answer(void *data, const struct http_answer *answer)
{
    struct rig *rig = data;
    const char *retry_after = http_answer_header(answer, "RETRY-after");
    rig->answers++;
    rig->sent = answer->sent;
    rig->failure = answer->failure;
    rig->status = answer->status;
    rig->body_bytes = answer->body_bytes;
    (void)snprintf(rig->body, sizeof rig->body, "%s", answer->body);
    (void)snprintf(rig->retry_after, sizeof rig->retry_after, "%s",
                   retry_after != NULL ? retry_after : "");
    loop_stop(rig->loop);
}

static bool on_may_send(void *data)
{
    struct rig *rig = data;
    rig->asked++;
    return rig->may_send;
}

static struct rig *rig_create(const struct scripted_step *steps)
{
    struct rig *rig = nb_alloc(sizeof *rig);
    rig->loop = loop_create();
    rig->client = http_client_create(rig->loop, &(struct http_client_config){.max_calls = 4});
    rig->server = scripted_http_start(steps);
    (void)snprintf(rig->base, sizeof rig->base, "http://127.0.0.1:%u",
                   (unsigned)scripted_http_port(rig->server));
    rig->endpoint =
        (struct http_endpoint){.base_url = rig->base, .allow_plain = true, .allow_private = true};
    rig->may_send = true;
    rig->call = (struct http_call){.endpoint = &rig->endpoint,
                                   .method = HTTP_POST,
                                   .path = "/v1/book",
                                   .body = "{}",
                                   .body_bytes = 2,
                                   .deadline_ms = 3000,
                                   .may_send = on_may_send,
                                   .done = on_answer,
                                   .data = rig};
    return rig;
}

static void rig_destroy(struct rig *rig)
{
    http_client_destroy(rig->client);
    scripted_http_stop(rig->server);
    loop_destroy(rig->loop);
    nb_free(rig);
}

static void send_and_wait(struct rig *rig)
{
    (void)http_client_send(rig->client, &rig->call);
    loop_run(rig->loop);
}

Test(http_client, brings_back_status_headers_and_body)
{
    static const struct scripted_step steps[] = {{.what = SCRIPTED_ACCEPT},
                                                 {.what = SCRIPTED_READ},
                                                 {.what = SCRIPTED_SEND, .text = OK_ANSWER},
                                                 {.what = SCRIPTED_HOLD},
                                                 {.what = SCRIPTED_END}};
    static const struct http_header headers[] = {{"Idempotency-Key", "k-1"},
                                                 {"Content-Type", "application/json"}};
    struct rig *rig = rig_create(steps);
    rig->call.headers = headers;
    rig->call.header_count = NB_COUNT(headers);
    send_and_wait(rig);
    cr_expect_eq(rig->sent, HTTP_SENT);
    cr_expect_eq(rig->failure, HTTP_FAILED_NONE);
    cr_expect_eq(rig->status, 200);
    cr_expect_str_eq(rig->body, "ok");
    cr_expect_str_eq(rig->retry_after, "7");
    const char *request = scripted_http_last(rig->server);
    cr_expect_not_null(strstr(request, "POST /v1/book HTTP/1.1\r\n"));
    cr_expect_not_null(strstr(request, "Idempotency-Key: k-1\r\n"));
    cr_expect_not_null(strstr(request, "Content-Type: application/json\r\n"));
    cr_expect_null(strcasestr(request, "\r\nExpect:"));
    cr_expect_null(strcasestr(request, "\r\nAccept-Encoding:"));
    cr_expect_null(strcasestr(request, "\r\nUser-Agent:"));
    cr_expect_null(strcasestr(request, "\r\nCookie:"));
    rig_destroy(rig);
}

/* The reused connection dies before the first byte of the answer: libcurl would send again. */
static const struct scripted_step dies_when_reused[] = {{.what = SCRIPTED_ACCEPT},
                                                        {.what = SCRIPTED_READ},
                                                        {.what = SCRIPTED_SEND, .text = OK_ANSWER},
                                                        {.what = SCRIPTED_READ},
                                                        {.what = SCRIPTED_CLOSE},
                                                        {.what = SCRIPTED_ACCEPT},
                                                        {.what = SCRIPTED_READ},
                                                        {.what = SCRIPTED_CLOSE},
                                                        {.what = SCRIPTED_ACCEPT},
                                                        {.what = SCRIPTED_READ},
                                                        {.what = SCRIPTED_SEND, .text = OK_ANSWER},
                                                        {.what = SCRIPTED_HOLD},
                                                        {.what = SCRIPTED_END}};

Test(http_client, a_call_that_must_not_repeat_is_sent_once_and_is_maybe)
{
    /* A read first, so that a connection waits to be reused; the call opens another one. */
    static const struct scripted_step steps[] = {{.what = SCRIPTED_ACCEPT},
                                                 {.what = SCRIPTED_READ},
                                                 {.what = SCRIPTED_SEND, .text = OK_ANSWER},
                                                 {.what = SCRIPTED_ACCEPT},
                                                 {.what = SCRIPTED_READ},
                                                 {.what = SCRIPTED_CLOSE},
                                                 {.what = SCRIPTED_ACCEPT},
                                                 {.what = SCRIPTED_READ},
                                                 {.what = SCRIPTED_SEND, .text = OK_ANSWER},
                                                 {.what = SCRIPTED_END}};
    struct rig *rig = rig_create(steps);
    rig->call.safe_to_repeat = true;
    send_and_wait(rig);
    cr_assert_eq(rig->sent, HTTP_SENT);
    rig->call.safe_to_repeat = false;
    send_and_wait(rig);
    cr_expect_eq(rig->sent, HTTP_MAYBE_SENT);
    cr_expect_eq(rig->failure, HTTP_FAILED_EMPTY);
    cr_expect_eq(rig->status, 0);
    cr_expect_eq(scripted_http_requests(rig->server), 2, "one read, one booking");
    rig_destroy(rig);
}

Test(http_client, the_trap_exists_for_calls_that_may_repeat)
{
    struct rig *rig = rig_create(dies_when_reused);
    rig->call.safe_to_repeat = true;
    send_and_wait(rig);
    send_and_wait(rig);
    cr_expect_geq(scripted_http_requests(rig->server), 3, "libcurl itself sent the second again");
    rig_destroy(rig);
}

Test(http_client, asks_before_it_sends_and_sends_nothing_on_no)
{
    static const struct scripted_step steps[] = {
        {.what = SCRIPTED_ACCEPT}, {.what = SCRIPTED_READ}, {.what = SCRIPTED_END}};
    struct rig *rig = rig_create(steps);
    rig->may_send = false;
    send_and_wait(rig);
    cr_expect_eq(rig->asked, 1);
    cr_expect_eq(rig->sent, HTTP_NOT_SENT);
    cr_expect_eq(rig->failure, HTTP_FAILED_ABORTED);
    cr_expect_eq(scripted_http_requests(rig->server), 0);
    rig_destroy(rig);
}

static const char garbage[] = "garbage\r\n\r\n";
static const char header_line[] = "X-Pad: 0123456789012345678901234567890123456789\r\n";
static const char ten_bytes[] = "0123456789";

static const struct scripted_step resets[] = {{.what = SCRIPTED_ACCEPT},
                                              {.what = SCRIPTED_READ},
                                              {.what = SCRIPTED_RESET},
                                              {.what = SCRIPTED_END}};
static const struct scripted_step truncates[] = {
    {.what = SCRIPTED_ACCEPT},
    {.what = SCRIPTED_READ},
    {.what = SCRIPTED_SEND, .text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"},
    {.what = SCRIPTED_CLOSE},
    {.what = SCRIPTED_END}};
static const struct scripted_step silent[] = {{.what = SCRIPTED_ACCEPT},
                                              {.what = SCRIPTED_READ},
                                              {.what = SCRIPTED_HOLD},
                                              {.what = SCRIPTED_END}};
static const struct scripted_step dripping[] = {{.what = SCRIPTED_ACCEPT},
                                                {.what = SCRIPTED_READ},
                                                {SCRIPTED_DRIP, OK_ANSWER, 100},
                                                {.what = SCRIPTED_END}};
static const struct scripted_step endless_headers[] = {
    {.what = SCRIPTED_ACCEPT},
    {.what = SCRIPTED_READ},
    {.what = SCRIPTED_SEND, .text = "HTTP/1.1 200 OK\r\n"},
    {SCRIPTED_REPEAT, header_line, 21000}, /* one megabyte */
    {.what = SCRIPTED_SEND, .text = "\r\n"},
    {.what = SCRIPTED_END}};
static const struct scripted_step huge_header[] = {
    {.what = SCRIPTED_ACCEPT},
    {.what = SCRIPTED_READ},
    {.what = SCRIPTED_SEND, .text = "HTTP/1.1 200 OK\r\nX-One: "},
    {SCRIPTED_REPEAT, ten_bytes, 104858}, /* one megabyte in one line */
    {.what = SCRIPTED_SEND, .text = "\r\n\r\n"},
    {.what = SCRIPTED_END}};
static const struct scripted_step huge_body[] = {
    {.what = SCRIPTED_ACCEPT},
    {.what = SCRIPTED_READ},
    {.what = SCRIPTED_SEND, .text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {SCRIPTED_REPEAT, "a\r\n0123456789\r\n", 200000},
    {.what = SCRIPTED_SEND, .text = "0\r\n\r\n"},
    {.what = SCRIPTED_END}};
static const struct scripted_step not_http[] = {{.what = SCRIPTED_ACCEPT},
                                                {.what = SCRIPTED_READ},
                                                {.what = SCRIPTED_SEND, .text = garbage},
                                                {.what = SCRIPTED_CLOSE},
                                                {.what = SCRIPTED_END}};

Test(http_client, says_maybe_whenever_bytes_may_have_left)
{
    static const struct {
        const struct scripted_step *steps;
        enum http_failure failure;
        const char *why;
    } rows[] = {
        {resets, HTTP_FAILED_RESET, "reset after the request"},
        {truncates, HTTP_FAILED_RESET, "half a body"},
        {silent, HTTP_FAILED_TIMEOUT, "no answer"},
        {dripping, HTTP_FAILED_TIMEOUT, "a byte at a time"},
        {endless_headers, HTTP_FAILED_TOO_LARGE, "a megabyte of headers"},
        {huge_header, HTTP_FAILED_TOO_LARGE, "a megabyte in one header"},
        {huge_body, HTTP_FAILED_TOO_LARGE, "a body over the ceiling"},
        {not_http, HTTP_FAILED_GARBAGE, "no status line"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct rig *rig = rig_create(rows[i].steps);
        /* Short where it is to pass; else long enough for a machine that is busy. */
        rig->call.deadline_ms = rows[i].failure == HTTP_FAILED_TIMEOUT ? 400 : 10000;
        send_and_wait(rig);
        cr_expect_eq(rig->sent, HTTP_MAYBE_SENT, "%s", rows[i].why);
        cr_expect_eq(rig->failure, rows[i].failure, "%s: %s", rows[i].why,
                     http_failure_name(rig->failure));
        cr_expect_eq(rig->status, 0, "%s", rows[i].why);
        rig_destroy(rig);
    }
}

Test(http_client, reads_a_chunked_answer_behind_an_interim_one)
{
    static const struct scripted_step steps[] = {
        {.what = SCRIPTED_ACCEPT},
        {.what = SCRIPTED_READ},
        {.what = SCRIPTED_SEND,
         .text = "HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\n\r\n"
                 "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
        {.what = SCRIPTED_HOLD},
        {.what = SCRIPTED_END}};
    struct rig *rig = rig_create(steps);
    send_and_wait(rig);
    cr_expect_eq(rig->status, 201);
    cr_expect_str_eq(rig->body, "abcde");
    cr_expect_str_eq(rig->retry_after, "", "headers of an interim answer are forgotten");
    rig_destroy(rig);
}

Test(http_client, a_redirect_is_an_answer_and_is_not_followed)
{
    static const struct scripted_step steps[] = {
        {.what = SCRIPTED_ACCEPT},
        {.what = SCRIPTED_READ},
        {.what = SCRIPTED_SEND,
         .text = "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"},
        {.what = SCRIPTED_ACCEPT},
        {.what = SCRIPTED_READ},
        {.what = SCRIPTED_END}};
    struct rig *rig = rig_create(steps);
    send_and_wait(rig);
    cr_expect_eq(rig->sent, HTTP_SENT);
    cr_expect_eq(rig->status, 302);
    cr_expect_eq(scripted_http_requests(rig->server), 1);
    rig_destroy(rig);
}

static const struct scripted_step nobody[] = {
    {.what = SCRIPTED_ACCEPT}, {.what = SCRIPTED_READ}, {.what = SCRIPTED_END}};

Test(http_client, sends_nothing_where_it_may_not)
{
    static const struct {
        const char *base; /* NULL: the server's */
        const char *path;
        bool plain;
        bool private;
        enum http_failure failure;
        const char *why;
    } rows[] = {
        {NULL, "/x", true, false, HTTP_FAILED_REFUSED, "loopback is a private range"},
        {NULL, "/x", false, true, HTTP_FAILED_BAD_URL, "plain HTTP is not allowed"},
        {"https://u:p@host", "/x", true, true, HTTP_FAILED_BAD_URL, "a user in the address"},
        {"https://host?a=b", "/x", true, true, HTTP_FAILED_BAD_URL, "a query in the base"},
        {"ftp://host", "/x", true, true, HTTP_FAILED_BAD_URL, "another protocol"},
        {"file:///etc", "/passwd", true, true, HTTP_FAILED_BAD_URL, "a file"},
        {NULL, "x", true, true, HTTP_FAILED_BAD_URL, "not a path"},
        {NULL, "//evil", true, true, HTTP_FAILED_BAD_URL, "another host"},
        {NULL, "/a/../b", true, true, HTTP_FAILED_BAD_URL, "out of the folder"},
        {NULL, "/a\r\nX: y", true, true, HTTP_FAILED_BAD_URL, "a line feed"},
        {NULL, "/a#b", true, true, HTTP_FAILED_BAD_URL, "a fragment"},
        {"http://127.0.0.1:1", "/x", true, true, HTTP_FAILED_REFUSED, "nobody listens"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct rig *rig = rig_create(nobody);
        rig->call.path = rows[i].path;
        rig->endpoint.base_url = rows[i].base != NULL ? rows[i].base : rig->base;
        rig->endpoint.allow_plain = rows[i].plain;
        rig->endpoint.allow_private = rows[i].private;
        send_and_wait(rig);
        cr_expect_eq(rig->answers, 1, "%s", rows[i].why);
        cr_expect_eq(rig->sent, HTTP_NOT_SENT, "%s", rows[i].why);
        cr_expect_eq(rig->failure, rows[i].failure, "%s: %s", rows[i].why,
                     http_failure_name(rig->failure));
        cr_expect_eq(scripted_http_requests(rig->server), 0, "%s", rows[i].why);
        rig_destroy(rig);
    }
}

Test(http_client, a_failed_handshake_sends_nothing)
{
    static const struct scripted_step steps[] = {{.what = SCRIPTED_ACCEPT},
                                                 {.what = SCRIPTED_SEND, .text = garbage},
                                                 {.what = SCRIPTED_HOLD},
                                                 {.what = SCRIPTED_END}};
    struct rig *rig = rig_create(steps);
    char base[64];
    (void)snprintf(base, sizeof base, "https://127.0.0.1:%u",
                   (unsigned)scripted_http_port(rig->server));
    rig->endpoint.base_url = base;
    send_and_wait(rig);
    cr_expect_eq(rig->sent, HTTP_NOT_SENT);
    cr_expect_eq(rig->failure, HTTP_FAILED_TLS, "%s", http_failure_name(rig->failure));
    cr_expect_eq(rig->asked, 0);
    rig_destroy(rig);
}

Test(http_client, takes_nothing_from_the_environment)
{
    static const struct scripted_step steps[] = {{.what = SCRIPTED_ACCEPT},
                                                 {.what = SCRIPTED_READ},
                                                 {.what = SCRIPTED_SEND, .text = OK_ANSWER},
                                                 {.what = SCRIPTED_HOLD},
                                                 {.what = SCRIPTED_END}};
    cr_assert_eq(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    cr_assert_eq(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    struct rig *rig = rig_create(steps);
    send_and_wait(rig);
    cr_expect_eq(rig->status, 200);
    rig_destroy(rig);
}

Test(http_client, refuses_a_header_that_would_begin_a_new_line)
{
    static const struct http_header headers[] = {{"X-A", "b\r\nX-Evil: 1"}};
    struct rig *rig = rig_create(nobody);
    rig->call.headers = headers;
    rig->call.header_count = 1;
    send_and_wait(rig);
    cr_expect_eq(rig->failure, HTTP_FAILED_BAD_URL);
    cr_expect_eq(rig->sent, HTTP_NOT_SENT);
    rig_destroy(rig);
}

Test(http_client, has_a_ceiling_for_calls_under_way_and_ends_them_with_itself)
{
    struct rig *rig = rig_create(silent);
    for (int i = 0; i < 4; i++) {
        (void)http_client_send(rig->client, &rig->call);
    }
    cr_expect_eq(http_client_under_way(rig->client), 4);
    send_and_wait(rig);
    cr_expect_eq(rig->answers, 1);
    cr_expect_eq(rig->failure, HTTP_FAILED_BUSY);
    cr_expect_eq(rig->sent, HTTP_NOT_SENT);
    rig_destroy(rig); /* the four others end without a call of done */
}

struct cancelling {
    struct rig *rig;
    struct http_exchange *exchange;
    enum http_sent sent;
};

static void cancel_later(void *data)
{
    struct cancelling *cancelling = data;
    cancelling->sent = http_exchange_cancel(cancelling->exchange);
    loop_stop(cancelling->rig->loop);
}

Test(http_client, a_cancelled_call_says_what_may_have_left_and_nothing_more)
{
    struct rig *rig = rig_create(silent);
    struct cancelling cancelling = {.rig = rig};
    struct loop_timer timer;
    loop_timer_init(&timer, rig->loop, cancel_later, &cancelling);
    cancelling.exchange = http_client_send(rig->client, &rig->call);
    cr_expect_eq(http_exchange_cancel(cancelling.exchange), HTTP_NOT_SENT, "not begun yet");
    cancelling.exchange = http_client_send(rig->client, &rig->call);
    loop_timer_start(&timer, 200);
    loop_run(rig->loop);
    cr_expect_eq(cancelling.sent, HTTP_MAYBE_SENT);
    cr_expect_eq(rig->answers, 0);
    cr_expect_eq(http_client_under_way(rig->client), 0);
    loop_timer_fini(&timer);
    rig_destroy(rig);
}
