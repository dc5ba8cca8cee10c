#include "core/scheduler/child.h"

#include "core/base/backoff.h"
#include "core/base/mem.h"
#include "core/scheduler/heartbeat.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_MAGIC 0x6368696cu
/* A process that ran for that long ran well: its next loss begins the back-off anew. */
#define RAN_WELL_MS 30000
#define START_MS 15000
/* In the process: the pipe, then the listening sockets. Its environment names no descriptor. */
#define HEARTBEAT_FD 3
#define LISTEN_FD 4
#define METRICS_FD 5
#define ASIDE_FD 200

static const struct nb_backoff backoff = {.first_ms = 200, .ceiling_ms = 10000};

static const bool allowed[CHILD_GONE + 1][CHILD_GONE + 1] = {
    [CHILD_NONE] = {[CHILD_WAITING] = true},
    [CHILD_WAITING] = {[CHILD_RUNNING] = true, [CHILD_GONE] = true},
    [CHILD_RUNNING] = {[CHILD_STOPPING] = true, [CHILD_KILLED] = true, [CHILD_WAITING] = true},
    [CHILD_STOPPING] = {[CHILD_KILLED] = true, [CHILD_GONE] = true},
    [CHILD_KILLED] = {[CHILD_WAITING] = true, [CHILD_GONE] = true},
};

static void set_state(struct child *child, enum child_state state)
{
    NB_ASSERT(allowed[child->state][state]);
    child->state = state;
}

