/*
 * What nb.book refuses, as problem documents that say what to do next.
 */
#ifndef NB_API_BOOKING_REFUSAL_H
#define NB_API_BOOKING_REFUSAL_H

#include "core/api/call.h"
#include "core/model/approval.h"
#include "core/store/booking.h"

/* True when write is a refusal that has its own words: the call has been answered. */
bool api_booking_refused(struct api_call *call, const struct store_write *write) NB_MUST_CHECK;

/* True when the stay is longer than the caller may book, or its reason is missing or out of place:
 * the call has been answered with who may, or what is needed, or, when its key has booked already,
 * done gets what it booked. */
bool api_booking_over_limit(struct api_call *call, const struct store_booking_plan *plan,
                            store_write_fn done) NB_MUST_CHECK;

#endif
