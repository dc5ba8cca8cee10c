/*
 * Who survives when a booking of unknown outcome and the one that covered for it both turn out to
 * exist. Source: design section 6; the guest who was told where to go is never cancelled by a rule.
 */
#ifndef NB_MODEL_COVERING_H
#define NB_MODEL_COVERING_H

#include <stdbool.h>

/* What fixes a booking in place. */
struct model_anchor {
    bool desk_confirmed; /* the front desk expects the guest */
    bool guest_told;     /* the guest knows of this place */
};

enum model_survivor {
    MODEL_SURVIVOR_NONE = 0,
    MODEL_SURVIVOR_PRIMARY,
    MODEL_SURVIVOR_COVERING,
    MODEL_SURVIVOR_SUPERVISOR, /* nothing is cancelled until a person decided */
};

/* The anchored one; when neither is, the first; when both are, a supervisor. */
enum model_survivor model_survivor(struct model_anchor primary, struct model_anchor covering);

#endif
