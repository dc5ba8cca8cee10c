/*
 * nightbridge pause, nightbridge resume: whether anything but reads is sent to programs. After a
 * restore, and on a new timeline, dispatch is paused by itself: bookings may exist outside that
 * this database has never heard of.
 */
#include "core/cli/ask.h"
#include "core/cli/tree.h"

#include <string.h>

static int run_resume(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    if (!cli_ask_open(cli, &ask, &err)) {
        return cli_fail(cli, &err);
    }
    pg_params_bool(cli_ask_params(&ask), cli_flag(cli, "although-reads-are-open"));
    if (!cli_ask_send(&ask, &sql_dispatch_resume, &err)) {
        return cli_fail(cli, &err);
    }
    const char *outcome = pg_row_text(&ask.rows, 0, "outcome");
    if (strcmp(outcome, "reads_open") == 0) {
        return cli_refuse(cli, outcome,
                          "References have not been read back yet: wait until they are, or say "
                          "--although-reads-are-open.");
    }
    return cli_answer(cli, json_pack("{s:s}", "outcome", outcome), "%s",
                      strcmp(outcome, "resumed") == 0 ? "Dispatch sends everything again."
                                                      : "Dispatch was not paused.");
}

static int run_pause(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    if (!cli_ask_open(cli, &ask, &err) || !cli_ask_send(&ask, &sql_dispatch_pause, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:s}", "outcome", "paused"),
                      "Dispatch sends reads only, until nightbridge resume.");
}

static const struct cli_option resume_options[] = {
    {"although-reads-are-open", NULL, "do not wait until every open reference was read back",
     false},
    {NULL, NULL, NULL, false},
};

const struct cli_command cli_resume = {
    .name = "resume",
    .usage = "[--although-reads-are-open]",
    .help = "lets dispatch send everything again after a restore, a failover or a pause",
    .examples = "  nightbridge resume\n",
    .options = resume_options,
    .run = run_resume,
};

const struct cli_command cli_pause = {
    .name = "pause",
    .help = "lets dispatch send reads only, until resume",
    .examples = "  nightbridge pause\n",
    .run = run_pause,
};
