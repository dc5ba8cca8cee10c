/*
 * What every answer is judged by, in whichever dialect it came: whether it is of what was asked,
 * what it may cost, and whether a refusal can be meant.
 */
#ifndef NB_KIT_FACTS_H
#define NB_KIT_FACTS_H

#include "core/plugin/nb_plugin.h"

/* Nothing stated: what every facts starts from. */
struct nb_facts kit_facts_none(void);
/* Whether facts are of this very stay: property, dates, rooms; `reference` as well when asked. */
bool kit_facts_match(const struct nb_facts *facts, const struct nb_operation *operation,
                     bool with_reference);
/* Whether a refusal can be the answer to that question (enum nb_operation_kind). */
bool kit_outcome_answers(enum nb_outcome outcome, uint32_t asked);
/* Whether it costs more than was promised to the ledger and approved beyond it. */
bool kit_facts_too_dear(const struct nb_facts *facts, const struct nb_operation *operation);

#endif
