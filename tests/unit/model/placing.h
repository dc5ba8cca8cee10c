/*
 * An ordinary guest and places that suit them: tests of the hard rules, of the risk at check-in and
 * of the list change one thing at a time.
 */
#ifndef NB_TESTS_MODEL_PLACING_H
#define NB_TESTS_MODEL_PLACING_H

#include "core/model/ranking.h"

/* A request and one place; the household belongs to the request's party. Not to be copied. */
struct placing {
    struct model_household household;
    struct model_request request;
    struct model_place place;
};

/* One adult of unsaid age with a document and a card, two nights from tonight, up to 40 km away; a
 * vetted points hotel at 5 km that takes anybody for 30,000 points. */
void placing_init(struct placing *at);
/* The same place as a shelter of that tier, or as a partner hotel for 100.00. */
void placing_shelter(struct placing *at, enum model_tier tier);
void placing_partner_hotel(struct placing *at);
/* All reasons against it as bits. */
uint64_t placing_refusals(const struct placing *at);

#endif
