/*
 * distort changes content, send changes delivery; a fault acts in one of the two or in neither. The
 * book was settled before either: whatever happens here, the effect stands.
 */
#include "tests/support/rehearsal/wire.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEPTH 100000
#define MEGABYTE ((size_t)1 << 20)
#define GIGABYTE ((size_t)1 << 30)

static bool wire_bytes(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        count -= (size_t)sent;
    }
    return true;
}

bool reh_wire_text(int fd, const char *text)
{
    return wire_bytes(fd, text, strlen(text));
}

static char *repeated(char open, char close, size_t count)
{
    char *text = nb_alloc(2 * count + 1);
    memset(text, open, count);
    memset(text + count, close, count);
    return text;
}

/* The object with one more member; the body always is an object here. */
static char *with_member(const char *body, const char *member)
{
    struct nb_buf text;
    nb_buf_init(&text, 2 * MEGABYTE);
    nb_buf_printf(&text, "{%s%s%s", member, strcmp(body, "{}") == 0 ? "" : ",", body + 1);
    return nb_buf_take(&text);
}

char *reh_wire_distort(enum reh_fault_kind kind, const char *body, size_t *ret_promised)
{
    char *text;
    if (kind == REH_FAULT_DEEP) {
        text = repeated('[', ']', DEPTH);
    } else if (kind == REH_FAULT_GARBAGE) {
        text = nb_strdup("<html><body>Scheduled maintenance</body></html>");
    } else if (kind == REH_FAULT_DUPLICATE_KEYS && body[0] == '{') {
        text = with_member(body, "\"status\":\"cancelled\",\"confirmation\":\"0\"");
    } else if (kind == REH_FAULT_OVERFLOW && body[0] == '{') {
        text = with_member(body, "\"points_total\":1e400");
    } else if (kind == REH_FAULT_TRUNCATED) {
        text = nb_strndup(body, strlen(body) / 2);
    } else {
        text = nb_strdup(body);
    }
    *ret_promised = kind == REH_FAULT_HUGE_BODY ? GIGABYTE : strlen(text);
    return text;
}

/* An orderly end, so that the peer sees an empty reply and not a reset. */
static bool hang_up(struct reh_http *http)
{
    shutdown(http->fd, SHUT_WR);
    return false;
}

void reh_wire_reset(struct reh_http *http)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(http->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(http->fd);
    http->fd = -1;
}

static bool trickle(struct reh_http *http, const char *text, int64_t delay_ms)
{
    for (; *text != '\0'; text++) {
        if (!wire_bytes(http->fd, text, 1) || !reh_http_wait(http, delay_ms)) {
            return false;
        }
    }
    return true;
}

static bool flood(struct reh_http *http, const char *prefix, size_t count)
{
    NB_AUTOFREE char *block = nb_alloc(MEGABYTE);
    memset(block, 'a', MEGABYTE);
    bool going = reh_wire_text(http->fd, prefix);
    for (size_t sent = 0; going && sent < count; sent += MEGABYTE) {
        going = wire_bytes(http->fd, block, MEGABYTE);
    }
    return going;
}

static bool send_plain(struct reh_http *http, const char *head, const char *body)
{
    struct nb_buf text;
    nb_buf_init(&text, 4 * MEGABYTE);
    nb_buf_printf(&text, "%s\r\n", head);
    nb_buf_text(&text, body);
    bool sent = wire_bytes(http->fd, nb_buf_str(&text), text.length);
    nb_buf_fini(&text);
    return sent;
}

bool reh_wire_send(struct reh_http *http, struct reh_fault fault, const char *head,
                   const char *body)
{
    if (fault.kind == REH_FAULT_LOST_ANSWER) {
        return hang_up(http);
    }
    if (fault.kind == REH_FAULT_RESET) {
        reh_wire_reset(http);
        return false;
    }
    if (fault.kind == REH_FAULT_NOT_HTTP) {
        (void)reh_wire_text(http->fd, "SSH-2.0-rehearsal\r\n\r\n");
        return hang_up(http);
    }
    if (fault.kind == REH_FAULT_SLOW && !reh_http_wait(http, fault.delay_ms)) {
        return false;
    }
    if (fault.kind == REH_FAULT_TRICKLE) {
        return trickle(http, head, fault.delay_ms) && trickle(http, "\r\n", fault.delay_ms) &&
               trickle(http, body, fault.delay_ms);
    }
    if (fault.kind == REH_FAULT_HUGE_HEADER) {
        return reh_wire_text(http->fd, head) && flood(http, "X-Padding: ", MEGABYTE) &&
               reh_wire_text(http->fd, "\r\n\r\n") && reh_wire_text(http->fd, body);
    }
    if (fault.kind == REH_FAULT_HUGE_BODY) {
        return reh_wire_text(http->fd, head) && flood(http, "\r\n", GIGABYTE);
    }
    return send_plain(http, head, body);
}
