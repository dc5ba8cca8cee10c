#include "core/base/buf.h"

#include "core/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 128

void nb_buf_init(struct nb_buf *buf, size_t ceiling_bytes)
{
    /* One byte below the top of size_t stays free for the NUL. */
    *buf = (struct nb_buf){.ceiling = ceiling_bytes < SIZE_MAX / 2 ? ceiling_bytes : SIZE_MAX / 2};
}

void nb_buf_fini(struct nb_buf *buf)
{
    size_t ceiling = buf->ceiling;

    nb_free(buf->data);
    *buf = (struct nb_buf){.ceiling = ceiling};
}

void nb_buf_clear(struct nb_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

/* Makes room for count more bytes and the NUL; doubles, so that appending stays linear. */
static bool reserve(struct nb_buf *buf, size_t count)
{
    if (buf->failed || count > buf->ceiling - buf->length) {
        buf->failed = true;
        return false;
    }
    size_t wanted = buf->length + count + 1;
    if (wanted <= buf->capacity) {
        return true;
    }
    size_t capacity = buf->capacity == 0 ? FIRST_CAPACITY : buf->capacity * 2;
    if (capacity > buf->ceiling + 1) {
        capacity = buf->ceiling + 1;
    }
    if (capacity < wanted) {
        capacity = wanted;
    }
    char *grown = realloc(buf->data, capacity);
    if (grown == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = grown;
    buf->capacity = capacity;
    return true;
}

void nb_buf_add(struct nb_buf *buf, const void *bytes, size_t count)
{
    if (!reserve(buf, count)) {
        return;
    }
    if (count > 0) {
        memcpy(buf->data + buf->length, bytes, count);
    }
    buf->length += count;
    buf->data[buf->length] = '\0';
}

void *nb_buf_extend(struct nb_buf *buf, size_t count)
{
    if (!reserve(buf, count)) {
        return NULL;
    }
    void *place = buf->data + buf->length;
    buf->length += count;
    buf->data[buf->length] = '\0';
    return place;
}

void nb_buf_text(struct nb_buf *buf, const char *text)
{
    nb_buf_add(buf, text, strlen(text));
}

void nb_buf_char(struct nb_buf *buf, char c)
{
    nb_buf_add(buf, &c, 1);
}

void nb_buf_printf(struct nb_buf *buf, const char *fmt, ...)
{
    va_list args;
    va_list again;

    va_start(args, fmt);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (length < 0) {
        buf->failed = true;
    } else if (reserve(buf, (size_t)length)) {
        (void)vsnprintf(buf->data + buf->length, (size_t)length + 1, fmt, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

bool nb_buf_ok(const struct nb_buf *buf, struct nb_err *err)
{
    if (!buf->failed) {
        return true;
    }
    return nb_err_set(err, NB_ERR_LIMIT, "too_large", "More than %zu bytes; make it smaller.",
                      buf->ceiling);
}

const char *nb_buf_str(const struct nb_buf *buf)
{
    return buf->data == NULL ? "" : buf->data;
}

char *nb_buf_take(struct nb_buf *buf)
{
    char *taken = buf->data == NULL ? nb_strdup("") : buf->data;

    *buf = (struct nb_buf){.ceiling = buf->ceiling};
    return taken;
}
