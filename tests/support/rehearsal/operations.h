/*
 * What each operation of the contract does to the book. Called with the book's lock held. A fault
 * that concerns the effect itself acts here; every other fault is none of this file's business.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_OPERATIONS_H
#define TESTS_SUPPORT_REHEARSAL_OPERATIONS_H

#include "tests/support/rehearsal/answer.h"
#include "tests/support/rehearsal/book.h"
#include "tests/support/rehearsal/fault.h"

struct reh_call {
    struct reh_book *book; /* borrowed, locked */
    enum reh_program program;
    enum reh_operation operation;
    const char *subject; /* reference or member number from the path; "" when there is none */
    const char *query;
    const json_t *body; /* an object; NULL for reads */
    struct reh_fault fault;
};

struct reh_answer reh_operation_perform(const struct reh_call *call);

#endif
