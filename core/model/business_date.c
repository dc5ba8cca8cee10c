#include "core/model/business_date.h"

struct night model_tonight(struct night local_date, int minute, int cutoff_minute)
{
    NB_ASSERT(minute >= 0 && minute < 24 * 60);
    NB_ASSERT(cutoff_minute >= 0 && cutoff_minute < 12 * 60);
    return minute < cutoff_minute ? nb_night_add(local_date, -1) : local_date;
}
