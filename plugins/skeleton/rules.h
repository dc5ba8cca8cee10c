/* The rules of the skeleton as rows, with their sources and dates. */
#ifndef NB_SKELETON_RULES_H
#define NB_SKELETON_RULES_H

#include "core/plugin/nb_plugin.h"

#define SKELETON_RULE_COUNT 9u
extern const struct nb_rule_default skeleton_rules[SKELETON_RULE_COUNT];

#endif
