#include "core/http/uri.h"

#include "core/base/utf8.h"

#include <stdint.h>
#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool http_percent_decode(const char *from, size_t bytes, bool plus, char *into, size_t capacity)
{
    size_t length = 0;
    for (size_t i = 0; i < bytes; i++) {
        char c = from[i];
        if (c == '%') {
            int high = i + 2 < bytes ? hex_value(from[i + 1]) : -1;
            int low = high >= 0 ? hex_value(from[i + 2]) : -1;
            if (low < 0) {
                return false;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (length + 1 >= capacity) {
            return false;
        }
        into[length++] = c;
    }
    into[length] = '\0';
    return nb_utf8_valid(into, length, true);
}

/* Decoding in place is safe: the result is never longer than its source. */
static bool decode_here(char *text)
{
    size_t bytes = strlen(text);
    return http_percent_decode(text, bytes, true, text, bytes + 1);
}

static bool add_parameter(struct http_query *query, char *pair)
{
    char *equals = strchr(pair, '=');
    const char *value = "";
    if (equals != NULL) {
        *equals = '\0';
        if (!decode_here(equals + 1)) {
            return false;
        }
        value = equals + 1;
    }
    if (!decode_here(pair) || pair[0] == '\0' || query->count == HTTP_QUERY_PARAMETERS ||
        http_query_find(query, pair) != NULL) {
        return false;
    }
    query->parameters[query->count].name = pair;
    query->parameters[query->count++].value = value;
    return true;
}

bool http_query_parse(char *text, struct http_query *ret_query)
{
    ret_query->count = 0;
    while (text != NULL && text[0] != '\0') {
        char *next = strchr(text, '&');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (text[0] != '\0' && !add_parameter(ret_query, text)) {
            return false;
        }
        text = next;
    }
    return true;
}

const char *http_query_find(const struct http_query *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (strcmp(query->parameters[i].name, name) == 0) {
            return query->parameters[i].value;
        }
    }
    return NULL;
}
