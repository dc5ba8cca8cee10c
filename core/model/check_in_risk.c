#include "core/model/check_in_risk.h"

#include "core/base/err.h"

static const struct {
    enum model_risk_level level;
    const char *word;
    const char *sentence;
} facts[MODEL_RISK_COUNT] = {
    [MODEL_RISK_RULES_UNVERIFIED] = {MODEL_RISK_MEDIUM, "rules_unverified",
                                     "Call the desk: nobody has checked its rules lately."},
    [MODEL_RISK_WITHOUT_ID] = {MODEL_RISK_MEDIUM, "without_id",
                               "Remind the desk that it agreed to take a guest without ID."},
    [MODEL_RISK_CARD_FORM] = {MODEL_RISK_LOW, "card_form",
                              "Send the card-authorization form before the guest travels."},
    [MODEL_RISK_AGE_TO_CONFIRM] = {MODEL_RISK_MEDIUM, "age_to_confirm",
                                   "Ask whether somebody is old enough to check in there."},
    [MODEL_RISK_GENDER_TO_CONFIRM] = {MODEL_RISK_MEDIUM, "gender_to_confirm",
                                      "Ask whether the unit's gender rule is right for the guest."},
    [MODEL_RISK_ACCESS_TO_CONFIRM] = {MODEL_RISK_HIGH, "access_to_confirm",
                                      "Call: an accessible room is needed and none is verified."},
    [MODEL_RISK_NO_ALIAS] = {MODEL_RISK_LOW, "no_alias", "The desk does not check in by alias."},
    [MODEL_RISK_DESK_CLOSES] = {MODEL_RISK_MEDIUM, "desk_closes",
                                "Agree on the time of arrival: the desk is not open all night."},
    [MODEL_RISK_STRIKES] = {MODEL_RISK_HIGH, "strikes", "It went wrong there before: look at why."},
};

static uint32_t when(bool holds, enum model_risk risk)
{
    return holds ? UINT32_C(1) << risk : 0;
}

/* Somebody whose age is known and suffices settles it. */
static bool age_open(const struct model_party *party, uint8_t min_age)
{
    bool unsaid = false;

    for (size_t i = 0; i < party->household_count; i++) {
        const struct model_household *household = &party->households[i];
        if (household->adults > 0 && household->oldest_adult_age >= min_age) {
            return false;
        }
        unsaid = unsaid || (household->adults > 0 && household->oldest_adult_age == 0);
    }
    return unsaid && min_age > MODEL_ADULT_AGE;
}

static uint32_t of_unit(const struct model_request *request, const struct model_unit *unit)
{
    bool gender_open =
        request->party.gender == MODEL_GENDER_UNSAID &&
        (unit->gender == MODEL_GENDER_RULE_WOMEN || unit->gender == MODEL_GENDER_RULE_MEN);
    bool access_open = request->accessible && unit->accessible == MODEL_ACCESS_UNKNOWN;

    return when(gender_open, MODEL_RISK_GENDER_TO_CONFIRM) |
           when(access_open, MODEL_RISK_ACCESS_TO_CONFIRM);
}

static uint32_t of_desk(const struct model_request *request, const struct model_desk *desk)
{
    bool unverified = desk->verified_days == MODEL_NEVER_VERIFIED ||
                      desk->verified_days > request->rules.verified_days;

    return when(unverified, MODEL_RISK_RULES_UNVERIFIED) |
           when((desk->documents & request->documents) == 0, MODEL_RISK_WITHOUT_ID) |
           when(desk->card == MODEL_CARD_FORM_ACCEPTED, MODEL_RISK_CARD_FORM) |
           when(age_open(&request->party, desk->min_check_in_age), MODEL_RISK_AGE_TO_CONFIRM) |
           when(!desk->alias_allowed, MODEL_RISK_NO_ALIAS) |
           when(!desk->open_24h, MODEL_RISK_DESK_CLOSES) |
           when(desk->strikes > 0, MODEL_RISK_STRIKES);
}

struct model_check_in_risk model_check_in_risk(const struct model_request *request,
                                               const struct model_place *place)
{
    struct model_check_in_risk risk = {.reasons = of_unit(request, &place->unit)};

    if (model_place_is_hotel(place)) {
        risk.reasons |= of_desk(request, &place->desk);
    }
    for (uint32_t rest = risk.reasons; rest != 0; rest &= rest - 1) {
        enum model_risk_level level = facts[__builtin_ctz(rest)].level;
        risk.level = level > risk.level ? level : risk.level;
    }
    return risk;
}

const char *model_risk_word(enum model_risk risk)
{
    NB_ASSERT(risk < MODEL_RISK_COUNT);
    return facts[risk].word;
}

const char *model_risk_sentence(enum model_risk risk)
{
    NB_ASSERT(risk < MODEL_RISK_COUNT);
    return facts[risk].sentence;
}

const char *model_risk_level_word(enum model_risk_level level)
{
    switch (level) {
    case MODEL_RISK_NONE:
        return "none";
    case MODEL_RISK_LOW:
        return "low";
    case MODEL_RISK_MEDIUM:
        return "medium";
    case MODEL_RISK_HIGH:
        return "high";
    }
    NB_ASSERT(false);
}
