#include "core/plugin/wire.h"

#include "core/base/mem.h"

#include <string.h>

/* A pointer member, whatever it points to: read and written by memcpy, so
 * no aliasing is assumed. */
static const void *pointer_at(const void *object, uint32_t offset)
{
    const void *pointer;
    memcpy(&pointer, (const uint8_t *)object + offset, sizeof(pointer));
    return pointer;
}

static void pointer_put(void *object, uint32_t offset, const void *pointer)
{
    memcpy((uint8_t *)object + offset, &pointer, sizeof(pointer));
}

static uint32_t count_at(const void *object, const struct wire_field *field)
{
    if (field->count_bytes == sizeof(uint16_t)) {
        uint16_t count;
        memcpy(&count, (const uint8_t *)object + field->count_offset, sizeof(count));
        return count;
    }
    uint32_t count;
    memcpy(&count, (const uint8_t *)object + field->count_offset, sizeof(count));
    return count;
}

static bool too_much(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_LIMIT, "plugin_wire_limit", "%s is over its ceiling.", what);
}

static bool malformed(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_INVALID, "plugin_wire_invalid", "The plugin host sent %s.", what);
}

/* Writing -------------------------------------------------------------------------------------- */

static bool write_object(struct nb_buf *buf, const struct wire_field *table, const void *object,
                         uint32_t depth, struct nb_err *err);

static bool write_text(struct nb_buf *buf, const char *text, uint32_t limit, struct nb_err *err)
{
    uint32_t length_and_one = 0;
    if (text != NULL) {
        size_t length = strnlen(text, (size_t)limit + 1);
        if (length > limit) {
            return too_much(err, "A text");
        }
        length_and_one = (uint32_t)length + 1;
    }
    nb_buf_add(buf, &length_and_one, sizeof(length_and_one));
    if (length_and_one > 1) {
        nb_buf_add(buf, text, length_and_one - 1);
    }
    return true;
}

static bool write_elements(struct nb_buf *buf, const struct wire_field *field, const void *rows,
                           uint32_t count, uint32_t depth, struct nb_err *err)
{
    if (field->table == NULL) {
        nb_buf_add(buf, rows, (size_t)field->bytes * count);
        return true;
    }
    if (count > 1 && wire_is_flat(field->table, field->bytes, true)) {
        return wire_write_flat(buf, field->table, rows, field->bytes, count, err);
    }
    const uint8_t *row = rows;
    for (uint32_t i = 0; i < count; i++, row += field->bytes) {
        if (!write_object(buf, field->table, row, depth + 1, err)) {
            return false;
        }
    }
    return true;
}

static bool write_rows(struct nb_buf *buf, const struct wire_field *field, const void *object,
                       uint32_t depth, struct nb_err *err)
{
    const void *rows = pointer_at(object, field->offset);
    uint32_t count = field->kind == WIRE_ONE ? 1 : count_at(object, field);
    if (field->kind != WIRE_ONE && count > field->limit) {
        return too_much(err, "A number of rows");
    }
    if (field->kind == WIRE_ROWS && rows == NULL && count > 0) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_rows_missing",
                          "Rows are counted but not given.");
    }
    uint8_t present = rows != NULL;
    nb_buf_add(buf, &present, sizeof(present));
    return rows == NULL || write_elements(buf, field, rows, count, depth, err);
}

static bool write_field(struct nb_buf *buf, const struct wire_field *field, const void *object,
                        uint32_t depth, struct nb_err *err)
{
    switch (field->kind) {
    case WIRE_BLOCK:
        nb_buf_add(buf, (const uint8_t *)object + field->offset, field->bytes);
        return true;
    case WIRE_TEXT:
        return write_text(buf, pointer_at(object, field->offset), field->limit, err);
    case WIRE_ROWS:
    case WIRE_ROWS_OPT:
    case WIRE_ONE:
        return write_rows(buf, field, object, depth, err);
    case WIRE_INSIDE:
        return write_object(buf, field->table, (const uint8_t *)object + field->offset, depth + 1,
                            err);
    case WIRE_END:
        break;
    }
    return true;
}

static bool write_object(struct nb_buf *buf, const struct wire_field *table, const void *object,
                         uint32_t depth, struct nb_err *err)
{
    if (depth > WIRE_DEPTH_MAX) {
        return too_much(err, "A tree");
    }
    for (const struct wire_field *field = table; field->kind != WIRE_END; field++) {
        if (!write_field(buf, field, object, depth, err)) {
            return false;
        }
    }
    return true;
}

bool wire_write(struct nb_buf *buf, const struct wire_field *table, const void *object,
                struct nb_err *err)
{
    return write_object(buf, table, object, 0, err);
}

