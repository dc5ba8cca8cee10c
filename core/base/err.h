/*
 * Errors as caller-owned values. A function that can fail returns bool (must-check) and fills a
 * struct nb_err whose kind means a decision for the caller, never a place in the code.
 * Reporting allocates nothing. Absence ("no such row") is not an error.
 * Invariant: text never carries guest data, secrets or places; it may reach a log or a client.
 */
#ifndef NB_BASE_ERR_H
#define NB_BASE_ERR_H

#include <stdbool.h>

#define NB_MUST_CHECK __attribute__((warn_unused_result))
#define NB_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* What the caller should decide. Zero is "no error". */
enum nb_err_kind {
    NB_ERR_NONE = 0,
    NB_ERR_INVALID,     /* the input is wrong: tell whoever sent it */
    NB_ERR_NOT_FOUND,   /* a named thing does not exist (or must not be known to exist) */
    NB_ERR_CONFLICT,    /* true a moment ago, not now: look again */
    NB_ERR_UNAVAILABLE, /* the other side is not there: later */
    NB_ERR_TIMEOUT,     /* no answer in time: the effect is unknown */
    NB_ERR_LIMIT,       /* a ceiling was reached: memory, size, count, depth */
    NB_ERR_AUTH,        /* not allowed */
    NB_ERR_BUG,         /* should be impossible: log and stop what was being done */
};

struct nb_err {
    enum nb_err_kind kind;
    char code[48];  /* stable machine word, e.g. "lot_restricted"; empty when there is none */
    char text[256]; /* one English sentence that says what to do; truncated, never overflowing */
};

/* Fills err (borrowed, may be NULL) and returns false, so that
 * `return nb_err_set(...)` reads well. */
bool nb_err_set(struct nb_err *err, enum nb_err_kind kind, const char *code, const char *fmt, ...)
    NB_PRINTF(4, 5);
#ifdef __clang_analyzer__
/* The analyzer sees one file at a time: it is told here that the answer is always false. */
#define nb_err_set(...) (nb_err_set(__VA_ARGS__), false)
#endif

/* The lower-case word of a kind ("invalid"), for logs and tests. Static storage. */
const char *nb_err_kind_name(enum nb_err_kind kind);

/* Bugs only, never input: prints where and aborts. Stays on in every build. */
#define NB_ASSERT(cond) ((cond) ? (void)0 : nb_assert_failed(#cond, __FILE__, __LINE__, __func__))
_Noreturn void nb_assert_failed(const char *cond, const char *file, int line, const char *func);

#endif
