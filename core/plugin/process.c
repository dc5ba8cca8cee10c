#include "core/plugin/process.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_FD 3
#define CHILD_SHARED_FD 4
/* A whole price batch fits, so that one write and one wake-up carry it. */
#define SOCKET_BUFFER_BYTES (1 << 20)

static bool failed(struct nb_err *err, const char *what, int number)
{
    return nb_err_set(err, NB_ERR_UNAVAILABLE, "plugin_host_start",
                      "The plugin host does not start (%s: errno %d).", what, number);
}

static int spawn(const char *program, char *const *arguments, int child_end, int shared,
                 pid_t *ret_pid)
{
    static char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
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
        status = posix_spawn_file_actions_adddup2(&actions, child_end, CHILD_FD);
        if (status == 0) {
            status = posix_spawn_file_actions_adddup2(&actions, shared, CHILD_SHARED_FD);
        }
        if (status == 0) {
            status = posix_spawn_file_actions_addclosefrom_np(&actions, CHILD_SHARED_FD + 1);
        }
        if (status == 0) {
            status = posix_spawn(ret_pid, program, &actions, &attributes, arguments, environment);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

static void widen(int fd)
{
    int bytes = SOCKET_BUFFER_BYTES;
    /* Best effort: the kernel caps it, and a smaller buffer only costs a second write. */
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

bool plugin_process_start(const char *program, const char *argument1, const char *argument2,
                          struct plugin_process *ret_process, struct nb_err *err)
{
    int ends[2];
    int shared = -1;
    struct plugin_process process = {.pid = 0, .pidfd = -1, .socket = -1};
    if (!plugin_shared_create(&process.shared, &shared, err)) {
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        int number = errno;
        close(shared);
        plugin_shared_fini(&process.shared);
        return failed(err, "socketpair", number);
    }
    widen(ends[0]);
    widen(ends[1]);
    NB_AUTOFREE char *name = nb_strdup(program);
    NB_AUTOFREE char *first = nb_strdup(argument1);
    NB_AUTOFREE char *second = argument2 == NULL ? NULL : nb_strdup(argument2);
    char *arguments[] = {name, first, second, NULL};
    process.socket = ends[0];
    int status = spawn(program, arguments, ends[1], shared, &process.pid);
    close(ends[1]);
    close(shared);
    if (status != 0) {
        close(ends[0]);
        plugin_shared_fini(&process.shared);
        return failed(err, "spawn", status);
    }
    process.pidfd = pidfd_open(process.pid, 0);
    if (process.pidfd < 0) {
        int number = errno;
        plugin_process_end(&process);
        return failed(err, "pidfd_open", number);
    }
    /* Only our end: the host blocks on its own. */
    (void)fcntl(process.socket, F_SETFL, O_NONBLOCK);
    *ret_process = process;
    return true;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

void plugin_process_kill(struct plugin_process *process)
{
    /* By pidfd: a number could be another process's by now, if somebody else reaped ours. */
    if (process->pidfd >= 0) {
        (void)pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0);
    } else if (process->pid > 0) {
        (void)kill(process->pid, SIGKILL);
    }
    close_fd(&process->socket);
    plugin_shared_fini(&process->shared);
}

static bool reap(struct plugin_process *process, int flags)
{
    siginfo_t about = {0};
    int status = process->pid <= 0 ? 0 : waitid(P_PID, (id_t)process->pid, &about, WEXITED | flags);
    /* ECHILD: a supervisor's wait took it first, and gone is gone. */
    if (process->pid > 0 && (status == 0 ? about.si_pid == 0 : errno != ECHILD)) {
        return false;
    }
    process->signal = about.si_pid != 0 && about.si_code != CLD_EXITED ? about.si_status : 0;
    process->pid = 0;
    close_fd(&process->pidfd);
    return true;
}

bool plugin_process_gone(struct plugin_process *process)
{
    return reap(process, WNOHANG);
}

void plugin_process_end(struct plugin_process *process)
{
    plugin_process_kill(process);
    bool again = true;
    while (again) {
        again = !reap(process, 0) && errno == EINTR;
    }
}

char *plugin_process_beside(const char *name)
{
    char here[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);
    if (length <= 0) {
        return NULL;
    }
    here[length] = '\0';
    char *slash = strrchr(here, '/');
    struct nb_buf path;
    nb_buf_init(&path, PATH_MAX);
    nb_buf_add(&path, here, slash == NULL ? 0 : (size_t)(slash - here) + 1);
    nb_buf_text(&path, name);
    return nb_buf_take(&path);
}
