/*
 * The dispatch role: claims operations of the outbox, lets their plugins translate, sends what they
 * say, and writes down how each ended. The only part of the house that speaks to the outside.
 * Not here: what an outcome means for a booking (sql/functions/outbox_settle.sql).
 * Invariant: what has an effect outside is written down, durably, before it is sent, and is sent
 * only while the lease that it was claimed under surely holds.
 */
#ifndef NB_SCHEDULER_DISPATCH_H
#define NB_SCHEDULER_DISPATCH_H

#include "core/scheduler/role.h"

/* For struct role_body (core/scheduler/role.h). */
bool dispatch_body_start(struct role *role, void **ret_body, struct nb_err *err) NB_MUST_CHECK;
bool dispatch_body_ready(void *body, struct nb_err *ret_why);
void dispatch_body_stop(void *body, loop_call_fn drained, void *data);
void dispatch_body_end(void *body);

#endif
