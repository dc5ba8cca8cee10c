/* The server on the loop, spoken to over raw sockets from the same loop: a lone request that has to
 * wait for a timer would show. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/http/server.h"
#include "core/http/stream.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(http_server, .timeout = 20);

#define GOT_BYTES ((size_t)1024 * 1024)

struct rig {
    struct loop *loop;
    struct http_server *server;
    struct http_constant *constant;
    struct loop_timer guard; /* ends a wait that lasts too long */
    struct loop_timer later; /* answers what is held */
    struct http_request *held;
    struct http_stream *stream;
    int handled;
    int stream_gone;
    int drained;
    bool expired;
    char seen[512];
};

struct client {
    struct rig *rig;
    struct loop_io io;
    int fd;
    const char *wanted;
    size_t wanted_times;
    bool closed;
    size_t length;
    char *got;
};

static void respond_text(struct http_request *request, const char *text)
{
    http_respond(request, &(struct http_response){.status = 200,
                                                  .content_type = "text/plain",
                                                  .body = text,
                                                  .body_bytes = strlen(text)});
}

static void describe(struct rig *rig, struct http_request *request)
{
    size_t bytes = 0;
    char peer[HTTP_PEER_TEXT];
    const char *name = http_request_query(request, "name");
    const char *header = http_request_header(request, "x-THING");
    const char *body = http_request_body(request, &bytes);
    http_request_peer(request, peer);
    (void)snprintf(rig->seen, sizeof rig->seen, "%s %s name=%s thing=%s body=%.*s peer=%s",
                   http_method_name(http_request_method(request)), http_request_path(request),
                   name != NULL ? name : "-", header != NULL ? header : "-",
                   (int)(bytes < 100 ? bytes : 100), body, peer);
}

static void on_stream_gone(void *data)
{
    struct rig *rig = data;
    rig->stream_gone++;
    rig->stream = NULL;
}

static void answer_held(void *data)
{
    struct rig *rig = data;
    struct http_request *request = rig->held;
    rig->held = NULL;
    respond_text(request, "later");
}

static void on_request(void *data, struct http_request *request)
{
    struct rig *rig = data;
    const char *path = http_request_path(request);
    rig->handled++;
    describe(rig, request);
    if (strcmp(path, "/constant") == 0) {
        http_respond_constant(request, rig->constant);
    } else if (strcmp(path, "/stream") == 0) {
        rig->stream = http_stream_open(request, &(struct http_stream_config){.queue_bytes = 1000,
                                                                             .heartbeat_ms = 50,
                                                                             .gone = on_stream_gone,
                                                                             .data = rig});
    } else if (strcmp(path, "/hold") == 0) {
        rig->held = request;
    } else if (strcmp(path, "/turn") == 0) {
        rig->held = request;
        loop_next_turn(rig->loop, answer_held, rig);
    } else if (strcmp(path, "/later") == 0) {
        rig->held = request;
        loop_timer_start(&rig->later, 30);
    } else {
        respond_text(request, "at once");
    }
}

static void on_guard(void *data)
{
    struct rig *rig = data;
    rig->expired = true;
    loop_stop(rig->loop);
}

static struct http_server *listen_on(struct rig *rig, struct http_server_config config)
{
    struct nb_err err = {0};
    config.handle = on_request;
    config.data = rig;
    struct http_server *server = http_server_create(rig->loop, &config, &err);
    cr_assert_not_null(server, "%s", err.text);
    return server;
}

static struct rig *rig_create(struct http_server_config config)
{
    struct rig *rig = nb_alloc(sizeof *rig);
    rig->loop = loop_create();
    rig->constant = http_constant_create(&(struct http_response){
        .status = 200, .content_type = "text/plain", .body = "ok\n", .body_bytes = 3});
    loop_timer_init(&rig->guard, rig->loop, on_guard, rig);
    loop_timer_init(&rig->later, rig->loop, answer_held, rig);
    rig->server = listen_on(rig, config);
    return rig;
}

static void rig_destroy(struct rig *rig)
{
    http_server_destroy(rig->server);
    http_constant_destroy(rig->constant);
    loop_timer_fini(&rig->guard);
    loop_timer_fini(&rig->later);
    loop_destroy(rig->loop);
    nb_free(rig);
}

/* Turns until the loop is stopped by what is waited for; false after limit_ms. */
static bool turn(struct rig *rig, int64_t limit_ms)
{
    rig->expired = false;
    loop_timer_start(&rig->guard, limit_ms);
    loop_run(rig->loop);
    loop_timer_stop(&rig->guard);
    return !rig->expired;
}