/* Reading -------------------------------------------------------------------------------------- */

static bool read_object(struct wire_reader *reader, const struct wire_field *table, void *object,
                        uint32_t depth, struct nb_err *err);

bool wire_read_bytes(struct wire_reader *reader, void *ret_bytes, size_t count, struct nb_err *err)
{
    if (count > reader->left) {
        return malformed(err, "less than it announced");
    }
    if (count > 0) {
        memcpy(ret_bytes, reader->at, count);
    }
    reader->at += count;
    reader->left -= count;
    return true;
}

static bool read_text(struct wire_reader *reader, const struct wire_field *field, void *object,
                      struct nb_err *err)
{
    uint32_t length_and_one = 0;
    if (!wire_read_bytes(reader, &length_and_one, sizeof(length_and_one), err)) {
        return false;
    }
    if (length_and_one == 0) {
        return true;
    }
    uint32_t length = length_and_one - 1;
    if (length > field->limit || length > reader->left) {
        return malformed(err, "a text that is too long");
    }
    if (length > 0 && memchr(reader->at, '\0', length) != NULL) {
        return malformed(err, "a text with a NUL in it");
    }
    char *text = nb_arena_alloc(reader->arena, (size_t)length + 1);
    if (text == NULL) {
        return too_much(err, "The memory of one call");
    }
    pointer_put(object, field->offset, text);
    return wire_read_bytes(reader, text, length, err);
}

static bool read_elements(struct wire_reader *reader, const struct wire_field *field, uint8_t *rows,
                          uint32_t count, uint32_t depth, struct nb_err *err)
{
    if (field->table == NULL) {
        return wire_read_bytes(reader, rows, (size_t)field->bytes * count, err);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!read_object(reader, field->table, rows + (size_t)i * field->bytes, depth + 1, err)) {
            return false;
        }
    }
    return true;
}

static bool read_rows(struct wire_reader *reader, const struct wire_field *field, void *object,
                      uint32_t depth, struct nb_err *err)
{
    uint8_t present = 0;
    if (!wire_read_bytes(reader, &present, sizeof(present), err)) {
        return false;
    }
    uint32_t count = field->kind == WIRE_ONE ? 1 : count_at(object, field);
    if (present > 1 || (field->kind != WIRE_ONE && count > field->limit)) {
        return malformed(err, "a count over its ceiling");
    }
    if (present == 0) {
        return (field->kind != WIRE_ROWS || count == 0) ||
               malformed(err, "a count without its rows");
    }
    /* Every element takes a byte at least, so a count cannot make us reserve more than was sent. */
    if (count > reader->left) {
        return malformed(err, "less than it announced");
    }
    if (count > 1 && field->table != NULL && wire_is_flat(field->table, field->bytes, true)) {
        const void *flat = wire_read_flat(reader, field->table, field->bytes, count, err);
        pointer_put(object, field->offset, flat);
        return flat != NULL;
    }
    uint8_t *rows = nb_arena_alloc(reader->arena, (size_t)field->bytes * count + 1);
    if (rows == NULL) {
        return too_much(err, "The memory of one call");
    }
    pointer_put(object, field->offset, rows);
    return read_elements(reader, field, rows, count, depth, err);
}

static bool read_field(struct wire_reader *reader, const struct wire_field *field, void *object,
                       uint32_t depth, struct nb_err *err)
{
    switch (field->kind) {
    case WIRE_BLOCK:
        return wire_read_bytes(reader, (uint8_t *)object + field->offset, field->bytes, err);
    case WIRE_TEXT:
        return read_text(reader, field, object, err);
    case WIRE_ROWS:
    case WIRE_ROWS_OPT:
    case WIRE_ONE:
        return read_rows(reader, field, object, depth, err);
    case WIRE_INSIDE:
        return read_object(reader, field->table, (uint8_t *)object + field->offset, depth + 1, err);
    case WIRE_END:
        break;
    }
    return true;
}

static bool read_object(struct wire_reader *reader, const struct wire_field *table, void *object,
                        uint32_t depth, struct nb_err *err)
{
    if (depth > WIRE_DEPTH_MAX) {
        return malformed(err, "a tree that is too deep");
    }
    for (const struct wire_field *field = table; field->kind != WIRE_END; field++) {
        if (!read_field(reader, field, object, depth, err)) {
            return false;
        }
    }
    return true;
}

bool wire_read(struct wire_reader *reader, const struct wire_field *table, void *object,
               struct nb_err *err)
{
    return read_object(reader, table, object, 0, err);
}
