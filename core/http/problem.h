/*
 * RFC 9457 problem documents, built in the caller's own memory: reporting an error allocates
 * nothing but the text at the end.
 * Invariant: no value that a client sent is echoed. A pointer names fields; a detail says what is
 * allowed. So a problem may be logged by its code, and shown as it is.
 */
#ifndef NB_HTTP_PROBLEM_H
#define NB_HTTP_PROBLEM_H

#include "core/base/buf.h"
#include "core/base/err.h"

#include <stddef.h>

#define HTTP_PROBLEM_ERRORS 32
#define HTTP_POINTER_BYTES 128
#define HTTP_PROBLEM_TYPE "application/problem+json"

struct http_problem {
    int status;
    char code[48];    /* stable word: "field_errors"; also the end of the document's type */
    char detail[256]; /* one sentence that says what to do */
    struct {
        char pointer[HTTP_POINTER_BYTES]; /* RFC 6901; "" is the whole body */
        char detail[200];
    } errors[HTTP_PROBLEM_ERRORS];
    size_t count;
    size_t left_out; /* errors that found no room; the document says how many */
};

/* Longer texts are cut at a character's border. */
void http_problem_init(struct http_problem *problem, int status, const char *code, const char *fmt,
                       ...) NB_PRINTF(4, 5);
/* Status by kind: invalid 422, not_found 404, conflict 409, unavailable 503, timeout 504, limit
 * 429, auth 403, bug and none 500. The detail of a bug is never shown. */
void http_problem_of_err(struct http_problem *problem, const struct nb_err *err);
void http_problem_add(struct http_problem *problem, const char *pointer, const char *fmt, ...)
    NB_PRINTF(3, 4);
/* Appends {type, title, status, detail, code, errors}. */
void http_problem_write(const struct http_problem *problem, struct nb_buf *buf);

#endif
