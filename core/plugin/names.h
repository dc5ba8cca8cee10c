/* The ABI's values as words, for people and fixtures; one table each, read in both directions. */
#ifndef NB_PLUGIN_NAMES_H
#define NB_PLUGIN_NAMES_H

#include "core/plugin/nb_plugin.h"

/* By value; an entry may be NULL (the NONE of each). */
struct plugin_names {
    const char *const *words;
    uint32_t count;
};

extern const struct plugin_names plugin_operation_names;    /* enum nb_operation_kind */
extern const struct plugin_names plugin_outcome_names;      /* enum nb_outcome */
extern const struct plugin_names plugin_fail_names;         /* enum nb_fail_kind */
extern const struct plugin_names plugin_failure_names;      /* enum nb_failure */
extern const struct plugin_names plugin_sent_names;         /* enum nb_sent */
extern const struct plugin_names plugin_event_names;        /* enum nb_event_kind */
extern const struct plugin_names plugin_method_names;       /* enum nb_method */
extern const struct plugin_names plugin_price_reason_names; /* enum nb_price_reason */
extern const struct plugin_names plugin_activity_names;     /* enum nb_activity_kind */

/* "none" for a value that has no word. */
const char *plugin_name_of(const struct plugin_names *names, uint32_t value);
/* False when no value has that word. */
bool plugin_name_find(const struct plugin_names *names, const char *word, uint32_t *ret_value);

#endif
