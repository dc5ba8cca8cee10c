/*
 * What the control API tells: the whole book, and what was called how often.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_REPORT_H
#define TESTS_SUPPORT_REHEARSAL_REPORT_H

#include "tests/support/rehearsal/gateway.h"

#include <jansson.h>

/* Book locked; gives new objects. */
json_t *reh_report_book(struct reh_book *book);
json_t *reh_report_log(struct reh_gateway *gateway);

#endif
