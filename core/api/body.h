/*
 * The api role: an HTTP server on the socket that the supervisor handed down, and the API behind
 * it. A stop closes the doors first and answers everything that is inside.
 */
#ifndef NB_API_BODY_H
#define NB_API_BODY_H

#include "core/scheduler/role.h"

/* For struct role_body (core/scheduler/role.h). */
bool api_body_start(struct role *role, void **ret_body, struct nb_err *err);
void api_body_stop(void *object, loop_call_fn drained, void *data);
void api_body_end(void *object);

#endif
