#include "tests/support/dispatch/bed.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/vault/context.h"
#include "core/vault/keys.h"
#include "core/vault/seal.h"
#include "tests/support/house_private.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SETTLE_S 120
#define READY_S 120
#define NIGHTS 2
#define DAYS_AHEAD 20 /* far enough for a free cancellation, whatever the clock does in a test */

static const struct bed_program {
    const char *name;
    const char *member;
    int64_t nightly;
    const char *code; /* how its property codes begin */
    int first;        /* what follows them, counted up; 0: two letters */
} programs[BED_PROGRAMS] = {{"marriott", "M100", 20000, "BOS", 0},
                            {"wyndham", "WR100000001", 15000, "", 51000},
                            {"choice", "CP1000001", 12000, "PA", 100},
                            {"ihg", "100000001", 20000, "ORD", 0}};

static int program_of(const char *name)
{
    for (int i = 0; name != NULL && i < BED_PROGRAMS; i++) {
        if (strcmp(name, programs[i].name) == 0) {
            return i;
        }
    }
    return 0;
}

static int other_than(int program)
{
    return program == 0 ? 1 : 0;
}

/* Asking --------------------------------------------------------------------------------------- */

static char *ask(struct bed *bed, const char *fmt, va_list arguments)
{
    struct pg_rows rows;
    struct nb_err err;
    char *sql = NULL;
    cr_assert_geq(vasprintf(&sql, fmt, arguments), 0);
    struct nb_buf whole;
    nb_buf_init(&whole, (size_t)1 << 20);
    nb_buf_printf(&whole, "select (%s)::text as said", sql);
    const struct pg_statement statement = {.name = "bed", .text = nb_buf_str(&whole)};
    cr_assert(pg_direct_ask(bed->direct, &statement, NULL, &rows, &err), "%s: %s", err.code, sql);
    const char *said = pg_rows_count(&rows) == 0 ? NULL : pg_row_text(&rows, 0, "said");
    char *text = strdup(said == NULL ? "" : said);
    nb_buf_fini(&whole);
    free(sql);
    return text;
}

char *bed_text(struct bed *bed, const char *fmt, ...)
{
    va_list arguments;
    va_start(arguments, fmt);
    char *text = ask(bed, fmt, arguments);
    va_end(arguments);
    return text;
}

int64_t bed_number(struct bed *bed, const char *fmt, ...)
{
    va_list arguments;
    va_start(arguments, fmt);
    char *text = ask(bed, fmt, arguments);
    va_end(arguments);
    int64_t number = strtoll(text, NULL, 10);
    free(text);
    return number;
}

int bed_dump(struct bed *bed, char **ret_text)
{
    return house_execute(ret_text, "pg_dump",
                         (const char *const[]){"--data-only", "--schema=nb", "-T",
                                               "nb.postal_place", bed->house.owner_url, NULL});
}

static void open_direct(struct bed *bed)
{
    struct pg_conninfo *conninfo = NULL;
    struct nb_err err;
    const struct pg_role role = {.application_name = "bed"};
    cr_assert(pg_conninfo_parse(bed->house.owner_url, &role, &conninfo, &err), "%s", err.text);
    cr_assert(pg_direct_open(conninfo, 5000, &bed->direct, &err), "%s", err.text);
    pg_conninfo_destroy(conninfo);
}

/* Making it ------------------------------------------------------------------------------------ */

static void run_file(struct bed *bed, const char *path)
{
    struct nb_buf text;
    char bytes[4096];
    size_t count;
    FILE *file = fopen(path, "re");
    cr_assert_not_null(file, "%s", path);
    nb_buf_init(&text, (size_t)1 << 20);
    while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        nb_buf_add(&text, bytes, count);
    }
    fclose(file);
    free(house_sql(&bed->house, "%s", nb_buf_str(&text)));
    nb_buf_fini(&text);
}

