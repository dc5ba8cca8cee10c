/*
 * nightbridge user: people and client programs, their rights, and whether they may act.
 */
#include "core/base/mem.h"
#include "core/cli/ask.h"
#include "core/cli/tree.h"

static const char *const home_kinds[] = {"hotline", "provider", "partner"};

/* The home that an option names. *ret_kind stays NULL when none does. */
static bool find_home(struct cli_ask *ask, const char **ret_kind, struct public_id *ret_home,
                      struct nb_err *err)
{
    const char *kind = NULL;
    for (size_t i = 0; i < NB_COUNT(home_kinds); i++) {
        if (cli_option(ask->cli, home_kinds[i]) != NULL) {
            if (kind != NULL) {
                return nb_err_set(err, NB_ERR_INVALID, "two_homes",
                                  "A user is at home in one hotline, provider or partner.");
            }
            kind = home_kinds[i];
        }
    }
    *ret_kind = kind;
    return kind == NULL || cli_ask_home(ask, kind, cli_option(ask->cli, kind), ret_home, err);
}

static bool add(struct cli_ask *ask, struct public_id *ret_user, struct nb_err *err)
{
    const char *kind = NULL;
    struct public_id home = {0};
    if (!find_home(ask, &kind, &home, err)) {
        return false;
    }
    struct pg_params *params = cli_ask_params(ask);
    pg_params_null(params);
    pg_params_text(params, cli_word(ask->cli, 0));
    pg_params_text(params, kind);
    if (kind == NULL) {
        pg_params_null(params);
    } else {
        pg_params_public_id(params, home);
    }
    if (!cli_ask_outcome(ask, &sql_user_add, "added", err)) {
        return false;
    }
    *ret_user = pg_row_public_id(&ask->rows, 0, "user_public_id");
    return true;
}

static bool change_right(struct cli_ask *ask, const struct pg_statement *statement,
                         struct public_id user, const char *role, const char *wanted,
                         struct nb_err *err)
{
    struct pg_params *params = cli_ask_params(ask);
    pg_params_null(params);
    pg_params_public_id(params, user);
    pg_params_text(params, role);
    return cli_ask_outcome(ask, statement, wanted, err);
}

/* The user and the roles that came along are one transaction: nobody is left half made. */
static bool add_with_roles(struct cli_ask *ask, struct public_id *ret_user, struct nb_err *err)
{
    const char *role = NULL;
    if (!pg_direct_begin(ask->direct, err) || !add(ask, ret_user, err)) {
        return false;
    }
    for (int i = 0; (role = cli_option_each(ask->cli, "role", i)) != NULL; i++) {
        if (!change_right(ask, &sql_right_grant, *ret_user, role, "granted", err)) {
            return false;
        }
    }
    return pg_direct_commit(ask->direct, err);
}

static int run_add(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    struct public_id user = {0};
    char text[NB_PUBLIC_ID_TEXT];
    if (!cli_ask_open(cli, &ask, &err) || !add_with_roles(&ask, &user, &err)) {
        return cli_fail(cli, &err);
    }
    nb_public_id_format(user, text);
    return cli_answer(cli, json_pack("{s:s, s:s}", "id", text, "name", cli_word(cli, 0)), "%s",
                      text);
}

static int run_list(struct cli *cli)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    if (!cli_ask_open(cli, &ask, &err)) {
        return cli_fail(cli, &err);
    }
    pg_params_text(cli_ask_params(&ask), cli_option(cli, "state"));
    if (!cli_ask_send(&ask, &sql_user_list, &err)) {
        return cli_fail(cli, &err);
    }
    json_t *list = json_array();
    for (int i = 0; i < pg_rows_count(&ask.rows); i++) {
        const char *id = pg_row_text(&ask.rows, i, "public_id");
        const char *name = pg_row_text(&ask.rows, i, "display_name");
        const char *state = pg_row_text(&ask.rows, i, "state");
        const char *home = pg_row_text(&ask.rows, i, "home");
        const char *roles = pg_row_text(&ask.rows, i, "roles");
        json_int_t tokens = pg_row_int64(&ask.rows, i, "tokens");
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s, s:I}", "id",
                                                    id, "name", name, "state", state, "home_kind",
                                                    pg_row_text(&ask.rows, i, "home_kind"), "home",
                                                    home, "roles", roles, "tokens", tokens));
        cli_line(cli, "%s  %-6s  %s (%s%s%s)", id, state, name, roles, home == NULL ? "" : ", ",
                 home == NULL ? "" : home);
    }
    return cli_answer(cli, list, NULL);
}

