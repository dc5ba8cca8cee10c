/*
 * Text keys to pointers, for the rehearsal book: grows, never forgets, owns its keys and not its
 * values.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_MAP_H
#define TESTS_SUPPORT_REHEARSAL_MAP_H

#include <stddef.h>

struct reh_map {
    struct reh_map_entry *slots;
    size_t capacity;
    size_t count;
};

/* NULL when there is none. */
void *reh_map_get(const struct reh_map *map, const char *key);
/* Replaces what the key had. Accepts a zeroed map. */
void reh_map_put(struct reh_map *map, const char *key, void *value);

#endif
