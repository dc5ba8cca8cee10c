/*
 * One supervised process: started, listened to, killed when it falls silent, started again with
 * back-off and jitter. Inside the supervisor only.
 * Invariant: state moves only in set_state(); a process that was started is reaped before another
 * takes its place.
 */
#ifndef NB_SCHEDULER_CHILD_H
#define NB_SCHEDULER_CHILD_H

#include "core/base/clock.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"
#include "core/scheduler/role.h"

#include <sys/types.h>

enum child_state {
    CHILD_NONE = 0,
    CHILD_WAITING, /* no process: one is started when the back-off is over */
    CHILD_RUNNING,
    CHILD_STOPPING, /* SIGTERM was sent */
    CHILD_KILLED,   /* SIGKILL was sent */
    CHILD_GONE,     /* no process, and none will be started */
};

struct child {
    unsigned magic;
    enum child_state state;
    enum role_kind kind;
    int index;
    const struct config *config;
    struct loop *loop;
    int listen_fd;  /* borrowed; -1: none */
    int metrics_fd; /* borrowed; -1: none */
    bool watch_progress;

    pid_t pid;
    int pidfd;
    int pipe_fd; /* where it is heard */
    struct loop_io exit_watch;
    struct loop_io pipe_watch;
    struct loop_timer restart;
    uint32_t losses; /* since it last ran well */
    struct nb_mono started;
    struct nb_mono heard;
    struct nb_mono progressed;
    bool spoke; /* this process was heard at least once */
    bool ready;
    bool ever_ready; /* one of its processes was */
    bool silence_told;
    bool last;    /* nothing is started again */
    bool unclean; /* its last process did not end with 0 */

    /* Told when the process is gone (state WAITING or GONE by then), with its exit status, or
     * the negative number of a signal. */
    void (*gone)(void *data, struct child *child, int status);
    void *data;
};

/* Starts the first process at the next turn. */
void child_init(struct child *child, const struct child *wanted);
/* Kills without waiting and closes. */
void child_fini(struct child *child);
/* Asks it to stop; nothing is started again. */
void child_stop(struct child *child);
/* SIGKILL, when it runs. */
void child_kill(struct child *child);
/* Kills it when it was silent for too long; raises the alarm when it makes no progress. lenient:
 * this process was stopped or asleep itself, so that silence proves nothing. */
void child_check(struct child *child, bool lenient);

#endif
