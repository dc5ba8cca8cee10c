/*
 * Whether an answer of a plugin makes sense: enums in range, sums that add up, requests inside the
 * ceilings, headers and methods from the list. Asked of every answer by whoever reads it (the
 * host's client and the conformance run): a plugin is not believed.
 */
#ifndef NB_PLUGIN_SOUND_H
#define NB_PLUGIN_SOUND_H

#include "core/plugin/calls.h"

/* False with the reason (NB_ERR_INVALID) when one answer of this kind is not to be used. */
bool plugin_answer_sound(enum plugin_call_kind kind, const void *answer,
                         struct nb_err *err) NB_MUST_CHECK;
/* Parts of it: a step's effect, and rows of cash. */
bool plugin_step_sound(const void *answer, struct nb_err *err) NB_MUST_CHECK;
bool plugin_cash_sound(const struct nb_cash *cash, uint32_t count) NB_MUST_CHECK;

#endif
