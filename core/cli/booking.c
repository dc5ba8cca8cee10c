/*
 * nightbridge booking: shows bookings, cancels, and records what the desk and the guest did.
 */
#include "core/base/mem.h"
#include "core/cli/booking_call.h"
#include "core/cli/render.h"
#include "core/cli/tree.h"

#include <stdlib.h>

static int run_show(struct cli *cli)
{
    return cli_show(cli, "/v1/bookings/{}");
}

static int run_list(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"booking", "id"},        {"state", "state"},   {"kind", "place_kind"},
        {"check-in", "check_in"}, {"nights", "nights"}, {"points", "points"},
        {"next", "next.action"},  {"by", "next.by"},    {NULL, NULL}};
    NB_AUTOFREE char *path = cli_api_path(cli, "/v1/requests/{}/bookings", cli_word(cli, 0));
    json_t *answer = NULL;
    int status = CLI_USAGE;

    return path != NULL &&
                   cli_api_call(cli, &(struct cli_api_request){.method = HTTP_GET, .path = path},
                                &answer, &status)
               ? cli_render_list(cli, answer, columns, "Nothing is booked for it.")
               : status;
}

static const struct cli_field reason[] = {{"reason", "reason", CLI_FIELD_TEXT}};

static int with_reason(struct cli *cli, const char *pattern)
{
    return cli_option(cli, "reason") == NULL ? cli_usage(cli, "--reason says why, as a word")
                                             : cli_act(cli, pattern, reason, NB_COUNT(reason));
}

static int run_cancel(struct cli *cli)
{
    return with_reason(cli, "/v1/bookings/{}/cancel");
}

static int run_desk(struct cli *cli)
{
    static const struct cli_field fields[] = {
        {"contact", "contact", CLI_FIELD_TEXT},
        {"alias-known", "alias_known", CLI_FIELD_FLAG},
        {"no-calls-no-visitors", "no_calls_no_visitors", CLI_FIELD_FLAG},
    };

    if (!cli_flag(cli, "alias-known") || !cli_flag(cli, "no-calls-no-visitors") ||
        cli_option(cli, "contact") == NULL) {
        return cli_usage(cli, "nobody travels before the desk knows the alias and puts no calls "
                              "through: --contact ROLE --alias-known --no-calls-no-visitors");
    }
    return cli_act(cli, "/v1/bookings/{}/desk-confirmation", fields, NB_COUNT(fields));
}

static int run_told(struct cli *cli)
{
    return cli_act(cli, "/v1/bookings/{}/guest-told", NULL, 0);
}

static int run_check_in(struct cli *cli)
{
    return cli_act(cli, "/v1/bookings/{}/check-in", NULL, 0);
}

static int run_check_out(struct cli *cli)
{
    static const struct cli_field fields[] = {{"early", "early", CLI_FIELD_FLAG},
                                              {"reason", "reason", CLI_FIELD_TEXT}};

    return cli_act(cli, "/v1/bookings/{}/check-out", fields, NB_COUNT(fields));
}

static int run_no_show(struct cli *cli)
{
    return cli_act(cli, "/v1/bookings/{}/no-show", NULL, 0);
}

static int run_refused(struct cli *cli)
{
    return with_reason(cli, "/v1/bookings/{}/refused-at-desk");
}

static int run_survives(struct cli *cli)
{
    return cli_act(cli, "/v1/bookings/{}/survives", NULL, 0);
}

static int run_reveal(struct cli *cli)
{
    return with_reason(cli, "/v1/bookings/{}/reveal");
}

/* Positions of households; the first one when none is named. False and usage for anything else. */
static bool put_households(struct cli *cli, json_t *body)
{
    json_t *households = json_array();
    const char *text;
    bool good = true;

    for (int i = 0; (text = cli_option_each(cli, "household", i)) != NULL; i++) {
        char *end = NULL;
        long position = strtol(text, &end, 10);
        good = good && *text != '\0' && *end == '\0';
        NB_ASSERT(json_array_append_new(households, json_integer(position)) == 0);
    }
    if (json_array_size(households) == 0) {
        NB_ASSERT(json_array_append_new(households, json_integer(0)) == 0);
    }
    NB_ASSERT(json_object_set_new(body, "households", households) == 0);
    return good;
}

static int run_enter(struct cli *cli)
{
    static const struct cli_field fields[] = {
        {"unit", "unit", CLI_FIELD_TEXT},
        {"property", "property", CLI_FIELD_TEXT},
        {"check-in", "check_in", CLI_FIELD_TEXT},
        {"check-out", "check_out", CLI_FIELD_TEXT},
        {"units", "units", CLI_FIELD_INTEGER},
        {"account", "account", CLI_FIELD_TEXT},
        {"points", "points", CLI_FIELD_INTEGER},
        {"counter", "counter_key", CLI_FIELD_TEXT},
        {"cash-minor", "cash_minor", CLI_FIELD_INTEGER},
        {"currency", "currency", CLI_FIELD_TEXT},
        {"cancel-by", "cancel_by", CLI_FIELD_TEXT},
        {"booked-at", "booked_at", CLI_FIELD_TEXT},
        {"booked-by", "booked_by", CLI_FIELD_TEXT},
    };
    json_t *body = json_object();
    int status = CLI_OK;

    if (!put_households(cli, body)) {
        json_decref(body);
        return cli_usage(cli, "--household takes the position of a household, from 0");
    }
    if (cli_flag(cli, "with-confirmation") && !cli_read_confirmation(cli, body, &status)) {
        json_decref(body);
        return status;
    }
    return cli_act_with(cli, "/v1/requests/{}/bookings/enter", fields, NB_COUNT(fields), body);
}

