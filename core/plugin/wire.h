/*
 * The wire between this house and a plugin host: structs of nb_plugin.h carried as bytes by a table
 * of fields, one table for writing and reading. Both ends are the same build on one machine, so a
 * fixed part is copied as it stands; everything a pointer leads to is bounded and checked.
 * Invariant: reading never trusts a count, a length or a depth; whatever is wrong is an error.
 */
#ifndef NB_PLUGIN_WIRE_H
#define NB_PLUGIN_WIRE_H

#include "core/base/arena.h"
#include "core/base/buf.h"

#include <stddef.h>
#include <stdint.h>

#define WIRE_FRAME_BYTES_MAX (8u << 20)
#define WIRE_DEPTH_MAX 40u

enum wire_kind {
    WIRE_END = 0,
    WIRE_BLOCK,    /* `bytes` at offset, as they are */
    WIRE_TEXT,     /* const char *, NULL kept, at most `limit` bytes */
    WIRE_ROWS,     /* pointer to `count` elements; never NULL while the count is not 0 */
    WIRE_ROWS_OPT, /* the same, but NULL means that none were given */
    WIRE_ONE,      /* pointer to one element, NULL kept */
    WIRE_INSIDE,   /* a struct at offset with a table of its own */
};

/* A row of a struct's table. The field that holds a count comes before the rows it counts. */
struct wire_field {
    enum wire_kind kind;
    uint32_t offset;
    uint32_t bytes;                 /* of a block or of one element */
    uint32_t count_offset;          /* of ROWS: where the count stands */
    uint32_t count_bytes;           /* 2 or 4 */
    uint32_t limit;                 /* elements or bytes of text */
    const struct wire_field *table; /* of the element; NULL = flat */
};

#define WIRE_BLOCK_UP_TO(type, member)                                                             \
    {                                                                                              \
        .kind = WIRE_BLOCK, .bytes = (uint32_t)offsetof(type, member)                              \
    }
#define WIRE_TEXT_OF(type, member, most)                                                           \
    {                                                                                              \
        .kind = WIRE_TEXT, .offset = (uint32_t)offsetof(type, member), .limit = (most)             \
    }
#define WIRE_ROWS_OF(rows_kind, type, member, count, most, rows)                                   \
    {                                                                                              \
        .kind = (rows_kind), .offset = (uint32_t)offsetof(type, member),                           \
        .bytes = (uint32_t)sizeof(*((type *)NULL)->member),                                        \
        .count_offset = (uint32_t)offsetof(type, count),                                           \
        .count_bytes = (uint32_t)sizeof(((type *)NULL)->count), .limit = (most), .table = (rows)   \
    }
#define WIRE_ONE_OF(type, member, rows)                                                            \
    {                                                                                              \
        .kind = WIRE_ONE, .offset = (uint32_t)offsetof(type, member),                              \
        .bytes = (uint32_t)sizeof(*((type *)NULL)->member), .table = (rows)                        \
    }
#define WIRE_INSIDE_OF(type, member, rows)                                                         \
    {                                                                                              \
        .kind = WIRE_INSIDE, .offset = (uint32_t)offsetof(type, member), .table = (rows)           \
    }

/* What one frame is. The header is followed by `length` bytes, unless they stand in memory that
 * both sides see (core/plugin/shared.h). */
struct wire_header {
    uint32_t length;
    uint16_t kind;   /* enum plugin_call_kind */
    uint16_t shared; /* 1: the bytes stand there */
    uint64_t id;     /* of the request; the reply repeats it */
};

/* A place in bytes that somebody else wrote and cannot change any more: a copy of our own. */
struct wire_reader {
    uint8_t *at;
    size_t left;
    struct nb_arena *arena; /* shares: what is read lives in it */
    bool in_place;          /* flat rows stay in the bytes themselves, which outlive them */
};

/* Appends; a count, a text or a depth over its limit is NB_ERR_LIMIT. A full
 * buffer shows in buf. */
bool wire_write(struct nb_buf *buf, const struct wire_field *table, const void *object,
                struct nb_err *err) NB_MUST_CHECK;
/* Fills a zeroed object. NB_ERR_INVALID for bytes that make no
 * sense, NB_ERR_LIMIT without memory. */
bool wire_read(struct wire_reader *reader, const struct wire_field *table, void *object,
               struct nb_err *err) NB_MUST_CHECK;
/* Many rows of one type whose pointers lead to plain elements, or (where texts may be) to texts
 * (core/plugin/wire_flat.c): all structs as one block, then what one pointer after the other leads
 * to. Such a batch costs a few large copies instead of one for each member. */
bool wire_is_flat(const struct wire_field *table, uint32_t row_bytes, bool texts);
bool wire_write_flat(struct nb_buf *buf, const struct wire_field *table, const void *rows,
                     uint32_t row_bytes, uint32_t count, struct nb_err *err) NB_MUST_CHECK;
/* NULL with err for bytes that make no sense. */
void *wire_read_flat(struct wire_reader *reader, const struct wire_field *table, uint32_t row_bytes,
                     uint32_t count, struct nb_err *err) NB_MUST_CHECK;
bool wire_read_bytes(struct wire_reader *reader, void *ret_bytes, size_t count,
                     struct nb_err *err) NB_MUST_CHECK;

#endif
