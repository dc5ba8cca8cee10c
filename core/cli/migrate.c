/*
 * nightbridge migrate: brings a database to the schema that is compiled in. Migrations come first,
 * each in a transaction of its own with the row that records it; then, in one transaction, what is
 * repeated every time: functions, privileges, data.
 */
#include "core/base/mem.h"
#include "core/cli/database.h"
#include "core/cli/tree.h"
#include "core/store/schema.h"

#include <stdio.h>
#include <string.h>

/* Migrations and functions may name functions that come later. */
static const struct sql_file unchecked_bodies = {
    .path = "(settings)",
    .bytes = (const unsigned char *)"set check_function_bodies = off",
    .length = 31};

struct migrate {
    struct cli *cli;
    struct pg_direct *direct;
    int found; /* migrations that the database had */
    int applied;
};

static const struct sql_file *file_named(const char *path)
{
    for (size_t i = 0; i < sql_file_count; i++) {
        if (strcmp(sql_files[i].path, path) == 0) {
            return &sql_files[i];
        }
    }
    return NULL;
}

static const struct sql_file *migration(int number)
{
    for (size_t i = 0; i < sql_file_count; i++) {
        if (store_migration_number(&sql_files[i]) == number) {
            return &sql_files[i];
        }
    }
    return NULL;
}

static const char *name_of(const struct sql_file *file)
{
    return strrchr(file->path, '/') + 1;
}

/* One row of what was applied, against what is compiled in. */
static bool compare(const struct pg_rows *rows, int row, struct nb_err *err)
{
    int number = (int)pg_row_int64(rows, row, "number");
    const struct sql_file *file = migration(number);
    char sha256[STORE_SHA256_TEXT];
    if (number != row + 1) {
        return nb_err_set(err, NB_ERR_CONFLICT, "migration_missing",
                          "The database never had migration %d, but has %d: restore a backup from "
                          "before.",
                          row + 1, number);
    }
    if (file == NULL) {
        return nb_err_set(err, NB_ERR_CONFLICT, "schema_newer",
                          "The database has migration %d (%s), which this program does not know: "
                          "use a program as new as the database.",
                          number, pg_row_text(rows, row, "name"));
    }
    store_file_sha256(file, sha256);
    if (strcmp(sha256, pg_row_text(rows, row, "sha256")) != 0) {
        return nb_err_set(err, NB_ERR_CONFLICT, "migration_changed",
                          "sql/%s is not the file that was applied here. Put that file back, and "
                          "make the change in a migration of its own.",
                          file->path);
    }
    return true;
}

static bool look(struct migrate *migrate, struct nb_err *err)
{
    struct pg_rows rows;
    if (!pg_direct_ask(migrate->direct, &sql_schema_found, NULL, &rows, err)) {
        return false;
    }
    if (!pg_row_bool(&rows, 0, "has_migrations")) {
        return !pg_row_bool(&rows, 0, "has_schema") ||
               nb_err_set(err, NB_ERR_CONFLICT, "schema_foreign",
                          "The database has a schema nb that nightbridge migrate did not make. Use "
                          "an empty database.");
    }
    if (!pg_direct_ask(migrate->direct, &sql_schema_list, NULL, &rows, err)) {
        return false;
    }
    migrate->found = pg_rows_count(&rows);
    for (int row = 0; row < migrate->found; row++) {
        if (!compare(&rows, row, err)) {
            return false;
        }
    }
    return true;
}

static bool record(struct migrate *migrate, int number, const struct sql_file *file,
                   struct nb_err *err)
{
    char sha256[STORE_SHA256_TEXT];
    struct pg_params params;
    struct nb_arena *arena = nb_arena_create(4096);
    store_file_sha256(file, sha256);
    pg_params_init(&params, arena);
    pg_params_int64(&params, number);
    pg_params_text(&params, name_of(file));
    pg_params_text(&params, sha256);
    bool good = pg_direct_ask(migrate->direct, &sql_schema_record, &params, NULL, err);
    nb_arena_destroy(arena);
    return good;
}

static bool apply(struct migrate *migrate, int number, struct nb_err *err)
{
    const struct sql_file *file = migration(number);
    const struct sql_file *own = file_named("schema_migration.sql");
    NB_ASSERT(file != NULL && own != NULL);
    bool good = pg_direct_begin(migrate->direct, err) &&
                pg_direct_run(migrate->direct, file, NULL, err) &&
                pg_direct_run(migrate->direct, own, NULL, err) &&
                record(migrate, number, file, err) && pg_direct_commit(migrate->direct, err);
    if (good) {
        migrate->applied++;
        cli_note(migrate->cli, "applied %s", name_of(file));
    }
    return good;
}

