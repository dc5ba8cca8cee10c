/*
 * Committing: the one operation that spends. Checks in the order in which a program would refuse.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_COMMIT_H
#define TESTS_SUPPORT_REHEARSAL_COMMIT_H

#include "tests/support/rehearsal/operations.h"

struct reh_answer reh_commit_perform(const struct reh_call *call);

#endif
