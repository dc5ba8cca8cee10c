#include "core/scheduler/supervisor.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/loop/signals.h"
#include "core/scheduler/child.h"
#include "core/scheduler/heartbeat.h"
#include "core/scheduler/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SUPERVISOR_MAGIC 0x73757072u
#define CHILDREN_MAX (CONFIG_API_PROCESSES_MAX + 2)

struct supervisor {
    unsigned magic;
    const struct config *config;
    const struct supervisor_orders *orders;
    struct loop *loop;
    struct loop_signal term;
    struct loop_signal interrupt;
    struct loop_signal hangup;
    struct loop_timer tick;
    struct loop_timer deadline;
    struct nb_mono last_tick;
    int listen_fd;
    int metrics_fds[CHILDREN_MAX];
    struct child children[CHILDREN_MAX];
    int count;
    bool stopping;
    bool refused;
};

static void all_gone(struct supervisor *supervisor)
{
    for (int i = 0; i < supervisor->count; i++) {
        if (supervisor->children[i].state != CHILD_GONE) {
            return;
        }
    }
    loop_stop(supervisor->loop);
}

static void begin_stop(struct supervisor *supervisor)
{
    supervisor->stopping = true;
    nb_log(NB_LOG_INFO, "stopping", NB_NUMBER("grace_ms", supervisor->config->shutdown_grace_ms));
    for (int i = 0; i < supervisor->count; i++) {
        child_stop(&supervisor->children[i]);
    }
    loop_timer_start(&supervisor->deadline, supervisor->config->shutdown_grace_ms);
    all_gone(supervisor);
}

static void kill_all(void *data)
{
    struct supervisor *supervisor = data;
    NB_CHECK_MAGIC(supervisor, SUPERVISOR_MAGIC);
    for (int i = 0; i < supervisor->count; i++) {
        struct child *child = &supervisor->children[i];
        if (child->state == CHILD_STOPPING) {
            nb_log(NB_LOG_ERROR, "role_killed", NB_TEXT("process", role_kind_name(child->kind)),
                   NB_NUMBER("index", child->index));
        }
        child_kill(child);
    }
}

static void on_stop_signal(void *data, int number)
{
    struct supervisor *supervisor = data;
    (void)number;
    NB_CHECK_MAGIC(supervisor, SUPERVISOR_MAGIC);
    if (supervisor->stopping) {
        kill_all(supervisor);
    } else {
        begin_stop(supervisor);
    }
}

static void on_hangup(void *data, int number)
{
    (void)data;
    (void)number;
    nb_log(NB_LOG_INFO, "hangup_ignored", NB_TEXT("do", "restart to read the configuration again"));
}

static void on_gone(void *data, struct child *child, int status)
{
    struct supervisor *supervisor = data;
    NB_CHECK_MAGIC(supervisor, SUPERVISOR_MAGIC);
    if (status == ROLE_EXIT_REFUSED && !child->ever_ready && !supervisor->stopping) {
        /* It said why in the log. Trying again would only say it again. */
        supervisor->refused = true;
        begin_stop(supervisor);
    }
    if (supervisor->stopping) {
        all_gone(supervisor);
    }
}

static void on_tick(void *data)
{
    struct supervisor *supervisor = data;
    NB_CHECK_MAGIC(supervisor, SUPERVISOR_MAGIC);
    int64_t interval_ms = heartbeat_interval_ms(supervisor->config->heartbeat_timeout_ms);
    struct nb_mono now = nb_mono_now();
    /* Whoever was stopped or asleep itself has not heard what was said meanwhile. */
    bool lenient = nb_mono_ms_between(supervisor->last_tick, now) > 2 * interval_ms;
    supervisor->last_tick = now;
    for (int i = 0; i < supervisor->count; i++) {
        child_check(&supervisor->children[i], lenient);
    }
    loop_timer_start(&supervisor->tick, interval_ms);
}

