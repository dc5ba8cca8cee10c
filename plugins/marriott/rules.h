/* Marriott Bonvoy: the rules as rows, with their sources and dates. */
#ifndef NB_MARRIOTT_RULES_H
#define NB_MARRIOTT_RULES_H

#include "core/plugin/nb_plugin.h"

#define MARRIOTT_RULE_COUNT 26u
extern const struct nb_rule_default marriott_rules[MARRIOTT_RULE_COUNT];

#endif
