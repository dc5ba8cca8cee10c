/* IHG One Rewards: the rules as rows, with their sources and dates. */
#ifndef NB_IHG_RULES_H
#define NB_IHG_RULES_H

#include "core/plugin/nb_plugin.h"

#define IHG_RULE_COUNT 34u
extern const struct nb_rule_default ihg_rules[IHG_RULE_COUNT];

#endif
