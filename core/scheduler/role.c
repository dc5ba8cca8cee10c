#include "core/scheduler/role.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/scheduler/heartbeat.h"
#include "core/scheduler/plugins.h"
#include "core/scheduler/role_private.h"
#include "core/store/store.h"
#include "core/vault/keys.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 20
#define ASK_AGAIN_MS 500
#define TELL_FIRST_MS 1000
#define TELL_AGAIN_MS 30000
/* A key that a rotation destroyed is wiped from this process within that time. */
#define REFRESH_MS 5000
#define EXIT_FAILED 1

static const char *const kind_names[ROLE_COUNT] = {
    [ROLE_API] = "api", [ROLE_DISPATCH] = "dispatch", [ROLE_CLOCK] = "clock"};

const char *role_kind_name(enum role_kind kind)
{
    return kind > ROLE_NONE && kind < ROLE_COUNT ? kind_names[kind] : NULL;
}

enum role_kind role_kind_parse(const char *word)
{
    for (enum role_kind kind = ROLE_API; kind < ROLE_COUNT; kind++) {
        if (strcmp(word, kind_names[kind]) == 0) {
            return kind;
        }
    }
    return ROLE_NONE;
}

struct role_process *role_process_of(struct role *role)
{
    /* The public part is the first member. */
    struct role_process *process = (struct role_process *)(void *)role;
    NB_CHECK_MAGIC(process, ROLE_MAGIC);
    return process;
}

static void set_phase(struct role_process *process, enum role_phase phase)
{
    static const bool allowed[ROLE_ENDED + 1][ROLE_ENDED + 1] = {
        [ROLE_PHASE_NONE] = {[ROLE_CONNECTING] = true},
        [ROLE_CONNECTING] = {[ROLE_CHECKING] = true, [ROLE_ENDED] = true},
        [ROLE_CHECKING] = {[ROLE_CONNECTING] = true, [ROLE_SERVING] = true, [ROLE_ENDED] = true},
        [ROLE_SERVING] = {[ROLE_STOPPING] = true},
        [ROLE_STOPPING] = {[ROLE_ENDED] = true},
    };
    NB_ASSERT(allowed[process->phase][phase]);
    process->phase = phase;
}

static void end(struct role_process *process, int status)
{
    set_phase(process, ROLE_ENDED);
    loop_timer_stop(&process->look);
    process->status = status;
    loop_stop(process->role.loop);
}

static void on_drained(void *data)
{
    struct role_process *process = data;
    NB_CHECK_MAGIC(process, ROLE_MAGIC);
    end(process, process->status);
}

/* Whatever the body still does with its work, it takes no new one. */
static void stop_body(struct role_process *process, int status)
{
    set_phase(process, ROLE_STOPPING);
    loop_timer_stop(&process->look);
    process->status = status;
    nb_log(NB_LOG_INFO, "role_stopping", NB_NUMBER("waiting", store_waiting(process->role.store)));
    if (process->body->stop != NULL) {
        process->body->stop(process->object, on_drained, process);
    } else {
        loop_next_turn(process->role.loop, on_drained, process);
    }
}

/* The word goes unheard when the pipe is full: there are older ones in it that say the same. */
static void say(struct role_process *process, enum heartbeat_word word)
{
    const char byte = (char)word;
    if (write(process->heartbeat_fd, &byte, 1) < 0 && errno == EPIPE) {
        nb_log(NB_LOG_ERROR, "supervisor_gone", NB_NUMBER("status", EXIT_FAILED));
        (void)raise(SIGKILL);
    }
}

void role_progress(struct role *role)
{
    say(role_process_of(role), HEARTBEAT_PROGRESS);
}

static bool not_ready(struct nb_err *ret_why, const char *code, const char *text)
{
    return nb_err_set(ret_why, NB_ERR_UNAVAILABLE, code, "%s", text);
}

bool role_ready(struct role *role, struct nb_err *ret_why)
{
    struct role_process *process = role_process_of(role);
    if (process->phase == ROLE_STOPPING || process->phase == ROLE_ENDED) {
        return not_ready(ret_why, "stopping", "This process is stopping.");
    }
    if (!store_ready(role->store)) {
        return not_ready(ret_why, "database_unavailable", "The database is not there yet.");
    }
    if (process->phase != ROLE_SERVING) {
        return not_ready(ret_why, "starting", "This process is starting.");
    }
    if (role->plugins != NULL && !plugins_settled(role->plugins)) {
        return not_ready(ret_why, "plugins_starting", "Plugin hosts are starting.");
    }
    return process->body->ready == NULL || process->body->ready(process->object, ret_why);
}

static void tell_ready(struct role_process *process)
{
    struct nb_err why;
    bool ready = role_ready(&process->role, &why);
    if (ready != process->told_ready) {
        process->told_ready = ready;
        say(process, ready ? HEARTBEAT_READY : HEARTBEAT_UNREADY);
    }
}

