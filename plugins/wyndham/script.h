/* What a person does and says when Wyndham Rewards is booked without a gateway. */
#ifndef NB_WYNDHAM_SCRIPT_H
#define NB_WYNDHAM_SCRIPT_H

#include "plugins/kit/script.h"

#define WYNDHAM_SCRIPT_COUNT 4u
extern const struct kit_script wyndham_scripts[WYNDHAM_SCRIPT_COUNT];

#endif
