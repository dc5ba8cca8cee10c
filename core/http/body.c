#include "core/http/body.h"

#include <string.h>
#include <strings.h>

/* jansson's own ceiling is 2048 levels of recursion; ours is checked before it starts, on the
 * bytes, so that a bomb costs one pass and no stack. */
static bool depth_within(const char *text, size_t bytes)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > HTTP_JSON_DEPTH) {
                return false;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return true;
}

/* jansson's own text quotes the input; only the kind and the place leave this file. */
static void report(const json_error_t *error, struct http_problem *problem)
{
    const char *what = "The body is not valid JSON";
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        what = "A name is given twice in one object";
        break;
    case json_error_numeric_overflow:
        what = "A number is too large";
        break;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        what = "The body contains a NUL character";
        break;
    case json_error_invalid_utf8:
        what = "The body is not valid UTF-8";
        break;
    case json_error_premature_end_of_input:
        what = "The body ends too early";
        break;
    case json_error_end_of_input_expected:
        what = "Something follows the end of the document";
        break;
    case json_error_unknown:
    case json_error_out_of_memory:
    case json_error_stack_overflow:
    case json_error_cannot_open_file:
    case json_error_invalid_argument:
    case json_error_invalid_syntax:
    case json_error_invalid_format:
    case json_error_wrong_type:
    case json_error_null_value:
    case json_error_item_not_found:
    case json_error_index_out_of_range:
        break;
    }
    http_problem_init(problem, 400, "json", "%s (line %d, column %d).", what, error->line,
                      error->column);
}

bool http_body_parse(const void *body, size_t body_bytes, size_t ceiling_bytes, json_t **ret_json,
                     struct http_problem *problem)
{
    if (body_bytes > ceiling_bytes) {
        http_problem_init(problem, 413, "body_too_large", "A body may have %zu bytes here.",
                          ceiling_bytes);
        return false;
    }
    if (body_bytes == 0) {
        http_problem_init(problem, 400, "json", "Send a JSON object as the body.");
        return false;
    }
    if (!depth_within(body, body_bytes)) {
        http_problem_init(problem, 400, "json", "JSON may be nested %d levels deep.",
                          HTTP_JSON_DEPTH);
        return false;
    }
    json_error_t error;
    json_t *json = json_loadb(body, body_bytes, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        report(&error, problem);
        return false;
    }
    *ret_json = json;
    return true;
}

bool http_body_is_json(const char *content_type)
{
    if (content_type == NULL || strncasecmp(content_type, "application/", 12) != 0) {
        return false;
    }
    const char *subtype = content_type + 12;
    size_t bytes = strcspn(subtype, "; \t");
    return (bytes == 4 && strncasecmp(subtype, "json", 4) == 0) ||
           (bytes > 5 && strncasecmp(subtype + bytes - 5, "+json", 5) == 0);
}
