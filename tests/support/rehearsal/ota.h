/*
 * The second dialect: a call in OpenTravel 2003/05 becomes the same call of the contract, and its
 * answer becomes XML. What happens in between, faults included, does not know of it.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_OTA_H
#define TESTS_SUPPORT_REHEARSAL_OTA_H

#include "core/base/arena.h"
#include "tests/support/rehearsal/answer.h"
#include "tests/support/rehearsal/route.h"

struct reh_ota {
    struct nb_arena *arena; /* owned; NULL for a call of the contract itself */
    const char *echo;       /* the question's EchoToken, or "" */
    json_t *asked;          /* owned: the stay of the question, as the contract names it */
};

/* Whether the path is one of this dialect. */
bool reh_ota_is(const struct reh_request *request);
/* The call and its body in the contract's form (gives it). False when the XML is none of it. */
bool reh_ota_find(const struct reh_request *request, struct reh_route *ret_route,
                  struct reh_ota *ret_ota, json_t **ret_body);
void reh_ota_fini(struct reh_ota *ota);
/* Sets answer->text; a body that is absent stays absent. */
void reh_ota_render(const struct reh_ota *ota, enum reh_operation operation,
                    struct reh_answer *answer);

#endif
