/*
 * The only way out of a handler: each of these that says "answers" answers the call, which is not
 * touched afterwards.
 */
#ifndef NB_API_ANSWER_H
#define NB_API_ANSWER_H

#include "core/api/call.h"
#include "core/api/json_text.h"
#include "core/http/problem.h"

/* Answers with the route's success status, or with what api_write_ok found; takes json (NULL: no
 * content). */
void api_answer(struct api_call *call, json_t *json);
/* The same with ETag and, for a GET whose If-None-Match knows the version, 304. */
void api_answer_versioned(struct api_call *call, int64_t version, json_t *json);
/* The same with members behind json's own that need no parsing; their texts are borrowed. */
void api_answer_versioned_with(struct api_call *call, int64_t version, json_t *json,
                               const struct api_raw *raw, size_t raw_count);

/* Answer with a problem document. */
void api_answer_problem(struct api_call *call, const struct http_problem *problem);
void api_refuse(struct api_call *call, int status, const char *code, const char *fmt, ...)
    NB_PRINTF(4, 5);
/* For what does not exist and for what belongs to somebody else, alike. */
void api_refuse_absent(struct api_call *call);
/* One field of the body cannot be accepted: 422 with its pointer ("/from_night"). */
void api_refuse_field(struct api_call *call, const char *pointer, const char *fmt, ...)
    NB_PRINTF(3, 4);

/* True when the store answered; else the call has been answered. */
bool api_result_ok(struct api_call *call, const struct store_result *result) NB_MUST_CHECK;
/* True when a write function did (or had done) what was asked: then call->write_status is what to
 * answer with. Else the call has been answered: refusals by the status and detail that the function
 * gave, twins and mismatched keys by the rules of idempotency. */
bool api_write_ok(struct api_call *call, const struct store_result *result,
                  const struct store_write *write) NB_MUST_CHECK;

/* --- values on their way out; NULL-safe where a value may be absent --- */

json_t *api_json_id(struct public_id id);
json_t *api_json_night(struct night night);
json_t *api_json_instant(struct nb_instant at);
json_t *api_json_text(const char *text_or_null);
/* Sets name to value, which is taken; aborts when memory is out. */
void api_put(json_t *object, const char *name, json_t *value);

#endif
