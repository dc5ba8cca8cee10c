#include "tests/support/scripted_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_BYTES 65536

struct scripted_http {
    const struct scripted_step *steps;
    int listener;
    int stop; /* eventfd */
    int peer;
    uint16_t port;
    pthread_t thread;
    atomic_size_t requests;
    char last[REQUEST_BYTES + 1];
};

/* False when the server is to stop. wait_ms < 0: until fd is ready; fd may be -1. */
static bool wait_for(struct scripted_http *server, int fd, short events, int wait_ms)
{
    struct pollfd fds[2] = {{.fd = server->stop, .events = POLLIN}, {.fd = fd, .events = events}};
    (void)poll(fds, 2, wait_ms);
    return (fds[0].revents & POLLIN) == 0;
}

static bool whole(const char *request, size_t bytes)
{
    const char *end = strstr(request, "\r\n\r\n");
    if (end == NULL) {
        return false;
    }
    const char *length = strcasestr(request, "content-length:");
    size_t body = length != NULL && length < end ? strtoul(length + 15, NULL, 10) : 0;
    return bytes >= (size_t)(end + 4 - request) + body;
}

static bool read_request(struct scripted_http *server)
{
    size_t bytes = 0;
    server->last[0] = '\0';
    while (!whole(server->last, bytes)) {
        if (bytes == REQUEST_BYTES || !wait_for(server, server->peer, POLLIN, -1)) {
            return false;
        }
        ssize_t got = recv(server->peer, server->last + bytes, REQUEST_BYTES - bytes, 0);
        if (got <= 0) {
            return true; /* the client left; the script goes on */
        }
        bytes += (size_t)got;
        server->last[bytes] = '\0';
    }
    atomic_fetch_add(&server->requests, 1);
    return true;
}

static bool send_text(struct scripted_http *server, const char *text, size_t bytes)
{
    while (bytes > 0) {
        if (!wait_for(server, server->peer, POLLOUT, -1)) {
            return false;
        }
        ssize_t sent = send(server->peer, text, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            return true;
        }
        text += sent;
        bytes -= (size_t)sent;
    }
    return true;
}

static bool drip(struct scripted_http *server, const struct scripted_step *step)
{
    for (const char *p = step->text; *p != '\0'; p++) {
        if (!send_text(server, p, 1) || !wait_for(server, -1, 0, step->times)) {
            return false;
        }
    }
    return true;
}

static bool repeat(struct scripted_http *server, const struct scripted_step *step)
{
    for (int i = 0; i < step->times; i++) {
        if (!send_text(server, step->text, strlen(step->text))) {
            return false;
        }
    }
    return true;
}

static bool hold(struct scripted_http *server)
{
    char byte;
    do {
        if (!wait_for(server, server->peer, POLLIN, -1)) {
            return false;
        }
    } while (recv(server->peer, &byte, 1, 0) > 0);
    return true;
}

static bool accept_one(struct scripted_http *server)
{
    if (!wait_for(server, server->listener, POLLIN, -1)) {
        return false;
    }
    server->peer = accept(server->listener, NULL, NULL);
    return server->peer >= 0;
}

static void close_peer(struct scripted_http *server, bool reset)
{
    if (server->peer >= 0) {
        struct linger linger = {.l_onoff = reset, .l_linger = 0};
        (void)setsockopt(server->peer, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        (void)close(server->peer);
        server->peer = -1;
    }
}

static bool play(struct scripted_http *server, const struct scripted_step *step)
{
    switch (step->what) {
    case SCRIPTED_ACCEPT:
        return accept_one(server);
    case SCRIPTED_READ:
        return read_request(server);
    case SCRIPTED_SEND:
        return send_text(server, step->text, strlen(step->text));
    case SCRIPTED_REPEAT:
        return repeat(server, step);
    case SCRIPTED_DRIP:
        return drip(server, step);
    case SCRIPTED_HOLD:
        return hold(server);
    case SCRIPTED_CLOSE:
    case SCRIPTED_RESET:
        close_peer(server, step->what == SCRIPTED_RESET);
        return true;
    case SCRIPTED_END:
        break;
    }
    return false;
}

static void *thread_main(void *data)
{
    struct scripted_http *server = data;
    for (const struct scripted_step *step = server->steps; play(server, step); step++) {
    }
    close_peer(server, false);
    return NULL;
}

struct scripted_http *scripted_http_start(const struct scripted_step *steps)
{
    struct scripted_http *server = calloc(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    if (server == NULL) {
        abort();
    }
    server->steps = steps;
    server->peer = -1;
    server->stop = eventfd(0, EFD_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->listener, (struct sockaddr *)&address, bytes) != 0 ||
        listen(server->listener, 16) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &bytes) != 0 ||
        pthread_create(&server->thread, NULL, thread_main, server) != 0) {
        abort();
    }
    server->port = ntohs(address.sin_port);
    return server;
}

uint16_t scripted_http_port(const struct scripted_http *server)
{
    return server->port;
}

size_t scripted_http_requests(const struct scripted_http *server)
{
    return atomic_load(&server->requests);
}

const char *scripted_http_last(const struct scripted_http *server)
{
    return server->last;
}

void scripted_http_stop(struct scripted_http *server)
{
    if (server == NULL) {
        return;
    }
    uint64_t one = 1;
    if (write(server->stop, &one, sizeof one) != sizeof one) {
        abort();
    }
    (void)pthread_join(server->thread, NULL);
    (void)close(server->listener);
    (void)close(server->stop);
    free(server);
}
