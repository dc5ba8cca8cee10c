/*
 * Where a postal code, a city or a spot on the map is, in which region and zone, and what tonight
 * is there. The United States are complete by postal code, Canada and Mexico are known by city.
 */
#ifndef NB_STORE_PLACE_H
#define NB_STORE_PLACE_H

#include "core/base/night.h"
#include "core/store/store.h"

enum store_place_kind {
    STORE_PLACE_NONE = 0,
    STORE_PLACE_POSTAL, /* country, postal_code */
    STORE_PLACE_CITY,   /* country, region, city */
    STORE_PLACE_SPOT,   /* latitude, longitude */
};

/* Texts are borrowed; NULL where the kind has no use for them. */
struct store_place_ask {
    enum store_place_kind kind;
    const char *country;
    const char *region;
    const char *city;
    const char *postal_code;
    double latitude;
    double longitude;
};

struct store_place_found {
    bool found;
    double latitude;
    double longitude;
    char country[3];
    char region[4]; /* empty when not known */
    char zone[64];
    struct night tonight; /* with the default cut-off */
};

/* found: one for each ask, in their order; NULL unless result->outcome is STORE_OK. */
typedef void (*store_places_fn)(void *data, const struct store_result *result,
                                const struct store_place_found *found, size_t count);

/* Needs the pool of role. */
void store_places_find(struct store *store, enum store_role role,
                       const struct store_place_ask *asks, size_t count, store_places_fn done,
                       void *data);

#endif
