#include "plugins/ihg/script.h"

static const struct nb_script_line booked[] = {
    KIT_CHECK("The guest has a valid ID and a card of their own, and nobody who should not know "
              "sees that card's account: the desk puts a hold on it. If not, stop and choose "
              "another place."),
    KIT_APPROVED_NUMBER,
    KIT_SAY("I would like to book a Reward Night with points. The member number is "
            "{{account.member}}, in the name of {{account.holder}}."),
    KIT_SAY("{{stay.rooms}} room(s) at {{property.name}}, hotel code {{property.code}}, from "
            "{{stay.check_in}} to {{stay.check_out}}. The second guest is {{guest.given_name}} "
            "{{guest.surname}}, who will check in."),
    KIT_CHECK("The price is {{stay.points}} points for the whole stay. If it is higher, stop and "
              "say that you will call again."),
    KIT_DO("Pay with points only. Points and cash buys points, and its amount is told only in the "
           "confirmation mail."),
    KIT_CHECK("All nights and rooms stand in one reservation: a free fourth night depends on it."),
    KIT_DO("Ask for the resort fee: it is paid in money, never with points."),
    KIT_CHECK("Have hotel, nights, rooms and the confirmation number read back to you."),
    KIT_DO("Ask until when it may be cancelled without losing points. It is 4 pm of a day or so "
           "many days before, and differs by booking: write down day and hour in the hotel's "
           "time."),
    KIT_DO("Ask what a late cancellation costs: one night may be charged to the card on file."),
    KIT_SAY("Please put no phone number and no mail of the guest on the reservation."),
    KIT_DISCREET,
};

static const struct nb_script_line cancelled[] = {
    KIT_DO("Look at the deadline first: after it, one night may be charged to the card on file."),
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please cancel confirmation {{booking.confirmation}}, {{guest.surname}}."),
    KIT_CHECK("Ask how many points come back, when, and whether anything is charged."),
    KIT_CHECK("Have the cancellation number read back to you."),
    KIT_DISCREET,
};

static const struct nb_script_line read_back[] = {
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please look up a reservation for {{guest.surname}} at {{property.name}}, arriving "
            "{{stay.check_in}}."),
    KIT_CHECK("Ask for the confirmation number and the points taken."),
    KIT_NEVER("Never book again before this is answered: the first booking may exist."),
    KIT_DISCREET,
};

static const struct nb_script_line balance[] = {
    KIT_DO("Type the program's own address, sign in with the role account, open the activity "
           "page."),
    KIT_CHECK("Write down the points that are available now. The rows below them do not sum to "
              "the balance."),
    KIT_DO("Save the rows of the month as a statement: the page keeps 365 days only."),
};

const struct kit_script ihg_scripts[IHG_SCRIPT_COUNT] = {
    KIT_SCRIPT(NB_OPERATION_COMMIT, false, booked, kit_fields_booked),
    KIT_SCRIPT(NB_OPERATION_CANCEL, false, cancelled, kit_fields_cancelled),
    KIT_SCRIPT(NB_OPERATION_READ, false, read_back, kit_fields_read),
    KIT_SCRIPT(NB_OPERATION_BALANCE, false, balance, kit_fields_balance),
};
