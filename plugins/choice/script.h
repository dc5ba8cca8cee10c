/* What a person does and says when Choice Privileges is booked without a gateway. */
#ifndef NB_CHOICE_SCRIPT_H
#define NB_CHOICE_SCRIPT_H

#include "plugins/kit/script.h"

#define CHOICE_SCRIPT_COUNT 4u
extern const struct kit_script choice_scripts[CHOICE_SCRIPT_COUNT];

#endif
