#include "core/http/server.h"

#include "core/base/mem.h"
#include "core/http/server_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS 1000
#define RUNS_PER_TURN 16
#define CONNECTION_MEMORY_BYTES ((size_t)32 * 1024)

/*
 * libmicrohttpd may have work left that no descriptor announces (data it read ahead, connections
 * that were resumed): it says so with a timeout of 0. Between turns its own timeouts are whole
 * seconds, and the tick is often enough for them.
 */
static void run(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 1;
    for (int i = 0; i < RUNS_PER_TURN; i++) {
        (void)MHD_run(server->daemon);
        if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES || wait_ms > 0) {
            return;
        }
    }
    http_server_kick(server); /* let others have their turn */
}

static void on_kick(void *data)
{
    struct http_server *server = data;
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    server->kicked = false;
    run(server);
}

void http_server_kick(struct http_server *server)
{
    if (!server->kicked) {
        server->kicked = true;
        loop_next_turn(server->loop, on_kick, server);
    }
}

static void on_ready(void *data, bool readable, bool writable)
{
    struct http_server *server = data;
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    (void)readable;
    (void)writable;
    run(server);
}

static void on_drained(void *data)
{
    struct http_server *server = data;
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    if (server->drained != NULL) {
        loop_call_fn drained = server->drained;
        server->drained = NULL;
        drained(server->drained_data);
    }
}

static void announce_if_drained(struct http_server *server)
{
    if (server->stopping && server->socket_count == 0 && server->drained != NULL) {
        loop_next_turn(server->loop, on_drained, server);
    }
}

void http_socket_enter(struct http_socket *socket, enum socket_phase phase, int64_t allowed_ms)
{
    socket->phase = phase;
    socket->since = nb_mono_now();
    socket->allowed_ms = allowed_ms;
    socket->body_seen = 0;
}

void http_socket_shut(struct http_socket *socket)
{
    (void)shutdown(socket->fd, SHUT_RD);
    http_server_kick(socket->server);
}

/* A body may take header_ms in any case, then it must have come at the least rate. */
static bool too_slow(const struct http_socket *socket, struct nb_mono now)
{
    const struct http_server_config *config = &socket->server->config;
    int64_t elapsed_ms = nb_mono_ms_between(socket->since, now);
    switch (socket->phase) {
    case SOCKET_HEADERS:
        return elapsed_ms > socket->allowed_ms;
    case SOCKET_BODY:
        return elapsed_ms > config->header_ms &&
               (int64_t)socket->body_seen < config->body_bytes_per_s * elapsed_ms / 1000;
    case SOCKET_BUSY:
        break;
    }
    return false;
}

/* Slow clients and libmicrohttpd's own timeouts; only while somebody is connected. */
static void on_tick(void *data)
{
    struct http_server *server = data;
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    struct nb_mono now = nb_mono_now();
    for (struct http_socket *socket = server->sockets; socket != NULL; socket = socket->next) {
        if (too_slow(socket, now)) {
            (void)shutdown(socket->fd, SHUT_RDWR);
        }
    }
    run(server);
    if (server->sockets != NULL) {
        loop_timer_start(&server->tick, TICK_MS);
    }
}

static void socket_opened(struct http_server *server, struct MHD_Connection *connection,
                          void **context)
{
    struct http_socket *socket = nb_alloc(sizeof *socket);
    socket->server = server;
    socket->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    socket->next = server->sockets;
    socket->link = &server->sockets;
    if (socket->next != NULL) {
        socket->next->link = &socket->next;
    }
    server->sockets = socket;
    server->socket_count++;
    http_socket_enter(socket, SOCKET_HEADERS, server->config.header_ms);
    if (!loop_timer_running(&server->tick)) {
        loop_timer_start(&server->tick, TICK_MS);
    }
    *context = socket;
}

static void socket_closed(struct http_server *server, struct http_socket *socket)
{
    *socket->link = socket->next;
    if (socket->next != NULL) {
        socket->next->link = socket->link;
    }
    server->socket_count--;
    nb_free(socket);
    announce_if_drained(server);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = data;
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        socket_opened(server, connection, context);
    } else if (*context != NULL) {
        socket_closed(server, *context);
        *context = NULL;
    }
}

/* Its messages quote what a client sent, so none is kept. */
static void no_log(void *data, const char *fmt, va_list args)
{
    (void)data;
    (void)fmt;
    (void)args;
}

union any_address {
    struct sockaddr plain;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
};

static bool fill_address(const struct http_server_config *config, union any_address *ret_address,
                         socklen_t *ret_bytes)
{
    const char *text = config->address != NULL ? config->address : "127.0.0.1";
    *ret_address = (union any_address){0};
    if (inet_pton(AF_INET, text, &ret_address->in.sin_addr) == 1) {
        ret_address->in.sin_family = AF_INET;
        ret_address->in.sin_port = htons(config->port);
        *ret_bytes = sizeof ret_address->in;
        return true;
    }
    if (inet_pton(AF_INET6, text, &ret_address->in6.sin6_addr) == 1) {
        ret_address->in6.sin6_family = AF_INET6;
        ret_address->in6.sin6_port = htons(config->port);
        *ret_bytes = sizeof ret_address->in6;
        return true;
    }
    return false;
}

