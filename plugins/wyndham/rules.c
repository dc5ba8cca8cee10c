#include "plugins/wyndham/rules.h"

#define PROGRAM "program's terms"
#define PRESS "press"
#define ASSUMED "not published; the cautious reading"
#define SEEN "2026-09-01"
#define UNVERIFIED ""

const struct nb_rule_default wyndham_rules[WYNDHAM_RULE_COUNT] = {
    {"price.tiers", "7500,15000,30000", PROGRAM, SEEN,
     "Points of one bedroom and night, the only prices there are."},
    {"price.member_percent_off", "0", PRESS, UNVERIFIED,
     "Percent off every night when the account holds the program's card; 0 = do not count on it."},
    {"booking.window_days", "0", ASSUMED, UNVERIFIED,
     "How many days ahead a stay may be booked; 0 = no limit known."},
    {"booking.nights_max", "0", ASSUMED, UNVERIFIED,
     "Longest stay of one reservation, in nights; 0 = no limit known."},
    {"booking.rooms_max", "1", PROGRAM, SEEN, "Rooms in one reservation."},
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
    {"gift.counter", "", ASSUMED, UNVERIFIED,
     "The yearly counter that a stay for somebody else takes one of; empty = none."},
    {"gift.per_year", "0", ASSUMED, UNVERIFIED, "How many of them in a calendar year."},
    {"gift.phone_only", "off", ASSUMED, UNVERIFIED,
     "on: a stay for somebody else is booked on the phone."},
    {"expiry.hard_months", "48", PROGRAM, SEEN, "Months until a lot is gone, whatever happens."},
    {"expiry.idle_months", "18", PROGRAM, SEEN,
     "Months without counted activity until the account's points are gone."},
    {"expiry.idle_exempts_elite", "off", ASSUMED, UNVERIFIED,
     "on: a level of the account exempts it from idle expiry."},
    {"expiry.resets", "earn,redeem,purchase", ASSUMED, UNVERIFIED,
     "Activity that starts the idle clock anew."},
    {"expiry.warn_days", "90", ASSUMED, UNVERIFIED,
     "Days before expiry at which somebody should look."},
    {"refund.return_days", "3", ASSUMED, UNVERIFIED,
     "Days until points of a cancelled stay are back."},
    {"refund.late", "lost", ASSUMED, UNVERIFIED,
     "A cancellation after its deadline (it varies by property): lost, one_night or kept."},
    {"refund.no_show", "lost", ASSUMED, UNVERIFIED,
     "A guest who did not come: lost, one_night or kept."},
    {"refund.price_drop", "on", PROGRAM, SEEN,
     "on: when the tier falls after booking the difference is credited; a rise is not charged."},
    {"refund.counter_back", "off", ASSUMED, UNVERIFIED,
     "on: a cancelled gift gives its yearly counter back."},
    {"property.pattern", "9{4,6}", "seen on the program's pages", SEEN,
     "What a property code looks like: A letter, 9 digit, X either."},
    {"property.brands", "WY,DI,OZ,RA,LQ,MT,BU,HJ,TL,WG,AW,BH,WT,DX,TQ", PROGRAM, SEEN,
     "Brand codes of the program, comma-separated; its own site uses others for some."},
};
