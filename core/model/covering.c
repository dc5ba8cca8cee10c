#include "core/model/covering.h"

static bool anchored(struct model_anchor anchor)
{
    return anchor.desk_confirmed || anchor.guest_told;
}

enum model_survivor model_survivor(struct model_anchor primary, struct model_anchor covering)
{
    if (anchored(primary) && anchored(covering)) {
        return MODEL_SURVIVOR_SUPERVISOR;
    }
    return anchored(covering) ? MODEL_SURVIVOR_COVERING : MODEL_SURVIVOR_PRIMARY;
}
