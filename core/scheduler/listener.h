/*
 * Listening sockets, opened once by the supervisor and inherited by role processes: connections
 * that arrive while a role is started again wait in the socket instead of being refused.
 */
#ifndef NB_SCHEDULER_LISTENER_H
#define NB_SCHEDULER_LISTENER_H

#include "core/base/err.h"
#include "core/config/config.h"

/* Gives a listening, non-blocking socket that closes on exec; *ret_port is what it got. */
bool listener_open(const struct config_address *address, int *ret_fd, uint16_t *ret_port,
                   struct nb_err *err) NB_MUST_CHECK;

#endif