static size_t occurrences(const struct client *client)
{
    size_t count = 0;
    for (const char *p = client->got; (p = strstr(p, client->wanted)) != NULL; p++) {
        count++;
    }
    return count;
}

static void on_client(void *data, bool readable, bool writable)
{
    struct client *client = data;
    (void)readable;
    (void)writable;
    ssize_t count =
        recv(client->fd, client->got + client->length, GOT_BYTES - client->length, MSG_DONTWAIT);
    if (count <= 0) {
        client->closed = true;
        loop_io_stop(&client->io);
        loop_stop(client->rig->loop);
        return;
    }
    client->length += (size_t)count;
    client->got[client->length] = '\0';
    if (client->wanted != NULL && occurrences(client) >= client->wanted_times) {
        loop_stop(client->rig->loop);
    }
}

static struct client *connect_to(struct rig *rig, uint16_t port)
{
    struct client *client = nb_alloc(sizeof *client);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    client->rig = rig;
    client->got = nb_alloc(GOT_BYTES + 1);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(client->fd, (struct sockaddr *)&address, sizeof address), 0);
    loop_io_init(&client->io, rig->loop, on_client, client);
    loop_io_watch(&client->io, client->fd, true, false);
    return client;
}

static struct client *client_create(struct rig *rig)
{
    return connect_to(rig, http_server_port(rig->server));
}

static void client_leave(struct client *client)
{
    loop_io_fini(&client->io);
    (void)close(client->fd);
    nb_free(client->got);
    nb_free(client);
}

static void say(struct client *client, const char *text)
{
    size_t bytes = strlen(text);
    cr_assert_eq(send(client->fd, text, bytes, MSG_NOSIGNAL), (ssize_t)bytes);
}

/* What was received before is forgotten first. */
static bool hears_times(struct client *client, const char *wanted, size_t times, int64_t limit_ms)
{
    client->wanted = wanted;
    client->wanted_times = times;
    bool in_time = turn(client->rig, limit_ms);
    return in_time && occurrences(client) >= times;
}

static bool hears(struct client *client, const char *wanted)
{
    return hears_times(client, wanted, 1, 500);
}

static void forget(struct client *client)
{
    client->length = 0;
    client->got[0] = '\0';
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

Test(http_server, hands_a_whole_request_to_the_handler)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    say(client, "POST /v1/a%20b?name=J%C3%A9&x=1 HTTP/1.1\r\nHost: x\r\nX-Thing: 7\r\n"
                "Content-Length: 5\r\n\r\nhe");
    say(client, "llo");
    cr_assert(hears(client, "at once"), "%s", client->got);
    cr_expect_str_eq(rig->seen, "POST /v1/a%20b name=J\xc3\xa9 thing=7 body=hello peer=127.0.0.1");
    cr_expect_eq(rig->handled, 1);
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, reads_a_chunked_body)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    say(client, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    cr_assert(hears(client, "at once"), "%s", client->got);
    cr_expect_not_null(strstr(rig->seen, "body=abcdefg "));
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, answers_carry_the_default_headers_and_no_name_of_the_server)
{
    static const char *const paths[] = {GET("/x"), GET("/constant")};
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    for (size_t i = 0; i < NB_COUNT(paths); i++) {
        forget(client);
        say(client, paths[i]);
        cr_assert(hears(client, i == 0 ? "at once" : "ok\n"), "%s", client->got);
        cr_expect_not_null(strcasestr(client->got, "Cache-Control: no-store\r\n"));
        cr_expect_not_null(strcasestr(client->got, "X-Content-Type-Options: nosniff\r\n"));
        cr_expect_null(strcasestr(client->got, "\r\nServer:"));
    }
    client_leave(client);
    rig_destroy(rig);
}

/* Each is far quicker than the timers (a second) that would save a forgotten run. */
Test(http_server, a_lone_answer_leaves_in_the_turn_it_is_given)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    say(client, GET("/turn"));
    cr_assert(hears_times(client, "later", 1, 300), "answered in the same turn");
    forget(client);
    say(client, GET("/later"));
    cr_assert(hears_times(client, "later", 1, 300), "answered turns later");
    forget(client);
    say(client, GET("/constant"));
    cr_assert(hears_times(client, "ok\n", 1, 300), "answered inside the handler");
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, two_thousand_requests_use_one_connection)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    for (int i = 0; i < 1000; i++) {
        forget(client);
        say(client, i % 2 == 0 ? GET("/constant") : GET("/turn"));
        cr_assert(hears(client, i % 2 == 0 ? "ok\n" : "later"), "request %d", i);
    }
    forget(client);
    for (int i = 0; i < 1000; i++) {
        say(client, GET("/constant")); /* pipelined: all before the first answer is read */
    }
    cr_assert(hears_times(client, "ok\n", 1000, 5000), "%zu answers", occurrences(client));
    cr_expect_eq(rig->handled, 2000);
    cr_expect_eq(http_server_connections(rig->server), 1);
    client_leave(client);
    rig_destroy(rig);
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
        struct rig *rig = rig_create((struct http_server_config){.body_bytes = 10});
        struct client *client = client_create(rig);
        say(client, rows[i].request);
        cr_expect(hears(client, rows[i].status), "%s: %s", rows[i].why, client->got);
        cr_expect_eq(rig->handled, 0, "%s", rows[i].why);
        client_leave(client);
        rig_destroy(rig);
    }
}

