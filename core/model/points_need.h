/*
 * Spending points while a suitable shelter is free needs a coded reason (design section 6, choice).
 * Suitable is a specialized or adjacent shelter that no hard rule refuses. A general shelter asks
 * for none: the order itself puts it after hotels.
 */
#ifndef NB_MODEL_POINTS_NEED_H
#define NB_MODEL_POINTS_NEED_H

#include "core/model/ranking.h"

enum model_points_reason {
    MODEL_POINTS_REASON_NONE = 0,
    MODEL_POINTS_REASON_GUEST_CHOICE,
    MODEL_POINTS_REASON_UNSAFE,
    MODEL_POINTS_REASON_TOO_FAR,
    MODEL_POINTS_REASON_REFUSED_THEM,
    MODEL_POINTS_REASON_RULES,
    MODEL_POINTS_REASON_COUNT
};

/* ranked: as model_rank() left it; offered: what it returned; chosen: index into the places that
 * were ranked. */
bool model_needs_reason(const struct model_ranked *ranked, size_t offered,
                        const struct model_place *places, size_t chosen);
const char *model_points_reason_word(enum model_points_reason reason);
/* False for anything but the five words. */
bool model_points_reason_parse(const char *word,
                               enum model_points_reason *ret_reason) NB_MUST_CHECK;

#endif
