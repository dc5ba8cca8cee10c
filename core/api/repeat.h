/*
 * A write that is refused before it reaches its function, because of what has changed since the
 * key was used first: a night has passed, a task has gone to a higher role.
 * Invariant: what the key has done counts; only a new key is told what would be refused now.
 */
#ifndef NB_API_REPEAT_H
#define NB_API_REPEAT_H

#include "core/api/call.h"
#include "core/http/problem.h"
#include "core/store/operation.h"

/* Answers with the problem (copied) when the key of the call is new; else gives done what it has
 * done, as the write function would, with the call as data. */
void api_refuse_if_new(struct api_call *call, const struct http_problem *problem,
                       store_write_fn done);
/* The same with 404. */
void api_refuse_absent_if_new(struct api_call *call, store_write_fn done);

#endif
