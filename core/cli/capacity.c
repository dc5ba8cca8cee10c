/*
 * nightbridge capacity: what shelters and partner hotels say they have.
 */
#include "core/base/mem.h"
#include "core/cli/api_call.h"
#include "core/cli/fields.h"
#include "core/cli/render.h"
#include "core/cli/tree.h"

#include <stdio.h>

static const struct cli_field set_fields[] = {
    {"from", "from_night", CLI_FIELD_TEXT},
    {"to", "to_night", CLI_FIELD_TEXT},
    {"units", "capacity", CLI_FIELD_INTEGER},
    {"source", "source", CLI_FIELD_TEXT},
};

static int run_set(struct cli *cli)
{
    struct nb_err err;
    json_t *answer;
    int status;
    if (cli_option(cli, "from") == NULL || cli_option(cli, "units") == NULL) {
        return cli_usage(cli, "--from says the first night, --units how many each night has");
    }
    json_t *body = json_pack("{s:s}", "unit", cli_word(cli, 0));
    NB_ASSERT(body != NULL);
    if (cli_option(cli, "to") == NULL) {
        (void)json_object_set_new(body, "to_night", json_string(cli_option(cli, "from")));
    }
    bool good = cli_fields_add(cli, set_fields, NB_COUNT(set_fields), body, &err);
    if (!good) {
        status = cli_fail(cli, &err);
    } else if (cli_api_call(cli,
                            &(struct cli_api_request){
                                .method = HTTP_POST, .path = "/v1/capacity", .body = body},
                            &answer, &status)) {
        status = cli_render_one(cli, answer);
    }
    json_decref(body);
    return status;
}

static int run_list(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"unit", "id"},         {"place", "place"},
        {"name", "name"},       {"reported", "last_reported_at"},
        {"tonight", "tonight"}, {NULL, NULL}};
    const char *from = cli_option(cli, "from");
    char path[128];
    json_t *answer;
    int status;
    if (from == NULL) {
        return cli_usage(cli, "--from says the first night to show");
    }
    (void)snprintf(path, sizeof(path), "/v1/capacity?from_night=%.10s", from);
    if (!cli_api_call(cli, &(struct cli_api_request){.method = HTTP_GET, .path = path}, &answer,
                      &status)) {
        return status;
    }
    return cli_render_list(cli, answer, columns, "There is no unit on which you may report.");
}

static const struct cli_option set_options[] = {
    {"from", "NIGHT", "first night, YYYY-MM-DD, at the place", false},
    {"to", "NIGHT", "last night, included (default: the first)", false},
    {"units", "N", "beds or rooms on each night, taken ones included", false},
    {"source", "WORD", "how it was said: phone, console or api", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};
static const struct cli_option list_options[] = {
    {"from", "NIGHT", "first night to show, YYYY-MM-DD", false},
    CLI_API_OPTIONS,
};

static const struct cli_command set_command = {
    .name = "set",
    .usage = "UNIT --from NIGHT [--to NIGHT] --units N",
    .help = "says how many units a place has; never below what is promised",
    .examples = "  nightbridge capacity set 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11 --from 2031-01-15 "
                "--units 6\n",
    .options = set_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_set,
};
static const struct cli_command list_command = {
    .name = "list",
    .usage = "--from NIGHT",
    .help = "lists the units on which you may report",
    .examples = "  nightbridge capacity list --from 2031-01-15 --json\n",
    .options = list_options,
    .run = run_list,
};
static const struct cli_command *const commands[] = {&set_command, &list_command, NULL};

const struct cli_command cli_capacity = {
    .name = "capacity",
    .help = "beds and rooms that places report",
    .subcommands = commands,
};
