/*
 * nightbridge plugin: judges a plugin's file, and lists those that the configuration enables. A
 * file is looked at without being loaded; only a plugin host ever loads one.
 */
#include "core/base/mem.h"
#include "core/cli/tree.h"
#include "core/config/config.h"
#include "core/plugin/conformance.h"
#include "core/plugin/fixture.h"
#include "core/plugin/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The program's fixtures count like checks of the contract. */
static bool play_fixtures(struct cli *cli, const char *path, FILE *to,
                          struct plugin_conformance_report *report)
{
    const char *folder = cli_option(cli, "fixtures");
    struct plugin_conformance_report played = {.passed = 0};
    if (folder == NULL) {
        return true;
    }
    bool good = plugin_fixtures_run(path, cli_option(cli, "host"), folder, to, &played);
    report->passed += played.passed;
    report->failed += played.failed;
    return good;
}

/* With --json the lines of the run become one text of the document. */
static bool conform(struct cli *cli, const char *path, char **ret_lines,
                    struct plugin_conformance_report *ret_report)
{
    size_t size = 0;
    FILE *to = cli_json(cli) ? open_memstream(ret_lines, &size) : stdout;
    NB_ASSERT(to != NULL);
    bool good = plugin_conformance_run(path, cli_option(cli, "host"), to, ret_report);
    good = play_fixtures(cli, path, to, ret_report) && good;
    if (to != stdout) {
        (void)fclose(to);
    }
    return good;
}

static int run_check(struct cli *cli)
{
    const char *path = cli_word(cli, 0);
    struct plugin_identity identity;
    struct plugin_conformance_report report = {.passed = 0};
    struct nb_err err;
    char *lines = NULL;
    if (!plugin_file_check(path, NULL, &identity, &err)) {
        return cli_fail(cli, &err);
    }
    bool good = conform(cli, path, &lines, &report);
    int status = cli_answer(cli,
                            json_pack("{s:s, s:s, s:s, s:b, s:i, s:i, s:s}", "name", identity.name,
                                      "version", identity.version, "sha256", identity.sha256,
                                      "conforms", good, "passed", (int)report.passed, "failed",
                                      (int)report.failed, "lines", lines == NULL ? "" : lines),
                            NULL);
    free(lines);
    return good ? status : CLI_FAILED;
}

/* Whether its file is the one that was installed; one row of the list. */
static bool add_row(struct cli *cli, const struct config *config,
                    const struct config_plugin *plugin, json_t *list)
{
    NB_AUTOFREE char *path = config_plugin_path(config, plugin);
    struct plugin_identity identity = {.name = ""};
    struct nb_err err = {.kind = NB_ERR_NONE};
    bool good = plugin_file_check(path, plugin->sha256, &identity, &err);
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "program",
                                                plugin->program, "file", path, "sha256",
                                                plugin->sha256, "acceptable", good, "version",
                                                identity.version, "refusal", good ? "" : err.text));
    cli_line(cli, "%-12s %-8s %s%s%s", plugin->program, good ? identity.version : "REFUSED", path,
             good ? "" : ": ", good ? "" : err.text);
    return good;
}

static int run_list(struct cli *cli)
{
    struct nb_err err;
    const struct config *config = cli_config(cli, &err);
    if (config == NULL) {
        return cli_fail(cli, &err);
    }
    json_t *list = json_array();
    bool good = true;
    for (size_t i = 0; i < config->plugin_count; i++) {
        good = add_row(cli, config, &config->plugins[i], list) && good;
    }
    if (config->plugin_count == 0) {
        cli_note(cli, "The configuration enables no plugin: every program is booked by people.");
    }
    int status = cli_answer(cli, list, NULL);
    return good ? status : CLI_FAILED;
}

static const struct cli_option check_options[] = {
    {"host", "PROGRAM", "the plugin host (default: beside this program)", false},
    {"fixtures", "FOLDER", "plays the program's fixtures as well", false},
    {NULL, NULL, NULL, false},
};

static const struct cli_command check_command = {
    .name = "check",
    .usage = "FILE [--fixtures FOLDER] [--host PROGRAM]",
    .help = "runs the conformance checks on a plugin's file and prints its sha256",
    .examples = "  nightbridge plugin check build/release/plugins/wyndham.so "
                "--fixtures plugins/wyndham/fixtures\n",
    .options = check_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_check,
};
static const struct cli_command list_command = {
    .name = "list",
    .help = "lists the plugins that the configuration enables; 1 when one would be refused",
    .examples = "  nightbridge plugin list --json\n",
    .run = run_list,
};
static const struct cli_command *const commands[] = {&check_command, &list_command, NULL};

const struct cli_command cli_plugin = {
    .name = "plugin",
    .help = "plugins of loyalty programs",
    .subcommands = commands,
};
