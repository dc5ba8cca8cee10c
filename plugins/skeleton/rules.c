#include "plugins/skeleton/rules.h"

/* One row a rule: key, value, where it comes from, when somebody last looked (empty = unverified),
 * what it means and its unit. Keys that the kit reads are listed in its headers. */
const struct nb_rule_default skeleton_rules[SKELETON_RULE_COUNT] = {
    {"booking.rooms_max", "1", "not published; the cautious reading", "",
     "Rooms in one reservation."},
    {"guest.age_min", "18", "not published; the cautious reading", "",
     "Least age of whoever checks in, in years."},
    {"expiry.hard_months", "0", "not published; the cautious reading", "",
     "Months until a lot is gone; 0 = never."},
    {"expiry.idle_months", "12", "not published; the cautious reading", "",
     "Months without counted activity until the account's points are gone."},
    {"expiry.resets", "earn,redeem", "not published; the cautious reading", "",
     "Activity that starts the idle clock anew."},
    {"refund.return_days", "7", "not published; the cautious reading", "",
     "Days until points of a cancelled stay are back."},
    {"refund.late", "lost", "not published; the cautious reading", "",
     "A cancellation after its deadline: lost, one_night or kept."},
    {"refund.no_show", "lost", "not published; the cautious reading", "",
     "A guest who did not come: lost, one_night or kept."},
    {"property.pattern", "X{4,6}", "not published; the cautious reading", "",
     "What a property code looks like: A letter, 9 digit, X either."},
};
