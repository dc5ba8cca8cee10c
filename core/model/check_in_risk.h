/*
 * What may still go wrong at the door of a place that the rules allow, said before booking, with
 * the reasons. Not here: refusals. Invariant: a level above none always has a reason.
 */
#ifndef NB_MODEL_CHECK_IN_RISK_H
#define NB_MODEL_CHECK_IN_RISK_H

#include "core/model/place.h"

enum model_risk_level { MODEL_RISK_NONE = 0, MODEL_RISK_LOW, MODEL_RISK_MEDIUM, MODEL_RISK_HIGH };

enum model_risk {
    MODEL_RISK_RULES_UNVERIFIED = 0, /* nobody has checked its desk rules, or long ago */
    MODEL_RISK_WITHOUT_ID,           /* rests on its promise to take no ID */
    MODEL_RISK_CARD_FORM,            /* rests on a card-authorization form */
    MODEL_RISK_AGE_TO_CONFIRM, /* the adults' age was not said and the desk asks for more than 18 */
    MODEL_RISK_GENDER_TO_CONFIRM, /* the unit has a gender rule and nobody asked */
    MODEL_RISK_ACCESS_TO_CONFIRM, /* an accessible room is needed and nobody verified one */
    MODEL_RISK_NO_ALIAS,          /* the desk wants the guest's real name */
    MODEL_RISK_DESK_CLOSES,       /* nobody at the desk at night */
    MODEL_RISK_STRIKES,           /* it went wrong there before */
    MODEL_RISK_COUNT
};

struct model_check_in_risk {
    enum model_risk_level level; /* the worst of its reasons */
    uint32_t reasons;            /* bits: 1 << enum model_risk */
};

struct model_check_in_risk model_check_in_risk(const struct model_request *request,
                                               const struct model_place *place);
/* Words ("card_form", "medium") and a sentence for staff. Static storage. */
const char *model_risk_word(enum model_risk risk);
const char *model_risk_sentence(enum model_risk risk);
const char *model_risk_level_word(enum model_risk_level level);

#endif
