/*
 * An answer of the gateway before it meets the wire, and the common vocabulary of refusals.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_ANSWER_H
#define TESTS_SUPPORT_REHEARSAL_ANSWER_H

#include <jansson.h>
#include <stdbool.h>

struct reh_answer {
    int status;
    json_t *body; /* owned; NULL for an empty body */
    char *text;   /* owned; what is sent instead of the body, as XML; NULL otherwise */
    bool problem; /* application/problem+json */
    char retry_after[64];
    char location[128];
};

/* Takes body. */
struct reh_answer reh_answer_ok(int status, json_t *body);
/* A problem document; the status follows from the code. extra (may be NULL) is
 * taken and merged in. */
struct reh_answer reh_answer_refuse(const char *code, const char *detail, json_t *extra);
/* "malformed", naming the field. */
struct reh_answer reh_malformed(const char *field);
void reh_answer_fini(struct reh_answer *answer);

#endif
