#include "plugins/ihg/rules.h"

#define PROGRAM "program's terms"
#define COPY "copy of the program's terms"
#define PRESS "press"
#define PAGES "seen on the program's pages"
#define ASSUMED "not published; the cautious reading"
#define SEEN "2026-09-01"
#define UNVERIFIED ""

const struct nb_rule_default ihg_rules[IHG_RULE_COUNT] = {
    {"price.free_night_every", "4", "press; a fourth night of 0 points seen on its pages", SEEN,
     "The last of so many consecutive nights in one reservation costs no points; it repeats."},
    {"price.free_night_card", "on", PRESS, UNVERIFIED,
     "on: only an account that holds the program's credit card gets the free night."},
    {"price.mixed", "buys_points", PAGES, SEEN,
     "Points and cash: buys_points = the money buys points that are spent at once, and only the "
     "confirmation says how many; off = not sold. No free night with it."},
    {"price.night_least", "10000", PRESS, UNVERIFIED,
     "About the least points of a night that were seen; for people, it bounds nothing."},
    {"price.night_most", "120000", PRESS, UNVERIFIED,
     "About the most points of a night that were seen; for people, it bounds nothing."},
    {"booking.window_days", "0", ASSUMED, UNVERIFIED,
     "How many days ahead a stay may be booked; 0 = no limit known."},
    {"booking.nights_max", "0", ASSUMED, UNVERIFIED,
     "Longest stay of one reservation, in nights; 0 = no limit known."},
    {"booking.rooms_max", "9", COPY, UNVERIFIED,
     "Rooms in one reservation, all of the same hotel and dates."},
    {"booking.guests_per_room_max", "0", ASSUMED, UNVERIFIED,
     "People in one room; 0 = the property's own limit decides."},
    {"guest.age_min", "18", COPY, UNVERIFIED, "Least age of whoever checks in, in years."},
    {"guest.card_required", "on", COPY, UNVERIFIED,
     "on: the guest's own card at the desk. A hold on it shows the place to whoever watches the "
     "account."},
    {"guest.id_required", "on", COPY, UNVERIFIED, "on: a valid identity document at the desk."},
    {"guest.id_documents", "valid", COPY, UNVERIFIED,
     "Which document the program asks for: valid = one that has not expired; the property's own "
     "list comes first."},
    {"gift.accounts", "custodian", ASSUMED, UNVERIFIED,
     "Whose stays count as gifts, of custodian and charity."},
    {"gift.counter", "", ASSUMED, UNVERIFIED,
     "The yearly counter that a stay for somebody else takes one of; empty = none known."},
    {"gift.per_year", "0", ASSUMED, UNVERIFIED, "How many of them in a calendar year."},
    {"gift.phone_only", "off", COPY, UNVERIFIED,
     "off: the guest is entered as the second guest; on: only on the phone."},
    {"expiry.hard_months", "0", ASSUMED, UNVERIFIED,
     "Months until a lot is gone; 0 = no such rule is known."},
    {"expiry.idle_months", "12", PROGRAM, SEEN,
     "Months without counted activity until the points of a base-level account are gone."},
    {"expiry.idle_exempts_elite", "on", PROGRAM, SEEN,
     "on: a level above the base exempts the account from idle expiry."},
    {"expiry.resets", "earn,redeem", COPY, UNVERIFIED,
     "Activity that starts the idle clock anew. A transfer in counts only when it posts as "
     "earned; a cancelled redemption and the points it returns do not count."},
    {"expiry.warn_days", "90", ASSUMED, UNVERIFIED,
     "Days before expiry at which somebody should look."},
    {"refund.cancel_by", "per_booking", PAGES, SEEN,
     "Each booking states its own: 4 pm hotel time, or so many days before; never assumed."},
    {"refund.return_days", "7", "not published; a figure to plan with", UNVERIFIED,
     "Days until points of a cancelled stay are back."},
    {"refund.late", "lost", ASSUMED, UNVERIFIED,
     "Points of a cancellation after its deadline: lost, one_night or kept."},
    {"refund.no_show", "lost", ASSUMED, UNVERIFIED,
     "Points of a guest who did not come: lost, one_night or kept."},
    {"refund.charge", "one_night", PRESS, UNVERIFIED,
     "What a late cancellation or a no-show may also cost on the card on file: one_night or none."},
    {"refund.modify", "reprice", ASSUMED, UNVERIFIED,
     "A change of a booking: reprice = the program prices it again; rebook = it is cancelled and "
     "booked anew."},
    {"refund.price_drop", "off", ASSUMED, UNVERIFIED,
     "on: the difference is credited when the price falls after booking."},
    {"refund.counter_back", "off", ASSUMED, UNVERIFIED,
     "on: a cancelled gift gives its yearly counter back."},
    {"property.pattern", "X{5,5}", PAGES, SEEN,
     "What a property code looks like: A letter, 9 digit, X either."},
    {"property.master", "6C", "chain list of travel agents", UNVERIFIED,
     "The master code of the program's brands in travel systems."},
    {"property.brands", "IC,CP,HI,YO,YZ,IN,KC,VN,VA,VX", "chain list of travel agents", UNVERIFIED,
     "Brand codes of the program in travel systems, comma-separated."},
    {"property.site_brands", "", ASSUMED, UNVERIFIED,
     "Brand codes that its own site uses instead; empty = not known."},
};