/* Windows that a test can wait out in real time are short; those of record move with the clock. */
static void set_settings(struct bed *bed, const char *more)
{
    free(house_sql(&bed->house,
                   "insert into nb.setting (name, value_ms, effective_from) select n, v, "
                   "'2026-02-01 00:00+00' from (values ('lease_ms', 20000), ('retry_first_ms', 1), "
                   "('retry_ceiling_ms', 1)) s(n, v); insert into nb.setting (name, value_text, "
                   "effective_from) values ('rate_per_minute', '600000', '2026-02-01 00:00+00'), "
                   "('rate_burst', '1000', '2026-02-01 00:00+00')"));
    if (more != NULL) {
        free(house_sql(&bed->house,
                       "insert into nb.setting (name, value_ms, value_text, effective_from) select "
                       "n, m, t, '2026-03-01 00:00+00' from (values %s) s(n, m, t)",
                       more));
    }
}

static void add_plugin(struct nb_buf *text, const char *program, bool opentravel)
{
    char path[512];
    char *sum = NULL;
    snprintf(path, sizeof(path), "%s/plugins/%s.so", house_environment("NIGHTBRIDGE_BUILD"),
             program);
    cr_assert_eq(house_execute(&sum, "sha256sum", (const char *const[]){path, NULL}), 0);
    nb_buf_printf(text,
                  "plugin \"%s\" { file = \"%s\" sha256 = \"%.64s\" settings = "
                  "{\"write_deadline_ms=1000\", \"quote_deadline_ms=1000\"%s} }\n",
                  program, path, sum, opentravel ? ", \"opentravel=on\"" : "");
    free(sum);
}

static void write_files(struct bed *bed, bool opentravel)
{
    const char *cluster = house_environment("NIGHTBRIDGE_TEST_CLUSTER");
    struct nb_buf text;
    nb_buf_init(&text, 65536);
    nb_buf_printf(
        &text,
        "database_url = \"postgresql:///%s?host=%s\"\nsecrets_file = \"%s/secrets.conf\"\n"
        "key_folder = \"%s/keys\"\nlisten = \"127.0.0.1:0\"\naccounts_file = \"%s\"\n"
        "heartbeat_timeout_ms = 600\nlog_level = \"debug\"\n",
        bed->house.database, cluster, cluster, bed->house.folder, bed->accounts_file);
    for (int i = 0; i < BED_PROGRAMS; i++) {
        add_plugin(&text, programs[i].name, opentravel && strcmp(programs[i].name, "wyndham") == 0);
    }
    house_write(bed->config, nb_buf_str(&text), 0600);
    nb_buf_fini(&text);
    bed_write_accounts(bed);
}

void bed_write_accounts(struct bed *bed)
{
    struct nb_buf text;
    nb_buf_init(&text, 65536);
    for (int i = 0; i < BED_PROGRAMS; i++) {
        nb_buf_printf(&text,
                      "account \"%s\" {\n base_url = \"http://127.0.0.1:%d/%s\"\n bearer = "
                      "\"%s\"\n member = \"%s\"\n holder = \"Harbor Fund\"\n "
                      "user = \"desk\"\n password = \"a&b<c\"\n allow_plain = true\n allow_private "
                      "= true\n}\n",
                      bed->accounts[i], bed->gateway.port, programs[i].name, bed->opening[i].bearer,
                      bed->opening[i].member);
    }
    house_write(bed->accounts_file, nb_buf_str(&text), 0600);
    nb_buf_fini(&text);
}

static void open_gateway(struct bed *bed)
{
    char accounts[BED_PROGRAMS][64];
    const char *arguments[2 * BED_PROGRAMS + 1] = {NULL};
    for (int i = 0; i < BED_PROGRAMS; i++) {
        snprintf(accounts[i], sizeof(accounts[i]), "%s,%s,%d", programs[i].name, programs[i].member,
                 BED_POINTS);
        arguments[2 * i] = "--account";
        arguments[2 * i + 1] = accounts[i];
    }
    bed->gateway = reh_process_start(arguments);
}