static void on_beat(void *data)
{
    struct role_process *process = data;
    NB_CHECK_MAGIC(process, ROLE_MAGIC);
    say(process, HEARTBEAT_BEAT);
    tell_ready(process);
    loop_timer_start(&process->beat,
                     heartbeat_interval_ms(process->role.config->heartbeat_timeout_ms));
}

static void on_refresh(void *data)
{
    struct role_process *process = data;
    struct nb_err err;
    NB_CHECK_MAGIC(process, ROLE_MAGIC);
    if (!vault_keys_refresh(process->role.keys, &err)) {
        nb_log(NB_LOG_ERROR, "keys_not_refreshed", NB_TEXT("code", err.code),
               NB_TEXT("why", err.text));
    }
    loop_timer_start(&process->refresh, REFRESH_MS);
}

static void refuse(struct role_process *process, const struct nb_err *err)
{
    nb_log(NB_LOG_ERROR, "role_refused", NB_TEXT("code", err->code), NB_TEXT("why", err->text));
    end(process, ROLE_EXIT_REFUSED);
}

static void start_body(struct role_process *process)
{
    struct nb_err err;
    if (process->body->start != NULL &&
        !process->body->start(&process->role, &process->object, &err)) {
        nb_log(NB_LOG_ERROR, "role_failed", NB_TEXT("code", err.code), NB_TEXT("why", err.text));
        end(process, EXIT_FAILED);
        return;
    }
    set_phase(process, ROLE_SERVING);
    loop_timer_start(&process->look, 0);
}

static void warn_of(const struct store_schema *schema)
{
    char release[STORE_SHA256_TEXT];
    store_schema_release(release);
    if (schema->number > store_schema_number()) {
        nb_log(NB_LOG_WARN, "schema_newer", NB_NUMBER("schema", schema->number),
               NB_NUMBER("known", store_schema_number()));
    } else if (strcmp(schema->release, release) != 0) {
        nb_log(NB_LOG_WARN, "functions_differ", NB_TEXT("do", "nightbridge migrate"));
    }
    if (schema->leaks[0] != '\0') {
        nb_log(NB_LOG_ERROR, "server_log_leaks", NB_TEXT("settings", schema->leaks),
               NB_TEXT("do", "nightbridge doctor says which values are safe"));
    }
}

static void on_schema(void *data, const struct store_result *result,
                      const struct store_schema *schema)
{
    struct role_process *process = data;
    struct nb_err err;
    NB_CHECK_MAGIC(process, ROLE_MAGIC);
    if (process->stop_wanted) {
        end(process, 0);
    } else if (schema == NULL) {
        nb_log(NB_LOG_WARN, "schema_unknown", NB_TEXT("code", result->err.code),
               NB_TEXT("why", result->err.text));
        set_phase(process, ROLE_CONNECTING);
        loop_timer_start(&process->look, ASK_AGAIN_MS);
    } else if (!store_schema_check(schema, process->role.config->test_clock, &err)) {
        refuse(process, &err);
    } else {
        warn_of(schema);
        start_body(process);
    }
}

/* Any pool will do: each login may read what is asked. */
static enum store_role any_login(const struct store *store)
{
    enum store_role login = STORE_STAFF;
    while (!store_has(store, login)) {
        login++;
    }
    return login;
}

/* Soon once, then seldom: a database that is away is news, and then it is known. */
static void tell_waiting(struct role_process *process)
{
    struct nb_mono now = nb_mono_now();
    const struct nb_err *why = store_last_error(process->role.store);
    if (nb_mono_ms_between(process->tell_at, now) < 0) {
        return;
    }
    process->tell_at = nb_mono_add_ms(now, TELL_AGAIN_MS);
    bool known = why->kind != NB_ERR_NONE;
    nb_log(NB_LOG_WARN, "database_unavailable", NB_TEXT("code", known ? why->code : "connecting"),
           NB_TEXT("why", known ? why->text : "No answer yet."));
}

/* While starting: until the database is there, then until all is ready. */
static void on_look(void *data)
{
    struct role_process *process = data;
    NB_CHECK_MAGIC(process, ROLE_MAGIC);
    if (process->phase == ROLE_SERVING) {
        tell_ready(process);
        if (!process->told_ready) {
            loop_timer_start(&process->look, LOOK_MS);
        }
    } else if (store_ready(process->role.store)) {
        set_phase(process, ROLE_CHECKING);
        store_schema_find(process->role.store, any_login(process->role.store), on_schema, process);
    } else {
        tell_waiting(process);
        loop_timer_start(&process->look, LOOK_MS);
    }
}

