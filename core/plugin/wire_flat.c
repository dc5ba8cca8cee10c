/*
 * Flat rows: a batch of structs whose pointers lead to arrays of plain elements, carried as
 *   n, n bytes of padding | count structs as they stand | elements of the first pointer, row by row
 *   | elements of the second pointer | ...
 * In a struct on the way each pointer is the word 1 (given) or 0 (NULL), never an address.
 * Invariant: the reader works on a copy that nobody else can change, overwrites every pointer, and
 * believes no count and no word; a table that does not cover its whole struct is not flat.
 */
#include "core/plugin/wire.h"

#include <string.h>

#define WORD_BYTES ((uint32_t)sizeof(uint64_t))
_Static_assert(sizeof(void *) == sizeof(uint64_t), "a pointer is a word");

static bool is_rows(const struct wire_field *field)
{
    return field->kind == WIRE_ROWS || field->kind == WIRE_ROWS_OPT;
}

bool wire_is_flat(const struct wire_field *table, uint32_t row_bytes)
{
    uint32_t covered = 0;
    for (const struct wire_field *field = table; field->kind != WIRE_END; field++) {
        bool rows = is_rows(field) && field->table == NULL && field->bytes % WORD_BYTES == 0;
        if (field->kind != WIRE_BLOCK && !rows) {
            return false;
        }
        covered += rows ? WORD_BYTES : field->bytes;
    }
    return covered == row_bytes && row_bytes % WORD_BYTES == 0;
}

static uint64_t word_at(const uint8_t *row, uint32_t offset)
{
    uint64_t word;
    memcpy(&word, row + offset, sizeof(word));
    return word;
}

static inline uint32_t count_at(const uint8_t *row, const struct wire_field *field)
{
    uint32_t wide;
    uint16_t narrow;
    if (field->count_bytes == sizeof(narrow)) {
        memcpy(&narrow, row + field->count_offset, sizeof(narrow));
        return narrow;
    }
    memcpy(&wide, row + field->count_offset, sizeof(wide));
    return wide;
}

/* Writing -------------------------------------------------------------------------------------- */

static bool write_padding(struct nb_buf *buf)
{
    uint8_t bytes[WORD_BYTES] = {0};
    bytes[0] = (uint8_t)((WORD_BYTES - (buf->length + 1) % WORD_BYTES) % WORD_BYTES);
    nb_buf_add(buf, bytes, (size_t)bytes[0] + 1);
    return !buf->failed;
}

/* Words in place of the pointers of one member; the bytes its elements take, or 0 with err. */
static bool mark_given(uint8_t *copy, const struct wire_field *field, uint32_t row_bytes,
                       uint32_t count, size_t *ret_bytes, struct nb_err *err)
{
    size_t elements = 0;
    for (uint32_t i = 0; i < count; i++, copy += row_bytes) {
        uint64_t given = word_at(copy, field->offset) != 0;
        uint32_t many = count_at(copy, field);
        if (many > field->limit) {
            return nb_err_set(err, NB_ERR_LIMIT, "plugin_wire_limit",
                              "A number of rows is over its ceiling.");
        }
        if (!given && many > 0 && field->kind == WIRE_ROWS) {
            return nb_err_set(err, NB_ERR_INVALID, "plugin_rows_missing",
                              "Rows are counted but not given.");
        }
        memcpy(copy + field->offset, &given, sizeof(given));
        elements += given ? many : 0;
    }
    *ret_bytes = elements * field->bytes;
    return true;
}

static void copy_elements(uint8_t *to, const struct wire_field *field, const uint8_t *row,
                          uint32_t row_bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++, row += row_bytes) {
        const void *from;
        memcpy(&from, row + field->offset, sizeof(from));
        size_t bytes = (size_t)count_at(row, field) * field->bytes;
        if (from != NULL && bytes > 0) {
            memcpy(to, from, bytes);
            to += bytes;
        }
    }
}

bool wire_write_flat(struct nb_buf *buf, const struct wire_field *table, const void *rows,
                     uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    if (!write_padding(buf)) {
        return nb_buf_ok(buf, err);
    }
    size_t start = buf->length;
    nb_buf_add(buf, rows, (size_t)row_bytes * count);
    for (const struct wire_field *field = table; field->kind != WIRE_END; field++) {
        size_t bytes = 0;
        if (!is_rows(field) || buf->failed) {
            continue;
        }
        if (!mark_given((uint8_t *)buf->data + start, field, row_bytes, count, &bytes, err)) {
            return false;
        }
        uint8_t *place = nb_buf_extend(buf, bytes);
        if (place != NULL && bytes > 0) {
            copy_elements(place, field, rows, row_bytes, count);
        }
    }
    return nb_buf_ok(buf, err);
}

/* Reading -------------------------------------------------------------------------------------- */

static bool malformed(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_INVALID, "plugin_wire_invalid", "The plugin host sent %s.", what);
}

/* From here on the bytes are ours alone, and aligned. */
static bool own_rest(struct wire_reader *reader, struct nb_err *err)
{
    uint8_t padding = 0;
    if (!wire_read_bytes(reader, &padding, sizeof(padding), err)) {
        return false;
    }
    if (padding >= WORD_BYTES || padding > reader->left) {
        return malformed(err, "less than it announced");
    }
    reader->at += padding;
    reader->left -= padding;
    if (!reader->in_place) {
        uint8_t *copy = nb_arena_alloc(reader->arena, reader->left + 1);
        if (copy == NULL) {
            return nb_err_set(err, NB_ERR_LIMIT, "plugin_wire_limit", "The call is too large.");
        }
        memcpy(copy, reader->at, reader->left);
        reader->at = copy;
    }
    return (uintptr_t)reader->at % WORD_BYTES == 0 || malformed(err, "rows at an odd place");
}

/* Pointers in place of the words of one member. */
static bool point(struct wire_reader *reader, const struct wire_field *field, uint8_t *row,
                  uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    for (uint32_t i = 0; i < count; i++, row += row_bytes) {
        uint64_t given = word_at(row, field->offset);
        uint32_t many = count_at(row, field);
        if (given > 1 || many > field->limit) {
            return malformed(err, "a count over its ceiling");
        }
        if (given == 0 && many > 0 && field->kind == WIRE_ROWS) {
            return malformed(err, "a count without its rows");
        }
        size_t bytes = given == 0 ? 0 : (size_t)many * field->bytes;
        if (bytes > reader->left) {
            return malformed(err, "less than it announced");
        }
        const void *elements = given == 0 ? NULL : reader->at;
        memcpy(row + field->offset, &elements, sizeof(elements));
        reader->at += bytes;
        reader->left -= bytes;
    }
    return true;
}

void *wire_read_flat(struct wire_reader *reader, const struct wire_field *table, uint32_t row_bytes,
                     uint32_t count, struct nb_err *err)
{
    size_t bytes = (size_t)row_bytes * count;
    if (!own_rest(reader, err)) {
        return NULL;
    }
    if (bytes > reader->left) {
        (void)malformed(err, "less than it announced");
        return NULL;
    }
    uint8_t *rows = reader->at;
    reader->at += bytes;
    reader->left -= bytes;
    for (const struct wire_field *field = table; field->kind != WIRE_END; field++) {
        if (is_rows(field) && !point(reader, field, rows, row_bytes, count, err)) {
            return NULL;
        }
    }
    return rows;
}
