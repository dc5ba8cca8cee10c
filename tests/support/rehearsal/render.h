/*
 * The book's values as JSON, in the contract's forms. Each gives a new value.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_RENDER_H
#define TESTS_SUPPORT_REHEARSAL_RENDER_H

#include "tests/support/rehearsal/book.h"

#include <jansson.h>

const char *reh_status_name(enum reh_status status);
json_t *reh_instant_json(int64_t us);
json_t *reh_night_json(struct night night);
/* "policy-1" */
json_t *reh_policy_json(int64_t version);
/* A reservation as commit and read give it. */
json_t *reh_reservation_json(const struct reh_reservation *reservation);

#endif
