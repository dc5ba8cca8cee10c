/* What happens next with a booking. */
#include "core/model/next_action.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(next_action, .timeout = 10);

Test(next_action, every_state_that_is_not_final_names_an_action_and_who_does_it)
{
    for (int state = MODEL_BOOKING_NONE + 1; state < MODEL_BOOKING_STATE_COUNT; state++) {
        for (int transport = MODEL_TRANSPORT_REFERRAL; transport <= MODEL_TRANSPORT_ASSISTED;
             transport++) {
            struct model_next_action next = model_next_action(
                (enum model_booking_state)state, (enum model_transport)transport, false);
            const char *word = model_booking_state_word((enum model_booking_state)state);
            cr_expect((next.action == NULL) == (next.by == NULL), "%s", word);
            if (!model_booking_is_final((enum model_booking_state)state)) {
                cr_expect_not_null(next.action, "%s has no next action", word);
            }
        }
    }
}

Test(next_action, every_action_is_listed_for_documents)
{
    for (int state = MODEL_BOOKING_NONE; state < MODEL_BOOKING_STATE_COUNT; state++) {
        for (int transport = 0; transport <= MODEL_TRANSPORT_ASSISTED; transport++) {
            for (int told = 0; told < 2; told++) {
                struct model_next_action next = model_next_action(
                    (enum model_booking_state)state, (enum model_transport)transport, told == 1);
                bool listed = next.action == NULL;
                for (size_t i = 0; model_next_action_words[i] != NULL; i++) {
                    listed = listed || strcmp(model_next_action_words[i], next.action) == 0;
                }
                cr_expect(listed, "%s", next.action);
            }
        }
    }
}

static const struct {
    enum model_booking_state state;
    enum model_transport transport;
    bool told;
    const char *action;
    const char *by;
    const char *why;
} known[] = {
    {MODEL_BOOKING_HELD, MODEL_TRANSPORT_ASSISTED, false, "book_by_phone", "staff",
     "a person books by phone"},
    {MODEL_BOOKING_HELD, MODEL_TRANSPORT_GATEWAY, false, "await_dispatch", "system",
     "a machine does"},
    {MODEL_BOOKING_OFFERED, MODEL_TRANSPORT_REFERRAL, false, "await_the_answer", "provider",
     "the provider answers"},
    {MODEL_BOOKING_UNKNOWN, MODEL_TRANSPORT_GATEWAY, false, "settle_the_unknown", "supervisor",
     "an unknown always has an owner"},
    {MODEL_BOOKING_CONFIRMED, MODEL_TRANSPORT_GATEWAY, false, "confirm_the_desk", "staff",
     "nobody travels before the desk is confirmed"},
    {MODEL_BOOKING_DESK_CONFIRMED, MODEL_TRANSPORT_GATEWAY, false, "tell_the_guest", "staff",
     "then the guest is told"},
    {MODEL_BOOKING_DESK_CONFIRMED, MODEL_TRANSPORT_GATEWAY, true, "check_in", "staff",
     "and then arrives"},
    {MODEL_BOOKING_DECLINED, MODEL_TRANSPORT_REFERRAL, false, "search_again", "staff",
     "a person still needs a bed"},
    {MODEL_BOOKING_CANCELLED, MODEL_TRANSPORT_REFERRAL, false, NULL, NULL, "it is over"},
};

Test(next_action, follows_the_way_of_a_booking)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct model_next_action next =
            model_next_action(known[i].state, known[i].transport, known[i].told);
        if (known[i].action == NULL) {
            cr_expect_null(next.action, "%s", known[i].why);
        } else {
            cr_expect_str_eq(next.action, known[i].action, "%s", known[i].why);
            cr_expect_str_eq(next.by, known[i].by, "%s", known[i].why);
        }
    }
}

Test(next_action, reads_transports_by_their_words)
{
    cr_expect_eq(model_transport_parse("referral"), MODEL_TRANSPORT_REFERRAL);
    cr_expect_eq(model_transport_parse("gateway"), MODEL_TRANSPORT_GATEWAY);
    cr_expect_eq(model_transport_parse("assisted"), MODEL_TRANSPORT_ASSISTED);
    cr_expect_eq(model_transport_parse("pigeon"), MODEL_TRANSPORT_NONE);
}
