/*
 * nightbridge doctor: looks at an installation from outside and says what is wrong and what to do.
 * It changes nothing. A server whose log would hold guest data is a refusal, not a warning.
 */
#include "core/base/mem.h"
#include "core/cli/ask.h"
#include "core/cli/tree.h"
#include "core/config/accounts.h"
#include "core/config/config.h"
#include "core/plugin/loader.h"
#include "core/store/schema.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum verdict { VERDICT_NONE = 0, VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };

struct doctor {
    struct cli *cli;
    const struct config *config;
    json_t *findings;
    int failed;
};

static void say(struct doctor *doctor, enum verdict verdict, const char *what, const char *fmt, ...)
    NB_PRINTF(4, 5);

static void say(struct doctor *doctor, enum verdict verdict, const char *what, const char *fmt, ...)
{
    static const char *const words[] = {"none", "ok", "warn", "FAIL"};
    char text[400];
    va_list arguments;
    va_start(arguments, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, arguments);
    va_end(arguments);
    doctor->failed += verdict == VERDICT_FAIL ? 1 : 0;
    (void)json_array_append_new(
        doctor->findings,
        json_pack("{s:s, s:s, s:s}", "verdict", words[verdict], "what", what, "detail", text));
    cli_line(doctor->cli, "%-4s  %-14s %s", words[verdict], what, text);
}

static void look_at_keys(struct doctor *doctor)
{
    struct vault_keys *keys = NULL;
    struct nb_err err;
    if (!cli_keys_open(doctor->cli, &keys, &err)) {
        say(doctor, VERDICT_FAIL, "keys", "%s", err.text);
        return;
    }
    if (vault_keys_rotating(keys)) {
        say(doctor, VERDICT_WARN, "keys",
            "A rotation to epoch %u is not finished. Run: nightbridge key rotate",
            vault_keys_epoch(keys));
    } else {
        say(doctor, VERDICT_OK, "keys", "epoch %u in %s", vault_keys_epoch(keys),
            doctor->config->key_folder);
    }
    vault_keys_close(keys);
}

static void look_at_plugins(struct doctor *doctor)
{
    for (size_t i = 0; i < doctor->config->plugin_count; i++) {
        const struct config_plugin *plugin = &doctor->config->plugins[i];
        NB_AUTOFREE char *path = config_plugin_path(doctor->config, plugin);
        struct plugin_identity identity;
        struct nb_err err;
        if (plugin_file_check(path, plugin->sha256, &identity, &err)) {
            say(doctor, VERDICT_OK, "plugin", "%s %s", plugin->program, identity.version);
        } else {
            say(doctor, VERDICT_FAIL, "plugin", "%s: %s", plugin->program, err.text);
        }
    }
}

static void look_at_accounts(struct doctor *doctor)
{
    struct config_accounts *accounts = NULL;
    struct nb_err err;
    if (doctor->config->accounts_file == NULL) {
        say(doctor, VERDICT_OK, "accounts", "no accounts file: every account is booked by people");
    } else if (config_accounts_read(doctor->config->accounts_file, &accounts, &err)) {
        say(doctor, VERDICT_OK, "accounts", "%s", doctor->config->accounts_file);
    } else {
        say(doctor, VERDICT_FAIL, "accounts", "%s", err.text);
    }
    config_accounts_destroy(accounts);
}

static void look_at_schema(struct doctor *doctor, const struct pg_rows *rows)
{
    char release[STORE_SHA256_TEXT];
    struct nb_err err;
    struct store_schema schema = {.number = (int)pg_row_int64(rows, 0, "number"),
                                  .test_clock = pg_row_bool(rows, 0, "test_clock")};
    const char *found = pg_row_text(rows, 0, "release_sha256");
    store_schema_release(release);
    if (!store_schema_check(&schema, doctor->config->test_clock, &err)) {
        say(doctor, VERDICT_FAIL, "schema", "%s", err.text);
    } else if (schema.number > store_schema_number()) {
        say(doctor, VERDICT_WARN, "schema", "%d, newer than this program (%d)", schema.number,
            store_schema_number());
    } else if (found == NULL || strcmp(found, release) != 0) {
        say(doctor, VERDICT_FAIL, "schema",
            "The functions are not those of this program. Run: nightbridge migrate");
    } else {
        say(doctor, VERDICT_OK, "schema", "%d%s", schema.number,
            schema.test_clock ? ", under a test clock" : "");
    }
}

static void look_at_leaks(struct doctor *doctor, const char *leaks)
{
    if (*leaks != '\0') {
        say(doctor, VERDICT_FAIL, "server log",
            "These settings write guest data to the server's log: %s. Set log_error_verbosity = "
            "terse, log_min_error_statement = panic, log_parameter_max_length = 0, "
            "log_parameter_max_length_on_error = 0, log_statement = none and every "
            "log_min_duration to -1.",
            leaks);
    } else {
        say(doctor, VERDICT_OK, "server log", "holds no statements, parameters or details");
    }
}

/* One row for each setting that an installation should have otherwise. */
static void look_at_server(struct doctor *doctor, const struct pg_rows *rows)
{
    for (int i = 0; i < pg_rows_count(rows); i++) {
        say(doctor, pg_row_bool(rows, i, "fatal") ? VERDICT_FAIL : VERDICT_WARN, "server",
            "%s is %s: %s", pg_row_text(rows, i, "name"), pg_row_text(rows, i, "setting"),
            pg_row_text(rows, i, "advice"));
    }
    if (pg_rows_count(rows) == 0) {
        say(doctor, VERDICT_OK, "server", "keeps what it acknowledges");
    }
}

