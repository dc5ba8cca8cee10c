/*
 * The headers that decide what a request may do and whether it was done before: bearer tokens,
 * idempotency keys, entity tags, page cursors. Pure text rules; who a token belongs to is decided
 * elsewhere.
 */
#ifndef NB_HTTP_TOKEN_H
#define NB_HTTP_TOKEN_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define HTTP_BEARER_BYTES 256
#define HTTP_IDEMPOTENCY_KEY_TEXT 256 /* 255 characters and the NUL */
#define HTTP_CURSOR_BYTES 192         /* before encoding */
#define HTTP_CURSOR_TEXT 257          /* after it, and the NUL */

/* "Bearer <b64token>" (RFC 6750; the scheme in any case). Points into the header. False when the
 * header is NULL, of another scheme, empty, over HTTP_BEARER_BYTES or not a token. */
bool http_bearer(const char *authorization, const char **ret_token,
                 size_t *ret_bytes) NB_MUST_CHECK;
/* Compares secrets in time that depends on the lengths only. */
bool http_same_secret(const void *a, size_t a_bytes, const void *b, size_t b_bytes);

/* draft-ietf-httpapi-idempotency-key-header-07: a quoted string; many clients send it bare, so
 * both. 1 to 255 visible ASCII characters. err: invalid, code "idempotency_key". NULL is invalid
 * too. */
bool http_idempotency_key(const char *header, char ret_key[HTTP_IDEMPOTENCY_KEY_TEXT],
                          struct nb_err *err) NB_MUST_CHECK;

/* If-None-Match (weak comparison): true when the list holds `etag` (with its quotes) or is "*". */
bool http_etag_listed(const char *header, const char *etag);

/* An opaque page cursor: base64url of bytes that the writer of the page understands. False when
 * there are more than HTTP_CURSOR_BYTES. */
bool http_cursor_write(const void *bytes, size_t count,
                       char ret_text[HTTP_CURSOR_TEXT]) NB_MUST_CHECK;
/* err: invalid, code "cursor". *ret_count is at most `capacity`. */
bool http_cursor_read(const char *text, void *into, size_t capacity, size_t *ret_count,
                      struct nb_err *err) NB_MUST_CHECK;

#endif
