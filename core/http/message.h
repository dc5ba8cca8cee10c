/*
 * The words that server and client share: methods and headers.
 */
#ifndef NB_HTTP_MESSAGE_H
#define NB_HTTP_MESSAGE_H

#include "core/base/err.h"

#include <stddef.h>

enum http_method {
    HTTP_METHOD_NONE = 0,
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
};
#define HTTP_METHOD_COUNT 8

/* Both borrowed, both without CR, LF or NUL. */
struct http_header {
    const char *name;
    const char *value;
};

/* "GET"; static storage; "NONE" for the zero value. */
const char *http_method_name(enum http_method method);
/* Case-sensitive, as RFC 9110 says; HTTP_METHOD_NONE for every other word. */
enum http_method http_method_parse(const char *word);
/* True when name is an RFC 9110 token and value has no control character. */
bool http_header_valid(const struct http_header *header);
/* The usual words of a status ("Not Found"); static storage; "Error" when there are none. */
const char *http_status_text(int status);

#endif
