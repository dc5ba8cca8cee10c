/*
 * The test's side of the rehearsal gateway, under /rehearsal/: schedule faults, change the world,
 * read the book. No credential: it is bound to the loopback address and holds invented data only.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_CONTROL_H
#define TESTS_SUPPORT_REHEARSAL_CONTROL_H

#include "tests/support/rehearsal/answer.h"
#include "tests/support/rehearsal/gateway.h"

struct reh_answer reh_control_perform(struct reh_gateway *gateway,
                                      const struct reh_request *request);

#endif
