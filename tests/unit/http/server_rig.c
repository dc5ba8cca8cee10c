#include "tests/unit/http/server_rig.h"

#include "core/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GOT_BYTES ((size_t)1024 * 1024)

static void respond_text(struct http_request *request, const char *text)
{
    http_respond(request, &(struct http_response){.status = 200,
                                                  .content_type = "text/plain",
                                                  .body = text,
                                                  .body_bytes = strlen(text)});
}

static void describe(struct server_rig *rig, struct http_request *request)
{
    size_t bytes = 0;
    const char *name = http_query_find(http_request_queries(request), "name");
    const char *header = http_request_header(request, "x-THING");
    const char *body = http_request_body(request, &bytes);
    (void)snprintf(rig->seen, sizeof rig->seen, "%s %s name=%s thing=%s body=%.*s",
                   http_method_name(http_request_method(request)), http_request_path(request),
                   name != NULL ? name : "-", header != NULL ? header : "-",
                   (int)(bytes < 100 ? bytes : 100), body);
}

static void on_stream_gone(void *data)
{
    struct server_rig *rig = data;
    rig->stream_gone++;
    rig->stream = NULL;
}

void server_rig_answer_held(void *data)
{
    struct server_rig *rig = data;
    struct http_request *request = rig->held;
    rig->held = NULL;
    respond_text(request, "later");
}

void server_rig_on_request(void *data, struct http_request *request)
{
    struct server_rig *rig = data;
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
        loop_next_turn(rig->loop, server_rig_answer_held, rig);
    } else if (strcmp(path, "/later") == 0) {
        rig->held = request;
        loop_timer_start(&rig->later, 30);
    } else {
        respond_text(request, "at once");
    }
}

static void on_guard(void *data)
{
    struct server_rig *rig = data;
    rig->expired = true;
    loop_stop(rig->loop);
}

struct http_server *server_rig_listen(struct server_rig *rig, struct http_server_config config)
{
    struct nb_err err = {0};
    config.handle = server_rig_on_request;
    config.data = rig;
    struct http_server *server = http_server_create(rig->loop, &config, &err);
    cr_assert_not_null(server, "%s", err.text);
    return server;
}

struct server_rig *server_rig_create(struct http_server_config config)
{
    struct server_rig *rig = nb_alloc(sizeof *rig);
    rig->loop = loop_create();
    rig->constant = http_constant_create(&(struct http_response){
        .status = 200, .content_type = "text/plain", .body = "ok\n", .body_bytes = 3});
    loop_timer_init(&rig->guard, rig->loop, on_guard, rig);
    loop_timer_init(&rig->later, rig->loop, server_rig_answer_held, rig);
    rig->server = server_rig_listen(rig, config);
    return rig;
}

void server_rig_destroy(struct server_rig *rig)
{
    http_server_destroy(rig->server);
    http_constant_destroy(rig->constant);
    loop_timer_fini(&rig->guard);
    loop_timer_fini(&rig->later);
    loop_destroy(rig->loop);
    nb_free(rig);
}

bool server_rig_turn(struct server_rig *rig, int64_t limit_ms)
{
    rig->expired = false;
    loop_timer_start(&rig->guard, limit_ms);
    loop_run(rig->loop);
    loop_timer_stop(&rig->guard);
    return !rig->expired;
}

size_t raw_client_count(const struct raw_client *client)
{
    size_t count = 0;
    for (const char *p = client->got; (p = strstr(p, client->wanted)) != NULL; p++) {
        count++;
    }
    return count;
}

static void on_client(void *data, bool readable, bool writable)
{
    struct raw_client *client = data;
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
    if (client->wanted != NULL && raw_client_count(client) >= client->wanted_times) {
        loop_stop(client->rig->loop);
    }
}

struct raw_client *raw_client_connect(struct server_rig *rig, uint16_t port)
{
    struct raw_client *client = nb_alloc(sizeof *client);
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

struct raw_client *raw_client_create(struct server_rig *rig)
{
    return raw_client_connect(rig, http_server_port(rig->server));
}

void raw_client_leave(struct raw_client *client)
{
    loop_io_fini(&client->io);
    (void)close(client->fd);
    nb_free(client->got);
    nb_free(client);
}

void raw_client_say(struct raw_client *client, const char *text)
{
    size_t bytes = strlen(text);
    cr_assert_eq(send(client->fd, text, bytes, MSG_NOSIGNAL), (ssize_t)bytes);
}

bool raw_client_hears_times(struct raw_client *client, const char *wanted, size_t times,
                            int64_t limit_ms)
{
    client->wanted = wanted;
    client->wanted_times = times;
    bool in_time = server_rig_turn(client->rig, limit_ms);
    return in_time && raw_client_count(client) >= times;
}

bool raw_client_hears(struct raw_client *client, const char *wanted)
{
    return raw_client_hears_times(client, wanted, 1, 500);
}

void raw_client_forget(struct raw_client *client)
{
    client->length = 0;
    client->got[0] = '\0';
}
