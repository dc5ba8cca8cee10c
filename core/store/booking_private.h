/* What booking.c and booking_find.c share. Nobody else includes it. */
#ifndef NB_STORE_BOOKING_PRIVATE_H
#define NB_STORE_BOOKING_PRIVATE_H

#include "core/store/booking.h"
#include "core/store/call.h"

/* What a list and a single booking have in common. */
void store_booking_summary(const struct store_reading *reading, int row,
                           struct store_booking *booking);

#endif