static const struct cli_option read_options[] = {CLI_API_OPTIONS};
static const struct cli_option plain_options[] = {CLI_KEY_OPTION, CLI_API_OPTIONS};
static const struct cli_option reason_options[] = {
    {"reason", "WORD", "why, as a coded word", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};
static const struct cli_option desk_options[] = {
    {"contact", "ROLE", "who answered: front_desk, manager, night_audit, ...", false},
    {"alias-known", NULL, "the desk knows by what name the guest asks", false},
    {"no-calls-no-visitors", NULL, "the desk puts no calls through", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};
static const struct cli_option leave_options[] = {
    {"early", NULL, "before the last night", false},
    {"reason", "WORD", "why, as a coded word", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};
static const struct cli_option enter_options[] = {
    {"unit", "UNIT", "units of a shelter or partner hotel", false},
    {"property", "PROPERTY", "the hotel", false},
    {"check-in", "DATE", "first night", false},
    {"check-out", "DATE", "day of leaving", false},
    {"units", "N", "rooms or beds", false},
    {"household", "N", "position of a household of the request (default: 0)", true},
    {"account", "ACCOUNT", "points account that paid", false},
    {"points", "N", "points it took", false},
    {"counter", "KEY", "yearly counter that it used", false},
    {"cash-minor", "N", "cash that is owed, in minor units", false},
    {"currency", "CODE", "of the cash", false},
    {"cancel-by", "TIME", "free cancellation until then", false},
    {"booked-at", "TIME", "when it was booked by hand", false},
    {"booked-by", "ROLE", "the right of whoever called", false},
    {"with-confirmation", NULL, "read the number from standard input, twice", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};

#define VERB(verb, words, about, table, function, sample)                                          \
    {                                                                                              \
        .name = (verb), .usage = (words), .help = (about), .options = (table), .words_min = 1,     \
        .words_max = 1, .run = (function),                                                         \
        .examples =                                                                                \
            "  nightbridge booking " verb " 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11" sample "\n"      \
    }
static const struct cli_command verbs_table[] = {
    VERB("show", "BOOKING", "shows a booking, its timeline and what comes next", read_options,
         run_show, ""),
    VERB("list", "REQUEST", "lists the bookings of a request", read_options, run_list, ""),
    VERB("cancel", "BOOKING --reason WORD", "cancels it", reason_options, run_cancel,
         " --reason guest_choice"),
    VERB("enter", "REQUEST --unit UNIT|--property PROPERTY --check-in DATE --check-out DATE ...",
         "enters what was booked by hand while the system was down", enter_options, run_enter,
         " --unit 5b0c1c7e-2f4a-4e0d-9c55-0f6f2b7f9a10 --check-in 2031-01-15 --check-out "
         "2031-01-17"),
    VERB("desk", "BOOKING --contact ROLE --alias-known --no-calls-no-visitors",
         "records that the front desk expects the guest", desk_options, run_desk,
         " --contact night_audit --alias-known --no-calls-no-visitors"),
    VERB("told", "BOOKING", "records that the guest knows where to go", plain_options, run_told,
         ""),
    VERB("check-in", "BOOKING", "records that the guest is in the room", plain_options,
         run_check_in, ""),
    VERB("check-out", "BOOKING [--early]", "records that the guest has left", leave_options,
         run_check_out, " --early"),
    VERB("no-show", "BOOKING", "records that the guest did not come", plain_options, run_no_show,
         ""),
    VERB("refused", "BOOKING --reason WORD", "records that the desk turned the guest away",
         reason_options, run_refused, " --reason no_room"),
    VERB("survives", "BOOKING", "decides that this one of two bookings stands", plain_options,
         run_survives, ""),
    VERB("reveal", "BOOKING --reason WORD", "shows where it is and under what name; audited",
         reason_options, run_reveal, " --reason desk_call"),
};
static const struct cli_command *const verbs[] = {&verbs_table[0],
                                                  &verbs_table[1],
                                                  &verbs_table[2],
                                                  &verbs_table[3],
                                                  &verbs_table[4],
                                                  &verbs_table[5],
                                                  &verbs_table[6],
                                                  &verbs_table[7],
                                                  &verbs_table[8],
                                                  &verbs_table[9],
                                                  &verbs_table[10],
                                                  &verbs_table[11],
                                                  NULL};

const struct cli_command cli_booking = {
    .name = "booking",
    .help = "bookings: what became of them, and what is recorded of them",
    .examples = "  nightbridge booking show 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11\n",
    .subcommands = verbs,
};
