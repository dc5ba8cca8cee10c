#include "plugins/wyndham/script.h"

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

static const struct nb_script_line booked[] = {
    NUMBER,
    SAY("I would like to book a go free night with points. The member number is "
        "{{account.member}}, in the name of {{account.holder}}."),
    SAY("One room at {{property.name}}, property {{property.code}}, from {{stay.check_in}} to "
        "{{stay.check_out}}, for {{guest.given_name}} {{guest.surname}}."),
    CHECK("The price is {{stay.points}} points for the whole stay: 7,500, 15,000 or 30,000 a night "
          "and bedroom. If it is higher, stop and say that you will call again."),
    DO("For another room make another booking: one booking has one room."),
    DO("Ask for the resort fee: it is paid in money, never with points."),
    CHECK("Have hotel, nights, room and the confirmation number read back to you."),
    DO("Ask until when it may be cancelled without losing points, in the hotel's time."),
    NEVER("Never send a link to a page of the program: it forbids them."),
    DISCREET,
};

static const struct nb_script_line cancelled[] = {
    NUMBER,
    SAY("Please cancel confirmation {{booking.confirmation}}, {{guest.given_name}} "
        "{{guest.surname}}."),
    CHECK("Ask how many points come back, and when."),
    DISCREET,
};

static const struct nb_script_line read_back[] = {
    NUMBER,
    SAY("Please look up a reservation for {{guest.given_name}} {{guest.surname}} at "
        "{{property.name}}, arriving {{stay.check_in}}."),
    CHECK("Ask for the confirmation number and the points taken."),
    NEVER("Never book again before this is answered: the first booking may exist."),
    DISCREET,
};

static const struct nb_script_line balance[] = {
    DO("Type the program's own address, sign in with the role account, open the activity page."),
    CHECK("Write down the points that are available now."),
};

const struct kit_script wyndham_scripts[WYNDHAM_SCRIPT_COUNT] = {
    KIT_SCRIPT(NB_OPERATION_COMMIT, false, booked, kit_fields_booked),
    KIT_SCRIPT(NB_OPERATION_CANCEL, false, cancelled, kit_fields_cancelled),
    KIT_SCRIPT(NB_OPERATION_READ, false, read_back, kit_fields_read),
    KIT_SCRIPT(NB_OPERATION_BALANCE, false, balance, kit_fields_balance),
};
