#include "core/http/uri.h"

#include <stdint.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at p, 0 when there is none (RFC 3629, table 3-7 of
 * Unicode). */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] < 0xc2 || p[0] > 0xf4) {
        return 0;
    }
    size_t length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (length > left) {
        return 0;
    }
    unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool http_utf8_valid(const char *text, size_t bytes, bool printable)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < bytes;) {
        if (printable && (p[i] < 0x20 || p[i] == 0x7f)) {
            return false;
        }
        size_t length = utf8_sequence(p + i, bytes - i);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

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
    return http_utf8_valid(into, length, true);
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
