#include "core/model/points_need.h"

#include <string.h>

static const char *const words[MODEL_POINTS_REASON_COUNT] = {
    [MODEL_POINTS_REASON_NONE] = "none",
    [MODEL_POINTS_REASON_GUEST_CHOICE] = "guest_choice",
    [MODEL_POINTS_REASON_UNSAFE] = "unsafe",
    [MODEL_POINTS_REASON_TOO_FAR] = "too_far",
    [MODEL_POINTS_REASON_REFUSED_THEM] = "refused_them",
    [MODEL_POINTS_REASON_RULES] = "rules",
};

bool model_needs_reason(const struct model_ranked *ranked, size_t offered,
                        const struct model_place *places, size_t chosen)
{
    /* Shelters stand first in the list, so the first row says whether there is one. */
    return places[chosen].kind == MODEL_PLACE_POINTS_HOTEL && offered > 0 &&
           ranked[0].class == MODEL_CLASS_SHELTER;
}

const char *model_points_reason_word(enum model_points_reason reason)
{
    NB_ASSERT(reason < MODEL_POINTS_REASON_COUNT);
    return words[reason];
}

bool model_points_reason_parse(const char *word, enum model_points_reason *ret_reason)
{
    for (size_t i = MODEL_POINTS_REASON_NONE + 1; i < MODEL_POINTS_REASON_COUNT; i++) {
        if (strcmp(word, words[i]) == 0) {
            *ret_reason = (enum model_points_reason)i;
            return true;
        }
    }
    return false;
}
