#include "core/http/problem.h"

#include "core/base/utf8.h"
#include "core/http/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut in the middle of a character would make the whole document invalid JSON. */
static void cut_at_character(char *text)
{
    size_t bytes = strlen(text);
    for (int i = 0; i < 4 && bytes > 0 && !nb_utf8_valid(text, bytes, false); i++) {
        text[--bytes] = '\0';
    }
    if (!nb_utf8_valid(text, bytes, false)) {
        text[0] = '\0';
    }
}

static void put_text(char *into, size_t capacity, const char *text)
{
    (void)snprintf(into, capacity, "%s", text);
    cut_at_character(into);
}

static void put_format(char *into, size_t capacity, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));
static void put_format(char *into, size_t capacity, const char *fmt, va_list args)
{
    (void)vsnprintf(into, capacity, fmt, args);
    cut_at_character(into);
}

void http_problem_init(struct http_problem *problem, int status, const char *code, const char *fmt,
                       ...)
{
    problem->status = status;
    problem->count = 0;
    problem->left_out = 0;
    put_text(problem->code, sizeof problem->code, code);
    va_list args;
    va_start(args, fmt);
    put_format(problem->detail, sizeof problem->detail, fmt, args);
    va_end(args);
}

static int status_of_kind(enum nb_err_kind kind)
{
    switch (kind) {
    case NB_ERR_INVALID:
        return 422;
    case NB_ERR_NOT_FOUND:
        return 404;
    case NB_ERR_CONFLICT:
        return 409;
    case NB_ERR_UNAVAILABLE:
        return 503;
    case NB_ERR_TIMEOUT:
        return 504;
    case NB_ERR_LIMIT:
        return 429;
    case NB_ERR_AUTH:
        return 403;
    case NB_ERR_NONE:
    case NB_ERR_BUG:
        break;
    }
    return 500;
}

void http_problem_of_err(struct http_problem *problem, const struct nb_err *err)
{
    int status = status_of_kind(err->kind);
    if (status == 500) {
        http_problem_init(problem, 500, "internal",
                          "Something is wrong on our side; nothing was changed by this answer.");
        return;
    }
    const char *code = err->code[0] != '\0' ? err->code : nb_err_kind_name(err->kind);
    http_problem_init(problem, status, code, "%s", err->text);
}

void http_problem_add(struct http_problem *problem, const char *pointer, const char *fmt, ...)
{
    if (problem->count == HTTP_PROBLEM_ERRORS) {
        problem->left_out++;
        return;
    }
    size_t i = problem->count++;
    put_text(problem->errors[i].pointer, sizeof problem->errors[i].pointer, pointer);
    va_list args;
    va_start(args, fmt);
    put_format(problem->errors[i].detail, sizeof problem->errors[i].detail, fmt, args);
    va_end(args);
}

static void write_text(struct nb_buf *buf, const char *text)
{
    nb_buf_char(buf, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            nb_buf_char(buf, '\\');
            nb_buf_char(buf, *p);
        } else if ((unsigned char)*p < 0x20) {
            nb_buf_printf(buf, "\\u%04x", (unsigned)(unsigned char)*p);
        } else {
            nb_buf_char(buf, *p);
        }
    }
    nb_buf_char(buf, '"');
}

static void write_errors(const struct http_problem *problem, struct nb_buf *buf)
{
    nb_buf_text(buf, ",\"errors\":[");
    for (size_t i = 0; i < problem->count; i++) {
        nb_buf_text(buf, i > 0 ? ",{\"pointer\":" : "{\"pointer\":");
        write_text(buf, problem->errors[i].pointer);
        nb_buf_text(buf, ",\"detail\":");
        write_text(buf, problem->errors[i].detail);
        nb_buf_char(buf, '}');
    }
    nb_buf_char(buf, ']');
    if (problem->left_out > 0) {
        nb_buf_printf(buf, ",\"errors_left_out\":%zu", problem->left_out);
    }
}

void http_problem_write(const struct http_problem *problem, struct nb_buf *buf)
{
    nb_buf_text(buf, "{\"type\":\"urn:nightbridge:problem:");
    nb_buf_text(buf, problem->code);
    nb_buf_text(buf, "\",\"title\":");
    write_text(buf, http_status_text(problem->status));
    nb_buf_printf(buf, ",\"status\":%d,\"detail\":", problem->status);
    write_text(buf, problem->detail);
    nb_buf_text(buf, ",\"code\":");
    write_text(buf, problem->code);
    if (problem->count > 0) {
        write_errors(problem, buf);
    }
    nb_buf_char(buf, '}');
}
