/*
 * What a plugin host gives away. The order is: confine_process, confine_for_loading, dlopen,
 * confine_for_serving. Each filter kills the process at a forbidden call; the second stands on top
 * of the first, so nothing comes back. No namespaces: containers and chroots refuse them, and
 * nothing here needs one. Landlock is added where the kernel has it. System-call lists are of the C
 * library in use; under sanitizers a few more are let through and there is no ceiling on address
 * space (they reserve terabytes).
 */
#ifndef NB_PLUGIN_CONFINE_H
#define NB_PLUGIN_CONFINE_H

#include "core/base/err.h"

/* Closes every descriptor but fd, dies with the parent, no core, no new privileges, rlimits. */
bool confine_process(int fd, struct nb_err *err) NB_MUST_CHECK;
/* Files may be opened for reading, with Landlock only the system's libraries; no exec, fork,
 * socket, signal to others, no writing but on fd. */
bool confine_for_loading(int fd, struct nb_err *err) NB_MUST_CHECK;
/* read and write on fd, memory that is not executable, futex, exit. */
bool confine_for_serving(int fd, struct nb_err *err) NB_MUST_CHECK;

#endif
