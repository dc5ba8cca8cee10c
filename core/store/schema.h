/*
 * Which schema these programs were compiled with, and which one a database has. A process serves
 * only a schema that has every migration it knows; one that has more is the next release's, which
 * leaves it usable for this one (rolling upgrade).
 */
#ifndef NB_STORE_SCHEMA_H
#define NB_STORE_SCHEMA_H

#include "core/pg/sql_files.h"
#include "core/store/store.h"

#define STORE_SHA256_TEXT 65

/* Lower-case hexadecimal. */
void store_file_sha256(const struct sql_file *file, char ret_text[STORE_SHA256_TEXT]);
/* The number that a migration's name begins with; 0 for any other file. */
int store_migration_number(const struct sql_file *file);
/* True for files that every migrate repeats: functions, privileges, data. */
bool store_file_repeats(const struct sql_file *file);

/* What is compiled in: the highest migration, and the hash over the files that repeat. */
int store_schema_number(void);
void store_schema_release(char ret_sha256[STORE_SHA256_TEXT]);

/* What a database said of itself. */
struct store_schema {
    int number; /* 0: nothing was migrated */
    char release[STORE_SHA256_TEXT];
    bool test_clock;
    char leaks[256]; /* names of server settings that write guest data to its log; empty: none */
};

/* schema is NULL when it is not known. */
typedef void (*store_schema_fn)(void *data, const struct store_result *result,
                                const struct store_schema *schema);
void store_schema_find(struct store *store, enum store_role role, store_schema_fn done, void *data);

/* Whether a process may serve it: INVALID with what to do. test_clock: it was started for one. */
bool store_schema_check(const struct store_schema *schema, bool test_clock,
                        struct nb_err *err) NB_MUST_CHECK;

#endif
