/*
 * What the files of tests/support/house share.
 */
#ifndef NB_TESTS_SUPPORT_HOUSE_PRIVATE_H
#define NB_TESTS_SUPPORT_HOUSE_PRIVATE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/types.h>

/* Criterion says nothing of an assertion that fails in a fixture's init or fini; this does. */
#define HOUSE_MUST(condition, ...)                                                                 \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "house: %s:", #condition);                                       \
            (void)fprintf(stderr, " " __VA_ARGS__);                                                \
            (void)fputc('\n', stderr);                                                             \
            cr_assert(false, "the house failed: %s", #condition);                                  \
        }                                                                                          \
    } while (0)

/* Fails the test when the variable is not set. */
const char *house_environment(const char *name);
void house_write(const char *path, const char *text, mode_t mode);
/* Runs a program (found like a shell does) with words that end with NULL, and the configuration of
 * a house when one is given; the exit status. ret_text may be NULL. */
int house_execute(char **ret_text, const char *program, const char *const *words);

#endif
