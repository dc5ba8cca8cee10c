/*
 * What codes look like, by a pattern of classes: 'A' one letter A-Z, '9' one digit, 'X' either.
 * A pattern may be followed by "{m,n}" for its last class: "9{4,6}".
 */
#ifndef NB_KIT_CHECK_H
#define NB_KIT_CHECK_H

#include "core/plugin/nb_plugin.h"

bool kit_pattern_fits(const char *pattern, const char *text);
/* looks_right, or the warning (static or in the arena; never holds the text itself). */
void kit_warn_unless(bool looks_right, const char *warning, struct nb_validation *validation);

#endif
