/*
 * JSON text from outside into a tree, under ceilings. Whoever reads a body reads it here.
 */
#ifndef NB_HTTP_BODY_H
#define NB_HTTP_BODY_H

#include "core/base/err.h"
#include "core/http/problem.h"

#include <jansson.h>
#include <stddef.h>

#define HTTP_JSON_DEPTH 16

/*
 * Gives a tree whose top is an object or an array (json_decref it). Refuses more than ceiling_bytes
 * (413), and with 400: nesting over HTTP_JSON_DEPTH, a name given twice, NUL (raw or escaped),
 * invalid UTF-8, integers beyond 64 bits, numbers beyond a double, anything after the end.
 * On false the problem says where (line, column), never what stood there.
 */
bool http_body_parse(const void *body, size_t body_bytes, size_t ceiling_bytes, json_t **ret_json,
                     struct http_problem *problem) NB_MUST_CHECK;

/* True for "application/json" and "application/<x>+json", with or without parameters. */
bool http_body_is_json(const char *content_type);

#endif
