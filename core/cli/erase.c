/*
 * nightbridge erase: destroys the key of a guest, as the owner of the installation.
 */
#include "core/cli/ask.h"
#include "core/cli/tree.h"

static bool erase(struct cli *cli, struct public_id id, struct nb_err *err)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    const char *reason = cli_option(cli, "reason");
    if (!cli_ask_open(cli, &ask, err)) {
        return false;
    }
    struct pg_params *params = cli_ask_params(&ask);
    pg_params_null(params);
    pg_params_public_id(params, id);
    pg_params_text(params, reason == NULL ? "asked_by_guest" : reason);
    return cli_ask_outcome(&ask, &sql_guest_erase, "erased", err);
}

static int run(struct cli *cli)
{
    struct public_id id;
    struct nb_err err;
    if (!nb_public_id_parse(cli_word(cli, 0), &id)) {
        return cli_usage(cli, "an id has the form 01234567-89ab-cdef-0123-456789abcdef");
    }
    if (!erase(cli, id, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:s, s:b}", "outcome", "erased", "complete", 0),
                      "The guest's key is destroyed. Backups still hold it until the next: "
                      "nightbridge key rotate");
}

static const struct cli_option options[] = {
    {"reason", "WORD", "asked_by_guest (default), retention_ended or entered_by_mistake", false},
    {NULL, NULL, NULL, false},
};

const struct cli_command cli_erase = {
    .name = "erase",
    .usage = "GUEST_OR_REQUEST [--reason WORD]",
    .help = "destroys what is sealed about a guest; complete after the next key rotation",
    .examples =
        "  nightbridge erase 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11 --reason asked_by_guest\n",
    .options = options,
    .words_min = 1,
    .words_max = 1,
    .run = run,
};
