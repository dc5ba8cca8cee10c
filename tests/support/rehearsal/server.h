/*
 * Listens on the loopback address; one thread a connection, so that a delay holds up nobody else.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_SERVER_H
#define TESTS_SUPPORT_REHEARSAL_SERVER_H

#include "core/base/err.h"
#include "tests/support/rehearsal/gateway.h"

/* Binds port (0: any) and writes the one it got to gateway->port. Gives a descriptor. */
bool reh_server_listen(struct reh_gateway *gateway, int port, int *ret_fd,
                       struct nb_err *err) NB_MUST_CHECK;
/* Accepts until SIGTERM or SIGINT; closes fd. */
bool reh_server_run(struct reh_gateway *gateway, int fd, struct nb_err *err) NB_MUST_CHECK;

#endif