Test(http_server, what_is_not_http_never_reaches_the_handler)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    say(client, "nonsense\r\n\r\n");
    cr_expect(turn(rig, 1000), "the connection is closed");
    cr_expect(client->closed);
    cr_expect_eq(rig->handled, 0);
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, refusals_of_ours_are_problem_documents)
{
    struct rig *rig = rig_create((struct http_server_config){.body_bytes = 10});
    struct client *client = client_create(rig);
    say(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world");
    cr_assert(hears(client, "\"status\":413"), "%s", client->got);
    cr_expect_not_null(strcasestr(client->got, "Content-Type: application/problem+json\r\n"));
    forget(client);
    say(client, GET("/x"));
    cr_expect(hears(client, "at once"), "the connection is still good");
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, closes_clients_that_are_too_slow)
{
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {"GET / HTTP/1.1\r\nHost", "half the headers"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nh", "half the body"},
        {"", "nothing at all"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct rig *rig = rig_create((struct http_server_config){.header_ms = 100});
        struct client *client = client_create(rig);
        say(client, rows[i].text);
        cr_expect(turn(rig, 4000), "%s", rows[i].why);
        cr_expect(client->closed, "%s", rows[i].why);
        cr_expect_eq(rig->handled, 0, "%s", rows[i].why);
        client_leave(client);
        rig_destroy(rig);
    }
}

Test(http_server, a_slow_client_does_not_delay_the_others)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *slow[50];
    for (size_t i = 0; i < NB_COUNT(slow); i++) {
        slow[i] = client_create(rig);
        say(slow[i], "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nh");
    }
    struct client *client = client_create(rig);
    say(client, GET("/constant"));
    cr_expect(hears_times(client, "ok\n", 1, 300));
    client_leave(client);
    for (size_t i = 0; i < NB_COUNT(slow); i++) {
        client_leave(slow[i]);
    }
    rig_destroy(rig);
}

static bool wait_until_held(struct rig *rig)
{
    for (int i = 0; i < 50 && rig->held == NULL; i++) {
        (void)turn(rig, 10);
    }
    return rig->held != NULL;
}

static bool wait_for_connections(struct rig *rig, size_t count)
{
    for (int i = 0; i < 50 && http_server_connections(rig->server) != count; i++) {
        (void)turn(rig, 10);
    }
    return http_server_connections(rig->server) == count;
}

Test(http_server, an_answer_for_a_client_that_left_is_thrown_away)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    say(client, GET("/hold"));
    cr_assert(wait_until_held(rig));
    cr_expect_not(http_request_gone(rig->held));
    cr_expect_eq(http_server_in_flight(rig->server), 1);
    client_leave(client);
    cr_expect(http_request_gone(rig->held));
    answer_held(rig);
    cr_expect_eq(http_server_in_flight(rig->server), 0);
    cr_expect(wait_for_connections(rig, 0));
    client = client_create(rig);
    say(client, GET("/constant"));
    cr_expect(hears(client, "ok\n"), "the server lives on");
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, a_request_outlives_the_server_until_it_is_answered)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = client_create(rig);
    say(client, GET("/hold"));
    cr_assert(wait_until_held(rig));
    rig->server = http_server_destroy(rig->server);
    cr_expect(http_request_gone(rig->held));
    cr_expect_null(http_request_header(rig->held, "Host"));
    cr_expect_str_eq(http_request_path(rig->held), "/hold");
    answer_held(rig);
    client_leave(client);
    rig_destroy(rig);
}

static void on_drained(void *data)
{
    struct rig *rig = data;
    rig->drained++;
    loop_stop(rig->loop);
}

