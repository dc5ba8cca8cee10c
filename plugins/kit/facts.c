#include "plugins/kit/facts.h"

#include <string.h>

struct nb_facts kit_facts_none(void)
{
    return (struct nb_facts){.check_in = NB_DAY_NONE,
                             .check_out = NB_DAY_NONE,
                             .points = -1,
                             .points_returned = -1,
                             .cancel_by_us = NB_INSTANT_NONE,
                             .expires_at_us = NB_INSTANT_NONE,
                             .returns_at_us = NB_INSTANT_NONE};
}

bool kit_facts_match(const struct nb_facts *facts, const struct nb_operation *operation,
                     bool with_reference)
{
    return facts->property_code != NULL && operation->property_code != NULL &&
           strcmp(facts->property_code, operation->property_code) == 0 &&
           facts->check_in == operation->check_in && facts->check_out == operation->check_out &&
           facts->rooms == operation->rooms &&
           (!with_reference || (facts->reference != NULL && operation->reference != NULL &&
                                strcmp(facts->reference, operation->reference) == 0));
}

bool kit_facts_too_dear(const struct nb_facts *facts, const struct nb_operation *operation)
{
    int64_t most;
    return __builtin_add_overflow(operation->points_total, (int64_t)operation->accept_higher,
                                  &most) ||
           facts->points > most;
}

#define TO(kind) (1u << NB_OPERATION_##kind)
#define TO_ORDER (TO(QUOTE) | TO(HOLD) | TO(COMMIT))
#define TO_ALL (TO_ORDER | TO(CANCEL) | TO(READ) | TO(BALANCE) | TO(ACTIVITY))

/* To which questions each refusal can be the answer. */
static const uint32_t answers_to[NB_OUTCOME_COUNT] = {
    [NB_OUTCOME_SOLD_OUT] = TO_ORDER,
    [NB_OUTCOME_PRICE_CHANGED] = TO_ORDER,
    [NB_OUTCOME_POLICY_CHANGED] = TO_ORDER,
    [NB_OUTCOME_RESTRICTED] = TO_ORDER,
    [NB_OUTCOME_INSUFFICIENT_POINTS] = TO_ORDER,
    [NB_OUTCOME_REDEMPTION_REFUSED] = TO_ORDER,
    [NB_OUTCOME_MEMBER_INVALID] = TO_ORDER | TO(BALANCE) | TO(ACTIVITY),
    [NB_OUTCOME_HOTEL_INVALID] = TO_ORDER,
    [NB_OUTCOME_NEEDS_CARD] = TO_ORDER,
    [NB_OUTCOME_ALREADY_CANCELLED] = TO(CANCEL),
    [NB_OUTCOME_NOT_FOUND] = TO(CANCEL) | TO(READ),
    [NB_OUTCOME_CANCEL_REFUSED] = TO(CANCEL),
    [NB_OUTCOME_DUPLICATE] = TO(HOLD) | TO(COMMIT),
    [NB_OUTCOME_UNAUTHORISED] = TO_ALL,
    [NB_OUTCOME_RETRY_LATER] = TO_ALL,
};

bool kit_outcome_answers(enum nb_outcome outcome, uint32_t asked)
{
    return (answers_to[outcome] >> asked & 1u) != 0;
}
