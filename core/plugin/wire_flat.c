/*
 * Flat rows: structs whose pointers lead to arrays of plain elements or to texts, carried as
 *   n, n bytes of padding | count structs as they stand | elements or texts of the first pointer,
 * row by row | those of the second pointer | ... In a struct on the way a pointer to elements is
 * the word 1 (given) or 0 (NULL), one to a text its length and one, or 0; never an address. A text
 * has its NUL with it. Invariant: the reader works on a copy that nobody else can change,
 * overwrites every pointer, and believes no count and no word; a table that does not cover its
 * whole struct is not flat.
 */
#include "core/plugin/wire.h"

#include <string.h>

#define WORD_BYTES ((uint32_t)sizeof(uint64_t))
_Static_assert(sizeof(void *) == sizeof(uint64_t), "a pointer is a word");

static bool is_rows(const struct wire_field *field)
{
    return field->kind == WIRE_ROWS || field->kind == WIRE_ROWS_OPT;
}

bool wire_is_flat(const struct wire_field *table, uint32_t row_bytes, bool texts)
{
    uint32_t covered = 0;
    bool odd = false; /* behind a text nothing is aligned */
    for (const struct wire_field *field = table; field->kind != WIRE_END; field++) {
        bool text = field->kind == WIRE_TEXT && texts;
        bool rows =
            is_rows(field) && field->table == NULL && field->bytes % WORD_BYTES == 0 && !odd;
        if (field->kind != WIRE_BLOCK && !rows && !text) {
            return false;
        }
        odd = odd || text;
        covered += field->kind == WIRE_BLOCK ? field->bytes : WORD_BYTES;
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

static bool too_much(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_LIMIT, "plugin_wire_limit", "%s is over its ceiling.", what);
}

/* Words in place of the pointers of one member, and the bytes that their elements take. */
static bool mark_rows(uint8_t *copy, const struct wire_field *field, uint32_t row_bytes,
                      uint32_t count, size_t *ret_bytes, struct nb_err *err)
{
    size_t elements = 0;
    for (uint32_t i = 0; i < count; i++, copy += row_bytes) {
        uint64_t given = word_at(copy, field->offset) != 0;
        uint32_t many = count_at(copy, field);
        if (many > field->limit) {
            return too_much(err, "A number of rows");
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

static const void *pointer_at(const uint8_t *row, const struct wire_field *field)
{
    const void *pointer;
    memcpy(&pointer, row + field->offset, sizeof(pointer));
    return pointer;
}

static bool mark_texts(uint8_t *copy, const struct wire_field *field, uint32_t row_bytes,
                       uint32_t count, size_t *ret_bytes, struct nb_err *err)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++, copy += row_bytes) {
        const char *text = pointer_at(copy, field);
        uint64_t taken = text == NULL ? 0 : strnlen(text, (size_t)field->limit + 1) + 1;
        if (taken > (uint64_t)field->limit + 1) {
            return too_much(err, "A text");
        }
        memcpy(copy + field->offset, &taken, sizeof(taken));
        bytes += taken;
    }
    *ret_bytes = bytes;
    return true;
}

static void copy_elements(uint8_t *to, const struct wire_field *field, const uint8_t *row,
                          uint32_t row_bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++, row += row_bytes) {
        const void *from = pointer_at(row, field);
        size_t bytes = (size_t)count_at(row, field) * field->bytes;
        if (from != NULL && bytes > 0) {
            memcpy(to, from, bytes);
            to += bytes;
        }
    }
}

/* marked: the rows with words in them. */
static void copy_texts(uint8_t *to, const struct wire_field *field, const uint8_t *row,
                       const uint8_t *marked, uint32_t row_bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++, row += row_bytes, marked += row_bytes) {
        size_t bytes = word_at(marked, field->offset);
        if (bytes > 0) {
            memcpy(to, pointer_at(row, field), bytes);
            to += bytes;
        }
    }
}

/* One pointer of all rows. */
static bool write_column(struct nb_buf *buf, size_t start, const struct wire_field *field,
                         const void *rows, uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    uint8_t *copy = (uint8_t *)buf->data + start;
    size_t bytes = 0;
    bool text = field->kind == WIRE_TEXT;
    if (!(text ? mark_texts : mark_rows)(copy, field, row_bytes, count, &bytes, err)) {
        return false;
    }
    uint8_t *place = nb_buf_extend(buf, bytes);
    if (place == NULL || bytes == 0) {
        return nb_buf_ok(buf, err);
    }
    if (text) {
        copy_texts(place, field, rows, (uint8_t *)buf->data + start, row_bytes, count);
    } else {
        copy_elements(place, field, rows, row_bytes, count);
    }
    return true;
}

bool wire_write_flat(struct nb_buf *buf, const struct wire_field *table, const void *rows,
                     uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    if (!write_padding(buf)) {
        return nb_buf_ok(buf, err);
    }
    size_t start = buf->length;
    nb_buf_add(buf, rows, (size_t)row_bytes * count);
    bool written = nb_buf_ok(buf, err);
    for (const struct wire_field *field = table; written && field->kind != WIRE_END; field++) {
        written = field->kind == WIRE_BLOCK ||
                  write_column(buf, start, field, rows, row_bytes, count, err);
    }
    return written;
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
        reader->in_place = true;
    }
    return (uintptr_t)reader->at % WORD_BYTES == 0 || malformed(err, "rows at an odd place");
}

/* Pointers in place of the words of one member. */
static bool point_rows(struct wire_reader *reader, const struct wire_field *field, uint8_t *row,
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

static bool point_texts(struct wire_reader *reader, const struct wire_field *field, uint8_t *row,
                        uint32_t row_bytes, uint32_t count, struct nb_err *err)
{
    for (uint32_t i = 0; i < count; i++, row += row_bytes) {
        uint64_t taken = word_at(row, field->offset);
        if (taken > (uint64_t)field->limit + 1 || taken > reader->left) {
            return malformed(err, "a text that is too long");
        }
        if (taken > 0 && memchr(reader->at, '\0', taken) != reader->at + taken - 1) {
            return malformed(err, "a text with a NUL in it");
        }
        const void *text = taken == 0 ? NULL : reader->at;
        memcpy(row + field->offset, &text, sizeof(text));
        reader->at += taken;
        reader->left -= taken;
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
        if (field->kind != WIRE_BLOCK && !(field->kind == WIRE_TEXT ? point_texts : point_rows)(
                                             reader, field, rows, row_bytes, count, err)) {
            return NULL;
        }
    }
    return rows;
}
