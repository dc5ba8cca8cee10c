/*
 * What nb.book and nb.booking_enter refuse, as problem documents that say what to do next. Not
 * here: what every write function may answer (api_write_ok). Invariant: numbers and coded words of
 * ours alone leave here, never a place.
 */
#ifndef NB_API_BOOKING_REFUSAL_H
#define NB_API_BOOKING_REFUSAL_H

#include "core/api/call.h"
#include "core/store/booking.h"

/* True when write is a refusal that has its own words: the call has been answered. */
bool api_booking_refused(struct api_call *call, const struct store_write *write) NB_MUST_CHECK;

#endif
