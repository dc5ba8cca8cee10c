/*
 * The hard rules: why a place is not offered to a request. Every refusal keeps all its reasons as
 * bits, and shows one. Invariant: a place that is not vetted, or that an exclusion zone covers, is
 * always refused, whatever else holds.
 */
#ifndef NB_MODEL_REFUSAL_H
#define NB_MODEL_REFUSAL_H

#include "core/model/place.h"

enum model_refusal {
    MODEL_REFUSAL_NONE = 0,
#define MODEL_REFUSALS(name, word, sentence) MODEL_REFUSAL_##name,
#include "core/model/refusal.def"
    MODEL_REFUSAL_COUNT
};

#define MODEL_REFUSAL_BIT(refusal) (UINT64_C(1) << (refusal))

/* All reasons as bits; 0 when the place is offered. units: model_units_needed() of the two. */
uint64_t model_refusals_of(const struct model_request *request, const struct model_place *place,
                           uint32_t units);
/* The reason that is shown; NONE for 0. */
enum model_refusal model_refusal_first(uint64_t refusals);
/* What a reader may see: only the author's role reads of a zone, others that the place is not
 * offered, and no more. */
uint64_t model_refusals_shown(uint64_t refusals, bool to_author_role);
/* Stable code ("not_vetted") and a sentence for staff. Static storage. */
const char *model_refusal_word(enum model_refusal refusal);
const char *model_refusal_sentence(enum model_refusal refusal);

#endif
