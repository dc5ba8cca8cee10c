/*
 * What codes look like, by a pattern of classes: 'A' one letter A-Z, '9' one digit, 'X' either.
 * A pattern may be followed by "{m,n}" for its last class: "9{4,6}".
 */
#ifndef NB_KIT_CHECK_H
#define NB_KIT_CHECK_H

#include "core/plugin/nb_plugin.h"

bool kit_pattern_fits(const char *pattern, const char *text);
/* Three capital letters and a NUL. */
bool kit_currency_fits(const char currency[NB_CURRENCY_TEXT]);
/* looks_right, or the warning (static or in the arena; never holds the text itself). */
void kit_warn_unless(bool looks_right, const char *warning, struct nb_validation *validation);

#endif
