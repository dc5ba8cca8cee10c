/* What a person does and says when IHG One Rewards is booked without a gateway. */
#ifndef NB_IHG_SCRIPT_H
#define NB_IHG_SCRIPT_H

#include "plugins/kit/script.h"

#define IHG_SCRIPT_COUNT 4u
extern const struct kit_script ihg_scripts[IHG_SCRIPT_COUNT];

#endif
