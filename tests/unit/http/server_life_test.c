/* The server over time: clients that are slow or leave, requests that outlive it, stopping, sockets
 * that are shared or inherited, and streams. */
#include "tests/unit/http/server_rig.h"

#include "core/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(http_server_life, .timeout = 20);

Test(http_server_life, closes_clients_that_are_too_slow)
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
        struct server_rig *rig = server_rig_create((struct http_server_config){.header_ms = 100});
        struct raw_client *client = raw_client_create(rig);
        raw_client_say(client, rows[i].text);
        cr_expect(server_rig_turn(rig, 4000), "%s", rows[i].why);
        cr_expect(client->closed, "%s", rows[i].why);
        cr_expect_eq(rig->handled, 0, "%s", rows[i].why);
        raw_client_leave(client);
        server_rig_destroy(rig);
    }
}

Test(http_server_life, a_slow_client_does_not_delay_the_others)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *slow[50];
    for (size_t i = 0; i < NB_COUNT(slow); i++) {
        slow[i] = raw_client_create(rig);
        raw_client_say(slow[i], "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nh");
    }
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, GET("/constant"));
    cr_expect(raw_client_hears_times(client, "ok\n", 1, 300));
    raw_client_leave(client);
    for (size_t i = 0; i < NB_COUNT(slow); i++) {
        raw_client_leave(slow[i]);
    }
    server_rig_destroy(rig);
}

static bool wait_until_held(struct server_rig *rig)
{
    for (int i = 0; i < 50 && rig->held == NULL; i++) {
        (void)server_rig_turn(rig, 10);
    }
    return rig->held != NULL;
}

static bool wait_for_connections(struct server_rig *rig, size_t count)
{
    for (int i = 0; i < 50 && http_server_connections(rig->server) != count; i++) {
        (void)server_rig_turn(rig, 10);
    }
    return http_server_connections(rig->server) == count;
}

Test(http_server_life, an_answer_for_a_client_that_left_is_thrown_away)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, GET("/hold"));
    cr_assert(wait_until_held(rig));
    cr_expect_not(http_request_gone(rig->held));
    cr_expect_eq(http_server_in_flight(rig->server), 1);
    raw_client_leave(client);
    cr_expect(http_request_gone(rig->held));
    server_rig_answer_held(rig);
    cr_expect_eq(http_server_in_flight(rig->server), 0);
    cr_expect(wait_for_connections(rig, 0));
    client = raw_client_create(rig);
    raw_client_say(client, GET("/constant"));
    cr_expect(raw_client_hears(client, "ok\n"), "the server lives on");
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server_life, a_request_outlives_the_server_until_it_is_answered)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, GET("/hold"));
    cr_assert(wait_until_held(rig));
    rig->server = http_server_destroy(rig->server);
    cr_expect(http_request_gone(rig->held));
    cr_expect_null(http_request_header(rig->held, "Host"));
    cr_expect_str_eq(http_request_path(rig->held), "/hold");
    server_rig_answer_held(rig);
    raw_client_leave(client);
    server_rig_destroy(rig);
}

static void on_drained(void *data)
{
    struct server_rig *rig = data;
    rig->drained++;
    loop_stop(rig->loop);
}

Test(http_server_life, stopping_finishes_what_is_under_way_and_takes_no_more)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    uint16_t port = http_server_port(rig->server);
    struct raw_client *idle = raw_client_create(rig);
    struct raw_client *busy = raw_client_create(rig);
    raw_client_say(idle, GET("/constant"));
    cr_assert(raw_client_hears(idle, "ok\n"));
    raw_client_say(busy, GET("/hold"));
    cr_assert(wait_until_held(rig));
    http_server_stop(rig->server, on_drained, rig);
    cr_expect(wait_for_connections(rig, 1), "the idle one is closed");
    cr_expect_eq(rig->drained, 0, "the other is waited for");
    server_rig_answer_held(rig);
    cr_expect(raw_client_hears(busy, "later"), "%s", busy->got);
    cr_expect_not_null(strcasestr(busy->got, "Connection: close\r\n"));
    for (int i = 0; i < 50 && rig->drained == 0; i++) {
        (void)server_rig_turn(rig, 20);
    }
    cr_expect_eq(rig->drained, 1);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_expect_neq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    (void)close(fd);
    raw_client_leave(idle);
    raw_client_leave(busy);
    server_rig_destroy(rig);
}