void bed_open(struct bed *bed, const struct bed_options *options)
{
    *bed = (struct bed){.guests = 0};
    house_open(&bed->house, NULL);
    open_direct(bed);
    open_gateway(bed);
    run_file(bed, "tests/support/dispatch/bed.sql");
    set_settings(bed, options == NULL ? NULL : options->settings);
    (void)bed_number(bed, "select hotline from nb_test.dispatch_staff()");
    bed->hotline = bed_number(bed, "select hotline_id from nb.hotline");
    bed->actor = bed_number(bed, "select user_id from nb.app_user");
    for (int i = 0; i < BED_PROGRAMS; i++) {
        char *id = bed_text(
            bed, "select nb_test.dispatch_account(%" PRId64 ", %" PRId64 ", '%s', %d, 'gateway')",
            bed->hotline, bed->actor, programs[i].name, BED_POINTS);
        snprintf(bed->accounts[i], sizeof(bed->accounts[i]), "%s", id);
        free(id);
        bed->opening[i] =
            (struct bed_opening){.bearer = REH_CREDENTIAL, .member = programs[i].member};
    }
    snprintf(bed->config, sizeof(bed->config), "%s/dispatch.conf", bed->house.folder);
    snprintf(bed->accounts_file, sizeof(bed->accounts_file), "%s/accounts.conf", bed->house.folder);
    write_files(bed, options != NULL && options->opentravel);
}

void bed_close(struct bed *bed)
{
    if (bed->gateway.pid != 0) {
        reh_process_stop(&bed->gateway);
    }
    bed->direct = pg_direct_close(bed->direct);
    house_close(&bed->house);
}

/* Workers -------------------------------------------------------------------------------------- */

/* A role process expects the pipe of its supervisor as descriptor 3. */
static _Noreturn void become_worker(const struct bed *bed, int pipe_fd, int log_fd, pid_t parent)
{
    char program[512], supervisor[24];
    snprintf(program, sizeof(program), "%s/nightbridged", getenv("NIGHTBRIDGE_BUILD"));
    snprintf(supervisor, sizeof(supervisor), "%d", (int)parent);
    setenv("NIGHTBRIDGE_TEST_CLOCK", "1", 1);
    (void)dup2(log_fd, STDERR_FILENO);
    if (pipe_fd == 3) {
        (void)fcntl(3, F_SETFD, 0);
    } else {
        (void)dup2(pipe_fd, 3);
    }
    (void)execl(program, program, "--config", bed->config, "--as", "dispatch", "--supervisor",
                supervisor, (char *)NULL);
    _exit(127);
}

/* Looks for the word that says "ready"; the pipe never fills, because every look empties it. */
static bool said_ready(const struct bed_worker *worker)
{
    char words[256];
    ssize_t count = read(worker->pipe_fd, words, sizeof(words));
    return count > 0 && memchr(words, 'r', (size_t)count) != NULL;
}