static int open_listener(const struct http_server_config *config, struct nb_err *err)
{
    union any_address address;
    socklen_t bytes = 0;
    if (!fill_address(config, &address, &bytes)) {
        nb_err_set(err, NB_ERR_INVALID, "listen_address",
                   "Give a numeric address to listen on, as 127.0.0.1 or ::1.");
        return -1;
    }
    int fd = socket(address.plain.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    bool good =
        fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (!config->reuse_port || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
        bind(fd, &address.plain, bytes) == 0 && listen(fd, SOMAXCONN) == 0;
    if (!good) {
        nb_err_set(err, NB_ERR_UNAVAILABLE, "listen", "Cannot listen on port %u: %s.",
                   (unsigned)config->port, strerrordesc_np(errno));
        if (fd >= 0) {
            (void)close(fd);
        }
        return -1;
    }
    return fd;
}

static uint16_t port_of(int fd)
{
    union any_address address = {0};
    socklen_t bytes = sizeof address;
    if (getsockname(fd, &address.plain, &bytes) != 0) {
        return 0;
    }
    bool six = address.plain.sa_family == AF_INET6;
    return ntohs(six ? address.in6.sin6_port : address.in.sin_port);
}

static struct MHD_Daemon *start_daemon(struct http_server *server, int listen_fd)
{
    const struct http_server_config *config = &server->config;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    return MHD_start_daemon(flags, server->port, NULL, NULL, http_request_on_part, server,
                            MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL, MHD_OPTION_LISTEN_SOCKET,
                            listen_fd, MHD_OPTION_CONNECTION_LIMIT, config->max_connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(config->idle_ms + 999) / 1000,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES,
                            MHD_OPTION_URI_LOG_CALLBACK, http_request_on_uri, server,
                            MHD_OPTION_NOTIFY_COMPLETED, http_request_on_completed, server,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

static void take_config(struct http_server *server, const struct http_server_config *given)
{
    struct http_server_config *config = &server->config;
    *config = *given;
    config->address = NULL;
    config->max_connections = given->max_connections != 0 ? given->max_connections : 4096;
    config->body_bytes = given->body_bytes != 0 ? given->body_bytes : (size_t)64 * 1024;
    config->header_ms = given->header_ms != 0 ? given->header_ms : 10000;
    config->idle_ms = given->idle_ms != 0 ? given->idle_ms : 60000;
    config->body_bytes_per_s = given->body_bytes_per_s != 0 ? given->body_bytes_per_s : 500;
}

struct http_server *http_server_create(struct loop *loop, const struct http_server_config *config,
                                       struct nb_err *err)
{
    NB_ASSERT(config->handle != NULL);
    int listen_fd = config->listen_fd > 0 ? config->listen_fd : open_listener(config, err);
    if (listen_fd < 0) {
        return NULL;
    }
    struct http_server *server = nb_alloc(sizeof *server);
    server->magic = HTTP_SERVER_MAGIC;
    server->loop = loop;
    server->port = port_of(listen_fd);
    take_config(server, config);
    loop_io_init(&server->io, loop, on_ready, server);
    loop_timer_init(&server->tick, loop, on_tick, server);
    server->daemon = start_daemon(server, listen_fd);
    if (server->daemon == NULL) {
        nb_err_set(err, NB_ERR_UNAVAILABLE, "listen", "The HTTP server did not start.");
        nb_free(server);
        return NULL;
    }
    int epoll_fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    loop_io_watch(&server->io, epoll_fd, true, false);
    return server;
}

void http_server_stop(struct http_server *server, loop_call_fn drained, void *data)
{
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    if (server->stopping) {
        return;
    }
    server->stopping = true;
    server->drained = drained;
    server->drained_data = data;
    int listen_fd = MHD_quiesce_daemon(server->daemon);
    if (listen_fd >= 0) {
        (void)close(listen_fd);
    }
    for (struct http_socket *socket = server->sockets; socket != NULL; socket = socket->next) {
        if (socket->phase == SOCKET_HEADERS) {
            http_socket_shut(socket);
        }
    }
    http_stream_close_all(server);
    announce_if_drained(server);
}

struct http_server *http_server_destroy(struct http_server *server)
{
    if (server == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(server, HTTP_SERVER_MAGIC);
    server->stopping = true;
    server->drained = NULL;
    http_request_orphan_all(server);
    http_stream_close_all(server);
    loop_io_fini(&server->io);
    MHD_stop_daemon(server->daemon);
    http_stream_free_ended(server);
    loop_timer_fini(&server->tick);
    loop_next_turn_forget(server->loop, server);
    http_request_free_spare(server);
    server->magic = 0;
    return nb_free(server);
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

size_t http_server_connections(const struct http_server *server)
{
    return server->socket_count;
}

size_t http_server_in_flight(const struct http_server *server)
{
    return server->in_flight_count;
}
