/*
 * Files of sql/ that the programs carry with them (migrations, functions, data, privileges,
 * invariants), embedded at build time, so that what migrates is what was compiled.
 */
#ifndef NB_PG_SQL_FILES_H
#define NB_PG_SQL_FILES_H

#include <stddef.h>

struct sql_file {
    const char *path;           /* under sql/, e.g. "migrations/0001_who.sql" */
    const unsigned char *bytes; /* followed by a NUL that length does not count */
    size_t length;
};

/* Sorted by path, by byte. */
extern const struct sql_file sql_files[];
extern const size_t sql_file_count;

#endif
