/* What moved points, by the words of the gateway contract and of a saved statement. */
#ifndef NB_KIT_ACTIVITY_H
#define NB_KIT_ACTIVITY_H

#include "core/plugin/nb_plugin.h"

/* The kind that a word of `length` bytes names; NB_ACTIVITY_NONE when it names none. */
enum nb_activity_kind kit_activity_of(const char *word, size_t length);
/* Whether so many points can be of that kind: what comes in is not below 0, what goes out not
 * above. An adjustment is either. */
bool kit_activity_fits(enum nb_activity_kind kind, int64_t points);

#endif
