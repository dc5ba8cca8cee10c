#include "tests/support/house.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tests/support/house_private.h"
#include "tests/support/talk.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_BYTES ((size_t)8 << 20)
#define HOUSE_GATEWAY_ARGUMENTS 24
#define SETTLED_MS 60000

int64_t house_now_ms(void)
{
    return nb_mono_now().ns / 1000000;
}

void house_pause(void)
{
    (void)poll(NULL, 0, 5);
}

const char *house_environment(const char *name)
{
    const char *value = getenv(name);
    HOUSE_MUST(value != NULL, "%s is not set; run this through tests/support/with-cluster", name);
    return value;
}

/* By psql, not libpq: tests/support/scripted_pq.c stands in this library under libpq's names. */
static char *ask(const char *url, const char *sql)
{
    char *text = NULL;
    int status = house_execute(&text, "psql",
                               (const char *const[]){"-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
                                                     "-d", url, "-c", sql, NULL});
    HOUSE_MUST(status == 0, "%s\n%s", sql, text);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

static char *format(const char *fmt, va_list arguments)
{
    char *text = NULL;
    HOUSE_MUST(vasprintf(&text, fmt, arguments) >= 0);
    return text;
}

char *house_sql(const struct house *house, const char *fmt, ...)
{
    va_list arguments;
    va_start(arguments, fmt);
    char *sql = format(fmt, arguments);
    va_end(arguments);
    char *text = ask(house->owner_url, sql);
    free(sql);
    return text;
}

int64_t house_number(const struct house *house, const char *fmt, ...)
{
    va_list arguments;
    va_start(arguments, fmt);
    char *sql = format(fmt, arguments);
    va_end(arguments);
    char *text = ask(house->owner_url, sql);
    int64_t number = strtoll(text, NULL, 10);
    free(text);
    free(sql);
    return number;
}

/* On the database that every cluster has: CREATE DATABASE runs in no database it copies. */
static void command(const char *fmt, ...)
{
    va_list arguments;
    va_start(arguments, fmt);
    char *sql = format(fmt, arguments);
    va_end(arguments);
    free(ask(house_environment("NIGHTBRIDGE_TEST_URL"), sql));
    free(sql);
}

void house_write(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    HOUSE_MUST(file != NULL, "%s: %s", path, strerror(errno));
    HOUSE_MUST(fchmod(fileno(file), mode) == 0);
    HOUSE_MUST(fputs(text, file) >= 0);
    HOUSE_MUST(fclose(file) == 0);
}

static void add_plugin(struct nb_buf *text, const char *program)
{
    char path[512];
    char *sum = NULL;
    snprintf(path, sizeof(path), "%s/plugins/%s.so", house_environment("NIGHTBRIDGE_BUILD"),
             program);
    HOUSE_MUST(house_execute(&sum, "sha256sum", (const char *const[]){path, NULL}) == 0);
    nb_buf_printf(text, "plugin \"%s\" { file = \"%s\" sha256 = \"%.64s\" }\n", program, path, sum);
    free(sum);
}

static void write_config(const struct house *house, const struct house_options *options)
{
    const char *cluster = house_environment("NIGHTBRIDGE_TEST_CLUSTER");
    struct nb_buf text;
    nb_buf_init(&text, TEXT_BYTES);
    nb_buf_printf(
        &text,
        "database_url = \"postgresql:///%s?host=%s\"\nsecrets_file = \"%s/secrets.conf\"\n"
        "key_folder = \"%s/keys\"\nlisten = \"127.0.0.1:0\"\n",
        house->database, cluster, cluster, house->folder);
    if (options->gateway) {
        add_plugin(&text, "wyndham");
        add_plugin(&text, "marriott");
        nb_buf_printf(&text, "accounts_file = \"%s/accounts.conf\"\n", house->folder);
    }
    if (options->plugin != NULL) {
        add_plugin(&text, options->plugin);
    }
    if (options->extra != NULL) {
        nb_buf_text(&text, options->extra);
    }
    house_write(house->config, nb_buf_str(&text), 0600);
    nb_buf_fini(&text);
}

/* What a script of the sample prints for this house, into a file. */
static void sample(const struct house *house, const char *script, const char *file)
{
    char from[64], to[128], address[64];
    char *text = NULL;
    snprintf(from, sizeof(from), "scripts/sample/%s", script);
    snprintf(to, sizeof(to), "%s/%s", house->folder, file);
    snprintf(address, sizeof(address), "gateway=http://127.0.0.1:%d", house->gateway.port);
    int status = house_execute(&text, "psql",
                               (const char *const[]){"-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
                                                     "-v", address, "-v", "bearer=" REH_CREDENTIAL,
                                                     "-d", house->owner_url, "-f", from, NULL});
    HOUSE_MUST(status == 0, "%s: %s", script, text);
    house_write(to, text, 0600);
    free(text);
}

static void open_gateway(struct house *house, const struct house_options *options)
{
    char path[128];
    const char *arguments[HOUSE_GATEWAY_ARGUMENTS + 3] = {NULL};
    size_t count = 0;
    if (options->world) {
        sample(house, "gateway.sql", "gateway.directory");
        snprintf(path, sizeof(path), "%s/gateway.directory", house->folder);
        arguments[count++] = "--directory";
        arguments[count++] = path;
    }
    for (const char *const *more = options->gateway_arguments; more != NULL && *more != NULL;
         more++) {
        HOUSE_MUST(count < HOUSE_GATEWAY_ARGUMENTS + 2);
        arguments[count++] = *more;
    }
    house->gateway = reh_process_start(arguments);
    if (options->world) {
        sample(house, "accounts.sql", "accounts.conf");
    } else {
        snprintf(path, sizeof(path), "%s/accounts.conf", house->folder);
        house_write(path, "# accounts\n", 0600);
    }
}

/* The sample world takes seconds to make, so it is made once in a cluster. */
static void make_world(const char *cluster)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/world.lock", cluster);
    HOUSE_MUST(house_execute(NULL, "flock",
                             (const char *const[]){path, "tests/support/make-world", NULL}) == 0,
               "the sample world could not be made");
}

