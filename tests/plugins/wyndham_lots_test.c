/* When points of Wyndham Rewards are gone, and what comes back of a stay that was given up. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>

static struct inside inside;

static void set_up(void)
{
    inside_open(&inside, "wyndham");
}

static void tear_down(void)
{
    inside_close(&inside);
}

TestSuite(wyndham_lots, .timeout = 20, .init = set_up, .fini = tear_down);

/* Lots ----------------------------------------------------------------------------------------- */

static const struct expiry_case {
    const char *acquired;
    enum nb_activity_kind activity; /* NB_ACTIVITY_NONE: none */
    const char *active_on;
    const char *hard;
    const char *idle;
    const char *effective;
    const char *why;
} expiries[] = {
    {"2026-01-15", NB_ACTIVITY_NONE, NULL, "2030-01-15", "2027-07-15", "2027-07-15",
     "18 idle months from the lot's own day when nothing else is known"},
    {"2026-01-15", NB_ACTIVITY_EARN, "2029-06-01", "2030-01-15", "2030-12-01", "2030-01-15",
     "48 months whatever the account does"},
    {"2026-01-15", NB_ACTIVITY_REDEEM, "2026-11-01", "2030-01-15", "2028-05-01", "2028-05-01",
     "a stay that was paid with points is activity"},
    {"2026-01-15", NB_ACTIVITY_TRANSFER_IN, "2026-11-01", "2030-01-15", "2027-07-15", "2027-07-15",
     "a transfer in is not known to count"},
    {"2026-01-15", NB_ACTIVITY_DONATION_IN, "2026-11-01", "2030-01-15", "2027-07-15", "2027-07-15",
     "nor is a donation"},
    {"2026-01-15", NB_ACTIVITY_REINSTATE, "2026-11-01", "2030-01-15", "2027-07-15", "2027-07-15",
     "points that came back are no activity: a refund freshens nothing"},
    {"2026-01-15", NB_ACTIVITY_EXPIRE, "2026-11-01", "2030-01-15", "2027-07-15", "2027-07-15",
     "nor is expiry itself"},
    {"2024-02-29", NB_ACTIVITY_NONE, NULL, "2028-02-29", "2025-08-29", "2025-08-29",
     "a leap day to a leap day"},
    {"2026-08-31", NB_ACTIVITY_NONE, NULL, "2030-08-31", "2028-02-29", "2028-02-29",
     "a month without that day"},
};

Test(wyndham_lots, a_lot_ends_after_48_months_and_an_idle_account_after_18)
{
    for (size_t i = 0; i < NB_COUNT(expiries); i++) {
        const struct expiry_case *row = &expiries[i];
        struct nb_expiry_ask ask = rules_expiry(row->acquired);
        if (row->activity != NB_ACTIVITY_NONE) {
            ask.last_activity[row->activity] = rules_day(row->active_on);
        }
        const struct nb_expiry *answer = inside_ask(&inside, PLUGIN_CALL_EXPIRY, &ask, 1);
        cr_expect_str_eq(rules_day_text(answer->hard), row->hard, "%s", row->why);
        cr_expect_str_eq(rules_day_text(answer->idle), row->idle, "%s", row->why);
        cr_expect_str_eq(rules_day_text(answer->effective), row->effective, "%s", row->why);
        cr_expect_eq(answer->warn_on, answer->effective - 90, "%s", row->why);
    }
}

Test(wyndham_lots, what_the_program_itself_states_comes_first)
{
    struct nb_expiry_ask ask = rules_expiry("2026-01-15");
    ask.known_expiry = rules_day("2026-12-31");
    const struct nb_expiry *answer = inside_ask(&inside, PLUGIN_CALL_EXPIRY, &ask, 1);
    cr_expect_str_eq(rules_day_text(answer->hard), "2026-12-31");
    cr_expect_str_eq(rules_day_text(answer->effective), "2026-12-31");
    ask = rules_expiry("2026-01-15");
    ask.account_opened = rules_day("2025-06-01");
    answer = inside_ask(&inside, PLUGIN_CALL_EXPIRY, &ask, 1);
    cr_expect_str_eq(rules_day_text(answer->idle), "2026-12-01",
                     "the clock began with the account");
}

