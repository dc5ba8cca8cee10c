/*
 * What a person does and says when a Delta SkyMiles ticket is booked by hand. Some lines hang on
 * rules of the day: a row that an administrator replaces changes what is said, without a new
 * plugin.
 */
#ifndef NB_SKYMILES_SCRIPT_H
#define NB_SKYMILES_SCRIPT_H

#include "plugins/kit/rules.h"

/* The slot `script`. NB_REFUSED for what nobody does by hand. */
enum nb_status skymiles_script(const struct nb_call *call, struct kit_defaults defaults,
                               const struct nb_script_ask *ask, struct nb_script *script);

#endif
