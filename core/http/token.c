#include "core/http/token.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

bool http_bearer(const char *authorization, const char **ret_token, size_t *ret_bytes)
{
    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0) {
        return false;
    }
    const char *token = authorization + 7;
    token += strspn(token, " ");
    size_t bytes = strspn(token, ALPHABET "-._~+/");
    bytes += strspn(token + bytes, "=");
    if (bytes == 0 || bytes > HTTP_BEARER_BYTES || token[bytes] != '\0') {
        return false;
    }
    *ret_token = token;
    *ret_bytes = bytes;
    return true;
}

bool http_same_secret(const void *a, size_t a_bytes, const void *b, size_t b_bytes)
{
    return a_bytes == b_bytes && sodium_memcmp(a, b, a_bytes) == 0;
}

bool http_idempotency_key(const char *header, char ret_key[HTTP_IDEMPOTENCY_KEY_TEXT],
                          struct nb_err *err)
{
    static const char rule[] = "Send Idempotency-Key with 1 to 255 visible ASCII characters.";
    size_t bytes = header != NULL ? strlen(header) : 0;
    bool quoted = bytes >= 2 && header[0] == '"' && header[bytes - 1] == '"';
    if (quoted) {
        header++;
        bytes -= 2;
    }
    if (bytes == 0 || bytes >= HTTP_IDEMPOTENCY_KEY_TEXT) {
        return nb_err_set(err, NB_ERR_INVALID, "idempotency_key", "%s", rule);
    }
    for (size_t i = 0; i < bytes; i++) {
        if (header[i] <= ' ' || header[i] > '~' || header[i] == '"' || header[i] == '\\') {
            return nb_err_set(err, NB_ERR_INVALID, "idempotency_key", "%s", rule);
        }
    }
    memcpy(ret_key, header, bytes);
    ret_key[bytes] = '\0';
    return true;
}

/* The opaque part of one list member, quotes included; NULL at the end or at a syntax error. Weak
 * tags and strong ones are compared alike. */
static const char *next_tag(const char **cursor, size_t *ret_bytes)
{
    const char *p = *cursor + strspn(*cursor, ", \t");
    p += strncmp(p, "W/", 2) == 0 ? 2 : 0;
    const char *end = p[0] == '"' ? strchr(p + 1, '"') : NULL;
    if (end == NULL) {
        return NULL;
    }
    *cursor = end + 1;
    *ret_bytes = (size_t)(end + 1 - p);
    return p;
}

bool http_etag_listed(const char *header, const char *etag)
{
    if (header == NULL) {
        return false;
    }
    header += strspn(header, " \t");
    if (strcmp(header, "*") == 0) {
        return true;
    }
    const char *own = strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag;
    size_t own_bytes = strlen(own);
    size_t bytes = 0;
    for (const char *tag = next_tag(&header, &bytes); tag != NULL;
         tag = next_tag(&header, &bytes)) {
        if (bytes == own_bytes && memcmp(tag, own, bytes) == 0) {
            return true;
        }
    }
    return false;
}

bool http_cursor_write(const void *bytes, size_t count, char ret_text[HTTP_CURSOR_TEXT])
{
    if (count > HTTP_CURSOR_BYTES) {
        return false;
    }
    sodium_bin2base64(ret_text, HTTP_CURSOR_TEXT, bytes, count,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return true;
}

bool http_cursor_read(const char *text, void *into, size_t capacity, size_t *ret_count,
                      struct nb_err *err)
{
    size_t count = 0;
    size_t bytes = strlen(text);
    if (bytes == 0 || bytes >= HTTP_CURSOR_TEXT ||
        sodium_base642bin(into, capacity, text, bytes, NULL, &count, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "cursor",
                          "Take the cursor from the last page, or leave it out to begin anew.");
    }
    *ret_count = count;
    return true;
}
