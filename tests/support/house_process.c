/*
 * Processes of a test house: commands that end by themselves, and daemons. Each dies with the
 * test's process.
 */
#include "core/base/buf.h"
#include "core/base/mem.h"
#include "tests/support/house.h"
#include "tests/support/house_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 40
#define READY_S 30
#define STOP_S 40

static _Noreturn void become(const char *program, const char *const *words, int output)
{
    const char *all[WORDS_MAX] = {program};
    size_t count = 1;
    for (; words != NULL && *words != NULL && count + 1 < WORDS_MAX; words++) {
        all[count++] = *words;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* scripts/run-tests counts leaks of test programs by their reports; a daemon or a command that
     * leaks says so by its status. */
    (void)setenv("LSAN_OPTIONS", "exitcode=23", 1);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    /* execvp's argument is not const for historical reasons only. */
    (void)execvp(program, (char *const *)(uintptr_t)all);
    _exit(127);
}

static int status_of(pid_t pid)
{
    int status = 0;
    HOUSE_MUST(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static char *read_all(int fd)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = fdopen(fd, "r");
    HOUSE_MUST(file != NULL);
    if (getdelim(&text, &length, '\0', file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    return text;
}

int house_execute(char **ret_text, const char *program, const char *const *words)
{
    int ends[2];
    HOUSE_MUST(pipe2(ends, O_CLOEXEC) == 0);
    pid_t pid = fork();
    HOUSE_MUST(pid >= 0);
    if (pid == 0) {
        become(program, words, ends[1]);
    }
    close(ends[1]);
    char *text = read_all(ends[0]);
    int status = status_of(pid);
    if (ret_text != NULL) {
        *ret_text = text;
        return status;
    }
    /* Nobody looks at it: what went wrong should still be seen. */
    if (status != 0) {
        (void)fprintf(stderr, "%s ended with %d: %s\n", program, status, text);
    }
    free(text);
    return status;
}

static void program_path(const char *name, char *ret_path, size_t capacity)
{
    snprintf(ret_path, capacity, "%s/%s", house_environment("NIGHTBRIDGE_BUILD"), name);
}

static int run(const struct house *house, char **ret_text, const char *program,
               const char *const *words)
{
    setenv("NIGHTBRIDGE_CONFIG", house->config, 1);
    setenv("NIGHTBRIDGE_DATABASE_URL", house->owner_url, 1);
    int status = house_execute(ret_text, program, words);
    unsetenv("NIGHTBRIDGE_CONFIG");
    unsetenv("NIGHTBRIDGE_DATABASE_URL");
    return status;
}

bool house_daemon_ended(const struct house_daemon *daemon)
{
    siginfo_t about = {0};
    return waitid(P_PID, (id_t)daemon->pid, &about, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           about.si_pid != 0;
}

int house_run(const struct house *house, char **ret_text, const char *const *words)
{
    char program[512];
    program_path("nightbridge", program, sizeof(program));
    return run(house, ret_text, program, words);
}

int house_shell(const struct house *house, char **ret_text, const char *command)
{
    return run(house, ret_text, "bash", (const char *const[]){"-c", command, NULL});
}

static bool port_known(struct house_daemon *daemon, const char *path)
{
    FILE *file = fopen(path, "re");
    unsigned port = 0;
    bool known = file != NULL && fscanf(file, "%u", &port) == 1;
    daemon->port = (uint16_t)port;
    if (file != NULL) {
        fclose(file);
    }
    return known;
}

static bool is_ready(const struct house_daemon *daemon)
{
    struct house_reply reply = house_call(daemon, NULL, "GET", "/readyz", NULL, NULL);
    bool ready = reply.status == 200;
    house_reply_fini(&reply);
    return ready;
}

static bool serves_api(const char *const *words)
{
    for (; words != NULL && *words != NULL; words++) {
        if (strcmp(*words, "--role") == 0) {
            return strcmp(words[1], "all") == 0 || strcmp(words[1], "api") == 0;
        }
    }
    return true;
}

void house_daemon_launch(const struct house *house, struct house_daemon *daemon,
                         const char *const *words)
{
    static int started;
    char program[512];
    char port_file[128];
    const char *all[WORDS_MAX] = {"--config", house->config, "--port-file", port_file};
    size_t count = 4;
    *daemon = (struct house_daemon){.house = house};
    program_path("nightbridged", program, sizeof(program));
    snprintf(port_file, sizeof(port_file), "%s/port.%d", house->folder, ++started);
    snprintf(daemon->log, sizeof(daemon->log), "%s/daemon.log.%d", house->folder, started);
    for (const char *const *word = words; word != NULL && *word != NULL; word++) {
        HOUSE_MUST(count + 1 < NB_COUNT(all));
        all[count++] = *word;
    }
    int log = open(daemon->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    HOUSE_MUST(log >= 0, "%s: %s", daemon->log, strerror(errno));
    daemon->pid = fork();
    HOUSE_MUST(daemon->pid >= 0);
    if (daemon->pid == 0) {
        become(program, all, log);
    }
    close(log);
    if (serves_api(words)) {
        HOUSE_UNTIL(READY_S, port_known(daemon, port_file) || house_daemon_ended(daemon));
    }
}

void house_daemon_start(const struct house *house, struct house_daemon *daemon,
                        const char *const *words)
{
    int64_t until = house_now_ms() + READY_S * HOUSE_PATIENCE * 1000;
    house_daemon_launch(house, daemon, words);
    while (serves_api(words) && !is_ready(daemon)) {
        if (house_daemon_ended(daemon) || house_now_ms() > until) {
            HOUSE_MUST(false, "the daemon does not become ready:\n%s", house_daemon_log(daemon));
        }
        house_pause();
    }
}

int house_daemon_stop(struct house_daemon *daemon)
{
    int status = 0;
    (void)kill(daemon->pid, SIGTERM);
    HOUSE_UNTIL(STOP_S, waitpid(daemon->pid, &status, WNOHANG) == daemon->pid);
    daemon->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* The words of a process, a space behind each. */
static bool command_line(pid_t pid, char *ret_text, size_t capacity)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = fd < 0 ? -1 : read(fd, ret_text, capacity - 1);
    if (fd >= 0) {
        close(fd);
    }
    if (count <= 0) {
        return false;
    }
    for (ssize_t i = 0; i < count; i++) {
        ret_text[i] = ret_text[i] == '\0' ? ' ' : ret_text[i];
    }
    ret_text[count] = '\0';
    return true;
}

pid_t house_role_pid(const struct house_daemon *daemon, const char *role, int index)
{
    char path[64], children[1024] = "", wanted[64], number[64], text[1024];
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)daemon->pid, (int)daemon->pid);
    snprintf(wanted, sizeof(wanted), "--as %s ", role);
    snprintf(number, sizeof(number), "--index %d ", index);
    FILE *file = fopen(path, "re");
    if (file == NULL || fgets(children, sizeof(children), file) == NULL) {
        children[0] = '\0';
    }
    if (file != NULL) {
        fclose(file);
    }
    char *at = children;
    for (long pid = strtol(at, &at, 10); pid > 0; pid = strtol(at, &at, 10)) {
        if (command_line((pid_t)pid, text, sizeof(text)) && strstr(text, wanted) != NULL &&
            strstr(text, number) != NULL) {
            return (pid_t)pid;
        }
    }
    return 0;
}

char *house_daemon_log(const struct house_daemon *daemon)
{
    int fd = open(daemon->log, O_RDONLY | O_CLOEXEC);
    HOUSE_MUST(fd >= 0);
    return read_all(fd);
}
