/*
 * On whose behalf something is revealed, and how a reveal that is not given is answered: for
 * bookings, requests and tasks alike.
 */
#ifndef NB_API_REVEAL_H
#define NB_API_REVEAL_H

#include "core/api/call.h"
#include "core/store/reveal.h"

/* Borrows from the call. */
struct store_revealer api_revealer(const struct api_call *call);

/* Answers the call; for every outcome but STORE_REVEALED. */
void api_reveal_refuse(struct api_call *call, enum store_reveal_outcome outcome);

#endif
