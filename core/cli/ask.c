#include "core/cli/ask.h"

#include "core/base/mem.h"
#include "core/config/config.h"

#include <jansson.h>
#include <string.h>

#define ARENA_BYTES ((size_t)4 << 20)

bool cli_ask_open(struct cli *cli, struct cli_ask *ret_ask, struct nb_err *err)
{
    *ret_ask = (struct cli_ask){.cli = cli, .arena = nb_arena_create(ARENA_BYTES)};
    return cli_database_ready(cli, &ret_ask->direct, err);
}

void cli_ask_close(struct cli_ask *ask)
{
    ask->direct = pg_direct_close(ask->direct);
    ask->arena = nb_arena_destroy(ask->arena);
}

struct pg_params *cli_ask_params(struct cli_ask *ask)
{
    nb_arena_reset(ask->arena);
    pg_params_init(&ask->params, ask->arena);
    return &ask->params;
}

bool cli_ask_send(struct cli_ask *ask, const struct pg_statement *statement, struct nb_err *err)
{
    bool plain = statement->param_count == 0;
    return (plain || pg_params_ok(&ask->params, err)) &&
           pg_direct_ask(ask->direct, statement, plain ? NULL : &ask->params, &ask->rows, err);
}

static const char *member(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

static bool refused(const char *outcome, const char *detail_text, struct nb_err *err)
{
    json_t *detail =
        detail_text == NULL ? NULL : json_loads(detail_text, JSON_REJECT_DUPLICATES, NULL);
    const char *field = member(detail, "field");
    if (strcmp(outcome, "invalid") == 0) {
        nb_err_set(err, NB_ERR_INVALID, outcome, "%s: allowed are %s.", field,
                   member(detail, "allowed"));
    } else if (strcmp(outcome, "not_found") == 0) {
        nb_err_set(err, NB_ERR_NOT_FOUND, outcome, "There is no such %s.",
                   *field == '\0' ? "thing" : field);
    } else if (strcmp(outcome, "not_held") == 0) {
        nb_err_set(err, NB_ERR_CONFLICT, outcome,
                   "The user does not hold that role, or is not active.");
    } else if (strcmp(outcome, "in_use") == 0) {
        nb_err_set(err, NB_ERR_CONFLICT, outcome,
                   "A booking is not over: it needs the key. Cancel it, or wait.");
    } else if (strcmp(outcome, "older") == 0) {
        nb_err_set(err, NB_ERR_CONFLICT, outcome,
                   "The database knows a newer epoch than the key folder: this is not the latest "
                   "folder.");
    } else if (strcmp(outcome, "exists") == 0) {
        nb_err_set(err, NB_ERR_CONFLICT, outcome, "There is one of that name already.");
    } else {
        nb_err_set(err, NB_ERR_CONFLICT, outcome, "The database refused: %s.", outcome);
    }
    json_decref(detail);
    return false;
}

bool cli_ask_outcome(struct cli_ask *ask, const struct pg_statement *statement, const char *wanted,
                     struct nb_err *err)
{
    if (!cli_ask_send(ask, statement, err)) {
        return false;
    }
    const char *outcome = pg_row_text(&ask->rows, 0, "outcome");
    return strcmp(outcome, wanted) == 0 ||
           refused(outcome, pg_row_text(&ask->rows, 0, "detail"), err);
}

bool cli_ask_one(struct cli_ask *ask, const struct pg_statement *statement, const char *what,
                 struct public_id *ret_id, struct nb_err *err)
{
    if (!cli_ask_send(ask, statement, err)) {
        return false;
    }
    if (pg_rows_count(&ask->rows) == 0) {
        return nb_err_set(err, NB_ERR_NOT_FOUND, "not_found", "There is no such %s.", what);
    }
    if (pg_rows_count(&ask->rows) > 1) {
        return nb_err_set(err, NB_ERR_INVALID, "ambiguous",
                          "Several have that name: give the id of the %s instead.", what);
    }
    *ret_id = pg_row_public_id(&ask->rows, 0, "public_id");
    return true;
}

bool cli_ask_user(struct cli_ask *ask, const char *text, struct public_id *ret_id,
                  struct nb_err *err)
{
    pg_params_text(cli_ask_params(ask), text);
    return cli_ask_one(ask, &sql_user_find, "user", ret_id, err);
}

bool cli_ask_home(struct cli_ask *ask, const char *kind, const char *text, struct public_id *ret_id,
                  struct nb_err *err)
{
    struct pg_params *params = cli_ask_params(ask);
    pg_params_text(params, kind);
    pg_params_text(params, text);
    return cli_ask_one(ask, &sql_home_find, kind, ret_id, err);
}

bool cli_keys_open(struct cli *cli, struct vault_keys **ret_keys, struct nb_err *err)
{
    const struct config *config = cli_config(cli, err);
    if (config == NULL) {
        return false;
    }
    if (config->key_folder == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "no_key_folder",
                          "No key folder is configured: set key_folder or NIGHTBRIDGE_KEY_DIR.");
    }
    return vault_keys_open(config->key_folder, ret_keys, err);
}
