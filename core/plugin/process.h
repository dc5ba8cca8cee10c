/*
 * One child process with a socket and shared memory: started without a shell, with a bare
 * environment, clean signals and five descriptors; watched by pidfd, so that nobody's SIGCHLD is
 * needed.
 */
#ifndef NB_PLUGIN_PROCESS_H
#define NB_PLUGIN_PROCESS_H

#include "core/base/err.h"
#include "core/plugin/shared.h"

#include <sys/types.h>

struct plugin_process {
    pid_t pid;  /* 0 = none */
    int pidfd;  /* readable when the process is gone; -1 = none */
    int socket; /* non-blocking; -1 = none */
    struct plugin_shared shared;
    int signal; /* that ended it, once it is gone; 0 = none */
};

/* program runs as: program argument1 [argument2]; its end of the socket is descriptor 3, the memory
 * 4. */
bool plugin_process_start(const char *program, const char *argument1, const char *argument2,
                          struct plugin_process *ret_process, struct nb_err *err) NB_MUST_CHECK;
/* Kills it, closes the socket, lets go of the memory; it is not yet gone. */
void plugin_process_kill(struct plugin_process *process);
/* Reaps it if it is gone and closes the pidfd; true when there is no process any more. */
bool plugin_process_gone(struct plugin_process *process);
/* Kills, waits for the end, closes everything. */
void plugin_process_end(struct plugin_process *process);
/* The path of a program that stands beside this executable, or NULL; free with nb_free. */
char *plugin_process_beside(const char *name);

#endif
