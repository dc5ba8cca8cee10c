#include "core/base/err.h"

#include "core/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Defined as a function also where the header wraps it for the analyzer. */
#undef nb_err_set
bool nb_err_set(struct nb_err *err, enum nb_err_kind kind, const char *code, const char *fmt, ...)
{
    if (err == NULL) {
        return false;
    }
    va_list args;
    va_start(args, fmt);
    err->kind = kind;
    /* Both may be cut: a sentence that lost its end still helps, an overflow does not. */
    (void)snprintf(err->code, sizeof(err->code), "%s", code == NULL ? "" : code);
    (void)vsnprintf(err->text, sizeof(err->text), fmt, args);
    va_end(args);
    return false;
}

const char *nb_err_kind_name(enum nb_err_kind kind)
{
    switch (kind) {
    case NB_ERR_NONE:
        return "none";
    case NB_ERR_INVALID:
        return "invalid";
    case NB_ERR_NOT_FOUND:
        return "not_found";
    case NB_ERR_CONFLICT:
        return "conflict";
    case NB_ERR_UNAVAILABLE:
        return "unavailable";
    case NB_ERR_TIMEOUT:
        return "timeout";
    case NB_ERR_LIMIT:
        return "limit";
    case NB_ERR_AUTH:
        return "auth";
    case NB_ERR_BUG:
        return "bug";
    }
    return "bug";
}

void nb_assert_failed(const char *cond, const char *file, int line, const char *func)
{
    nb_log_flush();
    (void)fprintf(stderr, "assertion failed: %s (%s:%d, %s)\n", cond, file, line, func);
    abort();
}
