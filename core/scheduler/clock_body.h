/*
 * The clock as the body of a role process: what it is handed by role.h, and a store of its own for
 * the invariants, whose one statement may take minutes where everything else takes milliseconds.
 */
#ifndef NB_SCHEDULER_CLOCK_BODY_H
#define NB_SCHEDULER_CLOCK_BODY_H

#include "core/scheduler/role.h"

/* As struct role_body asks for them. */
bool clock_body_start(struct role *role, void **ret_body, struct nb_err *err);
void clock_body_stop(void *body, loop_call_fn drained, void *data);
void clock_body_end(void *body);

#endif
