/*
 * Idempotency: a write that had an effect is remembered with its body and answer, per program,
 * operation and key. Refusals had no effect and are not remembered, so that the same reference may
 * be committed again at a new price.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_MEMORY_H
#define TESTS_SUPPORT_REHEARSAL_MEMORY_H

#include "tests/support/rehearsal/operations.h"

#include <stdbool.h>

/* True when the key was used: the remembered answer, or the refusal of another body. */
bool reh_memory_recall(const struct reh_call *call, const char *key, struct reh_answer *ret_answer);
void reh_memory_keep(const struct reh_call *call, const char *key, const struct reh_answer *answer);

#endif
