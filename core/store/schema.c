#include "core/store/schema.h"

#include "core/base/mem.h"
#include "core/store/call.h"
#include "core/vault/secret.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char migrations[] = "migrations/";

static void write_hash(crypto_hash_sha256_state *state, char ret_text[STORE_SHA256_TEXT])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256_final(state, hash);
    (void)sodium_bin2hex(ret_text, STORE_SHA256_TEXT, hash, sizeof(hash));
}

void store_file_sha256(const struct sql_file *file, char ret_text[STORE_SHA256_TEXT])
{
    crypto_hash_sha256_state state;
    vault_ready();
    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, file->bytes, file->length);
    write_hash(&state, ret_text);
}

int store_migration_number(const struct sql_file *file)
{
    if (strncmp(file->path, migrations, sizeof(migrations) - 1) != 0) {
        return 0;
    }
    return (int)strtol(file->path + sizeof(migrations) - 1, NULL, 10);
}

bool store_file_repeats(const struct sql_file *file)
{
    return strncmp(file->path, "functions/", 10) == 0 || strncmp(file->path, "data/", 5) == 0 ||
           strcmp(file->path, "privileges.sql") == 0;
}

int store_schema_number(void)
{
    int highest = 0;
    for (size_t i = 0; i < sql_file_count; i++) {
        int number = store_migration_number(&sql_files[i]);
        highest = number > highest ? number : highest;
    }
    return highest;
}

void store_schema_release(char ret_sha256[STORE_SHA256_TEXT])
{
    crypto_hash_sha256_state state;
    vault_ready();
    (void)crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < sql_file_count; i++) {
        const struct sql_file *file = &sql_files[i];
        if (store_file_repeats(file)) {
            /* With its NUL: where a name ends is part of what is hashed. */
            (void)crypto_hash_sha256_update(&state, (const unsigned char *)file->path,
                                            strlen(file->path) + 1);
            (void)crypto_hash_sha256_update(&state, file->bytes, file->length + 1);
        }
    }
    write_hash(&state, ret_sha256);
}

static void read_schema(const struct store_reading *reading)
{
    const struct pg_rows *rows = reading->rows;
    struct store_schema schema = {.number = 0};
    bool known = store_reading_count(reading) == 1;
    if (known) {
        schema.number = (int)pg_row_int64(rows, 0, "number");
        schema.test_clock = pg_row_bool(rows, 0, "test_clock");
        (void)snprintf(schema.leaks, sizeof(schema.leaks), "%s", pg_row_text(rows, 0, "leaks"));
        if (!pg_row_is_null(rows, 0, "release_sha256")) {
            (void)snprintf(schema.release, sizeof(schema.release), "%s",
                           pg_row_text(rows, 0, "release_sha256"));
        }
    } else if (reading->result->outcome == STORE_REFUSED) {
        /* Neither table nor schema: nothing was migrated, which is an answer. */
        known = strcmp(reading->result->err.code, "42P01") == 0 ||
                strcmp(reading->result->err.code, "3F000") == 0;
    }
    ((store_schema_fn)reading->done)(reading->data, reading->result, known ? &schema : NULL);
}

void store_schema_find(struct store *store, enum store_role role, store_schema_fn done, void *data)
{
    store_call_read(store_call_new(store, role, &sql_schema_state), read_schema, (store_any_fn)done,
                    data);
}

bool store_schema_check(const struct store_schema *schema, bool test_clock, struct nb_err *err)
{
    int wanted = store_schema_number();
    if (schema->number < wanted) {
        return nb_err_set(err, NB_ERR_INVALID, "schema_old",
                          "The database has schema %d, this program needs %d. Run: nightbridge "
                          "migrate",
                          schema->number, wanted);
    }
    if (schema->test_clock && !test_clock) {
        return nb_err_set(err, NB_ERR_INVALID, "test_clock",
                          "The database has a test clock: its time is not real. Use another "
                          "database, or NIGHTBRIDGE_TEST_CLOCK=1 for a rehearsal.");
    }
    if (!schema->test_clock && test_clock) {
        return nb_err_set(err, NB_ERR_INVALID, "no_test_clock",
                          "NIGHTBRIDGE_TEST_CLOCK is 1, but the database has no test clock. Unset "
                          "it.");
    }
    return true;
}
