#include "core/base/points.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool nb_points_subtract(struct points a, struct points b, struct points *ret_rest)
{
    int64_t rest = 0;

    if (__builtin_sub_overflow(a.v, b.v, &rest)) {
        return false;
    }
    ret_rest->v = rest;
    return true;
}

void nb_points_format(struct points points, char ret_text[NB_POINTS_TEXT])
{
    char plain[24];
    char *to = ret_text;

    int length = snprintf(plain, sizeof(plain), "%" PRId64, points.v);
    const char *from = plain;
    if (*from == '-') {
        *to++ = *from++;
        length--;
    }
    for (; length > 0; length--) {
        *to++ = *from++;
        if (length > 1 && length % 3 == 1) {
            *to++ = ',';
        }
    }
    *to = '\0';
}
