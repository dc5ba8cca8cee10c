/*
 * nightbridge invariants: runs the invariant file as the role that may only look. A row is an
 * alarm. It names internal keys, never a person or a place.
 */
#include "core/base/mem.h"
#include "core/cli/database.h"
#include "core/cli/tree.h"
#include "core/config/config.h"

#include <string.h>

static const struct sql_file *invariant_file(void)
{
    for (size_t i = 0; i < sql_file_count; i++) {
        if (strcmp(sql_files[i].path, "invariants.sql") == 0) {
            return &sql_files[i];
        }
    }
    return NULL;
}

static int report(struct cli *cli, const struct pg_rows *rows)
{
    json_t *alarms = json_array();
    int count = pg_rows_count(rows);
    for (int i = 0; i < count; i++) {
        const char *name = pg_row_text(rows, i, "invariant");
        const char *subject = pg_row_text(rows, i, "subject");
        const char *detail = pg_row_text(rows, i, "detail");
        (void)json_array_append_new(alarms, json_pack("{s:s, s:s?, s:s?}", "invariant", name,
                                                      "subject", subject, "detail", detail));
        cli_line(cli, "%s: %s: %s", name, subject == NULL ? "" : subject,
                 detail == NULL ? "" : detail);
    }
    int status = cli_answer(cli, json_pack("{s:o}", "alarms", alarms),
                            count == 0 ? "All invariants hold." : NULL);
    return count == 0 ? status : CLI_FAILED;
}

static int run(struct cli *cli)
{
    CLI_AUTOCLOSE struct pg_direct *direct = NULL;
    const struct sql_file *file = invariant_file();
    struct pg_rows rows;
    struct nb_err err;
    NB_ASSERT(file != NULL);
    const struct pg_statement statement = {.name = "invariants", .text = (const char *)file->bytes};
    if (!cli_database_open_as(cli, CONFIG_LOGIN_CHECK, &direct, &err) ||
        !pg_direct_ask(direct, &statement, NULL, &rows, &err)) {
        return cli_fail(cli, &err);
    }
    return report(cli, &rows);
}

const struct cli_command cli_invariants = {
    .name = "invariants",
    .help = "checks what must always hold in the database; each line is an alarm",
    .examples = "  nightbridge invariants || mail -s 'nightbridge: alarm' on-call\n",
    .run = run,
};