Test(http_server_life, several_servers_share_a_port)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){.reuse_port = true});
    uint16_t port = http_server_port(rig->server);
    struct http_server *second =
        server_rig_listen(rig, (struct http_server_config){.reuse_port = true, .port = port});
    cr_expect_eq(http_server_port(second), port);
    struct nb_err err = {0};
    struct http_server_config alone = {.port = port, .handle = server_rig_on_request};
    cr_expect_null(http_server_create(rig->loop, &alone, &err));
    cr_expect_eq(err.kind, NB_ERR_UNAVAILABLE);
    for (int i = 0; i < 8; i++) {
        struct raw_client *client = raw_client_connect(rig, port);
        raw_client_say(client, GET("/constant"));
        cr_expect(raw_client_hears(client, "ok\n"));
        raw_client_leave(client);
    }
    http_server_destroy(second);
    server_rig_destroy(rig);
}

Test(http_server_life, takes_a_socket_that_listens_already)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(fd, 16), 0);
    struct server_rig *rig = server_rig_create((struct http_server_config){.listen_fd = fd});
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, GET("/constant"));
    cr_expect(raw_client_hears(client, "ok\n"));
    raw_client_leave(client);
    server_rig_destroy(rig);
}

static struct raw_client *open_stream(struct server_rig *rig)
{
    struct raw_client *client = raw_client_create(rig);
    raw_client_say(client, GET("/stream"));
    cr_assert(raw_client_hears(client, "text/event-stream"), "%s", client->got);
    cr_assert_not_null(rig->stream);
    return client;
}

static bool wait_until_gone(struct server_rig *rig)
{
    for (int i = 0; i < 100 && rig->stream_gone == 0; i++) {
        (void)server_rig_turn(rig, 10);
    }
    return rig->stream_gone == 1;
}

Test(http_server_life, a_stream_sends_events_and_heartbeats)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = open_stream(rig);
    cr_expect(http_stream_send(rig->stream, "stay", "17", "one\ntwo"));
    cr_expect(
        raw_client_hears_times(client, "id: 17\nevent: stay\ndata: one\ndata: two\n\n", 1, 300),
        "%s", client->got);
    cr_expect(raw_client_hears_times(client, ":\n\n", 2, 1000), "heartbeats");
    cr_expect(http_stream_send(rig->stream, NULL, NULL, "last"));
    http_stream_close(rig->stream);
    cr_expect(raw_client_hears(client, "data: last\n\n"));
    cr_expect(wait_until_gone(rig));
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server_life, a_stream_whose_client_left_is_found_by_its_heartbeat)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = open_stream(rig);
    raw_client_leave(client);
    cr_expect(wait_until_gone(rig));
    server_rig_destroy(rig);
}

Test(http_server_life, a_stream_that_overflows_ends_after_whole_events)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = open_stream(rig);
    char event[301];
    memset(event, 'e', 300);
    event[300] = '\0';
    cr_expect(http_stream_send(rig->stream, NULL, NULL, event));
    cr_expect(http_stream_send(rig->stream, NULL, NULL, event));
    cr_expect(http_stream_send(rig->stream, NULL, NULL, event));
    cr_expect_not(http_stream_send(rig->stream, NULL, NULL, event), "the queue is full");
    cr_expect_not(http_stream_send(rig->stream, NULL, NULL, "x"), "and stays closed");
    cr_expect(raw_client_hears_times(client, "eeee\n\n", 3, 1000), "%s", client->got);
    cr_expect(wait_until_gone(rig));
    raw_client_leave(client);
    server_rig_destroy(rig);
}

Test(http_server_life, streams_end_with_the_server)
{
    struct server_rig *rig = server_rig_create((struct http_server_config){0});
    struct raw_client *client = open_stream(rig);
    rig->server = http_server_destroy(rig->server);
    cr_expect_eq(rig->stream_gone, 1);
    raw_client_leave(client);
    server_rig_destroy(rig);
}
