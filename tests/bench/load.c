/*
 * An HTTP/1.1 load generator: keep-alive connections, one request at a time on each, from a list of
 * requests or one repeated GET. Prints one JSON line: rate, latency percentiles, answers by status.
 * It checks nothing about bodies; whoever runs it checks the database afterwards.
 * Invariant: each line of a list is sent at most once, and what was not answered is counted.
 */
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define ANSWER_BYTES (256 * 1024)
#define LATENCIES_MAX (8u << 20)

struct options {
    int port;
    int connections;
    double seconds;
    long count; /* 0: until the time or the list is over */
    const char *get;
    const char *list;
    const char *token;
    const char *key_prefix; /* Idempotency-Key: <prefix><number> */
};

struct connection {
    int fd;
    char *out;
    size_t out_bytes;
    size_t sent;
    char *in;
    size_t in_bytes;
    struct nb_mono began;
    bool busy;
};

struct load {
    struct options options;
    struct connection connections[CONNECTIONS_MAX];
    int epoll;
    const char *list; /* the file, mapped */
    size_t list_bytes;
    size_t list_at;
    long issued;
    long answered;
    long lost;
    long by_status[600];
    uint32_t *latencies; /* microseconds */
    size_t latency_count;
    struct nb_mono started;
    struct nb_mono ends;
    int busy;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int connect_to(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
        die("connect");
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        die("fcntl");
    }
    return fd;
}

/* The next line of the list, "METHOD PATH" and, behind a tab, a body. False at its end. */
static bool next_line(struct load *load, const char **ret_line, size_t *ret_bytes)
{
    const char *start = load->list + load->list_at;
    size_t left = load->list_bytes - load->list_at;
    const char *end = left == 0 ? NULL : memchr(start, '\n', left);

    if (end == NULL) {
        return false;
    }
    *ret_line = start;
    *ret_bytes = (size_t)(end - start);
    load->list_at += *ret_bytes + 1;
    return true;
}

static void write_request(struct load *load, struct connection *c, const char *head, int head_bytes,
                          const char *body, size_t body_bytes)
{
    char token[400] = "";
    char key[200] = "";

    if (load->options.token != NULL) {
        snprintf(token, sizeof(token), "Authorization: Bearer %s\r\n", load->options.token);
    }
    if (load->options.key_prefix != NULL) {
        snprintf(key, sizeof(key), "Idempotency-Key: %s%ld\r\n", load->options.key_prefix,
                 load->issued);
    }
    int bytes =
        asprintf(&c->out, "%.*s HTTP/1.1\r\nHost: localhost\r\n%s%s", head_bytes, head, token, key);
    if (bytes < 0) {
        die("memory");
    }
    if (body != NULL) {
        char *whole = NULL;
        bytes =
            asprintf(&whole, "%sContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s",
                     c->out, body_bytes, (int)body_bytes, body);
        free(c->out);
        c->out = whole;
    } else {
        char *whole = NULL;
        bytes = asprintf(&whole, "%s\r\n", c->out);
        free(c->out);
        c->out = whole;
    }
    if (bytes < 0) {
        die("memory");
    }
    c->out_bytes = (size_t)bytes;
    c->sent = 0;
    c->in_bytes = 0;
}

/* False when nothing is left to send. */
static bool next_request(struct load *load, struct connection *c)
{
    if (load->options.count > 0 && load->issued >= load->options.count) {
        return false;
    }
    if (load->options.list == NULL) {
        char head[600];
        int bytes = snprintf(head, sizeof(head), "GET %s", load->options.get);

        write_request(load, c, head, bytes, NULL, 0);
    } else {
        const char *line;
        size_t bytes;

        if (!next_line(load, &line, &bytes)) {
            return false;
        }
        const char *tab = memchr(line, '\t', bytes);
        size_t head = tab == NULL ? bytes : (size_t)(tab - line);
        write_request(load, c, line, (int)head, tab == NULL ? NULL : tab + 1,
                      tab == NULL ? 0 : bytes - head - 1);
    }
    load->issued++;
    c->began = nb_mono_now();
    c->busy = true;
    load->busy++;
    return true;
}

static void flush(struct load *load, struct connection *c)
{
    while (c->sent < c->out_bytes) {
        ssize_t n = send(c->fd, c->out + c->sent, c->out_bytes - c->sent, MSG_NOSIGNAL);

        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            break;
        }
        if (n < 0) {
            die("send");
        }
        c->sent += (size_t)n;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (c->sent < c->out_bytes) {
        event.events |= EPOLLOUT;
        (void)epoll_ctl(load->epoll, EPOLL_CTL_MOD, c->fd, &event);
    }
}

/* Bytes of the whole answer, or 0 while some are missing. */
static size_t whole_answer(const struct connection *c)
{
    const char *end = memmem(c->in, c->in_bytes, "\r\n\r\n", 4);

    if (end == NULL) {
        return 0;
    }
    size_t head = (size_t)(end - c->in) + 4;
    const char *length = memmem(c->in, head, "Content-Length:", 15);
    size_t body = length == NULL ? 0 : strtoul(length + 15, NULL, 10);
    return c->in_bytes >= head + body ? head + body : 0;
}

static void finish(struct load *load, struct connection *c)
{
    long status = strtol(c->in + 9, NULL, 10);
    struct nb_mono now = nb_mono_now();

    if (load->latency_count < LATENCIES_MAX) {
        load->latencies[load->latency_count++] = (uint32_t)((now.ns - c->began.ns) / 1000);
    }
    load->by_status[status > 0 && status < 600 ? status : 0]++;
    load->answered++;
    load->busy--;
    c->busy = false;
    free(c->out);
    c->out = NULL;
    if (now.ns < load->ends.ns && next_request(load, c)) {
        flush(load, c);
    }
}

