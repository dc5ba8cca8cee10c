/*
 * Loyalty points: integers, overflow-checked, never floating point. A program's points are never
 * added to another's; whoever holds a struct points knows of which program it is.
 */
#ifndef NB_BASE_POINTS_H
#define NB_BASE_POINTS_H

#include "core/base/err.h"

#include <stdint.h>

struct points {
    int64_t v;
};

bool nb_points_subtract(struct points a, struct points b, struct points *ret_rest) NB_MUST_CHECK;
/* "15,000": grouped for people. Truncates never: 28 bytes hold every int64. */
#define NB_POINTS_TEXT 28
void nb_points_format(struct points points, char ret_text[NB_POINTS_TEXT]);

#endif
