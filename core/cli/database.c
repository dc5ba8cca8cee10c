#include "core/cli/database.h"

#include "core/store/schema.h"

#include <string.h>

#define CONNECT_MS 5000

bool cli_database_open_as(struct cli *cli, enum config_login login, struct pg_direct **ret_direct,
                          struct nb_err *err)
{
    const struct config *config = cli_config(cli, err);
    struct pg_conninfo *conninfo = NULL;
    if (config == NULL) {
        return false;
    }
    struct vault_secret *password = config->passwords[login];
    const struct pg_role role = {.user = config_login_name(config, login),
                                 .password = password == NULL ? NULL
                                                              : (const char *)vault_secret_reveal(
                                                                    password, VAULT_FOR_SENDING),
                                 .application_name = "nightbridge"};
    if (!pg_conninfo_parse(config->database_url, &role, &conninfo, err)) {
        return false;
    }
    bool good = pg_direct_open(conninfo, CONNECT_MS, ret_direct, err);
    pg_conninfo_destroy(conninfo);
    return good;
}

bool cli_database_open(struct cli *cli, struct pg_direct **ret_direct, struct nb_err *err)
{
    return cli_database_open_as(cli, CONFIG_LOGIN_OWNER, ret_direct, err);
}

static bool check(struct pg_direct *direct, struct nb_err *err)
{
    struct pg_rows rows;
    if (!pg_direct_ask(direct, &sql_schema_found, NULL, &rows, err)) {
        return false;
    }
    if (!pg_row_bool(&rows, 0, "has_migrations")) {
        return nb_err_set(err, NB_ERR_INVALID, "not_migrated",
                          "The database has no schema yet. Run: nightbridge migrate");
    }
    if (!pg_direct_ask(direct, &sql_schema_state, NULL, &rows, err)) {
        return false;
    }
    int number = (int)pg_row_int64(&rows, 0, "number");
    return number >= store_schema_number() ||
           nb_err_set(err, NB_ERR_INVALID, "schema_old",
                      "The database has schema %d, this program needs %d. Run: nightbridge migrate",
                      number, store_schema_number());
}

bool cli_database_ready(struct cli *cli, struct pg_direct **ret_direct, struct nb_err *err)
{
    if (!cli_database_open(cli, ret_direct, err)) {
        return false;
    }
    if (!check(*ret_direct, err)) {
        *ret_direct = pg_direct_close(*ret_direct);
        return false;
    }
    return true;
}

void cli_database_autoclose(struct pg_direct **direct)
{
    *direct = pg_direct_close(*direct);
}
