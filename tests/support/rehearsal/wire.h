/*
 * What a fault does to the bytes of an answer, and to the connection that carries them.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_WIRE_H
#define TESTS_SUPPORT_REHEARSAL_WIRE_H

#include "tests/support/rehearsal/fault.h"
#include "tests/support/rehearsal/http.h"

#include <stdbool.h>
#include <stddef.h>

/* Sends all of it; false when the peer is gone. */
bool reh_wire_text(int fd, const char *text);
/*
 * The body as it goes out (gives a copy); ret_promised is what Content-Length says, which may be
 * more than there is.
 */
char *reh_wire_distort(enum reh_fault_kind kind, const char *body, size_t *ret_promised);
/* head: status line and headers without the empty line. False when the connection is over. */
bool reh_wire_send(struct reh_http *http, struct reh_fault fault, const char *head,
                   const char *body);
/* Closes with a reset instead of an orderly end. */
void reh_wire_reset(struct reh_http *http);

#endif
