#include "plugins/marriott/script.h"

#define DO(words)                                                                                  \
    {                                                                                              \
        NB_SCRIPT_DO, 0, words                                                                     \
    }
#define SAY(words)                                                                                 \
    {                                                                                              \
        NB_SCRIPT_SAY, 0, words                                                                    \
    }
#define NEVER(words)                                                                               \
    {                                                                                              \
        NB_SCRIPT_NEVER, 0, words                                                                  \
    }
#define CHECK(words)                                                                               \
    {                                                                                              \
        NB_SCRIPT_CHECK, 0, words                                                                  \
    }

#define NUMBER DO("Call {{phone.approved}} and no other number: search results show false ones.")
#define DISCREET                                                                                   \
    NEVER("Never say shelter, hotline, charity case, or why the guest travels."),                  \
        NEVER("Never give a phone number, address or mail of the guest.")

static const struct nb_script_line gifted[] = {
    DO("Be the account's custodian, or have the custodian beside you: a gifted stay is theirs to "
       "ask for."),
    NUMBER,
    SAY("I would like to book a gifted award stay. The member number is {{account.member}}, in the "
        "name of {{account.holder}}."),
    SAY("One room at {{property.name}}, code {{property.code}}, from {{stay.check_in}} to "
        "{{stay.check_out}}, for {{guest.given_name}} {{guest.surname}}."),
    CHECK("The price is {{stay.points}} points for the whole stay. If it is higher, stop and say "
          "that you will call again."),
    DO("Ask that every night is in one reservation: the free night depends on it."),
    DO("Ask for the destination fee: it is paid in money, never with points."),
    SAY("Please put no phone number and no mail of the guest on the reservation."),
    CHECK("Have hotel, nights, room and the confirmation number read back to you."),
    DO("Ask until when it may be cancelled without losing points, in the hotel's time."),
    DISCREET,
};

static const struct nb_script_line booked[] = {
    DO("Open the program's own site by typing its address and sign in with the role account."),
    DO("Choose {{property.name}}, code {{property.code}}, {{stay.check_in}} to "
       "{{stay.check_out}}, {{stay.rooms}} room(s), Use Points."),
    CHECK("The total is {{stay.points}} points. If it is higher, stop here."),
    DO("Enter {{guest.given_name}} {{guest.surname}} as the guest, and the role mailbox as "
       "contact."),
    CHECK("All nights stand in one reservation; the free night depends on it."),
    DO("Write down the destination fee: it is paid in money, never with points."),
    CHECK("Open the booking again: hotel, nights, room and confirmation number are right."),
    DO("Write down until when it may be cancelled without losing points, in the hotel's time."),
    DISCREET,
};

static const struct nb_script_line cancelled[] = {
    NUMBER,
    SAY("Please cancel confirmation {{booking.confirmation}}, {{guest.given_name}} "
        "{{guest.surname}}, arriving {{stay.check_in}}."),
    CHECK("Ask how many points are reinstated, and when."),
    DISCREET,
};

static const struct nb_script_line read_back[] = {
    NUMBER,
    SAY("Please look up a reservation for {{guest.given_name}} {{guest.surname}}, arriving "
        "{{stay.check_in}} at {{property.name}}."),
    CHECK("Ask for the confirmation number and the points taken."),
    NEVER("Never book again before this is answered: the first booking may exist."),
    DISCREET,
};

static const struct nb_script_line balance[] = {
    DO("Sign in with the role account and open the points activity."),
    CHECK("Write down the points that are available now."),
};

const struct kit_script marriott_scripts[MARRIOTT_SCRIPT_COUNT] = {
    KIT_SCRIPT(NB_OPERATION_COMMIT, true, gifted, kit_fields_booked),
    KIT_SCRIPT(NB_OPERATION_COMMIT, false, booked, kit_fields_booked),
    KIT_SCRIPT(NB_OPERATION_CANCEL, false, cancelled, kit_fields_cancelled),
    KIT_SCRIPT(NB_OPERATION_READ, false, read_back, kit_fields_read),
    KIT_SCRIPT(NB_OPERATION_BALANCE, false, balance, kit_fields_balance),
};
