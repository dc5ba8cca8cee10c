#include "plugins/choice/script.h"

static const struct nb_script_line booked[] = {
    KIT_APPROVED_NUMBER,
    KIT_SAY("I would like to book a reward night with points. The member number is "
            "{{account.member}}, in the name of {{account.holder}}."),
    KIT_SAY("One room at {{property.name}}, property {{property.code}}, from {{stay.check_in}} to "
            "{{stay.check_out}}, for {{guest.given_name}} {{guest.surname}}."),
    KIT_CHECK("The price is {{stay.points}} points for the whole stay, paid with points alone. If "
              "it is higher, or part of it is money, stop and say that you will call again."),
    KIT_DO("For another room make another booking."),
    KIT_DO("Ask whether the desk wants a card of the guest or of somebody else, and how much it "
           "holds on it."),
    KIT_DO(
        "Ask for the resort fee and for incidentals: they are paid in money, never with points."),
    KIT_CHECK("Have hotel, nights, room and the confirmation number read back to you."),
    KIT_DO("Ask until when it may be cancelled without losing points, in the hotel's time."),
    KIT_DISCREET,
};

static const struct nb_script_line cancelled[] = {
    KIT_DO("If the stay is to be changed, book the new nights first: this program changes no "
           "booking."),
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please cancel confirmation {{booking.confirmation}}, last name {{guest.surname}}."),
    KIT_CHECK("Ask how many points come back, and when: 72 hours are usual when it is in time."),
    KIT_DISCREET,
};

static const struct nb_script_line read_back[] = {
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please look up a reservation, last name {{guest.surname}}, at {{property.name}}, "
            "arriving {{stay.check_in}}."),
    KIT_CHECK("Ask for the confirmation number and the points taken."),
    KIT_NEVER("Never book again before this is answered: the first booking may exist."),
    KIT_DISCREET,
};

static const struct nb_script_line balance[] = {
    KIT_DO("Type the program's own address, sign in with the role account, open the account's "
           "activity."),
    KIT_CHECK("Write down the points that are available now."),
};

const struct kit_script choice_scripts[CHOICE_SCRIPT_COUNT] = {
    KIT_SCRIPT(NB_OPERATION_COMMIT, false, booked, kit_fields_booked),
    KIT_SCRIPT(NB_OPERATION_CANCEL, false, cancelled, kit_fields_cancelled),
    KIT_SCRIPT(NB_OPERATION_READ, false, read_back, kit_fields_read),
    KIT_SCRIPT(NB_OPERATION_BALANCE, false, balance, kit_fields_balance),
};
