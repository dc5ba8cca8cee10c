/*
 * A command's talk with the database: the connection, parameters, and what the functions of
 * sql/functions answer, made readable.
 */
#ifndef NB_CLI_ASK_H
#define NB_CLI_ASK_H

#include "core/cli/database.h"
#include "core/vault/keys.h"

struct cli_ask {
    struct cli *cli;
    struct pg_direct *direct;
    struct nb_arena *arena;
    struct pg_params params;
    struct pg_rows rows; /* of the last statement; borrowed until the next */
};

/* The schema must be the one compiled in. Close it in any case. */
bool cli_ask_open(struct cli *cli, struct cli_ask *ret_ask, struct nb_err *err) NB_MUST_CHECK;
/* Accepts a zeroed struct. */
void cli_ask_close(struct cli_ask *ask);
#define CLI_AUTOASK __attribute__((cleanup(cli_ask_close)))

/* Empty parameters for the next statement. */
struct pg_params *cli_ask_params(struct cli_ask *ask);
bool cli_ask_send(struct cli_ask *ask, const struct pg_statement *statement,
                  struct nb_err *err) NB_MUST_CHECK;
/* The same for a statement that gives one row with an outcome: any other word than `wanted`
 * becomes an error that says what is allowed. */
bool cli_ask_outcome(struct cli_ask *ask, const struct pg_statement *statement, const char *wanted,
                     struct nb_err *err) NB_MUST_CHECK;
/* The outside id of the one row of a "find" statement. what: "user", for the error. */
bool cli_ask_one(struct cli_ask *ask, const struct pg_statement *statement, const char *what,
                 struct public_id *ret_id, struct nb_err *err) NB_MUST_CHECK;
/* A user or a home by outside id or name. */
bool cli_ask_user(struct cli_ask *ask, const char *text, struct public_id *ret_id,
                  struct nb_err *err) NB_MUST_CHECK;
bool cli_ask_home(struct cli_ask *ask, const char *kind, const char *text, struct public_id *ret_id,
                  struct nb_err *err) NB_MUST_CHECK;

/* The configured key folder, opened. Close with vault_keys_close. */
bool cli_keys_open(struct cli *cli, struct vault_keys **ret_keys, struct nb_err *err) NB_MUST_CHECK;

#endif
