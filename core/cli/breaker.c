/*
 * nightbridge breaker list|off|on: the circuit breakers of dispatch, and the kill switch. What is
 * switched off is done by a person with the plugin's script until it is switched on again.
 */
#include "core/cli/ask.h"
#include "core/cli/tree.h"

#include <inttypes.h>
#include <string.h>

static void say(struct cli *cli, const struct pg_rows *rows, int i)
{
    const char *account = pg_row_text(rows, i, "account");
    const char *reason = pg_row_text(rows, i, "reason");

    cli_line(cli, "%-9s  %s %s of %s, since %s%s%s; %" PRId64 " waiting",
             pg_row_text(rows, i, "state"), pg_row_text(rows, i, "program"),
             pg_row_text(rows, i, "operation"), account == NULL ? "every account" : account,
             pg_row_text(rows, i, "since"), reason == NULL ? "" : ", ",
             reason == NULL ? "" : reason, pg_row_int64(rows, i, "waiting"));
}

static json_t *row_json(const struct pg_rows *rows, int i)
{
    return json_pack("{s:s, s:s?, s:s?, s:s, s:s, s:I, s:s, s:s?, s:I}", "program",
                     pg_row_text(rows, i, "program"), "account", pg_row_text(rows, i, "account_id"),
                     "label", pg_row_text(rows, i, "account"), "operation",
                     pg_row_text(rows, i, "operation"), "state", pg_row_text(rows, i, "state"),
                     "failures", (json_int_t)pg_row_int64(rows, i, "failures"), "since",
                     pg_row_text(rows, i, "since"), "reason", pg_row_text(rows, i, "reason"),
                     "waiting", (json_int_t)pg_row_int64(rows, i, "waiting"));
}

static int run_list(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    if (!cli_ask_open(cli, &ask, &err) || !cli_ask_send(&ask, &sql_breaker_list, &err)) {
        return cli_fail(cli, &err);
    }
    json_t *items = json_array();
    for (int i = 0; i < pg_rows_count(&ask.rows); i++) {
        say(cli, &ask.rows, i);
        (void)json_array_append_new(items, row_json(&ask.rows, i));
    }
    if (pg_rows_count(&ask.rows) == 0) {
        cli_line(cli, "Every breaker is closed.");
    }
    return cli_answer(cli, json_pack("{s:o}", "items", items), NULL);
}

/* Takes the words of the command; an account that is not an id is wrong usage. */
static bool read_scope(struct cli *cli, struct pg_params *params, bool off)
{
    const char *account = cli_option(cli, "account");
    const char *operation = cli_option(cli, "operation");
    struct public_id id;

    pg_params_text(params, cli_word(cli, 0));
    if (account == NULL) {
        pg_params_null(params);
    } else if (nb_public_id_parse(account, &id)) {
        pg_params_public_id(params, id);
    } else {
        return false;
    }
    pg_params_text(params, operation == NULL ? "commit" : operation);
    pg_params_bool(params, off);
    return true;
}

static int turn(struct cli *cli, bool off)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    const char *wanted = off ? "off" : "closed";
    struct nb_err err;
    if (!cli_ask_open(cli, &ask, &err)) {
        return cli_fail(cli, &err);
    }
    if (!read_scope(cli, cli_ask_params(&ask), off)) {
        return cli_usage(cli, "an id has the form 01234567-89ab-cdef-0123-456789abcdef");
    }
    if (!cli_ask_outcome(&ask, &sql_breaker_switch, wanted, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:s}", "outcome", wanted), "%s",
                      off ? "Switched off: people do it with the script, until it is on again."
                          : "Switched on: dispatch does it again. What people have in hand stays "
                            "theirs.");
}

static int run_off(struct cli *cli)
{
    return turn(cli, true);
}

static int run_on(struct cli *cli)
{
    return turn(cli, false);
}

static const struct cli_option options[] = {
    {"account", "ID", "one account; every account of the program when it is not said", false},
    {"operation", "WORD", "commit (default), read or cancel", false},
    {NULL, NULL, NULL, false},
};

static const struct cli_command list = {
    .name = "list",
    .help = "lists the breakers that are not closed, and what waits behind them",
    .examples = "  nightbridge breaker list\n",
    .run = run_list,
};

static const struct cli_command off = {
    .name = "off",
    .usage = "PROGRAM [--account ID] [--operation WORD]",
    .help = "the kill switch: nothing of it is sent by machine any more",
    .examples = "  nightbridge breaker off wyndham\n"
                "  nightbridge breaker off wyndham --operation cancel\n",
    .options = options,
    .words_min = 1,
    .words_max = 1,
    .run = run_off,
};

static const struct cli_command on = {
    .name = "on",
    .usage = "PROGRAM [--account ID] [--operation WORD]",
    .help = "closes a breaker, whether it was switched off or opened by failures",
    .examples = "  nightbridge breaker on wyndham\n",
    .options = options,
    .words_min = 1,
    .words_max = 1,
    .run = run_on,
};

static const struct cli_command *const commands[] = {&list, &off, &on, NULL};

const struct cli_command cli_breaker = {
    .name = "breaker",
    .help = "circuit breakers of dispatch, and the kill switch",
    .subcommands = commands,
};
