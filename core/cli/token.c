/*
 * nightbridge token: bearer tokens. A token is printed once, alone on standard output, so that it
 * can go into a file without passing a screen; the database keeps its hash.
 */
#include "core/base/mem.h"
#include "core/cli/ask.h"
#include "core/cli/tree.h"
#include "core/vault/token.h"

#include <stdlib.h>

#define DAYS "90"

static int64_t days_of(const char *text)
{
    char *end = NULL;
    long days = strtol(text == NULL ? DAYS : text, &end, 10);
    return *end == '\0' && days > 0 && days < 10000 ? days : 0;
}

static bool add(struct cli_ask *ask, const struct vault_secret *token, struct nb_err *err)
{
    struct public_id user;
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    const char *label = cli_option(ask->cli, "label");
    const char *text = (const char *)vault_secret_reveal(token, VAULT_FOR_SEALING);
    if (!cli_ask_user(ask, cli_word(ask->cli, 0), &user, err)) {
        return false;
    }
    NB_ASSERT(vault_token_hash(text, hash));
    struct pg_params *params = cli_ask_params(ask);
    pg_params_null(params);
    pg_params_public_id(params, user);
    pg_params_text(params, cli_option(ask->cli, "role"));
    pg_params_bytes(params, hash, sizeof(hash));
    pg_params_text(params, label == NULL ? "command line" : label);
    pg_params_int64(params, days_of(cli_option(ask->cli, "days")));
    return cli_ask_outcome(ask, &sql_token_add, "added", err);
}

static int run_new(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    VAULT_AUTOSECRET struct vault_secret *token = vault_token_create();
    struct nb_err err;
    if (cli_option(cli, "role") == NULL) {
        return cli_usage(cli, "--role says which of the user's roles the token carries");
    }
    if (!cli_ask_open(cli, &ask, &err) || !add(&ask, token, &err)) {
        return cli_fail(cli, &err);
    }
    const char *text = (const char *)vault_secret_reveal(token, VAULT_FOR_PERSON);
    const char *id = pg_row_text(&ask.rows, 0, "token_public_id");
    const char *until = pg_row_text(&ask.rows, 0, "expires_at");
    cli_note(cli, "Token %s works until %s. It is shown once.", id, until);
    return cli_answer(cli,
                      json_pack("{s:s, s:s, s:s}", "id", id, "token", text, "expires_at", until),
                      "%s", text);
}

static int run_revoke(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct public_id token;
    struct nb_err err;
    if (!nb_public_id_parse(cli_word(cli, 0), &token)) {
        return cli_usage(cli, "a token is named by its id; nightbridge token list shows it");
    }
    if (!cli_ask_open(cli, &ask, &err)) {
        return cli_fail(cli, &err);
    }
    struct pg_params *params = cli_ask_params(&ask);
    pg_params_null(params);
    pg_params_public_id(params, token);
    if (!cli_ask_outcome(&ask, &sql_token_revoke, "revoked", &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:s}", "outcome", "revoked"), "The token works no more.");
}

static int run_list(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    if (!cli_ask_open(cli, &ask, &err) || !cli_ask_send(&ask, &sql_token_list, &err)) {
        return cli_fail(cli, &err);
    }
    json_t *list = json_array();
    for (int i = 0; i < pg_rows_count(&ask.rows); i++) {
        const char *id = pg_row_text(&ask.rows, i, "public_id");
        const char *name = pg_row_text(&ask.rows, i, "display_name");
        const char *role = pg_row_text(&ask.rows, i, "role");
        const char *label = pg_row_text(&ask.rows, i, "label");
        const char *until = pg_row_text(&ask.rows, i, "expires_at");
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", id, "user",
                            pg_row_text(&ask.rows, i, "user_public_id"), "name", name, "role", role,
                            "label", label, "expires_at", until));
        cli_line(cli, "%s  %s  %s (%s), until %s", id, role, name, label, until);
    }
    return cli_answer(cli, list, NULL);
}

static const struct cli_option new_options[] = {
    {"role", "ROLE", "the one role of the user that it carries", false},
    {"days", "DAYS", "how long it works (default " DAYS ", at most 366)", false},
    {"label", "TEXT", "what it is for", false},
    {NULL, NULL, NULL, false},
};

static const struct cli_command new_command = {
    .name = "new",
    .usage = "USER --role ROLE [--days DAYS] [--label TEXT]",
    .help = "makes a bearer token and prints it, this once",
    .examples = "  (umask 077; nightbridge token new 'Juno Sample' --role specialist >token)\n"
                "  NIGHTBRIDGE_TOKEN_FILE=token nightbridge request new --help\n",
    .options = new_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_new,
};
static const struct cli_command revoke_command = {
    .name = "revoke",
    .usage = "TOKEN_ID",
    .help = "ends a token",
    .examples = "  nightbridge token revoke 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11\n",
    .words_min = 1,
    .words_max = 1,
    .run = run_revoke,
};
static const struct cli_command list_command = {
    .name = "list",
    .help = "lists the tokens that work",
    .examples = "  nightbridge token list\n",
    .run = run_list,
};

static const struct cli_command *const commands[] = {&new_command, &revoke_command, &list_command,
                                                     NULL};

const struct cli_command cli_token = {
    .name = "token",
    .help = "bearer tokens for the API",
    .subcommands = commands,
};
