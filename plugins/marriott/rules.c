#include "plugins/marriott/rules.h"

#define PROGRAM "program's terms"
#define COPY "copy of the program's terms, 2022"
#define PRESS "press"
#define ASSUMED "not published; the cautious reading"
#define SEEN "2026-09-01"
#define UNVERIFIED ""

const struct nb_rule_default marriott_rules[MARRIOTT_RULE_COUNT] = {
    {"price.free_night_every", "5", PRESS, UNVERIFIED,
     "Of so many consecutive nights in one reservation the cheapest costs no points; it repeats."},
    {"price.mixed_free_night", "off", PRESS, UNVERIFIED,
     "on: points and cash together also get the free night."},
    {"booking.window_days", "0", ASSUMED, UNVERIFIED,
     "How many days ahead a stay may be booked; 0 = no limit known."},
    {"booking.nights_max", "0", ASSUMED, UNVERIFIED,
     "Longest stay of one reservation, in nights; 0 = no limit known."},
    {"booking.rooms_max", "1", ASSUMED, UNVERIFIED,
     "Rooms in one reservation: a gifted stay is one room a call."},
    {"booking.guests_per_room_max", "0", ASSUMED, UNVERIFIED,
     "People in one room; 0 = the property's own limit decides."},
    {"guest.age_min", "18", ASSUMED, UNVERIFIED, "Least age of whoever checks in, in years."},
    {"guest.card_required", "off", ASSUMED, UNVERIFIED,
     "on: the guest's own card at the desk; the property's desk rules come first."},
    {"guest.id_required", "off", ASSUMED, UNVERIFIED,
     "on: an identity document, whatever the property agreed to."},
    {"gift.accounts", "custodian", ASSUMED, UNVERIFIED,
     "Whose stays count as gifts, of custodian and charity: a charity account that the program "
     "granted has an agreement of its own."},
    {"gift.counter", "gifted_stay", COPY, UNVERIFIED,
     "The yearly counter that a stay for somebody else takes one of."},
    {"gift.per_year", "5", COPY, UNVERIFIED, "Gifted stays of one account in a calendar year."},
    {"gift.phone_only", "on", COPY, UNVERIFIED,
     "on: a stay for somebody else is booked on the phone by the account's custodian."},
    {"expiry.hard_months", "0", PROGRAM, SEEN, "Months until a lot is gone; 0 = never."},
    {"expiry.idle_months", "24", COPY, UNVERIFIED,
     "Months without counted activity until the account's points are gone."},
    {"expiry.idle_exempts_elite", "off", ASSUMED, UNVERIFIED,
     "on: a level of the account exempts it from idle expiry."},
    {"expiry.resets", "earn,redeem,purchase", COPY, UNVERIFIED,
     "Activity that starts the idle clock anew; a transfer in does not."},
    {"expiry.warn_days", "90", ASSUMED, UNVERIFIED,
     "Days before expiry at which somebody should look."},
    {"refund.return_days", "7", ASSUMED, UNVERIFIED,
     "Days until points of a cancelled stay are reinstated."},
    {"refund.late", "lost", ASSUMED, UNVERIFIED,
     "A cancellation after its deadline: lost, one_night or kept."},
    {"refund.no_show", "lost", ASSUMED, UNVERIFIED,
     "A guest who did not come: lost, one_night or kept."},
    {"refund.price_drop", "off", ASSUMED, UNVERIFIED,
     "on: the difference is credited when the price falls after booking."},
    {"refund.counter_back", "off", ASSUMED, UNVERIFIED,
     "on: a cancelled gifted stay gives its yearly counter back."},
    {"property.pattern", "AAAAA", PROGRAM, SEEN,
     "What a property code (MARSHA) looks like: A letter, 9 digit, X either."},
    {"property.brands", "MC,CY,FN,RC,TO,XV,BR,SI,WI,FP,AL,EL,OX,RZ,EB", PROGRAM, SEEN,
     "Brand codes of travel systems, comma-separated."},
    {"property.master", "EM", "code lists of travel systems", UNVERIFIED,
     "The code under which travel systems file all brands of the program."},
};
