/*
 * The rehearsal gateway: from a request on a connection to an answer on it. The order is fixed: who
 * asks, what, which fault, what happens before, the book (under its lock), what the answer claims,
 * the wire.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_GATEWAY_H
#define TESTS_SUPPORT_REHEARSAL_GATEWAY_H

#include "tests/support/rehearsal/book.h"
#include "tests/support/rehearsal/fault.h"
#include "tests/support/rehearsal/http.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct reh_gateway {
    struct reh_book book;
    struct reh_faults faults;
    const char *credential; /* borrowed */
    int port;
    _Atomic int64_t away_ms; /* set by control, taken by the accept loop */
    _Atomic uint64_t calls[REH_PROGRAMS][REH_OPERATIONS];
    _Atomic uint64_t unauthorised;
    _Atomic uint64_t trapped;  /* somebody followed a redirect */
    _Atomic uint64_t repeated; /* writes answered from memory */
    json_t *unexpected;        /* "program.operation.field": times; under the book's lock */
};

void reh_gateway_init(struct reh_gateway *gateway, const char *credential, uint64_t seed);
/* Handles one request; false when the connection is over. */
bool reh_gateway_handle(struct reh_gateway *gateway, struct reh_http *http,
                        const struct reh_request *request);

#endif
