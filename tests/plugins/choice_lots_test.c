/* When points of Choice Privileges are gone, and what comes back of a stay that was given up. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>

static struct inside inside;

static void set_up(void)
{
    inside_open(&inside, "choice");
}

static void tear_down(void)
{
    inside_close(&inside);
}

TestSuite(choice_lots, .timeout = 20, .init = set_up, .fini = tear_down);

/* Lots ----------------------------------------------------------------------------------------- */

static const struct expiry_case {
    enum nb_activity_kind activity; /* NB_ACTIVITY_NONE: none */
    const char *active_on;
    uint32_t flags;
    const char *idle;
    const char *why;
} expiries[] = {
    {NB_ACTIVITY_NONE, NULL, 0, "2027-07-15", "18 idle months"},
    {NB_ACTIVITY_TRANSFER_IN, "2026-11-01", 0, "2028-05-01", "a transfer in resets the clock"},
    {NB_ACTIVITY_EARN, "2026-11-01", 0, "2028-05-01", "so does earning"},
    {NB_ACTIVITY_REDEEM, "2026-11-01", 0, "2028-05-01", "and a redeemed stay"},
    {NB_ACTIVITY_PURCHASE, "2026-11-01", 0, "2028-05-01", "and bought points"},
    {NB_ACTIVITY_REINSTATE, "2026-11-01", 0, "2027-07-15", "a cancelled stay is not known to"},
    {NB_ACTIVITY_DONATION_IN, "2026-11-01", 0, "2027-07-15", "nor a donation"},
    {NB_ACTIVITY_TRANSFER_OUT, "2026-11-01", 0, "2027-07-15", "nor a transfer out"},
    {NB_ACTIVITY_NONE, NULL, NB_EXPIRY_ELITE, "2027-07-15", "a level is not known to exempt"},
};

Test(choice_lots, points_idle_away_in_18_months_and_never_otherwise)
{
    for (size_t i = 0; i < NB_COUNT(expiries); i++) {
        struct nb_expiry_ask ask = rules_expiry("2026-01-15");
        ask.account_flags = expiries[i].flags;
        if (expiries[i].activity != NB_ACTIVITY_NONE) {
            ask.last_activity[expiries[i].activity] = rules_day(expiries[i].active_on);
        }
        const struct nb_expiry *answer = inside_ask(&inside, PLUGIN_CALL_EXPIRY, &ask, 1);
        cr_expect_eq(answer->hard, NB_DAY_NEVER, "%s", expiries[i].why);
        cr_expect_str_eq(rules_day_text(answer->idle), expiries[i].idle, "%s", expiries[i].why);
        cr_expect_eq(answer->effective, answer->idle, "%s", expiries[i].why);
        cr_expect_eq(answer->warn_on, answer->effective - 90, "%s", expiries[i].why);
    }
}

static const int64_t three_nights[] = {12000, 12000, 16000};

static const struct refund_case {
    struct nb_refund_ask ask;
    int64_t back;
    int64_t lost;
    bool action;
    const char *why;
} refunds[] = {
    {{.kind = NB_REFUND_CANCEL, .at_us = 9, .cancel_by_us = 10, .points = 40000},
     40000,
     0,
     false,
     "in time: all of it, 72 hours later"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 11, .cancel_by_us = 10, .points = 40000},
     0,
     40000,
     true,
     "too late: lost"},
    {{.kind = NB_REFUND_CANCEL, .cancel_by_us = NB_INSTANT_NONE, .points = 40000},
     0,
     40000,
     true,
     "a deadline that is not known has passed"},
    {{.kind = NB_REFUND_NO_SHOW, .points = 40000}, 0, 40000, true, "nobody came: lost"},
    {{.kind = NB_REFUND_SHORTEN,
      .at_us = 9,
      .cancel_by_us = 10,
      .points = 40000,
      .nights_used = 2,
      .night_count = 3,
      .night_points = three_nights},
     40000,
     0,
     true,
     "a change in time is a cancellation: all comes back, the two nights are booked anew"},
    {{.kind = NB_REFUND_SHORTEN,
      .at_us = 11,
      .cancel_by_us = 10,
      .points = 40000,
      .nights_used = 2,
      .night_count = 3,
      .night_points = three_nights},
     0,
     40000,
     true,
     "after the deadline no night is promised back"},
    {{.kind = NB_REFUND_PRICE_DROP, .points = 40000, .new_points = 30000},
     0,
     0,
     false,
     "a fall is not known to be credited"},
};

Test(choice_lots, what_comes_back)
{
    for (size_t i = 0; i < NB_COUNT(refunds); i++) {
        const struct nb_refund *refund =
            inside_ask(&inside, PLUGIN_CALL_REFUND, &refunds[i].ask, 1);
        cr_expect_eq(refund->points_back, refunds[i].back, "%s", refunds[i].why);
        cr_expect_eq(refund->points_lost, refunds[i].lost, "%s", refunds[i].why);
        cr_expect_eq(refund->needs_action, refunds[i].action, "%s", refunds[i].why);
        cr_expect_eq(refund->returns_on, refunds[i].back > 0 ? RULES_TODAY + 3 : NB_DAY_NEVER, "%s",
                     refunds[i].why);
    }
}

Test(choice_lots, how_a_booking_is_changed_is_a_rule_of_the_day)
{
    static const struct nb_rule repriced = {"refund.modify", "reprice", 0, NB_DAY_NEVER};
    struct nb_refund_ask ask = {.kind = NB_REFUND_SHORTEN,
                                .points = 40000,
                                .nights_used = 2,
                                .night_count = 3,
                                .night_points = three_nights};
    inside.context.rules = &repriced;
    inside.context.rule_count = 1;
    const struct nb_refund *refund = inside_ask(&inside, PLUGIN_CALL_REFUND, &ask, 1);
    cr_expect_eq(refund->points_back, 16000, "the night that is not used");
    inside.context.rule_count = 0;
    ask.nights_used = 4;
    cr_expect_eq(inside_try(&inside, PLUGIN_CALL_REFUND, &ask, 1, NULL), NB_REFUSED,
                 "more nights than were booked");
}
