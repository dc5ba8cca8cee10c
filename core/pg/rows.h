/*
 * The rows of an answer, read by column name. Asking for a column that the statement does not give,
 * or for a value where NULL stands, is a bug and aborts: ask pg_row_is_null first where it may be.
 * Invariant: everything read is borrowed and gone when the callback that got the rows returns.
 */
#ifndef NB_PG_ROWS_H
#define NB_PG_ROWS_H

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/ids.h"
#include "core/base/night.h"

#include <stddef.h>
#include <stdint.h>

struct pg_result; /* libpq's */

struct pg_rows {
    const struct pg_result *result;
    int only; /* 0: every row of the result; n: its n-th row alone, read as row 0 */
};

int pg_rows_count(const struct pg_rows *rows);

bool pg_row_is_null(const struct pg_rows *rows, int row, const char *column);
/* NULL for SQL NULL. */
const char *pg_row_text(const struct pg_rows *rows, int row, const char *column);
int64_t pg_row_int64(const struct pg_rows *rows, int row, const char *column);
/* if_null for SQL NULL. */
int64_t pg_row_int64_or(const struct pg_rows *rows, int row, const char *column, int64_t if_null);
bool pg_row_bool(const struct pg_rows *rows, int row, const char *column);
struct public_id pg_row_public_id(const struct pg_rows *rows, int row, const char *column);
struct night pg_row_night(const struct pg_rows *rows, int row, const char *column);
struct nb_instant pg_row_instant(const struct pg_rows *rows, int row, const char *column);
/* A latitude or longitude. */
double pg_row_degrees(const struct pg_rows *rows, int row, const char *column);
/* bytea into the arena, *ret_length bytes; NULL for SQL NULL (length 0) or when the arena's ceiling
 * is reached (length > 0). */
const uint8_t *pg_row_bytes(const struct pg_rows *rows, int row, const char *column,
                            struct nb_arena *arena, size_t *ret_length);

/* A column looked up once, for answers of thousands of rows: looking up a name costs more than
 * reading what stands there. */
struct pg_column {
    int number;
};

struct pg_column pg_column_of(const struct pg_rows *rows, const char *column);
bool pg_at_is_null(const struct pg_rows *rows, int row, struct pg_column column);
/* NULL for SQL NULL. */
const char *pg_at_text(const struct pg_rows *rows, int row, struct pg_column column);
int64_t pg_at_int64(const struct pg_rows *rows, int row, struct pg_column column);
/* if_null for SQL NULL. */
int64_t pg_at_int64_or(const struct pg_rows *rows, int row, struct pg_column column,
                       int64_t if_null);
bool pg_at_bool(const struct pg_rows *rows, int row, struct pg_column column);
struct night pg_at_night(const struct pg_rows *rows, int row, struct pg_column column);
double pg_at_degrees(const struct pg_rows *rows, int row, struct pg_column column);
/* The numbers of an integer array without NULL in it, at most `most` of them; how many there are.
 * SQL NULL has none. */
size_t pg_at_int64_array(const struct pg_rows *rows, int row, struct pg_column column,
                         int64_t *ret_values, size_t most);

#endif
