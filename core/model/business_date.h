/*
 * What "tonight" is at a property: before its night-audit cut-off it is still last night.
 * Not here: zones; the database says what the local date and minute are (nb.business_date is the
 * same rule in SQL).
 */
#ifndef NB_MODEL_BUSINESS_DATE_H
#define NB_MODEL_BUSINESS_DATE_H

#include "core/base/night.h"

#define MODEL_CUTOFF_DEFAULT_MINUTE 300 /* 05:00 */

/* minute: local wall minutes since midnight, 0 .. 1439; cutoff_minute: before noon. */
struct night model_tonight(struct night local_date, int minute, int cutoff_minute);

#endif
