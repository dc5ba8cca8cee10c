/* Delta SkyMiles: the rules as rows, with their sources and dates. */
#ifndef NB_SKYMILES_RULES_H
#define NB_SKYMILES_RULES_H

#include "core/plugin/nb_plugin.h"

#define SKYMILES_RULE_COUNT 31u
extern const struct nb_rule_default skymiles_rules[SKYMILES_RULE_COUNT];

#endif