Test(wyndham_lots, days_that_do_not_exist_are_refused)
{
    static const int32_t days[] = {-1, NB_DAY_NEVER, NB_DAY_NONE, 73049};
    for (size_t i = 0; i < NB_COUNT(days); i++) {
        struct nb_expiry_ask ask = rules_expiry("2026-01-15");
        ask.acquired_on = days[i];
        cr_expect_eq(inside_try(&inside, PLUGIN_CALL_EXPIRY, &ask, 1, NULL), NB_REFUSED, "%d",
                     days[i]);
        ask = rules_expiry("2026-01-15");
        ask.last_activity[NB_ACTIVITY_EARN] = days[i];
        enum nb_status want = days[i] == NB_DAY_NONE ? NB_OK : NB_REFUSED;
        cr_expect_eq(inside_try(&inside, PLUGIN_CALL_EXPIRY, &ask, 1, NULL), want, "%d", days[i]);
    }
}

/* Refunds -------------------------------------------------------------------------------------- */

#define HOUR INT64_C(3600000000)

static const int64_t three_nights[] = {15000, 15000, 30000};

static const struct refund_case {
    struct nb_refund_ask ask;
    int64_t back;
    int64_t lost;
    bool action;
    const char *why;
} refunds[] = {
    {{.kind = NB_REFUND_CANCEL, .at_us = 9 * HOUR, .cancel_by_us = 10 * HOUR, .points = 60000},
     60000,
     0,
     false,
     "in time: everything returns"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 10 * HOUR, .cancel_by_us = 10 * HOUR, .points = 60000},
     60000,
     0,
     false,
     "at the last moment"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 10 * HOUR + 1, .cancel_by_us = 10 * HOUR, .points = 60000},
     0,
     60000,
     true,
     "a moment later: promise nothing, and ask"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 0, .cancel_by_us = NB_INSTANT_NONE, .points = 60000},
     0,
     60000,
     true,
     "a deadline that is not known has passed"},
    {{.kind = NB_REFUND_NO_SHOW, .points = 60000}, 0, 60000, true, "the guest did not come"},
    {{.kind = NB_REFUND_SHORTEN,
      .points = 60000,
      .nights_used = 1,
      .night_count = 3,
      .night_points = three_nights},
     45000,
     15000,
     true,
     "one night was used; the new price has to be asked"},
    {{.kind = NB_REFUND_SHORTEN,
      .points = 60000,
      .nights_used = 3,
      .night_count = 3,
      .night_points = three_nights},
     0,
     60000,
     true,
     "all were used"},
    {{.kind = NB_REFUND_PRICE_DROP, .points = 60000, .new_points = 45000},
     15000,
     0,
     true,
     "the tier fell: the difference is credited"},
    {{.kind = NB_REFUND_PRICE_DROP, .points = 60000, .new_points = 90000},
     0,
     0,
     false,
     "the tier rose: nothing is charged"},
    {{.kind = NB_REFUND_PRICE_DROP, .points = 60000, .new_points = 60000},
     0,
     0,
     false,
     "the tier stayed"},
};

Test(wyndham_lots, what_comes_back)
{
    for (size_t i = 0; i < NB_COUNT(refunds); i++) {
        const struct nb_refund *refund =
            inside_ask(&inside, PLUGIN_CALL_REFUND, &refunds[i].ask, 1);
        cr_expect_eq(refund->points_back, refunds[i].back, "%s", refunds[i].why);
        cr_expect_eq(refund->points_lost, refunds[i].lost, "%s", refunds[i].why);
        cr_expect_eq(refund->needs_action, refunds[i].action, "%s", refunds[i].why);
        cr_expect_eq(refund->counter_back, 0, "%s", refunds[i].why);
        cr_expect_eq(refund->returns_on, refunds[i].back > 0 ? RULES_TODAY + 3 : NB_DAY_NEVER, "%s",
                     refunds[i].why);
    }
}