void bed_worker_start(struct bed *bed, struct bed_worker *worker)
{
    static int started;
    int ends[2];
    pid_t parent = getpid();
    snprintf(worker->log, sizeof(worker->log), "%s/worker.%d", bed->house.folder, ++started);
    int log_fd = open(worker->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    cr_assert_geq(log_fd, 0);
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    worker->pid = fork();
    cr_assert_geq(worker->pid, 0);
    if (worker->pid == 0) {
        become_worker(bed, ends[1], log_fd, parent);
    }
    close(ends[1]);
    close(log_fd);
    worker->pipe_fd = ends[0];
    cr_assert_eq(fcntl(worker->pipe_fd, F_SETFL, O_NONBLOCK), 0);
    int64_t until = house_now_ms() + READY_S * 1000;
    while (!said_ready(worker)) {
        if (house_now_ms() > until || waitpid(worker->pid, NULL, WNOHANG) != 0) {
            char *log = bed_worker_log(worker);
            cr_assert(false, "the worker is not ready:\n%s", log);
        }
        house_pause();
    }
}

static int reap(struct bed_worker *worker)
{
    int status = 0;
    int64_t until = house_now_ms() + SETTLE_S * 1000;
    while (waitpid(worker->pid, &status, WNOHANG) == 0) {
        (void)said_ready(worker);
        if (house_now_ms() > until) {
            char *log = bed_worker_log(worker);
            cr_assert(false, "the worker does not end:\n%s", log);
        }
        house_pause();
    }
    close(worker->pipe_fd);
    worker->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int bed_worker_stop(struct bed_worker *worker)
{
    cr_assert_eq(kill(worker->pid, SIGTERM), 0);
    return reap(worker);
}

void bed_worker_kill(struct bed_worker *worker, int signal)
{
    cr_assert_eq(kill(worker->pid, signal), 0);
    if (signal == SIGKILL) {
        (void)reap(worker);
    }
}

char *bed_worker_log(const struct bed_worker *worker)
{
    char *text = NULL;
    cr_assert_eq(house_execute(&text, "cat", (const char *const[]){worker->log, NULL}), 0);
    return text;
}

/* Bookings ------------------------------------------------------------------------------------- */

static int64_t new_request(struct bed *bed)
{
    struct vault_keys *keys = NULL;
    struct nb_err err;
    char folder[160], context[VAULT_CONTEXT_TEXT], id[NB_PUBLIC_ID_TEXT];
    char hex[2 * VAULT_WRAPPED_BYTES + 1];
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    struct public_id guest = nb_public_id_random();
    snprintf(folder, sizeof(folder), "%s/keys", bed->house.folder);
    cr_assert(vault_keys_open(folder, &keys, &err), "%s", err.text);
    struct vault_secret *key = vault_key_create();
    vault_context_guest_key(guest, context);
    vault_key_wrap(keys, key, context, wrapped);
    vault_secret_destroy(key);
    for (size_t i = 0; i < sizeof(wrapped); i++) {
        snprintf(hex + 2 * i, 3, "%02x", wrapped[i]);
    }
    nb_public_id_format(guest, id);
    int64_t request = bed_number(
        bed,
        "select nb_test.dispatch_request(%" PRId64 ", %" PRId64
        ", '%s', 'Zephyrine Meadow%d', '\\x%s', %u, (nb.now() at time zone 'UTC')::date + %d)",
        bed->hotline, bed->actor, id, ++bed->guests, hex, vault_keys_epoch(keys), DAYS_AHEAD);
    vault_keys_close(keys);
    return request;
}

/* Codes of the form that the program's plugin likes. */
static void new_property(struct bed *bed, int program, char ret_code[16])
{
    int n = bed->properties++;
    const struct bed_program *of = &programs[program];
    if (of->first == 0) {
        snprintf(ret_code, 16, "%s%c%c", of->code, 'A' + n / 26 % 26, 'A' + n % 26);
    } else {
        snprintf(ret_code, 16, "%s%d", of->code, of->first + n);
    }
    json_decref(reh_process_control(
        &bed->gateway, "POST", "property",
        json_pack("{s:s, s:s, s:i, s:I, s:i}", "program", of->name, "property_code", ret_code,
                  "rooms", 4, "points_per_night", (json_int_t)of->nightly, "bedrooms", 1)));
}

void bed_prepare(struct bed *bed, const struct bed_choice *choice, struct bed_booking *booking)
{
    int program = program_of(choice == NULL ? NULL : choice->program);
    (void)choice;
    *booking = (struct bed_booking){.id = 0};
    new_property(bed, program, booking->code);
    new_property(bed, program, booking->next);
    new_property(bed, other_than(program), booking->other);
}

void bed_choose(struct bed *bed, const struct bed_choice *choice, struct bed_booking *booking)
{
    static const struct bed_choice plain = {.program = NULL};
    choice = choice == NULL ? &plain : choice;
    int program = program_of(choice->program);
    int64_t price = choice->price > 0 ? choice->price : NIGHTS * programs[program].nightly;
    int count = 1 + (choice->second ? 1 : 0) + (choice->other ? 1 : 0);
    const char *codes[3] = {booking->code, choice->second ? booking->next : booking->other,
                            booking->other};
    int other = other_than(program);
    int owners[3] = {program, choice->second ? program : other, other};
    struct nb_buf lists[3];
    for (int i = 0; i < 3; i++) {
        nb_buf_init(&lists[i], 1024);
    }
    for (int i = 0; i < count; i++) {
        const char *comma = i == 0 ? "" : ",";
        nb_buf_printf(&lists[0], "%s'%s'", comma, bed->accounts[owners[i]]);
        nb_buf_printf(&lists[1], "%s'%s'", comma, codes[i]);
        nb_buf_printf(&lists[2], "%s%" PRId64, comma,
                      owners[i] == program ? price : NIGHTS * programs[owners[i]].nightly);
    }
    booking->id = bed_number(
        bed,
        "select nb_test.dispatch_choose(%" PRId64 ", %" PRId64 ", %" PRId64
        ", array[%s]::uuid[], array[%s]::text[], array[%s]::bigint[], %s, %" PRId64 ")",
        bed->hotline, bed->actor, new_request(bed), nb_buf_str(&lists[0]), nb_buf_str(&lists[1]),
        nb_buf_str(&lists[2]), count > 1 ? "true" : "false", choice->tolerance);
    for (int i = 0; i < 3; i++) {
        nb_buf_fini(&lists[i]);
    }
    if (!choice->quiet) {
        bed_hint(bed);
    }
}

void bed_book(struct bed *bed, const struct bed_choice *choice, struct bed_booking *booking)
{
    bed_prepare(bed, choice, booking);
    bed_choose(bed, choice, booking);
}

void bed_cancel(struct bed *bed, const struct bed_booking *booking)
{
    char *outcome = bed_text(bed, "select nb_test.dispatch_cancel(%" PRId64 ", %" PRId64 ")",
                             bed->actor, booking->id);
    cr_assert(strncmp(outcome, "cancel", 6) == 0, "%s", outcome);
    free(outcome);
    bed_hint(bed);
}

/* What goes wrong, and time -------------------------------------------------------------------- */

void bed_fault(struct bed *bed, const struct bed_booking *booking, const char *operation,
               const char *fault, int times, int64_t delay_ms)
{
    json_t *body = json_pack("{s:s, s:s, s:s, s:i}", "operation", operation, "fault", fault,
                             "property_code", booking->code, "times", times);
    if (delay_ms > 0) {
        json_object_set_new(body, "delay_ms", json_integer(delay_ms));
    }
    json_decref(reh_process_control(&bed->gateway, "POST", "faults", body));
}

void bed_tell(struct bed *bed, const char *name, json_t *body)
{
    json_decref(reh_process_control(&bed->gateway, "POST", name, body));
}

void bed_faults_clear(struct bed *bed)
{
    json_decref(reh_process_control(&bed->gateway, "DELETE", "faults", NULL));
}

void bed_hint(struct bed *bed)
{
    (void)bed_number(bed, "select pg_notify('nb_outbox', '')");
}

void bed_advance(struct bed *bed, int64_t seconds)
{
    bed->offset_s += seconds;
    (void)bed_number(bed, "select nb_test.set_offset(interval '%" PRId64 " seconds')",
                     bed->offset_s);
    json_decref(
        reh_process_control(&bed->gateway, "POST", "clock",
                            json_pack("{s:I}", "offset_seconds", (json_int_t)bed->offset_s)));
    bed_hint(bed);
}

void bed_settle(struct bed *bed)
{
    int64_t until = house_now_ms() + SETTLE_S * 1000;
    while (bed_number(
               bed, "select count(*) from nb.outbox_operation where state = 'claimed' or (state "
                    "= 'ready' and due_at <= nb.now() and not (kind = 'commit' and exists (select "
                    "from nb.breaker k where k.state = 'off' or (k.state <> 'closed' and k.since "
                    "+ nb.setting_interval(case k.state when 'open' then 'breaker_open_ms' else "
                    "'breaker_probe_ms' end) > nb.now()))))") > 0) {
        if (house_now_ms() > until) {
            char *rows = bed_text(bed, "select json_agg(json_build_array(kind, state, sent, tries, "
                                       "outcome, due_at - nb.now(), lease_until - nb.now()))::text "
                                       "from nb.outbox_operation where state <> 'done'");
            cr_assert(false, "the outbox does not come to rest: %s", rows);
        }
        bed_hint(bed);
        house_pause();
    }
}

/* How long until something is due: 0 while something is under way or due now, -1 when nothing ever
 * will be. */
static int64_t next_due_s(struct bed *bed)
{
    return bed_number(
        bed,
        "select case when bool_or(state = 'claimed' or due_at <= nb.now()) then 0 when count(*) "
        "> 0 then ceil(extract(epoch from min(due_at) - nb.now()) + 1)::bigint else -1 end from "
        "nb.outbox_operation where state in ('ready', 'claimed')");
}

void bed_play(struct bed *bed, int hops)
{
    bed_settle(bed);
    int64_t seconds = next_due_s(bed);
    while (hops > 0 && seconds >= 0) {
        if (seconds == 0) {
            /* Something came up meanwhile, or a breaker holds it back: the
             * latter only time ends. */
            bed_settle(bed);
            seconds = next_due_s(bed);
            seconds = seconds == 0 ? 1 : seconds;
            continue;
        }
        bed_advance(bed, seconds);
        bed_settle(bed);
        hops--;
        seconds = next_due_s(bed);
    }
}