static bool write_port(const char *path, uint16_t port, struct nb_err *err)
{
    char text[8];
    struct nb_buf partial;
    nb_buf_init(&partial, PATH_MAX);
    nb_buf_printf(&partial, "%s.new", path);
    int length = snprintf(text, sizeof(text), "%u\n", port);
    int fd = open(nb_buf_str(&partial), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    /* Under another name first: whoever waits for the file finds a whole number in it. */
    bool good = fd >= 0 && write(fd, text, (size_t)length) == length &&
                rename(nb_buf_str(&partial), path) == 0;
    int number = errno;
    if (fd >= 0) {
        close(fd);
    }
    nb_buf_fini(&partial);
    return good || nb_err_set(err, NB_ERR_UNAVAILABLE, "port_file", "Cannot write %s (%s).", path,
                              strerrorname_np(number));
}

static bool open_api(struct supervisor *supervisor, struct nb_err *err)
{
    const struct config_address *listen = &supervisor->config->listen;
    uint16_t port = 0;
    if (!supervisor->orders->roles[ROLE_API]) {
        return true;
    }
    if (!listener_open(listen, &supervisor->listen_fd, &port, err)) {
        return false;
    }
    nb_log(NB_LOG_INFO, "listening", NB_TEXT("address", listen->address), NB_NUMBER("port", port));
    return supervisor->orders->port_file == NULL ||
           write_port(supervisor->orders->port_file, port, err);
}

static bool open_metrics(struct supervisor *supervisor, int position, struct nb_err *err)
{
    struct config_address address = supervisor->config->metrics;
    uint16_t port = 0;
    if (address.address[0] == '\0') {
        return true;
    }
    if (address.port != 0) {
        address.port = (uint16_t)(address.port + position);
    }
    if (!listener_open(&address, &supervisor->metrics_fds[position], &port, err)) {
        return false;
    }
    nb_log(NB_LOG_INFO, "metrics_listening", NB_TEXT("address", address.address),
           NB_NUMBER("port", port),
           NB_TEXT("process", role_kind_name(supervisor->children[position].kind)),
           NB_NUMBER("index", supervisor->children[position].index));
    return true;
}

static void plan(struct supervisor *supervisor)
{
    for (enum role_kind kind = ROLE_API; kind < ROLE_COUNT; kind++) {
        int processes = kind == ROLE_API ? supervisor->config->api_processes : 1;
        for (int i = 0; supervisor->orders->roles[kind] && i < processes; i++) {
            supervisor->children[supervisor->count++] = (struct child){
                .kind = kind, .index = i, .watch_progress = supervisor->orders->progress[kind]};
        }
    }
}

static void start_all(struct supervisor *supervisor)
{
    for (int i = 0; i < supervisor->count; i++) {
        struct child wanted = supervisor->children[i];
        wanted.config = supervisor->config;
        wanted.loop = supervisor->loop;
        wanted.listen_fd = wanted.kind == ROLE_API ? supervisor->listen_fd : -1;
        wanted.metrics_fd = supervisor->metrics_fds[i];
        wanted.gone = on_gone;
        wanted.data = supervisor;
        child_init(&supervisor->children[i], &wanted);
    }
    supervisor->last_tick = nb_mono_now();
    loop_timer_start(&supervisor->tick,
                     heartbeat_interval_ms(supervisor->config->heartbeat_timeout_ms));
}

static bool open_all(struct supervisor *supervisor, struct nb_err *err)
{
    bool good = open_api(supervisor, err);
    for (int i = 0; good && i < supervisor->count; i++) {
        good = open_metrics(supervisor, i, err);
    }
    return good;
}

static int run(struct supervisor *supervisor)
{
    int status = 0;
    start_all(supervisor);
    loop_run(supervisor->loop);
    for (int i = 0; i < supervisor->count; i++) {
        status |= supervisor->children[i].unclean ? 1 : 0;
        child_fini(&supervisor->children[i]);
    }
    status |= supervisor->refused ? 1 : 0;
    nb_log(status == 0 ? NB_LOG_INFO : NB_LOG_ERROR, "stopped", NB_NUMBER("status", status));
    return status;
}

static void watch(struct supervisor *supervisor)
{
    loop_signal_init(&supervisor->term, supervisor->loop, SIGTERM, on_stop_signal, supervisor);
    loop_signal_init(&supervisor->interrupt, supervisor->loop, SIGINT, on_stop_signal, supervisor);
    loop_signal_init(&supervisor->hangup, supervisor->loop, SIGHUP, on_hangup, supervisor);
    loop_timer_init(&supervisor->tick, supervisor->loop, on_tick, supervisor);
    loop_timer_init(&supervisor->deadline, supervisor->loop, kill_all, supervisor);
}

static void unwatch(struct supervisor *supervisor)
{
    loop_signal_fini(&supervisor->term);
    loop_signal_fini(&supervisor->interrupt);
    loop_signal_fini(&supervisor->hangup);
    loop_timer_fini(&supervisor->tick);
    loop_timer_fini(&supervisor->deadline);
    loop_destroy(supervisor->loop);
}

static void close_all(struct supervisor *supervisor)
{
    for (int i = 0; i < CHILDREN_MAX; i++) {
        if (supervisor->metrics_fds[i] >= 0) {
            close(supervisor->metrics_fds[i]);
        }
    }
    if (supervisor->listen_fd >= 0) {
        close(supervisor->listen_fd);
    }
}

int supervisor_run(const struct config *config, const struct supervisor_orders *orders)
{
    struct supervisor *supervisor = nb_alloc(sizeof(*supervisor));
    struct nb_err err;
    int status = 1;
    supervisor->magic = SUPERVISOR_MAGIC;
    supervisor->config = config;
    supervisor->orders = orders;
    supervisor->loop = loop_create();
    supervisor->listen_fd = -1;
    for (int i = 0; i < CHILDREN_MAX; i++) {
        supervisor->metrics_fds[i] = -1;
    }
    watch(supervisor);
    plan(supervisor);
    if (open_all(supervisor, &err)) {
        status = run(supervisor);
    } else {
        nb_log(NB_LOG_ERROR, "not_started", NB_TEXT("code", err.code), NB_TEXT("why", err.text));
    }
    unwatch(supervisor);
    close_all(supervisor);
    nb_free(supervisor);
    return status;
}
