/*
 * How a reveal that is not given is answered, for bookings and tasks alike.
 */
#ifndef NB_API_REVEAL_H
#define NB_API_REVEAL_H

#include "core/api/call.h"
#include "core/store/reveal.h"

/* Answers the call; for every outcome but STORE_REVEALED. */
void api_reveal_refuse(struct api_call *call, enum store_reveal_outcome outcome);

#endif
