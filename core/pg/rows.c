#include "core/pg/rows.h"

#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

static bool is_column(const PGresult *result, int number, const char *column)
{
    return number < PQnfields(result) && strcmp(PQfname(result, number), column) == 0;
}

/* Readers ask in the order of the columns, often twice for one: looking through all their names for
 * each of 36 took a tenth of what a booking costs. The guess is checked, so it may be of any rows.
 */
static int number_of(const PGresult *result, const char *column)
{
    static int guess;

    if (!is_column(result, guess, column)) {
        guess = is_column(result, guess + 1, column) ? guess + 1 : PQfnumber(result, column);
        NB_ASSERT(guess >= 0);
    }
    return guess;
}

/* Where a row of ours stands in the result. */
static int at(const struct pg_rows *rows, int row)
{
    NB_ASSERT(row >= 0 && row < pg_rows_count(rows));
    return rows->only == 0 ? row : rows->only - 1;
}

/* The text of a value that must be there. */
static const char *value_of(const struct pg_rows *rows, int row, const char *column)
{
    int number = number_of(rows->result, column);
    int there = at(rows, row);

    NB_ASSERT(!PQgetisnull(rows->result, there, number));
    return PQgetvalue(rows->result, there, number);
}

static int64_t parse_int64(const char *text)
{
    char *end;

    errno = 0;
    int64_t value = strtoimax(text, &end, 10);
    NB_ASSERT(errno == 0 && end != text && *end == '\0');
    return value;
}

int pg_rows_count(const struct pg_rows *rows)
{
    return rows->only == 0 ? PQntuples(rows->result) : 1;
}

bool pg_row_is_null(const struct pg_rows *rows, int row, const char *column)
{
    return PQgetisnull(rows->result, at(rows, row), number_of(rows->result, column)) != 0;
}

const char *pg_row_text(const struct pg_rows *rows, int row, const char *column)
{
    int number = number_of(rows->result, column);
    int there = at(rows, row);

    return PQgetisnull(rows->result, there, number) ? NULL
                                                    : PQgetvalue(rows->result, there, number);
}

int64_t pg_row_int64(const struct pg_rows *rows, int row, const char *column)
{
    return parse_int64(value_of(rows, row, column));
}

int64_t pg_row_int64_or(const struct pg_rows *rows, int row, const char *column, int64_t if_null)
{
    const char *text = pg_row_text(rows, row, column);

    return text == NULL ? if_null : parse_int64(text);
}

bool pg_row_bool(const struct pg_rows *rows, int row, const char *column)
{
    const char *text = value_of(rows, row, column);

    NB_ASSERT((text[0] == 't' || text[0] == 'f') && text[1] == '\0');
    return text[0] == 't';
}

struct public_id pg_row_public_id(const struct pg_rows *rows, int row, const char *column)
{
    struct public_id id;

    NB_ASSERT(nb_public_id_parse(value_of(rows, row, column), &id));
    return id;
}

struct night pg_row_night(const struct pg_rows *rows, int row, const char *column)
{
    struct night night;

    NB_ASSERT(nb_night_parse(value_of(rows, row, column), &night, NULL));
    return night;
}

/* "2026-11-24 03:00:00.5+00", as every session of ours is set to write it (core/pg/conninfo.c),
 * becomes "2026-11-24T03:00:00.5Z". */
struct nb_instant pg_row_instant(const struct pg_rows *rows, int row, const char *column)
{
    const char *text = value_of(rows, row, column);
    size_t length = strlen(text);
    char iso[NB_INSTANT_TEXT + 8];
    struct nb_instant at;

    NB_ASSERT(length > 13 && length < sizeof(iso) && strcmp(text + length - 3, "+00") == 0);
    memcpy(iso, text, length - 3);
    iso[10] = 'T';
    iso[length - 3] = 'Z';
    iso[length - 2] = '\0';
    NB_ASSERT(nb_instant_parse(iso, &at, NULL));
    return at;
}

static double parse_degrees(const char *text)
{
    char *end;
    double value = strtod(text, &end);

    NB_ASSERT(end != text && *end == '\0');
    return value;
}

