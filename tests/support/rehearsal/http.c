/*
 * Reads by Content-Length only; chunked requests are refused by closing.
 */
#include "tests/support/rehearsal/http.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "tests/support/rehearsal/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (REH_HEAD_MAX + REH_BODY_MAX)
#define IDLE_MS 60000

void reh_http_init(struct reh_http *http, int fd)
{
    *http = (struct reh_http){.fd = fd, .buffer = nb_alloc(BUFFER_BYTES + 1)};
}

void reh_http_fini(struct reh_http *http)
{
    if (http->fd >= 0) {
        close(http->fd);
    }
    nb_free(http->buffer);
    *http = (struct reh_http){.fd = -1};
}

/* False at the end of the stream, on an error, when idle for long, or when the buffer is full. */
static bool more(struct reh_http *http)
{
    struct pollfd ready = {.fd = http->fd, .events = POLLIN};
    if (http->length == BUFFER_BYTES || poll(&ready, 1, IDLE_MS) <= 0) {
        return false;
    }
    ssize_t got = recv(http->fd, http->buffer + http->length, BUFFER_BYTES - http->length, 0);
    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    http->length += (size_t)got;
    http->buffer[http->length] = '\0';
    return true;
}

/* Copies the value of a header ("\r\nName: value"); empty when absent or too long. */
static void header_copy(const char *head, const char *name, char *ret_value, size_t capacity)
{
    ret_value[0] = '\0';
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        const char *at = line + 2;
        size_t name_length = strlen(name);
        if (strncasecmp(at, name, name_length) != 0 || at[name_length] != ':') {
            continue;
        }
        at += name_length + 1;
        at += strspn(at, " \t");
        size_t length = strcspn(at, "\r");
        if (length < capacity) {
            memcpy(ret_value, at, length);
            ret_value[length] = '\0';
        }
        return;
    }
}

static bool request_line(const char *head, struct reh_request *request)
{
    char target[2048];
    if (sscanf(head, "%15s %2047s HTTP/1.1", request->method, target) != 2) {
        return false;
    }
    char *question = strchr(target, '?');
    if (question != NULL) {
        *question = '\0';
        snprintf(request->query, sizeof(request->query), "%.1023s", question + 1);
    }
    snprintf(request->path, sizeof(request->path), "%.1023s", target);
    return true;
}

static bool head_parse(struct reh_http *http, char *end, struct reh_request *request)
{
    char length[16];
    char expect[32];
    end[2] = '\0'; /* between the last header line and the empty one: head is text of its own */
    bool valid = request_line(http->buffer, request);
    header_copy(http->buffer, "Authorization", request->authorization,
                sizeof(request->authorization));
    header_copy(http->buffer, "Idempotency-Key", request->idempotency_key,
                sizeof(request->idempotency_key));
    header_copy(http->buffer, "Content-Length", length, sizeof(length));
    header_copy(http->buffer, "Expect", expect, sizeof(expect));
    request->body = end + 4;
    request->body_bytes = strtoul(length, NULL, 10);
    request->total_bytes = (size_t)(request->body - http->buffer) + request->body_bytes;
    if (valid && strcasecmp(expect, "100-continue") == 0) {
        valid = reh_wire_text(http->fd, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    return valid && request->body_bytes <= REH_BODY_MAX;
}

bool reh_http_read(struct reh_http *http, struct reh_request *ret_request)
{
    char *end;
    *ret_request = (struct reh_request){0};
    while ((end = strstr(http->buffer, "\r\n\r\n")) == NULL) {
        if (http->length > REH_HEAD_MAX || !more(http)) {
            return false;
        }
    }
    if (!head_parse(http, end, ret_request)) {
        return false;
    }
    while (http->length < ret_request->total_bytes) {
        if (!more(http)) {
            return false;
        }
    }
    return true;
}

void reh_http_drop(struct reh_http *http, const struct reh_request *request)
{
    http->length -= request->total_bytes;
    memmove(http->buffer, http->buffer + request->total_bytes, http->length);
    http->buffer[http->length] = '\0';
}

bool reh_http_wait(const struct reh_http *http, int64_t delay_ms)
{
    struct pollfd gone = {.fd = http->fd, .events = POLLRDHUP};
    return delay_ms <= 0 || poll(&gone, 1, (int)delay_ms) == 0;
}

static const char *reason_of(int status)
{
    return status < 300 ? "OK" : status < 400 ? "Redirect" : status < 500 ? "Refused" : "Error";
}

static void head_render(const struct reh_answer *answer, size_t body_bytes, struct nb_buf *text)
{
    nb_buf_printf(text, "HTTP/1.1 %d %s\r\nContent-Length: %zu\r\n", answer->status,
                  reason_of(answer->status), body_bytes);
    nb_buf_printf(text, "Content-Type: application/%s\r\n",
                  answer->text != NULL ? "xml"
                  : answer->problem    ? "problem+json"
                                       : "json");
    if (answer->retry_after[0] != '\0') {
        nb_buf_printf(text, "Retry-After: %s\r\n", answer->retry_after);
    }
    if (answer->location[0] != '\0') {
        nb_buf_printf(text, "Location: %s\r\n", answer->location);
    }
}

bool reh_http_write(struct reh_http *http, const struct reh_answer *answer, struct reh_fault fault)
{
    char *body = answer->text != NULL   ? nb_strdup(answer->text)
                 : answer->body == NULL ? nb_strdup("")
                                        : json_dumps(answer->body, JSON_COMPACT | JSON_SORT_KEYS);
    struct nb_buf head;
    nb_buf_init(&head, REH_HEAD_MAX);
    size_t promised = strlen(body);
    NB_AUTOFREE char *wire_body = reh_wire_distort(fault.kind, body, &promised);
    head_render(answer, promised, &head);
    bool going = reh_wire_send(http, fault, nb_buf_str(&head), wire_body);
    nb_buf_fini(&head);
    free(body);
    return going;
}
