/*
 * A detached thread owns its connection. The gateway outlives them all: it is freed by the end of
 * the process.
 */
#include "tests/support/rehearsal/server.h"

#include "core/base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES ((size_t)256 * 1024)
#define LOOK_MS 20
#define BACKLOG 1024

static volatile sig_atomic_t stopping;

static void stop(int number)
{
    (void)number;
    stopping = 1;
}

struct connection {
    struct reh_gateway *gateway;
    struct reh_http http;
};

static void *serve(void *argument)
{
    struct connection *connection = argument;
    struct reh_request request;
    while (reh_http_read(&connection->http, &request)) {
        if (!reh_gateway_handle(connection->gateway, &connection->http, &request)) {
            break;
        }
        reh_http_drop(&connection->http, &request);
    }
    reh_http_fini(&connection->http);
    nb_free(connection);
    return NULL;
}

static void connection_start(struct reh_gateway *gateway, int fd)
{
    pthread_t thread;
    pthread_attr_t attributes;
    int on = 1;
    struct connection *connection = nb_alloc(sizeof(*connection));
    connection->gateway = gateway;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    reh_http_init(&connection->http, fd);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, serve, connection) != 0) {
        reh_http_fini(&connection->http);
        nb_free(connection);
    }
    pthread_attr_destroy(&attributes);
}

bool reh_server_listen(struct reh_gateway *gateway, int port, int *ret_fd, struct nb_err *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, BACKLOG) != 0 || getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        (void)nb_err_set(err, NB_ERR_UNAVAILABLE, "listen", "cannot listen on port %d: %s.", port,
                         strerrordesc_np(errno));
        close(fd);
        return false;
    }
    gateway->port = ntohs(address.sin_port);
    *ret_fd = fd;
    return true;
}

/* Closes the port for a while: connections are refused, the book stays. */
static bool be_away(struct reh_gateway *gateway, int *fd, struct nb_err *err)
{
    int64_t ms = gateway->away_ms;
    close(*fd);
    gateway->away_ms = 0;
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
    return reh_server_listen(gateway, gateway->port, fd, err);
}

bool reh_server_run(struct reh_gateway *gateway, int fd, struct nb_err *err)
{
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    while (!stopping) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (gateway->away_ms != 0 && !be_away(gateway, &fd, err)) {
            return false;
        }
        if (poll(&ready, 1, LOOK_MS) <= 0) {
            continue;
        }
        int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (connection >= 0) {
            connection_start(gateway, connection);
        }
    }
    close(fd);
    return true;
}
