/* What a person does and says when this program is booked without a gateway. */
#ifndef NB_SKELETON_SCRIPT_H
#define NB_SKELETON_SCRIPT_H

#include "plugins/kit/script.h"

#define SKELETON_SCRIPT_COUNT 4u
extern const struct kit_script skeleton_scripts[SKELETON_SCRIPT_COUNT];

#endif
