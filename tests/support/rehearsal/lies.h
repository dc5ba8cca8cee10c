/*
 * Answers that do not say what happened. The book is already settled and stays true.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_LIES_H
#define TESTS_SUPPORT_REHEARSAL_LIES_H

#include "tests/support/rehearsal/answer.h"
#include "tests/support/rehearsal/book.h"
#include "tests/support/rehearsal/fault.h"

/* Changes a 2xx answer as the fault says; leaves refusals alone. Book locked. */
void reh_lie(const struct reh_book *book, enum reh_program program, enum reh_fault_kind kind,
             struct reh_answer *answer);

#endif
