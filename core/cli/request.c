/*
 * nightbridge request: what somebody needs tonight, and every suitable place for it. What could
 * tell who a guest is (alias, contact, case reference, places to avoid) is read from a file or
 * standard input only: an argument would show in the list of processes.
 */
#include "core/base/mem.h"
#include "core/cli/booking_call.h"
#include "core/cli/render.h"
#include "core/cli/request_private.h"
#include "core/cli/tree.h"

#include <stdio.h>

static const struct cli_field new_fields[] = {
    {"urgency", "urgency", CLI_FIELD_TEXT},
    {"country", "place.country", CLI_FIELD_TEXT},
    {"postal-code", "place.postal_code", CLI_FIELD_TEXT},
    {"city", "place.city", CLI_FIELD_TEXT},
    {"region", "place.region", CLI_FIELD_TEXT},
    {"check-in", "check_in", CLI_FIELD_TEXT},
    {"nights", "nights", CLI_FIELD_INTEGER},
    {"gender", "gender", CLI_FIELD_TEXT},
    {"may-split", "may_split", CLI_FIELD_FLAG},
    {"service-animals", "service_animals", CLI_FIELD_INTEGER},
    {"pets", "pets", CLI_FIELD_INTEGER},
    {"accessible", "accessible", CLI_FIELD_FLAG},
    {"language", "languages", CLI_FIELD_TEXTS},
    {"id-document", "id_documents", CLI_FIELD_TEXTS},
    {"card", "has_card", CLI_FIELD_YESNO},
    {"account-watched", "account_watched", CLI_FIELD_FLAG},
    {"avoid-background-check", "avoid_background_check", CLI_FIELD_FLAG},
    {"wish", "wishes", CLI_FIELD_TEXTS},
    {"min-distance", "min_distance_m", CLI_FIELD_INTEGER},
    {"max-distance", "max_distance_m", CLI_FIELD_INTEGER},
    {"channel", "channel", CLI_FIELD_TEXT},
    {"asked-by", "asked_by", CLI_FIELD_TEXT},
    {"asking-provider", "asking_provider", CLI_FIELD_TEXT},
    {"shares-back", "shares_back", CLI_FIELD_TEXT},
    {"contact-mode", "safe_contact_mode", CLI_FIELD_TEXT},
    {"child-involved", "child_involved", CLI_FIELD_YESNO},
    {"violence", "immediate_violence", CLI_FIELD_YESNO},
    {"consents", "consents_to_report", CLI_FIELD_YESNO},
    {"open-anyway", "open_anyway", CLI_FIELD_FLAG},
};

/* The body from file and options; NULL and err. */
static json_t *new_body(struct cli *cli, struct nb_err *err)
{
    const char *file = cli_option(cli, "file");
    json_t *body = NULL;

    if (file == NULL) {
        body = json_object();
    } else if (!cli_fields_read(file, &body, err)) {
        return NULL;
    }
    if (!cli_fields_add(cli, new_fields, NB_COUNT(new_fields), body, err) ||
        !cli_households_add(cli, body, err)) {
        json_decref(body);
        return NULL;
    }
    return body;
}

static int run_new(struct cli *cli)
{
    struct nb_err err;
    json_t *answer = NULL;
    int status = CLI_OK;
    json_t *body = new_body(cli, &err);

    if (body == NULL) {
        return cli_fail(cli, &err);
    }
    if (cli_api_call(
            cli,
            &(struct cli_api_request){.method = HTTP_POST, .path = "/v1/requests", .body = body},
            &answer, &status)) {
        status = cli_render_one(cli, answer);
    }
    json_decref(body);
    return status;
}

static int run_show(struct cli *cli)
{
    return cli_show(cli, "/v1/requests/{}");
}

static int run_list(struct cli *cli)
{
    static const struct cli_column columns[] = {{"request", "id"},
                                                {"state", "state"},
                                                {"urgency", "urgency"},
                                                {"region", "region"},
                                                {"first night", "first_night"},
                                                {"nights", "nights"},
                                                {"people", "people"},
                                                {"next", "next_action_at"},
                                                {NULL, NULL}};
    const char *state = cli_option(cli, "state");
    char path[96];
    json_t *answer = NULL;
    int status = CLI_OK;

    (void)snprintf(path, sizeof(path), "/v1/requests?limit=200%s%.16s",
                   state == NULL ? "" : "&state=", state == NULL ? "" : state);
    return cli_api_call(cli, &(struct cli_api_request){.method = HTTP_GET, .path = path}, &answer,
                        &status)
               ? cli_render_list(cli, answer, columns, "There is no request.")
               : status;
}

