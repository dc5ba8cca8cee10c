/*
 * Dated rules: the row in force today, or what the plugin knew when it was written. Rules are never
 * constants in C; a plugin names its keys once, in its table of defaults.
 */
#ifndef NB_KIT_RULES_H
#define NB_KIT_RULES_H

#include "core/plugin/nb_plugin.h"

/* A plugin's own table (nb_plugin.rules). */
struct kit_defaults {
    const struct nb_rule_default *rows;
    uint32_t count;
};

/* The value in force on call->today; the default when the house has no such row; NULL when the
 * plugin has no such rule either. */
const char *kit_rule_text(const struct nb_call *call, struct kit_defaults defaults,
                          const char *key);
/* The same as a number; `otherwise` when there is none or it is no number. */
int64_t kit_rule_number(const struct nb_call *call, struct kit_defaults defaults, const char *key,
                        int64_t otherwise);
/* "on" is true; everything else is false. */
bool kit_rule_on(const struct nb_call *call, struct kit_defaults defaults, const char *key);

#endif
