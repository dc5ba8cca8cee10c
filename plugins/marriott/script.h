/* What a person does and says when Marriott Bonvoy is booked without a gateway. */
#ifndef NB_MARRIOTT_SCRIPT_H
#define NB_MARRIOTT_SCRIPT_H

#include "plugins/kit/script.h"

#define MARRIOTT_SCRIPT_COUNT 5u
extern const struct kit_script marriott_scripts[MARRIOTT_SCRIPT_COUNT];

#endif