Test(wyndham_lots, a_refund_that_makes_no_sense_is_refused)
{
    static const int64_t huge[] = {INT64_MAX, 1}, below[] = {-5};
    static const struct nb_refund_ask asks[] = {
        {.kind = NB_REFUND_NONE, .points = 1},
        {.kind = NB_REFUND_COUNT, .points = 1},
        {.kind = NB_REFUND_CANCEL, .points = -1},
        {.kind = NB_REFUND_PRICE_DROP, .points = 1, .new_points = -1},
        {.kind = NB_REFUND_SHORTEN, .points = 1, .nights_used = 1},
        {.kind = NB_REFUND_SHORTEN,
         .points = 1,
         .nights_used = 4,
         .night_count = 3,
         .night_points = three_nights},
        {.kind = NB_REFUND_SHORTEN,
         .points = 1,
         .nights_used = 2,
         .night_count = 2,
         .night_points = huge},
        {.kind = NB_REFUND_SHORTEN,
         .points = 1,
         .nights_used = 1,
         .night_count = 1,
         .night_points = below},
    };
    for (size_t i = 0; i < NB_COUNT(asks); i++) {
        cr_expect_eq(inside_try(&inside, PLUGIN_CALL_REFUND, &asks[i], 1, NULL), NB_REFUSED,
                     "refund %zu", i);
    }
}

Test(wyndham_lots, rules_of_refunds_are_rows)
{
    static const struct {
        struct nb_rule rule;
        struct nb_refund_ask ask;
        int64_t back;
        int64_t lost;
        const char *why;
    } cases[] = {
        {{"refund.late", "one_night", 0, NB_DAY_NEVER},
         {.kind = NB_REFUND_CANCEL,
          .points = 60000,
          .cancel_by_us = NB_INSTANT_NONE,
          .night_count = 3,
          .night_points = three_nights},
         45000,
         15000,
         "the first night is lost"},
        {{"refund.no_show", "kept", 0, NB_DAY_NEVER},
         {.kind = NB_REFUND_NO_SHOW, .points = 60000},
         60000,
         0,
         "nothing is lost"},
        {{"refund.no_show", "maybe", 0, NB_DAY_NEVER},
         {.kind = NB_REFUND_NO_SHOW, .points = 60000},
         0,
         60000,
         "an unknown word promises nothing"},
        {{"refund.price_drop", "off", 0, NB_DAY_NEVER},
         {.kind = NB_REFUND_PRICE_DROP, .points = 60000, .new_points = 1},
         0,
         0,
         "no credit"},
        {{"refund.return_days", "99999999999", 0, NB_DAY_NEVER},
         {.kind = NB_REFUND_NO_SHOW, .points = 60000},
         0,
         60000,
         "days without an end"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        inside.context.rules = &cases[i].rule;
        inside.context.rule_count = 1;
        const struct nb_refund *refund = inside_ask(&inside, PLUGIN_CALL_REFUND, &cases[i].ask, 1);
        cr_expect_eq(refund->points_back, cases[i].back, "%s", cases[i].why);
        cr_expect_eq(refund->points_lost, cases[i].lost, "%s", cases[i].why);
    }
    const struct nb_rule endless = {"refund.return_days", "99999999999", 0, NB_DAY_NEVER};
    const struct nb_refund_ask ask = {.kind = NB_REFUND_CANCEL, .points = 5, .cancel_by_us = 1};
    inside.context.rules = &endless;
    const struct nb_refund *refund = inside_ask(&inside, PLUGIN_CALL_REFUND, &ask, 1);
    cr_expect_geq(refund->returns_on, RULES_TODAY, "never a day in the past");
}
