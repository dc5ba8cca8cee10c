/*
 * Inside core/store: bytes that travel as hexadecimal text, because neither parameters nor rows
 * have arrays of bytea.
 */
#ifndef NB_STORE_HEX_H
#define NB_STORE_HEX_H

#include "core/base/arena.h"
#include "core/store/reveal.h"

/* In the arena; NULL when it is full. */
const char *store_hex(struct nb_arena *arena, const uint8_t *bytes, size_t count);
/* The items of a text array like "{0a1b,2c3d}", in the arena, at most `most`; how many. NULL has
 * none. */
size_t store_hex_items(const char *array, struct nb_arena *arena, struct store_bytes *ret_items,
                       size_t most);

#endif
