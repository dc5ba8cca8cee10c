/*
 * Open addressing with linear probing; doubles at two thirds full.
 */
#include "tests/support/rehearsal/map.h"

#include "core/base/mem.h"

#include <stdint.h>
#include <string.h>

struct reh_map_entry {
    char *key; /* owned; NULL in a free slot */
    void *value;
};

static size_t hash_of(const char *key)
{
    uint64_t hash = 1469598103934665603u;
    for (; *key != '\0'; key++) {
        hash = (hash ^ (uint8_t)*key) * 1099511628211u;
    }
    return (size_t)hash;
}

/* The key's slot, or the free one where it belongs. */
static struct reh_map_entry *slot_of(const struct reh_map *map, const char *key)
{
    size_t at = hash_of(key) & (map->capacity - 1);
    while (map->slots[at].key != NULL && strcmp(map->slots[at].key, key) != 0) {
        at = (at + 1) & (map->capacity - 1);
    }
    return &map->slots[at];
}

static void grow(struct reh_map *map)
{
    struct reh_map larger = {.capacity = map->capacity == 0 ? 64 : map->capacity * 2};
    larger.slots = nb_alloc_array(larger.capacity, sizeof(*larger.slots));
    larger.count = map->count;
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].key != NULL) {
            *slot_of(&larger, map->slots[i].key) = map->slots[i];
        }
    }
    nb_free(map->slots);
    *map = larger;
}

void *reh_map_get(const struct reh_map *map, const char *key)
{
    return map->capacity == 0 ? NULL : slot_of(map, key)->value;
}

void reh_map_put(struct reh_map *map, const char *key, void *value)
{
    if (map->count * 3 >= map->capacity * 2) {
        grow(map);
    }
    struct reh_map_entry *slot = slot_of(map, key);
    if (slot->key == NULL) {
        slot->key = nb_strdup(key);
        map->count++;
    }
    slot->value = value;
}
