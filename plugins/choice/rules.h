/* Choice Privileges: the rules as rows, with their sources and dates. */
#ifndef NB_CHOICE_RULES_H
#define NB_CHOICE_RULES_H

#include "core/plugin/nb_plugin.h"

#define CHOICE_RULE_COUNT 29u
extern const struct nb_rule_default choice_rules[CHOICE_RULE_COUNT];

#endif
