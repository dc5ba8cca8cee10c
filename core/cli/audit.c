/*
 * nightbridge audit verify: looks at every link of the audit chains as the role that may only look,
 * and says where each chain ends. Whoever keeps the ends elsewhere sees later that nothing was cut
 * off. A row names internal keys, never a person or a place.
 */
#include "core/cli/database.h"
#include "core/cli/tree.h"

#include <inttypes.h>

static json_t *problems_json(struct cli *cli, const struct pg_rows *rows)
{
    json_t *problems = json_array();

    for (int i = 0; i < pg_rows_count(rows); i++) {
        const char *chain = pg_row_text(rows, i, "chain");
        const char *problem = pg_row_text(rows, i, "problem");
        int64_t position = pg_row_int64(rows, i, "position");
        (void)json_array_append_new(problems,
                                    json_pack("{s:s, s:I, s:s}", "chain", chain, "position",
                                              (json_int_t)position, "problem", problem));
        cli_line(cli, "%s: link %" PRId64 ": %s", chain, position, problem);
    }
    return problems;
}

static json_t *ends_json(struct cli *cli, const struct pg_rows *rows)
{
    json_t *ends = json_array();

    for (int i = 0; i < pg_rows_count(rows); i++) {
        const char *chain = pg_row_text(rows, i, "chain");
        const char *hash = pg_row_text(rows, i, "hash");
        int64_t links = pg_row_int64(rows, i, "links");
        (void)json_array_append_new(ends, json_pack("{s:s, s:I, s:s}", "chain", chain, "links",
                                                    (json_int_t)links, "hash", hash));
        cli_line(cli, "%s ends after %" PRId64 " links with %s", chain, links, hash);
    }
    return ends;
}

static int run_verify(struct cli *cli)
{
    CLI_AUTOCLOSE struct pg_direct *direct = NULL;
    struct pg_rows rows;
    struct nb_err err;

    if (!cli_database_open_as(cli, CONFIG_LOGIN_CHECK, &direct, &err) ||
        !pg_direct_ask(direct, &sql_audit_verify, NULL, &rows, &err)) {
        return cli_fail(cli, &err);
    }
    int broken = pg_rows_count(&rows);
    json_t *problems = problems_json(cli, &rows);
    if (!pg_direct_ask(direct, &sql_audit_ends, NULL, &rows, &err)) {
        json_decref(problems);
        return cli_fail(cli, &err);
    }
    json_t *answer = json_pack("{s:o, s:o}", "problems", problems, "ends", ends_json(cli, &rows));
    int status = cli_answer(cli, answer, "%s",
                            broken == 0 ? "Every link holds. Keep the ends outside this house."
                                        : "Links do not hold: somebody changed the record.");
    return broken == 0 ? status : CLI_FAILED;
}

static const struct cli_command verify = {
    .name = "verify",
    .help = "looks at every link of the audit chains, and says where they end",
    .examples = "  nightbridge audit verify\n"
                "  nightbridge audit verify --json | jq -r '.ends[].hash'\n",
    .run = run_verify,
};

static const struct cli_command *const commands[] = {&verify, NULL};

const struct cli_command cli_audit = {
    .name = "audit",
    .help = "the sealed record of who did what",
    .subcommands = commands,
};