/* A file of data that copies from standard input gets the CSV file of its own name. */
static const struct sql_file *copied_by(const struct sql_file *file)
{
    char path[128];
    size_t length = strlen(file->path);
    if (strncmp(file->path, "data/", 5) != 0 || length >= sizeof(path)) {
        return NULL;
    }
    (void)snprintf(path, sizeof(path), "%.*s.csv", (int)length - 4, file->path);
    return file_named(path);
}

static bool is_sql(const struct sql_file *file)
{
    return strcmp(file->path + strlen(file->path) - 4, ".sql") == 0;
}

static bool run_folder(struct migrate *migrate, const char *folder, struct nb_err *err)
{
    for (size_t i = 0; i < sql_file_count; i++) {
        const struct sql_file *file = &sql_files[i];
        if (strncmp(file->path, folder, strlen(folder)) == 0 && is_sql(file) &&
            !pg_direct_run(migrate->direct, file, copied_by(file), err)) {
            return false;
        }
    }
    return true;
}

static bool record_release(struct migrate *migrate, struct nb_err *err)
{
    char sha256[STORE_SHA256_TEXT];
    struct pg_params params;
    struct nb_arena *arena = nb_arena_create(4096);
    store_schema_release(sha256);
    pg_params_init(&params, arena);
    pg_params_text(&params, sha256);
    bool good = pg_direct_ask(migrate->direct, &sql_schema_release, &params, NULL, err);
    nb_arena_destroy(arena);
    return good;
}

static bool repeat(struct migrate *migrate, struct nb_err *err)
{
    return pg_direct_begin(migrate->direct, err) && run_folder(migrate, "functions/", err) &&
           pg_direct_run(migrate->direct, file_named("privileges.sql"), NULL, err) &&
           run_folder(migrate, "data/", err) && record_release(migrate, err) &&
           pg_direct_commit(migrate->direct, err);
}

static bool migrate_all(struct migrate *migrate, struct nb_err *err)
{
    if (!pg_direct_ask(migrate->direct, &sql_schema_lock, NULL, NULL, err) ||
        !pg_direct_run(migrate->direct, &unchecked_bodies, NULL, err) || !look(migrate, err)) {
        return false;
    }
    for (int number = migrate->found + 1; number <= store_schema_number(); number++) {
        if (!apply(migrate, number, err)) {
            return false;
        }
    }
    return repeat(migrate, err);
}

/* What a migrate would do. */
static int check(struct migrate *migrate)
{
    char release[STORE_SHA256_TEXT];
    struct pg_rows rows;
    struct nb_err err;
    bool same = false;
    store_schema_release(release);
    if (!look(migrate, &err)) {
        return cli_fail(migrate->cli, &err);
    }
    if (migrate->found > 0) {
        if (!pg_direct_ask(migrate->direct, &sql_schema_state, NULL, &rows, &err)) {
            return cli_fail(migrate->cli, &err);
        }
        same = !pg_row_is_null(&rows, 0, "release_sha256") &&
               strcmp(pg_row_text(&rows, 0, "release_sha256"), release) == 0;
    }
    int wanted = store_schema_number();
    if (migrate->found < wanted || !same) {
        return cli_refuse(migrate->cli, "schema_old",
                          "The database has schema %d of %d%s. Run: nightbridge migrate",
                          migrate->found, wanted, same ? "" : ", and other functions");
    }
    return cli_answer(migrate->cli,
                      json_pack("{s:i, s:i}", "schema", wanted, "found", migrate->found),
                      "The database has schema %d, as this program needs it.", wanted);
}

static int run(struct cli *cli)
{
    CLI_AUTOCLOSE struct pg_direct *direct = NULL;
    struct nb_err err;
    if (!cli_database_open(cli, &direct, &err)) {
        return cli_fail(cli, &err);
    }
    struct migrate migrate = {.cli = cli, .direct = direct};
    if (cli_flag(cli, "check")) {
        return check(&migrate);
    }
    if (!migrate_all(&migrate, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(
        cli, json_pack("{s:i, s:i}", "schema", store_schema_number(), "applied", migrate.applied),
        "The database has schema %d; %d migrations were applied now.", store_schema_number(),
        migrate.applied);
}

static const struct cli_option options[] = {
    {"check", NULL, "say whether a migrate is due, and change nothing", false},
    {NULL, NULL, NULL, false},
};

const struct cli_command cli_migrate = {
    .name = "migrate",
    .usage = "[--check]",
    .help = "brings the database to the schema of this program; as often as wanted",
    .examples = "  NIGHTBRIDGE_DATABASE_URL='postgresql:///nightbridge' nightbridge migrate\n"
                "  nightbridge migrate --check\n",
    .options = options,
    .run = run,
};