double pg_row_degrees(const struct pg_rows *rows, int row, const char *column)
{
    return parse_degrees(value_of(rows, row, column));
}

static uint8_t hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return (uint8_t)(c - '0');
    }
    NB_ASSERT(c >= 'a' && c <= 'f');
    return (uint8_t)(c - 'a' + 10);
}

const uint8_t *pg_row_bytes(const struct pg_rows *rows, int row, const char *column,
                            struct nb_arena *arena, size_t *ret_length)
{
    const char *text = pg_row_text(rows, row, column);

    *ret_length = 0;
    if (text == NULL) {
        return NULL;
    }
    NB_ASSERT(text[0] == '\\' && text[1] == 'x');
    text += 2;
    size_t length = strlen(text) / 2;
    uint8_t *bytes = nb_arena_alloc(arena, length + 1);

    for (size_t i = 0; bytes != NULL && i < length; i++) {
        bytes[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    }
    *ret_length = length;
    return bytes;
}

struct pg_column pg_column_of(const struct pg_rows *rows, const char *column)
{
    int number = PQfnumber(rows->result, column);

    NB_ASSERT(number >= 0);
    return (struct pg_column){.number = number};
}

bool pg_at_is_null(const struct pg_rows *rows, int row, struct pg_column column)
{
    NB_ASSERT(column.number >= 0);
    return PQgetisnull(rows->result, at(rows, row), column.number) != 0;
}

const char *pg_at_text(const struct pg_rows *rows, int row, struct pg_column column)
{
    return pg_at_is_null(rows, row, column)
               ? NULL
               : PQgetvalue(rows->result, at(rows, row), column.number);
}

/* Reads digits up to the first character that is none; strtoimax takes four times as long. */
static int64_t read_int64(const char **at)
{
    const char *text = *at;
    bool negative = *text == '-';
    int64_t value = 0;

    text += negative;
    NB_ASSERT(*text >= '0' && *text <= '9');
    for (; *text >= '0' && *text <= '9'; text++) {
        NB_ASSERT(!__builtin_mul_overflow(value, (int64_t)10, &value) &&
                  !__builtin_sub_overflow(value, (int64_t)(*text - '0'), &value));
    }
    NB_ASSERT(negative || value != INT64_MIN);
    *at = text;
    return negative ? value : -value;
}

int64_t pg_at_int64(const struct pg_rows *rows, int row, struct pg_column column)
{
    const char *text = pg_at_text(rows, row, column);

    NB_ASSERT(text != NULL);
    int64_t value = read_int64(&text);
    NB_ASSERT(*text == '\0');
    return value;
}

int64_t pg_at_int64_or(const struct pg_rows *rows, int row, struct pg_column column,
                       int64_t if_null)
{
    return pg_at_is_null(rows, row, column) ? if_null : pg_at_int64(rows, row, column);
}

bool pg_at_bool(const struct pg_rows *rows, int row, struct pg_column column)
{
    const char *text = pg_at_text(rows, row, column);

    NB_ASSERT(text != NULL && (text[0] == 't' || text[0] == 'f') && text[1] == '\0');
    return text[0] == 't';
}

struct night pg_at_night(const struct pg_rows *rows, int row, struct pg_column column)
{
    struct night night;
    const char *text = pg_at_text(rows, row, column);

    NB_ASSERT(text != NULL && nb_night_parse(text, &night, NULL));
    return night;
}

double pg_at_degrees(const struct pg_rows *rows, int row, struct pg_column column)
{
    const char *text = pg_at_text(rows, row, column);

    NB_ASSERT(text != NULL);
    return parse_degrees(text);
}

size_t pg_at_int64_array(const struct pg_rows *rows, int row, struct pg_column column,
                         int64_t *ret_values, size_t most)
{
    const char *text = pg_at_text(rows, row, column);
    size_t count = 0;

    if (text == NULL || strcmp(text, "{}") == 0) {
        return 0;
    }
    NB_ASSERT(*text == '{');
    while (*text != '}') {
        text++;
        int64_t value = read_int64(&text);
        NB_ASSERT(*text == ',' || *text == '}');
        if (count < most) {
            ret_values[count] = value;
        }
        count++;
    }
    return count;
}
