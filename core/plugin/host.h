/*
 * The plugin host's side: one process per plugin that gives away everything it does not need, loads
 * the plugin between two system-call filters and answers frames on one inherited socket.
 * The house's side is core/plugin/client.h.
 */
#ifndef NB_PLUGIN_HOST_H
#define NB_PLUGIN_HOST_H

#include "core/plugin/loader.h"

/* fd: the socket to the house; shared_fd: core/plugin/shared.h, closed. want_sha256 NULL accepts
 * any file (conformance). Returns the exit code when the house hangs up: 0, or 1 when the process
 * could not be confined or the plugin was refused (the house is told why in the answer to OPEN, and
 * nothing of the plugin ever runs). */
int plugin_host_run(int fd, int shared_fd, const char *path, const char *want_sha256);

#endif
