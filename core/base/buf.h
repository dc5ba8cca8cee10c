/*
 * A growing byte buffer with a ceiling. Text stays NUL-terminated (the NUL is not counted).
 * Once the ceiling is hit the buffer is `failed`: later appends do nothing, so a writer may append
 * freely and ask once at the end.
 */
#ifndef NB_BASE_BUF_H
#define NB_BASE_BUF_H

#include "core/base/err.h"

#include <stddef.h>

struct nb_buf {
    char *data; /* owned; NULL while nothing was appended */
    size_t length;
    size_t capacity;
    size_t ceiling; /* bytes that length may reach */
    bool failed;
};

void nb_buf_init(struct nb_buf *buf, size_t ceiling_bytes);
/* Frees what the buffer owns and leaves it empty with the same ceiling. Accepts a zeroed struct. */
void nb_buf_fini(struct nb_buf *buf);
/* Forgets the content, keeps the memory. */
void nb_buf_clear(struct nb_buf *buf);
void nb_buf_add(struct nb_buf *buf, const void *bytes, size_t count);
void nb_buf_text(struct nb_buf *buf, const char *text);
void nb_buf_char(struct nb_buf *buf, char c);
void nb_buf_printf(struct nb_buf *buf, const char *fmt, ...) NB_PRINTF(2, 3);
/* Appends count bytes of any content and returns where they stand, for the caller to fill before
 * the next append; NULL when they do not fit. */
void *nb_buf_extend(struct nb_buf *buf, size_t count);
/* True when every append fitted; else fills err with NB_ERR_LIMIT. */
bool nb_buf_ok(const struct nb_buf *buf, struct nb_err *err) NB_MUST_CHECK;
/* The text so far, never NULL; borrowed until the next append. */
const char *nb_buf_str(const struct nb_buf *buf);
/* Gives the memory to the caller (free it with nb_free) and leaves the buffer empty. Never NULL. */
char *nb_buf_take(struct nb_buf *buf);

#endif
