/*
 * A server on a loop of the test's own, and clients on raw sockets of the same loop: a lone request
 * that has to wait for a timer would show. Paths: /constant, /stream, /hold (answered by the test),
 * /turn (by the next turn), /later (by a timer); any other is answered at once.
 */
#ifndef NB_TESTS_SERVER_RIG_H
#define NB_TESTS_SERVER_RIG_H

#include "core/http/server.h"
#include "core/http/stream.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"

#include <criterion/criterion.h>

struct server_rig {
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

struct raw_client {
    struct server_rig *rig;
    struct loop_io io;
    int fd;
    const char *wanted;
    size_t wanted_times;
    bool closed;
    size_t length;
    char *got;
};

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

struct server_rig *server_rig_create(struct http_server_config config);
void server_rig_destroy(struct server_rig *rig);
/* Another server with the same handler. */
struct http_server *server_rig_listen(struct server_rig *rig, struct http_server_config config);
/* That handler; data is the rig. */
void server_rig_on_request(void *data, struct http_request *request);
/* Turns until the loop is stopped by what is waited for; false after limit_ms. */
bool server_rig_turn(struct server_rig *rig, int64_t limit_ms);
/* Of a struct server_rig: answers the request that is held. */
void server_rig_answer_held(void *data);

struct raw_client *raw_client_create(struct server_rig *rig);
struct raw_client *raw_client_connect(struct server_rig *rig, uint16_t port);
void raw_client_leave(struct raw_client *client);
void raw_client_say(struct raw_client *client, const char *text);
/* Turns until so often in all it was received; false when it is not there in time. */
bool raw_client_hears_times(struct raw_client *client, const char *wanted, size_t times,
                            int64_t limit_ms);
/* Once, within half a second. */
bool raw_client_hears(struct raw_client *client, const char *wanted);
/* How often what was last waited for was received. */
size_t raw_client_count(const struct raw_client *client);
void raw_client_forget(struct raw_client *client);

#endif
