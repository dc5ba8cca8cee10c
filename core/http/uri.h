/*
 * Request targets: splitting, percent-decoding, query parameters. Pure.
 * Invariant: what comes out is valid UTF-8 without control characters, so that nothing behind this
 * line meets a NUL in the middle of a text.
 */
#ifndef NB_HTTP_URI_H
#define NB_HTTP_URI_H

#include "core/base/err.h"

#include <stddef.h>

#define HTTP_URI_BYTES 4096 /* longest request target; one more is 414 */
#define HTTP_QUERY_PARAMETERS 32

struct http_query {
    struct {
        const char *name;
        const char *value;
    } parameters[HTTP_QUERY_PARAMETERS]; /* point into the text that was parsed */
    size_t count;
};

/* Decodes %XX of [from, from+bytes) into `into` (capacity counts the NUL). False when an escape is
 * broken, the result does not fit, or is not printable UTF-8. `plus` turns '+' into a space. */
bool http_percent_decode(const char *from, size_t bytes, bool plus, char *into,
                         size_t capacity) NB_MUST_CHECK;

/* Parses "a=1&b=two" in place: `text` is overwritten and borrowed by the result. A name given twice
 * is refused: which one counts would be a guess. */
bool http_query_parse(char *text, struct http_query *ret_query) NB_MUST_CHECK;
/* NULL when it was not given; "" when given without a value. */
const char *http_query_find(const struct http_query *query, const char *name);

#endif
