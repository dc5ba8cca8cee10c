#include "plugins/kit/activity.h"

#include <string.h>

static const struct {
    const char *word;
    int direction; /* 1 in, -1 out, 0 either */
} activities[NB_ACTIVITY_COUNT] = {
    [NB_ACTIVITY_EARN] = {"earn", 1},
    [NB_ACTIVITY_DONATION_IN] = {"donation_in", 1},
    [NB_ACTIVITY_TRANSFER_IN] = {"transfer_in", 1},
    [NB_ACTIVITY_TRANSFER_OUT] = {"transfer_out", -1},
    [NB_ACTIVITY_REDEEM] = {"redeem", -1},
    [NB_ACTIVITY_REINSTATE] = {"reinstate", 1},
    [NB_ACTIVITY_EXPIRE] = {"expire", -1},
    [NB_ACTIVITY_ADJUST] = {"adjust", 0},
    [NB_ACTIVITY_PURCHASE] = {"purchase", 1},
};

enum nb_activity_kind kit_activity_of(const char *word, size_t length)
{
    for (int i = NB_ACTIVITY_NONE + 1; i < NB_ACTIVITY_COUNT; i++) {
        if (strlen(activities[i].word) == length && memcmp(activities[i].word, word, length) == 0) {
            return (enum nb_activity_kind)i;
        }
    }
    return NB_ACTIVITY_NONE;
}

bool kit_activity_fits(enum nb_activity_kind kind, int64_t points)
{
    return activities[kind].direction == 0 || points == 0 ||
           (points > 0) == (activities[kind].direction > 0);
}
