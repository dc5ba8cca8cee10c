/*
 * Distance on the sphere. Doubles are for geography only; what leaves is whole meters.
 * Invariant: the same two points give the same meters in either order, on every machine with IEEE
 * doubles.
 */
#ifndef NB_MODEL_GEOGRAPHY_H
#define NB_MODEL_GEOGRAPHY_H

#include <stdbool.h>
#include <stdint.h>

struct model_spot {
    double latitude;  /* degrees, -90 .. 90 */
    double longitude; /* degrees, -180 .. 180 */
};

/* Great-circle meters (haversine, mean radius 6,371,008.8 m), rounded to the nearest. */
int32_t model_distance_m(struct model_spot a, struct model_spot b);
/* The spot lies at most radius_m from the center. */
bool model_spot_within(struct model_spot spot, struct model_spot center, int32_t radius_m);

#endif
