/*
 * nightbridge task: what waits for a person: lists, takes, gives back, hands on, ends.
 */
#include "core/base/mem.h"
#include "core/cli/booking_call.h"
#include "core/cli/render.h"
#include "core/cli/tree.h"

#include <stdio.h>

#define PATH_BYTES 128

static int run_list(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"task", "id"},    {"kind", "kind"},     {"for", "for_role"},    {"state", "state"},
        {"due", "due_at"}, {"by", "claim.name"}, {"booking", "booking"}, {NULL, NULL}};
    const char *state = cli_option(cli, "state");
    const char *role = cli_option(cli, "role");
    char path[PATH_BYTES];
    json_t *answer = NULL;
    int status = CLI_OK;

    (void)snprintf(path, sizeof(path), "/v1/tasks?limit=200&state=%.16s%s%.16s%s",
                   state == NULL ? "live" : state,
                   role == NULL ? "" : "&for_role=", role == NULL ? "" : role,
                   cli_flag(cli, "mine") ? "&mine=true" : "");
    return cli_api_call(cli, &(struct cli_api_request){.method = HTTP_GET, .path = path}, &answer,
                        &status)
               ? cli_render_list(cli, answer, columns, "Nothing waits.")
               : status;
}

static int run_show(struct cli *cli)
{
    return cli_show(cli, "/v1/tasks/{}");
}

static int run_claim(struct cli *cli)
{
    return cli_act(cli, "/v1/tasks/{}/claim", NULL, 0);
}

static int run_release(struct cli *cli)
{
    static const struct cli_field fields[] = {{"token", "token", CLI_FIELD_INTEGER},
                                              {"why", "why", CLI_FIELD_TEXT}};

    if (cli_option(cli, "token") == NULL || cli_option(cli, "why") == NULL) {
        return cli_usage(cli, "--token of your claim, and --why as a word");
    }
    return cli_act(cli, "/v1/tasks/{}/release", fields, NB_COUNT(fields));
}

static int run_hand_over(struct cli *cli)
{
    static const struct cli_field fields[] = {{"token", "token", CLI_FIELD_INTEGER},
                                              {"to", "to", CLI_FIELD_TEXT},
                                              {"why", "why", CLI_FIELD_TEXT}};

    if (cli_option(cli, "token") == NULL || cli_option(cli, "to") == NULL ||
        cli_option(cli, "why") == NULL) {
        return cli_usage(cli, "--token of your claim, --to a colleague, and --why as a word");
    }
    return cli_act(cli, "/v1/tasks/{}/hand-over", fields, NB_COUNT(fields));
}

static int run_colleagues(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"id", "id"}, {"name", "name"}, {"role", "role"}, {NULL, NULL}};
    json_t *answer = NULL;
    int status = CLI_OK;

    return cli_api_call(cli,
                        &(struct cli_api_request){.method = HTTP_GET, .path = "/v1/colleagues"},
                        &answer, &status)
               ? cli_render_list(cli, answer, columns, "Nobody works there.")
               : status;
}

static int run_done(struct cli *cli)
{
    static const struct cli_field fields[] = {
        {"token", "token", CLI_FIELD_INTEGER},
        {"outcome", "outcome", CLI_FIELD_TEXT},
        {"reason", "reason", CLI_FIELD_TEXT},
        {"points", "points", CLI_FIELD_INTEGER},
        {"points-again", "points_again", CLI_FIELD_INTEGER},
        {"points-returned", "points_returned", CLI_FIELD_INTEGER},
        {"check-in", "check_in", CLI_FIELD_TEXT},
        {"check-out", "check_out", CLI_FIELD_TEXT},
        {"units", "units", CLI_FIELD_INTEGER},
        {"cancel-by", "cancel_by", CLI_FIELD_TEXT},
        {"contact", "contact", CLI_FIELD_TEXT},
    };
    json_t *body = json_object();
    int status = CLI_OK;

    if (cli_option(cli, "token") == NULL || cli_option(cli, "outcome") == NULL) {
        json_decref(body);
        return cli_usage(cli, "--token of your claim, and --outcome as a word");
    }
    if (cli_flag(cli, "with-confirmation") && !cli_read_confirmation(cli, body, &status)) {
        json_decref(body);
        return status;
    }
    return cli_act_with(cli, "/v1/tasks/{}/done", fields, NB_COUNT(fields), body);
}

