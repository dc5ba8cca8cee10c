/*
 * nightbridge hotline: tenants. Each gets a data key of its own, wrapped by the master key.
 */
#include "core/base/mem.h"
#include "core/cli/ask.h"
#include "core/cli/tree.h"
#include "core/vault/context.h"
#include "core/vault/seal.h"

static void wrap_new_key(const struct vault_keys *keys, struct public_id hotline,
                         uint8_t ret_wrapped[VAULT_WRAPPED_BYTES])
{
    char context[VAULT_CONTEXT_TEXT];
    VAULT_AUTOSECRET struct vault_secret *key = vault_key_create();
    vault_context_hotline_key(hotline, context);
    vault_key_wrap(keys, key, context, ret_wrapped);
}

static bool add(struct cli *cli, const struct vault_keys *keys, struct public_id id,
                struct nb_err *err)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    const char *country = cli_option(cli, "country");
    if (!cli_ask_open(cli, &ask, err)) {
        return false;
    }
    wrap_new_key(keys, id, wrapped);
    struct pg_params *params = cli_ask_params(&ask);
    pg_params_null(params);
    pg_params_public_id(params, id);
    pg_params_text(params, cli_word(cli, 0));
    pg_params_text(params, country == NULL ? "US" : country);
    pg_params_bytes(params, wrapped, sizeof(wrapped));
    pg_params_int64(params, vault_keys_epoch(keys));
    return cli_ask_outcome(&ask, &sql_hotline_add, "added", err);
}

static int run_add(struct cli *cli)
{
    struct nb_err err;
    struct vault_keys *keys = NULL;
    struct public_id id = nb_public_id_random();
    char text[NB_PUBLIC_ID_TEXT];
    bool good = cli_keys_open(cli, &keys, &err) && add(cli, keys, id, &err);
    vault_keys_close(keys);
    if (!good) {
        return cli_fail(cli, &err);
    }
    nb_public_id_format(id, text);
    return cli_answer(cli, json_pack("{s:s, s:s}", "id", text, "name", cli_word(cli, 0)), "%s",
                      text);
}

static int run_list(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    if (!cli_ask_open(cli, &ask, &err) || !cli_ask_send(&ask, &sql_hotline_list, &err)) {
        return cli_fail(cli, &err);
    }
    json_t *list = json_array();
    for (int i = 0; i < pg_rows_count(&ask.rows); i++) {
        const char *id = pg_row_text(&ask.rows, i, "public_id");
        const char *name = pg_row_text(&ask.rows, i, "name");
        const char *country = pg_row_text(&ask.rows, i, "country");
        bool has_key = pg_row_bool(&ask.rows, i, "has_key");
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "id", id, "name", name,
                                                    "country", country, "has_key", has_key));
        cli_line(cli, "%s  %s  %s%s", id, country, name, has_key ? "" : "  (no key)");
    }
    return cli_answer(cli, list, NULL);
}

static const struct cli_option add_options[] = {
    {"country", "CC", "seat, ISO 3166-1 alpha-2 (default US)", false},
    {NULL, NULL, NULL, false},
};

static const struct cli_command add_command = {
    .name = "add",
    .usage = "NAME [--country CC]",
    .help = "sets a hotline up, with a data key of its own, and prints its id",
    .examples = "  nightbridge hotline add 'Lantern Line' --country US\n",
    .options = add_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_add,
};

static const struct cli_command list_command = {
    .name = "list",
    .help = "lists the hotlines",
    .examples = "  nightbridge hotline list --json\n",
    .run = run_list,
};

static const struct cli_command *const commands[] = {&add_command, &list_command, NULL};

const struct cli_command cli_hotline = {
    .name = "hotline",
    .help = "hotlines: the tenants of this installation",
    .subcommands = commands,
};
