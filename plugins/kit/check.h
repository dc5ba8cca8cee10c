/*
 * What codes look like, by a pattern of classes: 'A' one letter A-Z, '9' one digit, 'X' either.
 * A pattern may be followed by "{m,n}" for its last class: "9{4,6}". Rule keys:
 *   property.pattern       of the program's property codes
 *   property.master        for people: under which travel systems file all its brands
 *   property.brands        its brand codes of travel systems, comma-separated
 *   property.site_brands   those of the program's own site, where they differ
 */
#ifndef NB_KIT_CHECK_H
#define NB_KIT_CHECK_H

#include "plugins/kit/rules.h"

bool kit_pattern_fits(const char *pattern, const char *text);
/* Three capital letters and a NUL. */
bool kit_currency_fits(const char currency[NB_CURRENCY_TEXT]);
/* Whether it is a property code by the rule; false when the program has no such rule. */
bool kit_property_fits(const struct nb_call *call, struct kit_defaults defaults, const char *code);

/* What is said of codes that look odd: static sentences that never hold the code itself. A NULL
 * sentence: nothing is known of the form, so nothing is warned of. */
struct kit_formats {
    const char *property; /* by the rule property.pattern */
    const char *brand;    /* by the rules of brands: either set */
    const char *member;
    const char *member_pattern;
    const char *confirmation;
    const char *confirmation_pattern;
};

/* The slot `validate`. */
enum nb_status kit_validate(const struct nb_call *call, struct kit_defaults defaults,
                            const struct kit_formats *formats, const struct nb_validate_ask *ask,
                            struct nb_validation *validation);

#endif
