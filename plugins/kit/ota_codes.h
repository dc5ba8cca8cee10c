/* The error codes of OpenTravel (code list ERR of 2024-09, list EWT of types) as our outcomes. */
#ifndef NB_KIT_OTA_CODES_H
#define NB_KIT_OTA_CODES_H

#include "core/plugin/nb_plugin.h"

/* Of one <Error Type Code>; either may be NULL. NB_OUTCOME_UNKNOWN for what is in no list, and
 * where type and code contradict each other. */
enum nb_outcome kit_ota_error_outcome(const char *type, const char *code);

#endif