static int set_state(struct cli *cli, const char *state)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    struct public_id user;
    if (!cli_ask_open(cli, &ask, &err) || !cli_ask_user(&ask, cli_word(cli, 0), &user, &err)) {
        return cli_fail(cli, &err);
    }
    struct pg_params *params = cli_ask_params(&ask);
    pg_params_null(params);
    pg_params_public_id(params, user);
    pg_params_text(params, state);
    if (!cli_ask_outcome(&ask, &sql_user_set_state, state, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:s}", "state", state), "%s is %s.", cli_word(cli, 0),
                      state);
}

static int run_lock(struct cli *cli)
{
    return set_state(cli, "locked");
}

static int run_unlock(struct cli *cli)
{
    return set_state(cli, "active");
}

static int run_close(struct cli *cli)
{
    return set_state(cli, "closed");
}

static int change(struct cli *cli, const struct pg_statement *statement, const char *wanted)
{
    CLI_AUTOASK struct cli_ask ask = {0};
    struct nb_err err;
    struct public_id user;
    const char *role = cli_word(cli, 1);
    if (!cli_ask_open(cli, &ask, &err) || !cli_ask_user(&ask, cli_word(cli, 0), &user, &err) ||
        !change_right(&ask, statement, user, role, wanted, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:s, s:s}", "role", role, "outcome", wanted), "%s: %s.",
                      role, wanted);
}

static int run_grant(struct cli *cli)
{
    return change(cli, &sql_right_grant, "granted");
}

static int run_revoke(struct cli *cli)
{
    return change(cli, &sql_right_revoke, "revoked");
}

static const struct cli_option add_options[] = {
    {"hotline", "HOTLINE", "at home in this hotline (id or name)", false},
    {"provider", "PROVIDER", "at home in this provider", false},
    {"partner", "PARTNER", "at home in this partner", false},
    {"role", "ROLE", "grant this role at once", true},
    {NULL, NULL, NULL, false},
};
static const struct cli_option list_options[] = {
    {"state", "STATE", "only users that are active, locked or closed", false},
    {NULL, NULL, NULL, false},
};

static const struct cli_command add_command = {
    .name = "add",
    .usage = "NAME [--hotline H | --provider P | --partner P] [--role ROLE]...",
    .help = "makes a user and prints the id",
    .examples = "  nightbridge user add 'Juno Sample' --hotline 'Lantern Line' --role specialist\n"
                "  nightbridge user add 'Abel Sample' --role admin\n",
    .options = add_options,
    .words_min = 1,
    .words_max = 1,
    .run = run_add,
};
static const struct cli_command list_command = {
    .name = "list",
    .usage = "[--state STATE]",
    .help = "lists users with their homes and roles",
    .examples = "  nightbridge user list --state active\n",
    .options = list_options,
    .run = run_list,
};
#define USER_COMMAND(word, text)                                                                   \
    {                                                                                              \
        .name = #word, .usage = "USER", .help = (text),                                            \
        .examples = "  nightbridge user " #word " 'Juno Sample'\n", .words_min = 1,                \
        .words_max = 1, .run = run_##word,                                                         \
    }
static const struct cli_command lock_command =
    USER_COMMAND(lock, "locks a user out at once; sessions end, tokens stop working");
static const struct cli_command unlock_command =
    USER_COMMAND(unlock, "lets a locked user act again");
static const struct cli_command close_command = USER_COMMAND(close, "closes a user for good");
static const struct cli_command grant_command = {
    .name = "grant",
    .usage = "USER ROLE",
    .help = "gives a user a role",
    .examples = "  nightbridge user grant 'Juno Sample' supervisor\n",
    .words_min = 2,
    .words_max = 2,
    .run = run_grant,
};
static const struct cli_command revoke_command = {
    .name = "revoke",
    .usage = "USER ROLE",
    .help = "takes a role back; tokens that carry it stop working",
    .examples = "  nightbridge user revoke 'Juno Sample' supervisor\n",
    .words_min = 2,
    .words_max = 2,
    .run = run_revoke,
};

static const struct cli_command *const commands[] = {
    &add_command,  &list_command,   &grant_command, &revoke_command,
    &lock_command, &unlock_command, &close_command, NULL};

const struct cli_command cli_user = {
    .name = "user",
    .help = "people and client programs, and what they may do",
    .subcommands = commands,
};