/* One master key for all houses: what the template holds is wrapped by it. */
static void copy_keys(const struct house *house, const char *cluster)
{
    char from[256], to[128];
    snprintf(from, sizeof(from), "%s/keys", cluster);
    snprintf(to, sizeof(to), "%s/keys", house->folder);
    HOUSE_MUST(house_execute(NULL, "cp", (const char *const[]){"-a", "--", from, to, NULL}) == 0);
}

void house_open(struct house *house, const struct house_options *options)
{
    static const struct house_options nothing = {.world = false};
    const char *cluster = getenv("NIGHTBRIDGE_TEST_CLUSTER");
    if (cluster == NULL) {
        cr_skip_test("NIGHTBRIDGE_TEST_CLUSTER names no cluster");
    }
    options = options == NULL ? &nothing : options;
    *house = (struct house){.gateway = {.pid = 0}};
    snprintf(house->folder, sizeof(house->folder), "%s/house-XXXXXX", cluster);
    HOUSE_MUST(mkdtemp(house->folder) != NULL);
    snprintf(house->database, sizeof(house->database), "house_%d_%s", (int)getpid(),
             strrchr(house->folder, '-') + 1);
    snprintf(house->config, sizeof(house->config), "%s/nightbridge.conf", house->folder);
    snprintf(house->owner_url, sizeof(house->owner_url),
             "postgresql:///%s?host=%s&user=nb_owner&passfile=%s/pgpass", house->database, cluster,
             cluster);
    if (options->world) {
        make_world(cluster);
    }
    command("create database \"%s\" template %s", house->database,
            options->world ? "nb_world" : "nightbridge");
    if (options->gateway) {
        open_gateway(house, options);
    }
    write_config(house, options);
    copy_keys(house, cluster);
}

void house_close(struct house *house)
{
    if (house->folder[0] == '\0') {
        return; /* never opened */
    }
    if (house->gateway.pid != 0) {
        reh_process_stop(&house->gateway);
    }
    command("drop database \"%s\" with (force)", house->database);
    HOUSE_MUST(house_execute(NULL, "rm", (const char *const[]){"-rf", "--", house->folder, NULL}) ==
               0);
}

void house_check_invariants(const struct house *house)
{
    struct nb_mono give_up = nb_mono_add_ms(nb_mono_now(), SETTLED_MS);

    for (;;) {
        char *said = NULL;
        int status = HOUSE_RUN(house, &said, "invariants");

        HOUSE_MUST(status == 0 || nb_mono_ms_between(nb_mono_now(), give_up) > 0, "%s", said);
        free(said);
        if (status == 0) {
            return;
        }
    }
}

void house_hotline(const struct house *house, const char *name)
{
    HOUSE_MUST(HOUSE_RUN(house, NULL, "hotline", "add", name) == 0);
}

char *house_token(const struct house *house, const char *role)
{
    static int made;
    bool of_hotline = strcmp(role, "admin") != 0 && strcmp(role, "auditor") != 0;
    char name[64];
    char *said = NULL;
    snprintf(name, sizeof(name), "%s %d of the test", role, ++made);
    char *home = house_sql(house, "select name from nb.hotline order by hotline_id limit 1");
    const char *plain[] = {"user", "add", name, "--role", role, NULL, NULL, NULL};
    if (of_hotline) {
        plain[5] = "--hotline";
        plain[6] = home;
    }
    HOUSE_MUST(house_run(house, NULL, plain) == 0);
    HOUSE_MUST(HOUSE_RUN(house, &said, "token", "new", name, "--role", role, "--json") == 0);
    json_t *answer = json_loads(said, 0, NULL);
    char *token = strdup(json_string_value(json_object_get(answer, "token")));
    json_decref(answer);
    free(said);
    free(home);
    return token;
}

struct house_reply house_call(const struct house_daemon *daemon, const char *token,
                              const char *method, const char *path, const char *key, json_t *body)
{
    struct loop *loop = loop_create();
    struct talk_answer answer = {.status = 0};
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    talk_ask(loop, daemon->port,
             &(struct talk_request){
                 .method = method, .path = path, .token = token, .key = key, .body = text},
             &answer);
    struct house_reply reply = {.status = answer.status, .body = json_incref(answer.json)};
    talk_answer_fini(&answer);
    loop_destroy(loop);
    free(text);
    json_decref(body);
    return reply;
}

void house_reply_fini(struct house_reply *reply)
{
    json_decref(reply->body);
    *reply = (struct house_reply){.status = 0};
}