Test(http_server, stopping_finishes_what_is_under_way_and_takes_no_more)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    uint16_t port = http_server_port(rig->server);
    struct client *idle = client_create(rig);
    struct client *busy = client_create(rig);
    say(idle, GET("/constant"));
    cr_assert(hears(idle, "ok\n"));
    say(busy, GET("/hold"));
    cr_assert(wait_until_held(rig));
    http_server_stop(rig->server, on_drained, rig);
    cr_expect(wait_for_connections(rig, 1), "the idle one is closed");
    cr_expect_eq(rig->drained, 0, "the other is waited for");
    answer_held(rig);
    cr_expect(hears(busy, "later"), "%s", busy->got);
    cr_expect_not_null(strcasestr(busy->got, "Connection: close\r\n"));
    for (int i = 0; i < 50 && rig->drained == 0; i++) {
        (void)turn(rig, 20);
    }
    cr_expect_eq(rig->drained, 1);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_expect_neq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    (void)close(fd);
    client_leave(idle);
    client_leave(busy);
    rig_destroy(rig);
}

Test(http_server, several_servers_share_a_port)
{
    struct rig *rig = rig_create((struct http_server_config){.reuse_port = true});
    uint16_t port = http_server_port(rig->server);
    struct http_server *second =
        listen_on(rig, (struct http_server_config){.reuse_port = true, .port = port});
    cr_expect_eq(http_server_port(second), port);
    struct nb_err err = {0};
    struct http_server_config alone = {.port = port, .handle = on_request};
    cr_expect_null(http_server_create(rig->loop, &alone, &err));
    cr_expect_eq(err.kind, NB_ERR_UNAVAILABLE);
    for (int i = 0; i < 8; i++) {
        struct client *client = connect_to(rig, port);
        say(client, GET("/constant"));
        cr_expect(hears(client, "ok\n"));
        client_leave(client);
    }
    http_server_destroy(second);
    rig_destroy(rig);
}

Test(http_server, takes_a_socket_that_listens_already)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(fd, 16), 0);
    struct rig *rig = rig_create((struct http_server_config){.listen_fd = fd});
    struct client *client = client_create(rig);
    say(client, GET("/constant"));
    cr_expect(hears(client, "ok\n"));
    client_leave(client);
    rig_destroy(rig);
}

static struct client *open_stream(struct rig *rig)
{
    struct client *client = client_create(rig);
    say(client, GET("/stream"));
    cr_assert(hears(client, "text/event-stream"), "%s", client->got);
    cr_assert_not_null(rig->stream);
    return client;
}

static bool wait_until_gone(struct rig *rig)
{
    for (int i = 0; i < 100 && rig->stream_gone == 0; i++) {
        (void)turn(rig, 10);
    }
    return rig->stream_gone == 1;
}

Test(http_server, a_stream_sends_events_and_heartbeats)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = open_stream(rig);
    cr_expect(http_stream_send(rig->stream, "stay", "17", "one\ntwo"));
    cr_expect(hears_times(client, "id: 17\nevent: stay\ndata: one\ndata: two\n\n", 1, 300), "%s",
              client->got);
    cr_expect(hears_times(client, ":\n\n", 2, 1000), "heartbeats");
    cr_expect(http_stream_send(rig->stream, NULL, NULL, "last"));
    http_stream_close(rig->stream);
    cr_expect(hears(client, "data: last\n\n"));
    cr_expect(wait_until_gone(rig));
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, a_stream_whose_client_left_is_found_by_its_heartbeat)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = open_stream(rig);
    client_leave(client);
    cr_expect(wait_until_gone(rig));
    rig_destroy(rig);
}

Test(http_server, a_stream_that_overflows_ends_after_whole_events)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = open_stream(rig);
    char event[301];
    memset(event, 'e', 300);
    event[300] = '\0';
    cr_expect(http_stream_send(rig->stream, NULL, NULL, event));
    cr_expect(http_stream_send(rig->stream, NULL, NULL, event));
    cr_expect(http_stream_send(rig->stream, NULL, NULL, event));
    cr_expect_not(http_stream_send(rig->stream, NULL, NULL, event), "the queue is full");
    cr_expect_not(http_stream_send(rig->stream, NULL, NULL, "x"), "and stays closed");
    cr_expect(hears_times(client, "eeee\n\n", 3, 1000), "%s", client->got);
    cr_expect(wait_until_gone(rig));
    client_leave(client);
    rig_destroy(rig);
}

Test(http_server, streams_end_with_the_server)
{
    struct rig *rig = rig_create((struct http_server_config){0});
    struct client *client = open_stream(rig);
    rig->server = http_server_destroy(rig->server);
    cr_expect_eq(rig->stream_gone, 1);
    client_leave(client);
    rig_destroy(rig);
}
