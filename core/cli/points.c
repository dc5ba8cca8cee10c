/*
 * nightbridge points: what lies in the accounts, in which lots, and gifts that arrive.
 */
#include "core/base/mem.h"
#include "core/cli/api_call.h"
#include "core/cli/fields.h"
#include "core/cli/render.h"
#include "core/cli/tree.h"

static int get(struct cli *cli, const char *path, json_t **ret_answer)
{
    int status = CLI_OK;
    return cli_api_call(cli, &(struct cli_api_request){.method = HTTP_GET, .path = path},
                        ret_answer, &status)
               ? CLI_OK
               : status;
}

static int run_balance(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"account", "id"},        {"program", "program"},
        {"label", "label"},       {"available", "balance.available"},
        {"held", "balance.held"}, {"spent", "balance.spent"},
        {"booked by", "mode"},    {NULL, NULL}};
    json_t *answer;
    if (cli_word(cli, 0) == NULL) {
        int status = get(cli, "/v1/accounts", &answer);
        return status != CLI_OK ? status
                                : cli_render_list(cli, answer, columns, "There is no account.");
    }
    NB_AUTOFREE char *path = cli_api_path(cli, "/v1/accounts/{}", cli_word(cli, 0));
    int status = path == NULL ? CLI_USAGE : get(cli, path, &answer);
    return status != CLI_OK ? status : cli_render_one(cli, answer);
}

static int run_lots(struct cli *cli)
{
    static const struct cli_column columns[] = {{"fund", "fund_name"},
                                                {"received on", "received_on"},
                                                {"usable until", "usable_until"},
                                                {"received", "received"},
                                                {"available", "available"},
                                                {"held", "held"},
                                                {"spent", "spent"},
                                                {"gone", "gone"},
                                                {NULL, NULL}};
    NB_AUTOFREE char *path = cli_api_path(cli, "/v1/accounts/{}/lots", cli_word(cli, 0));
    json_t *answer;
    int status = path == NULL ? CLI_USAGE : get(cli, path, &answer);
    return status != CLI_OK ? status
                            : cli_render_list(cli, answer, columns, "The account has no lots.");
}

static int run_funds(struct cli *cli)
{
    static const struct cli_column columns[] = {{"fund", "id"},
                                                {"name", "name"},
                                                {"partner", "partner_name"},
                                                {"region", "restriction.region"},
                                                {"population", "restriction.population"},
                                                {"purpose", "restriction.purpose"},
                                                {NULL, NULL}};
    json_t *answer;
    int status = get(cli, "/v1/funds", &answer);
    return status != CLI_OK ? status : cli_render_list(cli, answer, columns, "There is no fund.");
}

static int run_topup(struct cli *cli)
{
    static const struct cli_field fields[] = {
        {"fund", "fund", CLI_FIELD_TEXT},
        {"points", "points", CLI_FIELD_INTEGER},
        {"received", "received_on", CLI_FIELD_TEXT},
        {"expires", "hard_expires_on", CLI_FIELD_TEXT},
    };
    struct nb_err err;
    json_t *answer;
    int status;
    if (cli_option(cli, "fund") == NULL || cli_option(cli, "points") == NULL ||
        cli_option(cli, "received") == NULL) {
        return cli_usage(cli, "--fund, --points and --received are needed");
    }
    json_t *body = json_pack("{s:s}", "account", cli_word(cli, 0));
    NB_ASSERT(body != NULL);
    if (!cli_fields_add(cli, fields, NB_COUNT(fields), body, &err)) {
        status = cli_fail(cli, &err);
    } else if (cli_api_call(cli,
                            &(struct cli_api_request){
                                .method = HTTP_POST, .path = "/v1/donations", .body = body},
                            &answer, &status)) {
        status = cli_render_one(cli, answer);
    }
    json_decref(body);
    return status;
}

static const struct cli_option read_options[] = {CLI_API_OPTIONS};
static const struct cli_option topup_options[] = {
    {"fund", "FUND", "under which fund; nightbridge points funds lists them", false},
    {"points", "N", "how many arrived", false},
    {"received", "DATE", "when, YYYY-MM-DD", false},
    {"expires", "DATE", "last day on which they can be used; none: they do not end", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};

static const struct cli_command balance_command = {
    .name = "balance",
    .usage = "[ACCOUNT]",
    .help = "shows the accounts with what lies in them",
    .examples = "  nightbridge points balance\n",
    .options = read_options,
    .words_max = 1,
    .run = run_balance,
};
static const struct cli_command lots_command = {
    .name = "lots",
    .usage = "ACCOUNT",
    .help = "shows the lots of an account, oldest first",
    .examples = "  nightbridge points lots 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11\n",
    .options = read_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_lots,
};
static const struct cli_command funds_command = {
    .name = "funds",
    .usage = "",
    .help = "lists the funds under which gifts are recorded",
    .examples = "  nightbridge points funds --json\n",
    .options = read_options,
    .run = run_funds,
};
static const struct cli_command topup_command = {
    .name = "topup",
    .usage = "ACCOUNT --fund FUND --points N --received DATE [--expires DATE]",
    .help = "records points that arrived",
    .examples = "  nightbridge points topup 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11 \\\n"
                "    --fund 16d366ec-7f93-4479-8fc5-7ced4859319f --points 150000 --received "
                "2031-01-15\n",
    .options = topup_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_topup,
};
static const struct cli_command *const commands[] = {&balance_command, &lots_command,
                                                     &topup_command, &funds_command, NULL};

const struct cli_command cli_points = {
    .name = "points",
    .help = "points accounts, lots and gifts",
    .subcommands = commands,
};