static void reconnect(struct load *load, struct connection *c)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

    if (c->busy) {
        load->lost++;
        load->busy--;
        c->busy = false;
        free(c->out);
        c->out = NULL;
    }
    close(c->fd);
    c->fd = connect_to(load->options.port);
    if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) {
        die("epoll");
    }
    if (nb_mono_now().ns < load->ends.ns && next_request(load, c)) {
        flush(load, c);
    }
}

static void receive(struct load *load, struct connection *c)
{
    ssize_t n = recv(c->fd, c->in + c->in_bytes, ANSWER_BYTES - c->in_bytes, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n <= 0) {
        reconnect(load, c);
        return;
    }
    c->in_bytes += (size_t)n;
    if (c->busy && whole_answer(c) > 0) {
        finish(load, c);
    }
}

static void run(struct load *load)
{
    struct epoll_event events[256];

    load->started = nb_mono_now();
    load->ends = nb_mono_add_ms(load->started, (int64_t)(load->options.seconds * 1000));
    for (int i = 0; i < load->options.connections; i++) {
        if (next_request(load, &load->connections[i])) {
            flush(load, &load->connections[i]);
        }
    }
    struct nb_mono give_up = nb_mono_add_ms(load->ends, 10000);
    while (load->busy > 0 && nb_mono_now().ns < give_up.ns) {
        int n = epoll_wait(load->epoll, events, 256, 1000);

        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;

            if (c->busy && c->sent < c->out_bytes) {
                flush(load, c);
            }
            if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
                receive(load, c);
            }
        }
    }
    load->lost += load->busy;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static uint32_t percentile(const struct load *load, unsigned thousandths)
{
    return load->latency_count == 0
               ? 0
               : load->latencies[(load->latency_count - 1) * thousandths / 1000];
}

static void report(struct load *load)
{
    double seconds = (double)nb_mono_ms_between(load->started, nb_mono_now()) / 1000.0;
    const char *comma = "";

    qsort(load->latencies, load->latency_count, sizeof(load->latencies[0]), compare);
    printf("{\"answered\":%ld,\"lost\":%ld,\"seconds\":%.3f,\"rate\":%.1f,\"p50_us\":%u,"
           "\"p99_us\":%u,\"max_us\":%u,\"status\":{",
           load->answered, load->lost, seconds, (double)load->answered / seconds,
           percentile(load, 500), percentile(load, 990), percentile(load, 1000));
    for (int status = 0; status < 600; status++) {
        if (load->by_status[status] > 0) {
            printf("%s\"%d\":%ld", comma, status, load->by_status[status]);
            comma = ",";
        }
    }
    printf("}}\n");
}

static void map_list(struct load *load)
{
    struct stat about;
    int fd = open(load->options.list, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &about) != 0) {
        die(load->options.list);
    }
    load->list_bytes = (size_t)about.st_size;
    load->list = mmap(NULL, load->list_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (load->list == MAP_FAILED) {
        die("mmap");
    }
    close(fd);
}

static _Noreturn void usage(void)
{
    fputs("usage: load --port N [--connections N] [--seconds S] [--count N] [--token T]\n"
          "            [--key PREFIX] (--get PATH | --list FILE)\n"
          "A list holds one request a line: METHOD PATH, then a tab and a JSON body.\n",
          stderr);
    exit(2);
}

static struct options parse(int argc, char **argv)
{
    static const struct option known[] = {
        {"port", required_argument, NULL, 'p'},
        {"connections", required_argument, NULL, 'c'},
        {"seconds", required_argument, NULL, 's'},
        {"count", required_argument, NULL, 'n'},
        {"get", required_argument, NULL, 'g'},
        {"list", required_argument, NULL, 'l'},
        {"token", required_argument, NULL, 't'},
        {"key", required_argument, NULL, 'k'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.connections = 64, .seconds = 600};

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'p':
            options.port = (int)strtol(optarg, NULL, 10);
            break;
        case 'c':
            options.connections = (int)strtol(optarg, NULL, 10);
            break;
        case 's':
            options.seconds = strtod(optarg, NULL);
            break;
        case 'n':
            options.count = strtol(optarg, NULL, 10);
            break;
        case 'g':
            options.get = optarg;
            break;
        case 'l':
            options.list = optarg;
            break;
        case 't':
            options.token = optarg;
            break;
        case 'k':
            options.key_prefix = optarg;
            break;
        default:
            usage();
        }
    }
    if (options.port <= 0 || options.connections < 1 || options.connections > CONNECTIONS_MAX ||
        (options.get == NULL) == (options.list == NULL)) {
        usage();
    }
    return options;
}

int main(int argc, char **argv)
{
    static struct load load;

    load.options = parse(argc, argv);
    load.latencies = nb_alloc_array(LATENCIES_MAX, sizeof(load.latencies[0]));
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (load.options.list != NULL) {
        map_list(&load);
    }
    for (int i = 0; i < load.options.connections; i++) {
        struct connection *c = &load.connections[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

        c->fd = connect_to(load.options.port);
        c->in = nb_alloc(ANSWER_BYTES);
        if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) {
            die("epoll");
        }
    }
    run(&load);
    report(&load);
    return load.answered > 0 && load.lost == 0 ? 0 : 1;
}