/* Both ends of the life of one process are told with the same fields. */
static void tell(enum nb_log_level level, const char *event, const struct child *child,
                 const char *what, int64_t number)
{
    nb_log(level, event, NB_TEXT("process", role_kind_name(child->kind)),
           NB_NUMBER("index", child->index), NB_NUMBER("process_pid", child->pid),
           NB_NUMBER(what, number));
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static int spawn(struct child *child, char *const *arguments, int pipe_end)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    const int inherited[][2] = {
        {pipe_end, HEARTBEAT_FD}, {child->listen_fd, LISTEN_FD}, {child->metrics_fd, METRICS_FD}};
    sigemptyset(&none);
    sigfillset(&all);
    int status = posix_spawn_file_actions_init(&actions);
    if (status != 0) {
        return status;
    }
    status = posix_spawnattr_init(&attributes);
    if (status == 0) {
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setsigdefault(&attributes, &all);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        /* Out of the way first: a source may have the number that another one gets. */
        for (size_t i = 0; status == 0 && i < 2 * NB_COUNT(inherited); i++) {
            const int *pair = inherited[i % NB_COUNT(inherited)];
            int aside = ASIDE_FD + pair[1];
            status = pair[0] < 0 ? 0
                     : i < NB_COUNT(inherited)
                         ? posix_spawn_file_actions_adddup2(&actions, pair[0], aside)
                         : posix_spawn_file_actions_adddup2(&actions, aside, pair[1]);
        }
        if (status == 0) {
            status = posix_spawn_file_actions_addclosefrom_np(&actions, METRICS_FD + 1);
        }
        if (status == 0) {
            status = posix_spawn(&child->pid, "/proc/self/exe", &actions, &attributes, arguments,
                                 environ);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

/* The arguments that nightbridged's own main reads back. */
static int start_process(struct child *child, int pipe_end)
{
    char index[16], parent[16], listen[16], metrics[16];
    (void)snprintf(index, sizeof(index), "%d", child->index);
    (void)snprintf(parent, sizeof(parent), "%d", (int)getpid());
    (void)snprintf(listen, sizeof(listen), "%d", child->listen_fd < 0 ? -1 : LISTEN_FD);
    (void)snprintf(metrics, sizeof(metrics), "%d", child->metrics_fd < 0 ? -1 : METRICS_FD);
    NB_AUTOFREE char *role = nb_strdup(role_kind_name(child->kind));
    NB_AUTOFREE char *file = nb_strdup(child->config->file == NULL ? "" : child->config->file);
    char program[] = "nightbridged", as[] = "--as", parent_word[] = "--supervisor";
    char index_word[] = "--index", listen_word[] = "--listen-fd", metrics_word[] = "--metrics-fd";
    char config_word[] = "--config";
    char *arguments[] = {program,    as,          role,        parent_word, parent,
                         index_word, index,       listen_word, listen,      metrics_word,
                         metrics,    config_word, file,        NULL};
    if (child->config->file == NULL) {
        arguments[NB_COUNT(arguments) - 3] = NULL;
    }
    return spawn(child, arguments, pipe_end);
}

static void lost(struct child *child, int status);

static void on_heard(void *data, bool readable, bool writable)
{
    struct child *child = data;
    char words[256];
    (void)readable;
    (void)writable;
    NB_CHECK_MAGIC(child, CHILD_MAGIC);
    ssize_t count = read(child->pipe_fd, words, sizeof(words));
    if (count <= 0) {
        /* Its end is closed: what follows is told by the process's own end. */
        if (count == 0 || errno != EAGAIN) {
            loop_io_stop(&child->pipe_watch);
        }
        return;
    }
    child->heard = nb_mono_now();
    child->spoke = true;
    for (ssize_t i = 0; i < count; i++) {
        if (words[i] == HEARTBEAT_PROGRESS) {
            child->progressed = child->heard;
            child->silence_told = false;
        } else if (words[i] == HEARTBEAT_READY && !child->ready) {
            child->ready = child->ever_ready = true;
            tell(NB_LOG_INFO, "role_ready", child, "after_ms",
                 nb_mono_ms_between(child->started, child->heard));
        } else if (words[i] == HEARTBEAT_UNREADY && child->ready) {
            child->ready = false;
            tell(NB_LOG_WARN, "role_unready", child, "after_ms",
                 nb_mono_ms_between(child->started, child->heard));
        }
    }
}

static void on_exit_seen(void *data, bool readable, bool writable)
{
    struct child *child = data;
    siginfo_t about = {0};
    (void)readable;
    (void)writable;
    NB_CHECK_MAGIC(child, CHILD_MAGIC);
    if (waitid(P_PIDFD, (id_t)child->pidfd, &about, WEXITED | WNOHANG) != 0 || about.si_pid == 0) {
        return;
    }
    int status = about.si_code == CLD_EXITED ? about.si_status : -about.si_status;
    tell(status == 0 ? NB_LOG_INFO : NB_LOG_WARN, "role_ended", child,
         status < 0 ? "signal" : "status", about.si_status);
    lost(child, status);
}

/* 0 or an errno; with 0 the process runs and is watched by pidfd. */
static int start_heard(struct child *child, int ends[2])
{
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return errno;
    }
    int status = start_process(child, ends[1]);
    if (status == 0) {
        child->pidfd = pidfd_open(child->pid, 0);
        if (child->pidfd < 0) {
            status = errno;
            (void)kill(child->pid, SIGKILL);
            (void)waitpid(child->pid, NULL, 0);
        }
    }
    close(ends[1]);
    if (status != 0) {
        close(ends[0]);
        child->pid = 0;
    }
    return status;
}

static void on_restart(void *data)
{
    struct child *child = data;
    int ends[2];
    NB_CHECK_MAGIC(child, CHILD_MAGIC);
    int status = start_heard(child, ends);
    if (status != 0) {
        /* No memory or no descriptors: nothing to blame the role for, so it is tried again. */
        nb_log(NB_LOG_ERROR, "role_not_started", NB_TEXT("process", role_kind_name(child->kind)),
               NB_TEXT("why", strerrorname_np(status)));
        loop_timer_start(&child->restart, backoff.ceiling_ms);
        return;
    }
    child->pipe_fd = ends[0];
    child->started = child->heard = nb_mono_now();
    child->ready = child->spoke = false;
    loop_io_watch(&child->pipe_watch, child->pipe_fd, true, false);
    loop_io_watch(&child->exit_watch, child->pidfd, true, false);
    set_state(child, CHILD_RUNNING);
    tell(NB_LOG_INFO, "role_started", child, "losses", child->losses);
}

/* The process is gone and reaped. */
static void lost(struct child *child, int status)
{
    struct nb_mono now = nb_mono_now();
    uint32_t random;
    loop_io_stop(&child->pipe_watch);
    loop_io_stop(&child->exit_watch);
    close_fd(&child->pipe_fd);
    close_fd(&child->pidfd);
    child->pid = 0;
    child->ready = false;
    if (child->last) {
        /* One that was asked before it could listen has done nothing yet. */
        child->unclean = status != 0 && status != -SIGTERM;
        set_state(child, CHILD_GONE);
    } else {
        if (nb_mono_ms_between(child->started, now) > RAN_WELL_MS) {
            child->losses = 0;
        }
        random = randombytes_random();
        loop_timer_start(&child->restart, nb_backoff_ms(&backoff, child->losses, random));
        child->losses++;
        set_state(child, CHILD_WAITING);
    }
    child->gone(child->data, child, status);
}

void child_init(struct child *child, const struct child *wanted)
{
    *child = *wanted;
    child->magic = CHILD_MAGIC;
    child->progressed = nb_mono_now();
    child->pidfd = child->pipe_fd = -1;
    loop_io_init(&child->exit_watch, child->loop, on_exit_seen, child);
    loop_io_init(&child->pipe_watch, child->loop, on_heard, child);
    loop_timer_init(&child->restart, child->loop, on_restart, child);
    set_state(child, CHILD_WAITING);
    loop_timer_start(&child->restart, 0);
}

void child_fini(struct child *child)
{
    NB_CHECK_MAGIC(child, CHILD_MAGIC);
    if (child->pid > 0) {
        (void)kill(child->pid, SIGKILL);
        (void)waitpid(child->pid, NULL, 0);
    }
    loop_io_fini(&child->exit_watch);
    loop_io_fini(&child->pipe_watch);
    loop_timer_fini(&child->restart);
    close_fd(&child->pidfd);
    close_fd(&child->pipe_fd);
    child->magic = 0;
}

void child_stop(struct child *child)
{
    child->last = true;
    if (child->state == CHILD_WAITING) {
        loop_timer_stop(&child->restart);
        set_state(child, CHILD_GONE);
    } else if (child->state == CHILD_RUNNING) {
        set_state(child, CHILD_STOPPING);
        (void)kill(child->pid, SIGTERM);
    }
}

void child_kill(struct child *child)
{
    if (child->state == CHILD_RUNNING || child->state == CHILD_STOPPING) {
        set_state(child, CHILD_KILLED);
        /* A stopped process dies of it as well. */
        (void)kill(child->pid, SIGKILL);
    }
}

static void check_heartbeat(struct child *child, struct nb_mono now)
{
    int64_t silent_ms = nb_mono_ms_between(child->heard, now);
    int64_t allowed_ms = child->config->heartbeat_timeout_ms;
    /* Before its first word a process holds no lease: it may take its time on a busy machine. */
    if (!child->spoke && allowed_ms < START_MS) {
        allowed_ms = START_MS;
    }
    if (silent_ms > allowed_ms) {
        tell(NB_LOG_ERROR, "role_silent", child, "silent_ms", silent_ms);
        child_kill(child);
    }
}

/* Also when the process is gone or is started again and again. */
static void check_progress(struct child *child, struct nb_mono now)
{
    int64_t idle_ms = nb_mono_ms_between(child->progressed, now);
    if (child->watch_progress && !child->silence_told &&
        idle_ms > child->config->clock_silence_ms) {
        child->silence_told = true;
        tell(NB_LOG_ERROR, "alarm_no_sweep", child, "idle_ms", idle_ms);
    }
}

void child_check(struct child *child, bool lenient)
{
    struct nb_mono now = nb_mono_now();
    if (lenient) {
        child->heard = now;
    }
    if (child->state == CHILD_RUNNING) {
        check_heartbeat(child, now);
    }
    if (!child->last) {
        check_progress(child, now);
    }
}
