#include "core/model/geography.h"

#include <math.h>

#define EARTH_RADIUS_M 6371008.8

static double radians(double degrees)
{
    return degrees * (M_PI / 180.0);
}

int32_t model_distance_m(struct model_spot a, struct model_spot b)
{
    /* fabs makes the order of the two spots meaningless to the last bit. */
    double up = sin(radians(fabs(b.latitude - a.latitude)) / 2.0);
    double across = sin(radians(fabs(b.longitude - a.longitude)) / 2.0);
    double chord = up * up + cos(radians(a.latitude)) * cos(radians(b.latitude)) * across * across;

    /* Antipodes can round to a little over 1, of which there is no arc sine. */
    return (int32_t)lround(2.0 * EARTH_RADIUS_M * asin(sqrt(fmin(chord, 1.0))));
}

bool model_spot_within(struct model_spot spot, struct model_spot center, int32_t radius_m)
{
    return model_distance_m(spot, center) <= radius_m;
}