static const struct cli_option list_options[] = {
    {"state", "WORD", "live (default), open, claimed, done, dropped or all", false},
    {"role", "ROLE", "only those for that role", false},
    {"mine", NULL, "only those that you have taken", false},
    CLI_API_OPTIONS,
};
static const struct cli_option read_options[] = {CLI_API_OPTIONS};
static const struct cli_option claim_options[] = {CLI_KEY_OPTION, CLI_API_OPTIONS};
static const struct cli_option release_options[] = {
    {"token", "N", "of your claim", false},
    {"why", "WORD", "no_time, line_busy, needs_supervisor, end_of_shift, ...", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};
static const struct cli_option hand_over_options[] = {
    {"token", "N", "of your claim", false},
    {"to", "USER", "the colleague; see task colleagues", false},
    {"why", "WORD", "needs_supervisor, end_of_shift, not_clear, ...", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};
static const struct cli_option done_options[] = {
    {"token", "N", "of your claim", false},
    {"outcome", "WORD", "confirmed, refused, unclear, found, absent, cancelled, handled, ...",
     false},
    {"reason", "WORD", "of a refusal: sold_out, needs_card, ...", false},
    {"with-confirmation", NULL, "read the number from standard input, twice", false},
    {"points", "N", "points that the program took", false},
    {"points-again", "N", "once more, when they are not those that were held", false},
    {"points-returned", "N", "of a cancellation", false},
    {"check-in", "DATE", "as it was read back", false},
    {"check-out", "DATE", "as it was read back", false},
    {"units", "N", "rooms, as they were read back", false},
    {"cancel-by", "TIME", "free cancellation until then", false},
    {"contact", "ROLE", "of a desk: who answered", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};

static const struct cli_command list_command = {
    .name = "list",
    .usage = "[--state WORD] [--role ROLE] [--mine]",
    .help = "lists what waits, the most urgent first",
    .options = list_options,
    .examples = "  nightbridge task list --role supervisor\n",
    .run = run_list,
};
#define VERB(verb, words, about, table, function, sample)                                          \
    {                                                                                              \
        .name = (verb), .usage = (words), .help = (about), .options = (table), .words_min = 1,     \
        .words_max = 1, .run = (function),                                                         \
        .examples = "  nightbridge task " verb " 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11" sample "\n" \
    }
static const struct cli_command show_command =
    VERB("show", "TASK", "shows one task", read_options, run_show, "");
static const struct cli_command claim_command = VERB(
    "claim", "TASK", "takes it under a lease, and shows its script", claim_options, run_claim, "");
static const struct cli_command release_command =
    VERB("release", "TASK --token N --why WORD", "gives it back, nothing done", release_options,
         run_release, " --token 3 --why end_of_shift");
static const struct cli_command hand_over_command =
    VERB("hand-over", "TASK --token N --to USER --why WORD", "hands it to a colleague, as it is",
         hand_over_options, run_hand_over,
         " --token 3 \\\n    --to 16d366ec-7f93-4479-8fc5-7ced4859319f --why end_of_shift");
static const struct cli_command colleagues_command = {
    .name = "colleagues",
    .usage = "",
    .help = "lists who works at your hotline",
    .options = read_options,
    .examples = "  nightbridge task colleagues\n",
    .run = run_colleagues,
};
static const struct cli_command done_command =
    VERB("done", "TASK --token N --outcome WORD", "ends it with what was found or done",
         done_options, run_done, " --token 3 --outcome confirmed");

static const struct cli_command *const verbs[] = {
    &list_command,      &show_command,       &claim_command, &release_command,
    &hand_over_command, &colleagues_command, &done_command,  NULL};

const struct cli_command cli_task = {
    .name = "task",
    .help = "tasks: what waits for a person",
    .examples = "  nightbridge task list --role supervisor\n"
                "  nightbridge task claim 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11\n",
    .subcommands = verbs,
};