static void on_stop_signal(void *data, int number)
{
    struct role_process *process = data;
    (void)number;
    NB_CHECK_MAGIC(process, ROLE_MAGIC);
    switch (process->phase) {
    case ROLE_CONNECTING:
        end(process, 0);
        break;
    case ROLE_CHECKING:
        process->stop_wanted = true; /* the store answers first */
        break;
    case ROLE_SERVING:
        stop_body(process, 0);
        break;
    case ROLE_PHASE_NONE:
    case ROLE_STOPPING:
    case ROLE_ENDED:
        break;
    }
}

static bool open_store(struct role_process *process, struct nb_err *err)
{
    const struct config *config = process->role.config;
    struct store_config wanted = {.database_url = config->database_url,
                                  .application_name = role_kind_name(process->role.kind),
                                  .queue_ceiling = config->pool_queue,
                                  .deadline_ms = config->pool_deadline_ms};
    for (enum config_login login = CONFIG_LOGIN_STAFF; login < CONFIG_LOGIN_COUNT; login++) {
        enum store_role role = store_role_of_login(config_login_name(config, login));
        if ((process->body->logins & ROLE_LOGIN(login)) != 0) {
            wanted.pools[role].readers = config->pools[login].readers;
            wanted.pools[role].writers = config->pools[login].writers;
            wanted.pools[role].password = config->passwords[login] == NULL
                                              ? NULL
                                              : (const char *)vault_secret_reveal(
                                                    config->passwords[login], VAULT_FOR_SENDING);
        }
    }
    process->role.store = store_create(process->role.loop, &wanted, err);
    return process->role.store != NULL;
}

static bool open_keys(struct role_process *process, struct nb_err *err)
{
    if (process->role.config->key_folder == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "no_key_folder",
                          "No key folder is configured: set key_folder or NIGHTBRIDGE_KEY_DIR, and "
                          "run nightbridge key init once.");
    }
    return vault_keys_open(process->role.config->key_folder, &process->role.keys, err);
}

static void open_loop(struct role_process *process)
{
    struct loop *loop = process->role.loop;
    loop_signal_init(&process->term, loop, SIGTERM, on_stop_signal, process);
    loop_signal_init(&process->interrupt, loop, SIGINT, on_stop_signal, process);
    loop_timer_init(&process->beat, loop, on_beat, process);
    loop_timer_init(&process->look, loop, on_look, process);
    loop_timer_init(&process->refresh, loop, on_refresh, process);
}

/* False when it can never serve as things are. */
static bool open_all(struct role_process *process, struct nb_err *err)
{
    struct role *role = &process->role;
    if (!open_keys(process, err) || !open_store(process, err)) {
        return false;
    }
    role->metrics = http_metrics_create();
    if (process->body->plugins) {
        role->plugins = plugins_create(role->loop, role->config);
    }
    process->gauges = role_gauges_create(role);
    if (process->metrics_fd >= 0) {
        process->http = role_http_create(process, err);
    }
    return process->metrics_fd < 0 || process->http != NULL;
}

static void close_all(struct role_process *process)
{
    struct role *role = &process->role;
    if (process->object != NULL) {
        process->body->end(process->object);
    }
    http_server_destroy(process->http);
    plugins_destroy(role->plugins);
    store_destroy(role->store);
    role_gauges_destroy(process->gauges);
    http_metrics_destroy(role->metrics);
    vault_keys_close(role->keys);
    loop_signal_fini(&process->term);
    loop_signal_fini(&process->interrupt);
    loop_timer_fini(&process->beat);
    loop_timer_fini(&process->look);
    loop_timer_fini(&process->refresh);
    loop_destroy(role->loop);
}

int role_run(const struct role_body *body, const struct config *config,
             const struct role_orders *orders)
{
    struct role_process process = {.role = {.kind = body->kind,
                                            .index = orders->index,
                                            .config = config,
                                            .listen_fd = orders->listen_fd},
                                   .magic = ROLE_MAGIC,
                                   .body = body,
                                   .heartbeat_fd = orders->heartbeat_fd,
                                   .metrics_fd = orders->metrics_fd};
    struct nb_err err;
    process.role.loop = loop_create();
    (void)signal(SIGHUP, SIG_IGN);
    open_loop(&process);
    set_phase(&process, ROLE_CONNECTING);
    process.tell_at = nb_mono_add_ms(nb_mono_now(), TELL_FIRST_MS);
    if (open_all(&process, &err)) {
        loop_timer_start(&process.beat, 0);
        loop_timer_start(&process.look, 0);
        loop_timer_start(&process.refresh, REFRESH_MS);
        loop_run(process.role.loop);
    } else {
        nb_log(NB_LOG_ERROR, "role_refused", NB_TEXT("code", err.code), NB_TEXT("why", err.text));
        process.status = ROLE_EXIT_REFUSED;
    }
    close_all(&process);
    return process.status;
}
