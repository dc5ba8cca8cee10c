/*
 * How a booking is shown: its state, what comes next, its timeline with reasons. Never its place,
 * its confirmation number or its guest: those are given by an audited reveal alone.
 */
#ifndef NB_API_BOOKING_VIEW_H
#define NB_API_BOOKING_VIEW_H

#include "core/api/call.h"
#include "core/http/fields.h"
#include "core/store/booking.h"

#include <jansson.h>

extern const struct http_fields api_booking_fields;         /* with timeline, attempts and tasks */
extern const struct http_fields api_booking_summary_fields; /* one item of a list: without them */
extern const struct http_fields api_bookings_made_fields;

/* Coded reasons for spending points while a suitable shelter is free. Ends with NULL. */
extern const char *const api_points_reasons[];

/* Coded reasons of a supervisor or director for a stay that goes on for long. The same. */
extern const char *const api_long_stay_reasons[];

json_t *api_booking_summary_json(const struct store_booking *booking);
/* count > 0 */
json_t *api_bookings_made_json(const struct store_booking *bookings, size_t count);

/* Answers with the booking as it is now, under the caller's present rights; absent alike for one of
 * another hotline. */
void api_booking_show(struct api_call *call, struct public_id booking);

#endif
