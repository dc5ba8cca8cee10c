#include "plugins/marriott/script.h"

static const struct nb_script_line gifted[] = {
    KIT_DO(
        "Be the account's custodian, or have the custodian beside you: a gifted stay is theirs to "
        "ask for."),
    KIT_APPROVED_NUMBER,
    KIT_SAY(
        "I would like to book a gifted award stay. The member number is {{account.member}}, in the "
        "name of {{account.holder}}."),
    KIT_SAY("One room at {{property.name}}, code {{property.code}}, from {{stay.check_in}} to "
            "{{stay.check_out}}, for {{guest.given_name}} {{guest.surname}}."),
    KIT_CHECK(
        "The price is {{stay.points}} points for the whole stay. If it is higher, stop and say "
        "that you will call again."),
    KIT_DO("Ask that every night is in one reservation: the free night depends on it."),
    KIT_DO("Ask for the destination fee: it is paid in money, never with points."),
    KIT_SAY("Please put no phone number and no mail of the guest on the reservation."),
    KIT_CHECK("Have hotel, nights, room and the confirmation number read back to you."),
    KIT_DO("Ask until when it may be cancelled without losing points, in the hotel's time."),
    KIT_DISCREET,
};

static const struct nb_script_line booked[] = {
    KIT_DO("Open the program's own site by typing its address and sign in with the role account."),
    KIT_DO("Choose {{property.name}}, code {{property.code}}, {{stay.check_in}} to "
           "{{stay.check_out}}, {{stay.rooms}} room(s), Use Points."),
    KIT_CHECK("The total is {{stay.points}} points. If it is higher, stop here."),
    KIT_DO("Enter {{guest.given_name}} {{guest.surname}} as the guest, and the role mailbox as "
           "contact."),
    KIT_CHECK("All nights stand in one reservation; the free night depends on it."),
    KIT_DO("Write down the destination fee: it is paid in money, never with points."),
    KIT_CHECK("Open the booking again: hotel, nights, room and confirmation number are right."),
    KIT_DO("Write down until when it may be cancelled without losing points, in the hotel's time."),
    KIT_DISCREET,
};

static const struct nb_script_line cancelled[] = {
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please cancel confirmation {{booking.confirmation}}, {{guest.given_name}} "
            "{{guest.surname}}, arriving {{stay.check_in}}."),
    KIT_CHECK("Ask how many points are reinstated, and when."),
    KIT_DISCREET,
};

static const struct nb_script_line read_back[] = {
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please look up a reservation for {{guest.given_name}} {{guest.surname}}, arriving "
            "{{stay.check_in}} at {{property.name}}."),
    KIT_CHECK("Ask for the confirmation number and the points taken."),
    KIT_NEVER("Never book again before this is answered: the first booking may exist."),
    KIT_DISCREET,
};

static const struct nb_script_line balance[] = {
    KIT_DO("Sign in with the role account and open the points activity."),
    KIT_CHECK("Write down the points that are available now."),
};

const struct kit_script marriott_scripts[MARRIOTT_SCRIPT_COUNT] = {
    KIT_SCRIPT(NB_OPERATION_COMMIT, true, gifted, kit_fields_booked),
    KIT_SCRIPT(NB_OPERATION_COMMIT, false, booked, kit_fields_booked),
    KIT_SCRIPT(NB_OPERATION_CANCEL, false, cancelled, kit_fields_cancelled),
    KIT_SCRIPT(NB_OPERATION_READ, false, read_back, kit_fields_read),
    KIT_SCRIPT(NB_OPERATION_BALANCE, false, balance, kit_fields_balance),
};
