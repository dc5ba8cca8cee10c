/*
 * Which operation of which program a request is, and whether it has the form that the contract asks
 * for.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_ROUTE_H
#define TESTS_SUPPORT_REHEARSAL_ROUTE_H

#include "tests/support/rehearsal/book.h"
#include "tests/support/rehearsal/fault.h"
#include "tests/support/rehearsal/http.h"

#include <jansson.h>
#include <stdbool.h>

struct reh_route {
    enum reh_program program;
    enum reh_operation operation;
    char subject[REH_TEXT_MAX]; /* what stands in the path: a reference or a member number */
};

/* True for the operations that have an effect, and therefore an idempotency key. */
bool reh_route_writes(enum reh_operation operation);
bool reh_route_find(const struct reh_request *request, struct reh_route *ret_route);
/* NULL, or what is wrong with the request's form. body is NULL when it did not parse. */
const char *reh_route_check(const struct reh_route *route, const struct reh_request *request,
                            const json_t *body);
/* Counts members that the contract does not name ("marriott.commit.email": 1). */
void reh_route_note_unexpected(const struct reh_route *route, const json_t *body,
                               json_t *unexpected);

#endif
