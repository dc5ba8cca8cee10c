#include "tests/support/talk.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define TALK_BYTES ((size_t)64 * 1024 * 1024)

struct talk {
    struct loop *loop;
    struct loop_io io;
    struct loop_timer patience;
    int fd;
    int64_t patience_ms;
    struct nb_buf out;
    size_t sent;
    struct nb_buf in;
};

static void write_request(struct nb_buf *out, const struct talk_request *request)
{
    nb_buf_printf(out, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n",
                  request->method == NULL ? "GET" : request->method, request->path);
    if (request->token != NULL) {
        nb_buf_printf(out, "Authorization: Bearer %s\r\n", request->token);
    }
    if (request->key != NULL) {
        nb_buf_printf(out, "Idempotency-Key: %s\r\n", request->key);
    }
    if (request->body != NULL) {
        nb_buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                      request->type == NULL ? "application/json" : request->type,
                      strlen(request->body));
    } else if (request->method != NULL && strcmp(request->method, "POST") == 0) {
        nb_buf_text(out, "Content-Length: 0\r\n");
    }
    if (request->headers != NULL) {
        nb_buf_text(out, request->headers);
    }
    nb_buf_text(out, "\r\n");
    if (request->body != NULL) {
        nb_buf_text(out, request->body);
    }
}

/* The value of a header of the answer that begins at text and whose head ends at end; NULL when it
 * is absent. */
static const char *find_header(const char *text, const char *end, const char *name)
{
    size_t bytes = strlen(name);

    for (const char *line = text; line != NULL && line < end; line = strstr(line, "\r\n")) {
        line += line == text ? 0 : 2;
        if (strncasecmp(line, name, bytes) == 0 && line[bytes] == ':') {
            return line + bytes + 1 + strspn(line + bytes + 1, " ");
        }
    }
    return NULL;
}

/* Bytes that the answer must have in all; 0 when it does not say, or not yet. */
static size_t whole_bytes(const struct nb_buf *in)
{
    const char *text = nb_buf_str(in);
    const char *end = strstr(text, "\r\n\r\n");
    const char *length = end == NULL ? NULL : find_header(text, end, "Content-Length");

    return length == NULL ? 0 : (size_t)(end + 4 - text) + strtoul(length, NULL, 10);
}

static void on_socket(void *data, bool readable, bool writable)
{
    struct talk *talk = data;
    char part[16384];

    if (writable && talk->sent < talk->out.length) {
        ssize_t put = send(talk->fd, talk->out.data + talk->sent, talk->out.length - talk->sent,
                           MSG_NOSIGNAL);
        talk->sent += put > 0 ? (size_t)put : 0;
    }
    if (readable) {
        ssize_t got = recv(talk->fd, part, sizeof(part), 0);
        if (got <= 0) {
            loop_stop(talk->loop);
            return;
        }
        nb_buf_add(&talk->in, part, (size_t)got);
        size_t whole = whole_bytes(&talk->in);
        if (whole != 0 && talk->in.length >= whole) {
            loop_stop(talk->loop);
            return;
        }
    }
    loop_io_watch(&talk->io, talk->fd, true, talk->sent < talk->out.length);
}

static void on_patience(void *data)
{
    loop_stop(((struct talk *)data)->loop);
}

static void take_apart(const struct nb_buf *in, struct talk_answer *answer)
{
    const char *text = nb_buf_str(in);
    const char *end = strstr(text, "\r\n\r\n");

    if (end == NULL || in->length < whole_bytes(in) ||
        sscanf(text, "HTTP/1.%*c %d", &answer->status) != 1) {
        answer->status = 0;
        return;
    }
    answer->head = nb_strndup(text, (size_t)(end + 2 - text));
    answer->body = nb_strdup(end + 4);
    answer->json = json_loads(answer->body, 0, NULL);
}

static void converse(struct talk *talk)
{
    loop_io_init(&talk->io, talk->loop, on_socket, talk);
    loop_io_watch(&talk->io, talk->fd, true, true);
    loop_timer_init(&talk->patience, talk->loop, on_patience, talk);
    loop_timer_start(&talk->patience, talk->patience_ms);
    loop_run(talk->loop);
    loop_timer_fini(&talk->patience);
    loop_io_fini(&talk->io);
}

/* Connecting to a listening socket of this machine does not block. -1 when nobody listens. */
static int connect_to(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    NB_ASSERT(fd >= 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0) {
        return fd;
    }
    close(fd);
    return -1;
}

/* Until the answer has its length, or the other side closes: every request says that it should. */
static void finish(struct talk *talk, struct talk_answer *answer)
{
    talk_answer_fini(answer);
    nb_buf_init(&talk->in, TALK_BYTES);
    if (talk->fd >= 0) {
        converse(talk);
        close(talk->fd);
    }
    take_apart(&talk->in, answer);
    nb_buf_fini(&talk->in);
}

void talk_ask(struct loop *loop, uint16_t port, const struct talk_request *request,
              struct talk_answer *answer)
{
    struct talk talk = {.loop = loop,
                        .fd = connect_to(port),
                        .patience_ms =
                            request->patience_ms > 0 ? request->patience_ms : PATIENCE_MS};

    nb_buf_init(&talk.out, TALK_BYTES);
    write_request(&talk.out, request);
    finish(&talk, answer);
    nb_buf_fini(&talk.out);
}

int talk_begin(uint16_t port, const struct talk_request *request)
{
    struct nb_buf out;
    int fd = connect_to(port);

    NB_ASSERT(fd >= 0);
    nb_buf_init(&out, TALK_BYTES);
    write_request(&out, request);
    NB_ASSERT(send(fd, out.data, out.length, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)out.length);
    nb_buf_fini(&out);
    return fd;
}

void talk_end(struct loop *loop, int fd, struct talk_answer *answer)
{
    struct talk talk = {.loop = loop, .fd = fd, .patience_ms = PATIENCE_MS};

    finish(&talk, answer);
}

void talk_answer_fini(struct talk_answer *answer)
{
    nb_free(answer->head);
    nb_free(answer->body);
    json_decref(answer->json);
    *answer = (struct talk_answer){0};
}

const char *talk_header(const struct talk_answer *answer, const char *name)
{
    static char value[512];
    const char *from = answer->head == NULL
                           ? NULL
                           : find_header(answer->head, answer->head + strlen(answer->head), name);

    value[0] = '\0';
    if (from != NULL) {
        (void)snprintf(value, sizeof(value), "%.*s", (int)strcspn(from, "\r"), from);
    }
    return value;
}

const char *talk_text(const struct talk_answer *answer, const char *member)
{
    const char *text = json_string_value(json_object_get(answer->json, member));

    return text == NULL ? "" : text;
}
