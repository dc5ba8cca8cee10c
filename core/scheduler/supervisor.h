/*
 * The parent of the role processes: opens the sockets they inherit, starts each, starts again what
 * dies, kills what hangs, and ends them in order. It touches no database and no key, so there is
 * little that could take it down.
 * Invariant: a process that dies takes no other with it.
 */
#ifndef NB_SCHEDULER_SUPERVISOR_H
#define NB_SCHEDULER_SUPERVISOR_H

#include "core/scheduler/role.h"

struct supervisor_orders {
    bool roles[ROLE_COUNT];    /* which to run */
    bool progress[ROLE_COUNT]; /* whose sweeps are watched */
    const char *port_file;     /* gets the port of the API, as text; NULL: not wanted */
};

/* Runs until SIGTERM or SIGINT (a second one ends it at once), or until a role that never served
 * refuses to start. The exit status: 0 when all was asked for and ended cleanly. */
int supervisor_run(const struct config *config, const struct supervisor_orders *orders);

#endif
