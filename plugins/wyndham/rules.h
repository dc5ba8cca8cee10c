/* Wyndham Rewards: the rules as rows, with their sources and dates. */
#ifndef NB_WYNDHAM_RULES_H
#define NB_WYNDHAM_RULES_H

#include "core/plugin/nb_plugin.h"

#define WYNDHAM_RULE_COUNT 27u
extern const struct nb_rule_default wyndham_rules[WYNDHAM_RULE_COUNT];

#endif
