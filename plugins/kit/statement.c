#include "plugins/kit/statement.h"

#include "plugins/kit/activity.h"
#include "plugins/kit/dates.h"

#include <string.h>

#define CELLS_MAX 32u
#define NO_CELL CELLS_MAX

/* Borrowed from the file. */
struct cell {
    const char *at;
    size_t length;
};

struct line {
    struct cell cells[CELLS_MAX];
    uint32_t count;
};

struct reader {
    const char *at;
    const char *end;
    uint32_t names;                   /* cells of the first line, which every row has */
    uint32_t where[KIT_COLUMN_COUNT]; /* cell of each column; NO_CELL when the file has none */
};

/* Lines and cells ------------------------------------------------------------------------------ */

static struct cell trimmed(const char *from, const char *end)
{
    while (from < end && *from == ' ') {
        from++;
    }
    while (end > from && end[-1] == ' ') {
        end--;
    }
    return (struct cell){from, (size_t)(end - from)};
}

/* A cell of [*at, end); leaves *at at its comma or at end. A quote inside a bare cell, or one that
 * is not closed on its line, is no cell. */
static bool take_cell(const char **at, const char *end, struct cell *ret_cell)
{
    const char *from = *at;
    if (from == end || *from != '"') {
        const char *comma = memchr(from, ',', (size_t)(end - from));
        *at = comma == NULL ? end : comma;
        *ret_cell = trimmed(from, *at);
        return memchr(from, '"', ret_cell->length) == NULL;
    }
    from++;
    const char *stop = from;
    for (; stop < end; stop++) {
        bool doubled = *stop == '"' && stop + 1 < end && stop[1] == '"';
        if (*stop == '"' && !doubled) {
            break;
        }
        stop += doubled;
    }
    *ret_cell = (struct cell){from, (size_t)(stop - from)};
    *at = stop < end ? stop + 1 : end;
    return stop < end && (*at == end || **at == ',');
}

/* The next line that is not empty; false at the end. A line that is none has no cells. */
static bool next_line(struct reader *reader, struct line *line)
{
    const char *from = reader->at;
    const char *end = from;
    while (end == from) {
        if (reader->at == reader->end) {
            return false;
        }
        from = reader->at;
        const char *feed = memchr(from, '\n', (size_t)(reader->end - from));
        end = feed == NULL ? reader->end : feed;
        reader->at = feed == NULL ? reader->end : feed + 1;
        end -= end > from && end[-1] == '\r';
    }
    line->count = 0;
    while (line->count < CELLS_MAX && take_cell(&from, end, &line->cells[line->count])) {
        line->count++;
        if (from == end) {
            return true;
        }
        from++;
    }
    line->count = 0;
    return true;
}

static bool is_name(struct cell cell, const char *name)
{
    size_t i = 0;
    for (; i < cell.length && name[i] != '\0'; i++) {
        char c = cell.at[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != name[i]) {
            return false;
        }
    }
    return i == cell.length && name[i] == '\0';
}

static bool read_names(struct reader *reader, const struct kit_statement_form *form)
{
    struct line line;
    if (!next_line(reader, &line)) {
        return false;
    }
    reader->names = line.count;
    for (uint32_t c = 0; c < KIT_COLUMN_COUNT; c++) {
        reader->where[c] = NO_CELL;
        for (uint32_t i = 0; form->columns[c] != NULL && i < line.count; i++) {
            if (is_name(line.cells[i], form->columns[c])) {
                if (reader->where[c] != NO_CELL) {
                    return false;
                }
                reader->where[c] = i;
            }
        }
        if (c <= KIT_COLUMN_POINTS && reader->where[c] == NO_CELL) {
            return false;
        }
    }
    return true;
}

/* Values --------------------------------------------------------------------------------------- */

/* An absent column reads as an empty cell. */
static struct cell cell_of(const struct reader *reader, const struct line *line, uint32_t column)
{
    uint32_t at = reader->where[column];
    return at < line->count ? line->cells[at] : (struct cell){"", 0};
}

static bool day_of(struct cell cell, int32_t *ret_day)
{
    char text[KIT_DAY_TEXT];
    if (cell.length != sizeof(text) - 1) {
        return false;
    }
    memcpy(text, cell.at, cell.length);
    text[cell.length] = '\0';
    return kit_day_parse(text, ret_day);
}

/* A whole number with or without a sign; commas only where thousands end. */
static bool points_of(struct cell cell, int64_t *ret_points)
{
    bool negative = cell.length > 0 && cell.at[0] == '-';
    size_t i = cell.length > 0 && (negative || cell.at[0] == '+');
    size_t digits = 0;
    bool grouped = memchr(cell.at, ',', cell.length) != NULL;
    int64_t number = 0;
    for (; i < cell.length; i++) {
        if (grouped && (cell.length - i) % 4 == 0) {
            if (cell.at[i] != ',' || digits == 0) {
                return false;
            }
            continue;
        }
        if (cell.at[i] < '0' || cell.at[i] > '9' || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, cell.at[i] - '0', &number)) {
            return false;
        }
        digits++;
    }
    *ret_points = negative ? -number : number;
    return digits > 0;
}

/* Bytes of the UTF-8 character at `at`, 0 when it is none or a control character. */
static size_t character(const unsigned char *at, size_t left)
{
    size_t bytes = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (at[0] < ' ' || at[0] == 0x7f || (at[0] >= 0x80 && at[0] < 0xc2) || at[0] > 0xf4 ||
        bytes > left) {
        return 0;
    }
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* Overlong forms, surrogates, beyond the last character, and the control characters of C1. */
    bool odd = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
               (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f) ||
               (at[0] == 0xc2 && at[1] < 0xa0);
    return odd ? 0 : bytes;
}

