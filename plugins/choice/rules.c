#include "plugins/choice/rules.h"

#define PROGRAM "program's terms"
#define PRESS "press"
#define PAGES "seen on the program's pages"
#define CODE_LISTS "code lists of travel systems"
#define ASSUMED "not published; the cautious reading"
#define NOT_FOUND "no such term found"
#define SEEN "2026-09-01"
#define UNVERIFIED ""

const struct nb_rule_default choice_rules[CHOICE_RULE_COUNT] = {
    {"price.night_least", "8000", PRESS, UNVERIFIED,
     "The lowest price of a night that was seen, in points; a posted price below it still counts."},
    {"price.night_most", "75000", PRESS, UNVERIFIED,
     "The highest price of a night that was seen, in points; a posted price above it still "
     "counts."},
    {"price.points_and_cash", "unknown", ASSUMED, UNVERIFIED,
     "Points with money: unknown = it exists and only a quote can price it, on = posted points of "
     "it count, off = it is not sold."},
    {"booking.window_days", "100", PRESS, UNVERIFIED,
     "How many days ahead a stay may be booked, about; 0 = no limit known."},
    {"booking.nights_max", "0", ASSUMED, UNVERIFIED,
     "Longest stay of one reservation, in nights; 0 = no limit known."},
    {"booking.rooms_max", "1", ASSUMED, UNVERIFIED,
     "Rooms in one reservation: until the program says more, two rooms are two bookings."},
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
    {"expiry.hard_months", "0", NOT_FOUND, UNVERIFIED, "Months until a lot is gone; 0 = never."},
    {"expiry.idle_months", "18", PROGRAM, SEEN,
     "Months without counted activity until the account's points are gone."},
    {"expiry.idle_exempts_elite", "off", ASSUMED, UNVERIFIED,
     "on: a level of the account exempts it from idle expiry."},
    {"expiry.resets", "earn,redeem,purchase,transfer_in",
     "program's terms for a transfer in; the others are usual, not stated", UNVERIFIED,
     "Activity that starts the idle clock anew; of a cancelled stay it is not known."},
    {"expiry.warn_days", "90", ASSUMED, UNVERIFIED,
     "Days before expiry at which somebody should look."},
    {"refund.return_days", "3", PROGRAM, SEEN,
     "Days until points of a stay cancelled in time are back: 72 hours."},
    {"refund.late", "lost", PROGRAM, SEEN,
     "A cancellation after its deadline: lost, one_night or kept."},
    {"refund.no_show", "lost", PROGRAM, SEEN, "A guest who did not come: lost, one_night or kept."},
    {"refund.modify", "rebook", PROGRAM, SEEN,
     "A change of a booking: rebook = cancel it and book again, reprice = it is priced again."},
    {"refund.price_drop", "off", ASSUMED, UNVERIFIED,
     "on: the difference is credited when the price falls after booking."},
    {"refund.counter_back", "off", ASSUMED, UNVERIFIED,
     "on: a cancelled gift gives its yearly counter back."},
    {"property.pattern", "AA999", PAGES, SEEN,
     "What a property code looks like: A letter, 9 digit, X either."},
    {"property.master", "EC", CODE_LISTS, UNVERIFIED,
     "The code under which travel systems file all brands of the program."},
    {"property.brands", "CI,CZ,QI,SZ,CC,EO,RY,MZ,UB,WS,EZ,NZ", CODE_LISTS, UNVERIFIED,
     "Brand codes of travel systems, comma-separated."},
    {"property.site_brands", "", ASSUMED, UNVERIFIED,
     "Brand codes of the program's own site, comma-separated; empty = not known."},
};