static int run_close(struct cli *cli)
{
    static const struct cli_field fields[] = {{"reason", "reason", CLI_FIELD_TEXT}};

    if (cli_option(cli, "reason") == NULL) {
        return cli_usage(cli, "--reason says why");
    }
    return cli_act(cli, "/v1/requests/{}/close", fields, NB_COUNT(fields));
}

static const struct cli_option new_options[] = {
    {"file", "FILE", "the request as JSON, - for standard input; options go over it", false},
    {"household", "ADULTS[:AGE,AGE...]", "one household; placed whole or not at all", true},
    {"postal-code", "CODE", "around where, in the United States", false},
    {"city", "CITY", "around where, in Canada or Mexico, with --region", false},
    {"region", "CODE", "state or province", false},
    {"country", "CC", "US (default), CA or MX", false},
    {"check-in", "NIGHT", "tonight (default) or YYYY-MM-DD, at the place", false},
    {"nights", "N", "how many", false},
    {"urgency", "WORD", "crisis, urgent or planned", false},
    {"gender", "WORD", "unsaid, women, men or mixed", false},
    {"may-split", NULL, "a group whose households may sleep at different places", false},
    {"service-animals", "N", "how many come along", false},
    {"pets", "N", "how many come along", false},
    {"accessible", NULL, "a room for a wheelchair", false},
    {"language", "TAG", "a language they speak, such as es", true},
    {"id-document", "WORD", "a document they can show, such as consular_id", true},
    {"card", "yes|no", "an adult can show a card of their own", false},
    {"account-watched", NULL, "their account or phone may be watched", false},
    {"avoid-background-check", NULL, "no place that checks backgrounds", false},
    {"wish", "WORD", "what would feel safe to them, such as women", true},
    {"min-distance", "METERS", "not nearer", false},
    {"max-distance", "METERS", "not farther", false},
    {"channel", "WORD", "phone, text, chat or referral", false},
    {"asked-by", "WORD", "guest, provider, supporter, consulate, ...", false},
    {"asking-provider", "ID", "the provider that asks for its client", false},
    {"shares-back", "WORD", "what whoever asks may learn: nothing, placed, place_too", false},
    {"contact-mode", "WORD", "none, call_back, text_ok or do_not_reach_out", false},
    {"child-involved", "yes|no", "decides the report, never the placement", false},
    {"violence", "yes|no", "a threat of immediate violence; decides the report only", false},
    {"consents", "yes|no", "the adult consents to a report", false},
    {"open-anyway", NULL, "although a request of the same case is open", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};
static const struct cli_option read_options[] = {CLI_API_OPTIONS};
static const struct cli_option list_options[] = {
    {"state", "WORD", "open, placed, unmet or closed", false},
    CLI_API_OPTIONS,
};
static const struct cli_option close_options[] = {
    {"reason", "WORD", "placed_elsewhere, withdrawn, duplicate, no_longer_needed, moved_on", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};

static const struct cli_command new_command = {
    .name = "new",
    .usage = "[--file FILE] [--postal-code CODE] [--household ADULTS:AGES]... [--nights N] ...",
    .help = "opens a request; no name and no immigration status, there is no option for them",
    .examples = "  nightbridge request new --postal-code 06103 --nights 3 --household 2:4,7 \\\n"
                "    --child-involved no --violence no --consents no\n"
                "  nightbridge request new --file intake.json --json\n",
    .options = new_options,
    .run = run_new,
};
static const struct cli_command show_command = {
    .name = "show",
    .usage = "REQUEST",
    .help = "shows a request",
    .examples = "  nightbridge request show 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11\n",
    .options = read_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_show,
};
static const struct cli_command list_command = {
    .name = "list",
    .usage = "[--state WORD]",
    .help = "lists the requests of your hotline",
    .examples = "  nightbridge request list --state open\n",
    .options = list_options,
    .run = run_list,
};
static const struct cli_command close_command = {
    .name = "close",
    .usage = "REQUEST --reason WORD",
    .help = "closes a request; reports that the law asks for stay owed",
    .examples = "  nightbridge request close 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11 --reason "
                "withdrawn\n",
    .options = close_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_close,
};
static const struct cli_command *const commands[] = {
    &new_command,          &list_command,  &show_command, &cli_request_options,
    &cli_request_refusals, &close_command, NULL};

const struct cli_command cli_request = {
    .name = "request",
    .help = "requests: what somebody needs, and every suitable place for it",
    .subcommands = commands,
};