/* Each login connects with its own password and sees with its own settings what would leak. */
static void look_as(struct doctor *doctor, enum config_login login)
{
    CLI_AUTOCLOSE struct pg_direct *direct = NULL;
    struct pg_rows rows;
    struct nb_err err;
    const char *name = config_login_name(doctor->config, login);
    if (!cli_database_open_as(doctor->cli, login, &direct, &err) ||
        !pg_direct_ask(direct, &sql_schema_state, NULL, &rows, &err)) {
        say(doctor, VERDICT_FAIL, "login", "%s: %s", name, err.text);
    } else if (*pg_row_text(&rows, 0, "leaks") != '\0') {
        say(doctor, VERDICT_FAIL, "login", "%s has settings that leak: %s", name,
            pg_row_text(&rows, 0, "leaks"));
    } else {
        say(doctor, VERDICT_OK, "login", "%s", name);
    }
}

static void look_at_database(struct doctor *doctor)
{
    CLI_AUTOCLOSE struct pg_direct *direct = NULL;
    struct pg_rows rows;
    struct nb_err err;
    if (!cli_database_ready(doctor->cli, &direct, &err)) {
        say(doctor, VERDICT_FAIL, "database", "%s", err.text);
        return;
    }
    if (!pg_direct_ask(direct, &sql_schema_state, NULL, &rows, &err)) {
        say(doctor, VERDICT_FAIL, "database", "%s", err.text);
        return;
    }
    look_at_schema(doctor, &rows);
    look_at_leaks(doctor, pg_row_text(&rows, 0, "leaks"));
    if (pg_direct_ask(direct, &sql_schema_server, NULL, &rows, &err)) {
        look_at_server(doctor, &rows);
    } else {
        say(doctor, VERDICT_FAIL, "server", "%s", err.text);
    }
    for (enum config_login login = CONFIG_LOGIN_STAFF; login < CONFIG_LOGIN_COUNT; login++) {
        look_as(doctor, login);
    }
}

static void say_wait(struct doctor *doctor, const struct pg_rows *rows, const char *count,
                     const char *wait, const char *what)
{
    if (pg_row_int64(rows, 0, count) > 0) {
        say(doctor, VERDICT_WARN, "dispatch", "%s: %" PRId64 ", the oldest for %" PRId64 " minutes",
            what, pg_row_int64(rows, 0, count), pg_row_int64(rows, 0, wait) / 60000);
    }
}

static void look_at_breakers(struct doctor *doctor, const struct pg_rows *rows)
{
    for (int i = 0; i < pg_rows_count(rows); i++) {
        const char *account = pg_row_text(rows, i, "account");
        say(doctor, VERDICT_WARN, "breaker",
            "%s %s of %s is %s, %" PRId64 " waiting. See: nightbridge breaker list",
            pg_row_text(rows, i, "program"), pg_row_text(rows, i, "operation"),
            account == NULL ? "every account" : account, pg_row_text(rows, i, "state"),
            pg_row_int64(rows, i, "waiting"));
    }
}

/* What waits longer than it should, and why. Bookings are counted, never named. */
static void look_at_dispatch(struct doctor *doctor)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    int before = (int)json_array_size(doctor->findings);
    if (!cli_ask_open(doctor->cli, &ask, &err)) {
        return; /* said already */
    }
    if (!cli_ask_send(&ask, &sql_outbox_health, &err)) {
        say(doctor, VERDICT_FAIL, "dispatch", "%s", err.text);
        return;
    }
    if (pg_row_bool(&ask.rows, 0, "paused")) {
        say(doctor, VERDICT_WARN, "dispatch", "paused: reads only. See: nightbridge resume");
    }
    say_wait(doctor, &ask.rows, "lapsed", "lapsed_ms", "leases that ended and nobody took away");
    say_wait(doctor, &ask.rows, "overdue", "overdue_ms", "operations that nobody sends");
    say_wait(doctor, &ask.rows, "unknown", "unknown_ms", "bookings of unknown outcome");
    if (cli_ask_send(&ask, &sql_breaker_list, &err)) {
        look_at_breakers(doctor, &ask.rows);
    } else {
        say(doctor, VERDICT_FAIL, "dispatch", "%s", err.text);
    }
    if ((int)json_array_size(doctor->findings) == before) {
        say(doctor, VERDICT_OK, "dispatch", "nothing waits, every breaker is closed");
    }
}

static int run(struct cli *cli)
{
    struct nb_err err;
    struct doctor doctor = {.cli = cli, .config = cli_config(cli, &err)};
    if (doctor.config == NULL) {
        return cli_fail(cli, &err);
    }
    doctor.findings = json_array();
    look_at_keys(&doctor);
    look_at_plugins(&doctor);
    look_at_accounts(&doctor);
    look_at_database(&doctor);
    look_at_dispatch(&doctor);
    int status = cli_answer(
        cli, json_pack("{s:b, s:o}", "healthy", doctor.failed == 0, "findings", doctor.findings),
        doctor.failed == 0 ? "Nothing is wrong." : "Mend what failed before the daemon runs.");
    return doctor.failed == 0 ? status : CLI_FAILED;
}

const struct cli_command cli_doctor = {
    .name = "doctor",
    .help = "looks at the installation and says what is wrong; changes nothing",
    .examples = "  nightbridge doctor\n"
                "  nightbridge doctor --json | jq '.findings[] | select(.verdict != \"ok\")'\n",
    .run = run,
};
