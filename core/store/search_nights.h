/*
 * Inside core/store: nights as the statements of a search send them, unpacked. Invariant: arrays
 * have one item for each night looked at, from check-in on; what is not known stays so.
 */
#ifndef NB_STORE_SEARCH_NIGHTS_H
#define NB_STORE_SEARCH_NIGHTS_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From 65536 * night + free units each, in the arena; NULL when it is full. */
int32_t *search_nights_free(const int64_t *packed, size_t count, int32_t looked,
                            struct nb_arena *arena);

struct search_rates {
    int64_t *prices;       /* 0: none known */
    int32_t *free;         /* rooms seen free */
    int64_t oldest_seen_s; /* second of the oldest look at any of the nights; 0: no look */
};

/* hex: bytes as nb.search_place.rates has them, as PostgreSQL writes bytea; NULL for none. first:
 * to which night the first of them belongs. False when the arena is full. */
bool search_nights_rates(const char *hex, int64_t first, int32_t looked, struct nb_arena *arena,
                         struct search_rates *ret_rates) NB_MUST_CHECK;

#endif
