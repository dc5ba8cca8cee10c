#include "core/scheduler/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024

union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t fill(const struct config_address *address, union any_address *ret_name)
{
    *ret_name = (union any_address){.v6 = {0}};
    if (strchr(address->address, ':') == NULL) {
        ret_name->v4.sin_family = AF_INET;
        ret_name->v4.sin_port = htons(address->port);
        (void)inet_pton(AF_INET, address->address, &ret_name->v4.sin_addr);
        return sizeof(ret_name->v4);
    }
    ret_name->v6.sin6_family = AF_INET6;
    ret_name->v6.sin6_port = htons(address->port);
    (void)inet_pton(AF_INET6, address->address, &ret_name->v6.sin6_addr);
    return sizeof(ret_name->v6);
}

static uint16_t port_of(int fd)
{
    union any_address name = {.v6 = {0}};
    socklen_t length = sizeof(name);
    if (getsockname(fd, &name.any, &length) != 0) {
        return 0;
    }
    return ntohs(name.any.sa_family == AF_INET ? name.v4.sin_port : name.v6.sin6_port);
}

bool listener_open(const struct config_address *address, int *ret_fd, uint16_t *ret_port,
                   struct nb_err *err)
{
    union any_address name;
    socklen_t length = fill(address, &name);
    const int on = 1;
    int fd = socket(name.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, &name.any, length) != 0 || listen(fd, BACKLOG) != 0) {
        int number = errno;
        if (fd >= 0) {
            close(fd);
        }
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "listen", "Cannot listen on %s port %u (%s)%s.",
                          address->address, address->port, strerrorname_np(number),
                          number == EADDRINUSE ? "; another process does: choose another with "
                                                 "listen or NIGHTBRIDGE_LISTEN"
                                               : "");
    }
    *ret_fd = fd;
    *ret_port = port_of(fd);
    return true;
}
