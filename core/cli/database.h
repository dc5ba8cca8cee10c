/*
 * The owner's way to the database: a blocking connection as the owner's login role. For commands
 * that set an installation up or look after it; daily work goes through the API.
 */
#ifndef NB_CLI_DATABASE_H
#define NB_CLI_DATABASE_H

#include "core/cli/command.h"
#include "core/config/config.h"
#include "core/pg/direct.h"
#include "gen/statements.h"

/* As any login role. Close with pg_direct_close. */
bool cli_database_open_as(struct cli *cli, enum config_login login, struct pg_direct **ret_direct,
                          struct nb_err *err) NB_MUST_CHECK;
/* As the owner. Close with pg_direct_close. */
bool cli_database_open(struct cli *cli, struct pg_direct **ret_direct,
                       struct nb_err *err) NB_MUST_CHECK;
/* The same, and the schema must be the one compiled in. */
bool cli_database_ready(struct cli *cli, struct pg_direct **ret_direct,
                        struct nb_err *err) NB_MUST_CHECK;

void cli_database_autoclose(struct pg_direct **direct);
#define CLI_AUTOCLOSE __attribute__((cleanup(cli_database_autoclose)))

#endif
