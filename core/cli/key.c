/*
 * nightbridge key: the master keys of an installation, in the folder that the configuration names.
 */
#include "core/cli/key_private.h"
#include "core/cli/tree.h"
#include "core/config/config.h"
#include "core/vault/keys.h"

static int run_init(struct cli *cli)
{
    struct nb_err err;
    const struct config *config = cli_config(cli, &err);
    if (config == NULL) {
        return cli_fail(cli, &err);
    }
    if (config->key_folder == NULL) {
        return cli_refuse(cli, "no_key_folder",
                          "No key folder is configured: set key_folder or NIGHTBRIDGE_KEY_DIR.");
    }
    if (!vault_keys_init(config->key_folder, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:i}", "epoch", 1),
                      "A master key was made in %s. Next: nightbridge key escrow, and never put "
                      "this folder into the same backup as the database.",
                      config->key_folder);
}

static const struct cli_command init = {
    .name = "init",
    .help = "makes the first master key in the configured folder",
    .examples = "  NIGHTBRIDGE_KEY_DIR=/var/lib/nightbridge/keys nightbridge key init\n",
    .run = run_init,
};

static const struct cli_command *const commands[] = {
    &init, &cli_key_rotate, &cli_key_officer, &cli_key_escrow, &cli_key_copy, &cli_key_restore,
    NULL};

const struct cli_command cli_key = {
    .name = "key",
    .help = "master keys: make, rotate, escrow",
    .subcommands = commands,
};