static bool text_sound(struct cell cell, size_t most)
{
    size_t bytes = 1;
    for (size_t i = 0; i < cell.length && bytes > 0; i += bytes) {
        bytes = character((const unsigned char *)cell.at + i, cell.length - i);
    }
    return bytes > 0 && cell.length <= most;
}

/* In the arena, doubled quotes as one; NULL without memory. */
static const char *text_of(const struct nb_call *call, struct cell cell)
{
    char *text = nb_call_alloc(call, cell.length + 1);
    size_t length = 0;
    for (size_t i = 0; text != NULL && i < cell.length; i++) {
        text[length++] = cell.at[i];
        i += cell.at[i] == '"';
    }
    return text;
}

/* Rows ----------------------------------------------------------------------------------------- */

static bool stay_of(const struct reader *reader, const struct kit_statement_form *form,
                    const struct line *line, struct nb_statement_line *row)
{
    struct cell from = cell_of(reader, line, KIT_COLUMN_CHECK_IN);
    struct cell to = cell_of(reader, line, KIT_COLUMN_CHECK_OUT);
    row->check_in = row->check_out = NB_DAY_NONE;
    if (from.length == 0 && to.length == 0) {
        return true;
    }
    if (!day_of(from, &row->check_in)) {
        return false;
    }
    if (form->columns[KIT_COLUMN_CHECK_OUT] == NULL) {
        row->check_out = row->check_in + 1;
        return kit_day_sound(row->check_out);
    }
    return day_of(to, &row->check_out) && row->check_out > row->check_in;
}

/* What the flag of a cancelled stay makes of the row's kind; false when they make no sense. */
static bool flag_of(const struct reader *reader, const struct line *line,
                    struct nb_statement_line *row)
{
    struct cell flag = cell_of(reader, line, KIT_COLUMN_CANCELLED);
    if (flag.length == 0 || is_name(flag, "no")) {
        return true;
    }
    if (row->kind == NB_ACTIVITY_REDEEM && row->points > 0) {
        row->kind = NB_ACTIVITY_REINSTATE;
    }
    return is_name(flag, "yes") &&
           (row->kind == NB_ACTIVITY_REDEEM || row->kind == NB_ACTIVITY_REINSTATE);
}

/* Everything but the texts, and whether those can be taken. */
static bool understood(const struct reader *reader, const struct kit_statement_form *form,
                       const struct line *line, struct nb_statement_line *row)
{
    struct cell word = cell_of(reader, line, KIT_COLUMN_KIND);
    row->kind = kit_activity_of(word.at, word.length);
    return row->kind != NB_ACTIVITY_NONE &&
           day_of(cell_of(reader, line, KIT_COLUMN_POSTED), &row->posted_on) &&
           points_of(cell_of(reader, line, KIT_COLUMN_POINTS), &row->points) &&
           flag_of(reader, line, row) &&
           kit_activity_fits((enum nb_activity_kind)row->kind, row->points) &&
           stay_of(reader, form, line, row) &&
           text_sound(cell_of(reader, line, KIT_COLUMN_PROPERTY), NB_CODE_TEXT - 1) &&
           text_sound(cell_of(reader, line, KIT_COLUMN_DESCRIPTION), NB_TEXT_BYTES_MAX);
}

static enum nb_status read_rows(const struct nb_call *call, const struct kit_statement_form *form,
                                struct reader *reader, struct nb_statement_line *rows,
                                struct nb_statement *statement)
{
    struct line line;
    while (next_line(reader, &line)) {
        struct nb_statement_line *row = &rows[statement->line_count];
        /* Another count of cells: "1,500" without quotes would read as one point. */
        if (line.count != reader->names || !understood(reader, form, &line, row)) {
            statement->skipped++;
            continue;
        }
        struct cell property = cell_of(reader, &line, KIT_COLUMN_PROPERTY);
        row->property_code = property.length == 0 ? NULL : text_of(call, property);
        row->description = text_of(call, cell_of(reader, &line, KIT_COLUMN_DESCRIPTION));
        if (row->description == NULL || (property.length > 0 && row->property_code == NULL)) {
            return NB_NO_MEMORY;
        }
        statement->line_count++;
    }
    statement->lines = rows;
    return NB_OK;
}

enum nb_status kit_statement(const struct nb_call *call, const struct kit_statement_form *form,
                             const struct nb_statement_ask *ask, struct nb_statement *statement)
{
    if (ask->bytes == NULL || ask->byte_count == 0) {
        return NB_REFUSED;
    }
    struct reader reader = {.at = ask->bytes, .end = ask->bytes + ask->byte_count};
    if (ask->byte_count >= 3 && memcmp(reader.at, "\xef\xbb\xbf", 3) == 0) {
        reader.at += 3; /* the mark that some programs put before UTF-8 */
    }
    if (!read_names(&reader, form)) {
        return NB_REFUSED;
    }
    size_t count = 1;
    for (const char *at = reader.at; at < reader.end; at++) {
        count += *at == '\n';
    }
    if (count > NB_TREE_NODES_MAX) {
        return NB_REFUSED;
    }
    struct nb_statement_line *rows = nb_call_alloc(call, count * sizeof(*rows));
    return rows == NULL ? NB_NO_MEMORY : read_rows(call, form, &reader, rows, statement);
}
