#include "core/pg/resolve.h"

#include "core/base/mem.h"
#include "core/loop/io.h"
#include "core/loop/turn.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define RESOLVE_MAGIC 0x5245534fu

/* Shared by the loop and the thread; whoever lets go last frees it. */
struct pg_resolve {
    unsigned magic;
    atomic_int holders;
    struct loop *loop;
    struct loop_io io;
    int event_fd;
    pg_resolve_fn done;
    void *data;
    struct pg_endpoints asked;
    struct pg_endpoints found; /* the thread's until it has written to event_fd */
};

static void let_go(struct pg_resolve *resolve)
{
    if (atomic_fetch_sub(&resolve->holders, 1) == 1) {
        (void)close(resolve->event_fd);
        resolve->magic = 0;
        nb_free(resolve);
    }
}

static void keep(struct pg_endpoints *found, const struct pg_endpoint *endpoint)
{
    if (found->count < PG_ENDPOINTS_MAX) {
        found->at[found->count++] = *endpoint;
    }
}

static void look_up(struct pg_endpoints *found, const struct pg_endpoint *asked)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;

    if (getaddrinfo(asked->host, NULL, &hints, &list) != 0) {
        return;
    }
    for (const struct addrinfo *item = list; item != NULL; item = item->ai_next) {
        struct pg_endpoint endpoint = *asked;
        if (getnameinfo(item->ai_addr, item->ai_addrlen, endpoint.hostaddr,
                        sizeof(endpoint.hostaddr), NULL, 0, NI_NUMERICHOST) == 0) {
            keep(found, &endpoint);
        }
    }
    freeaddrinfo(list);
}

static void tell(struct pg_resolve *resolve)
{
    const uint64_t one = 1;

    NB_ASSERT(write(resolve->event_fd, &one, sizeof(one)) == sizeof(one));
}

static void *in_thread(void *data)
{
    struct pg_resolve *resolve = data;

    for (int i = 0; i < resolve->asked.count; i++) {
        const struct pg_endpoint *asked = &resolve->asked.at[i];
        if (pg_endpoint_needs_lookup(asked)) {
            look_up(&resolve->found, asked);
        } else {
            keep(&resolve->found, asked);
        }
    }
    tell(resolve);
    let_go(resolve);
    return NULL;
}

static void on_event(void *data, bool readable, bool writable)
{
    struct pg_resolve *resolve = data;

    (void)readable;
    (void)writable;
    NB_CHECK_MAGIC(resolve, RESOLVE_MAGIC);
    loop_io_fini(&resolve->io);
    resolve->done(resolve->data, &resolve->found);
    let_go(resolve);
}

/* Signals of the process are the loop's business, so the thread takes none. */
static bool start_thread(struct pg_resolve *resolve)
{
    sigset_t all;
    sigset_t before;
    pthread_t thread;
    bool started;

    sigfillset(&all);
    NB_ASSERT(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    started = pthread_create(&thread, NULL, in_thread, resolve) == 0;
    NB_ASSERT(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    if (started) {
        (void)pthread_detach(thread);
    }
    return started;
}

struct pg_resolve *pg_resolve_start(struct loop *loop, const struct pg_endpoints *asked,
                                    pg_resolve_fn done, void *data)
{
    struct pg_resolve *resolve = nb_alloc(sizeof(*resolve));

    resolve->magic = RESOLVE_MAGIC;
    resolve->loop = loop;
    resolve->done = done;
    resolve->data = data;
    resolve->asked = *asked;
    resolve->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    NB_ASSERT(resolve->event_fd >= 0);
    atomic_init(&resolve->holders, 2);
    loop_io_init(&resolve->io, loop, on_event, resolve);
    loop_io_watch(&resolve->io, resolve->event_fd, true, false);
    if (!start_thread(resolve)) {
        /* No thread to be had: an empty answer, and the caller tries again later. */
        tell(resolve);
        let_go(resolve);
    }
    return resolve;
}

struct pg_resolve *pg_resolve_cancel(struct pg_resolve *resolve)
{
    if (resolve != NULL) {
        NB_CHECK_MAGIC(resolve, RESOLVE_MAGIC);
        loop_io_fini(&resolve->io);
        let_go(resolve);
    }
    return NULL;
}
