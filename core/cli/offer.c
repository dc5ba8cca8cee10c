/*
 * nightbridge offer: referrals, as the provider answers them, or as staff record an answer that
 * they heard by phone.
 */
#include "core/base/mem.h"
#include "core/cli/booking_call.h"
#include "core/cli/render.h"
#include "core/cli/tree.h"

#include <stdio.h>

#define PATH_BYTES 96

static int run_list(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"offer", "id"},    {"state", "state"},  {"check-in", "check_in"}, {"nights", "nights"},
        {"units", "units"}, {"until", "cap_at"}, {"ask for", "alias"},     {NULL, NULL}};
    const char *state = cli_option(cli, "state");
    char path[PATH_BYTES];
    json_t *answer = NULL;
    int status = CLI_OK;

    (void)snprintf(path, sizeof(path), "/v1/referrals?limit=200%s%.16s",
                   state == NULL ? "" : "&state=", state == NULL ? "" : state);
    return cli_api_call(cli, &(struct cli_api_request){.method = HTTP_GET, .path = path}, &answer,
                        &status)
               ? cli_render_list(cli, answer, columns, "There is no offer.")
               : status;
}

static int run_show(struct cli *cli)
{
    return cli_show(cli, "/v1/referrals/{}");
}

static int run_accept(struct cli *cli)
{
    static const struct cli_field fields[] = {{"by-phone", "heard_by_phone", CLI_FIELD_FLAG}};

    return cli_act(cli, "/v1/referrals/{}/accept", fields, NB_COUNT(fields));
}

static int run_decline(struct cli *cli)
{
    static const struct cli_field fields[] = {{"reason", "reason", CLI_FIELD_TEXT},
                                              {"side", "side", CLI_FIELD_TEXT},
                                              {"by-phone", "heard_by_phone", CLI_FIELD_FLAG}};

    if (cli_option(cli, "reason") == NULL || cli_option(cli, "side") == NULL) {
        return cli_usage(cli, "--reason as a word, and --side: client or provider");
    }
    return cli_act(cli, "/v1/referrals/{}/decline", fields, NB_COUNT(fields));
}

static const struct cli_option list_options[] = {
    {"state", "WORD", "offered, accepted, declined, expired or withdrawn", false},
    CLI_API_OPTIONS,
};
static const struct cli_option read_options[] = {CLI_API_OPTIONS};
#define BY_PHONE                                                                                   \
    {                                                                                              \
        "by-phone", NULL, "staff: somebody of the provider said so on the phone", false            \
    }
static const struct cli_option accept_options[] = {BY_PHONE, CLI_KEY_OPTION, CLI_API_OPTIONS};
static const struct cli_option decline_options[] = {
    {"reason", "WORD", "full, household_rules, gender_rule, age, safety, ...", false},
    {"side", "SIDE", "who declined: client or provider", false},
    BY_PHONE,
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};

static const struct cli_command list_command = {
    .name = "list",
    .usage = "[--state WORD]",
    .help = "lists offers, the newest first",
    .options = list_options,
    .examples = "  nightbridge offer list --state offered --json\n",
    .run = run_list,
};
#define EXAMPLE_OFFER " 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11"
static const struct cli_command show_command = {
    .name = "show",
    .usage = "OFFER",
    .help = "shows one offer",
    .options = read_options,
    .examples = "  nightbridge offer show" EXAMPLE_OFFER "\n",
    .words_min = 1,
    .words_max = 1,
    .run = run_show,
};
static const struct cli_command accept_command = {
    .name = "accept",
    .usage = "OFFER [--by-phone]",
    .help = "takes the party",
    .options = accept_options,
    .examples = "  nightbridge offer accept" EXAMPLE_OFFER " --by-phone\n",
    .words_min = 1,
    .words_max = 1,
    .run = run_accept,
};
static const struct cli_command decline_command = {
    .name = "decline",
    .usage = "OFFER --reason WORD --side SIDE [--by-phone]",
    .help = "declines, with a coded reason",
    .options = decline_options,
    .examples = "  nightbridge offer decline" EXAMPLE_OFFER " --reason full --side provider\n",
    .words_min = 1,
    .words_max = 1,
    .run = run_decline,
};

static const struct cli_command *const verbs[] = {&list_command, &show_command, &accept_command,
                                                  &decline_command, NULL};

const struct cli_command cli_offer = {
    .name = "offer",
    .help = "offers of a party to a shelter or partner hotel",
    .examples = "  nightbridge offer list --state offered\n",
    .subcommands = verbs,
};
