/* When points of IHG One Rewards are gone, what comes back of a stay, and its statement. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct inside inside;

static void set_up(void)
{
    inside_open(&inside, "ihg");
}

static void tear_down(void)
{
    inside_close(&inside);
}

TestSuite(ihg_lots, .timeout = 20, .init = set_up, .fini = tear_down);

/* Lots ----------------------------------------------------------------------------------------- */

static const struct expiry_case {
    enum nb_activity_kind activity; /* NB_ACTIVITY_NONE: none */
    const char *active_on;
    uint32_t flags;
    const char *idle; /* "": never */
    const char *why;
} expiries[] = {
    {NB_ACTIVITY_NONE, NULL, 0, "2027-01-15", "12 idle months from the lot's own day"},
    {NB_ACTIVITY_EARN, "2026-11-01", 0, "2027-11-01", "earning resets the clock"},
    {NB_ACTIVITY_REDEEM, "2026-11-01", 0, "2027-11-01", "so does a redeemed stay"},
    {NB_ACTIVITY_REINSTATE, "2026-11-01", 0, "2027-01-15", "points that came back do not"},
    {NB_ACTIVITY_TRANSFER_IN, "2026-11-01", 0, "2027-01-15",
     "nor a transfer in, unless it posts as earned: then it is EARN"},
    {NB_ACTIVITY_TRANSFER_OUT, "2026-11-01", 0, "2027-01-15", "nor one out"},
    {NB_ACTIVITY_DONATION_IN, "2026-11-01", 0, "2027-01-15", "nor a gift"},
    {NB_ACTIVITY_PURCHASE, "2026-11-01", 0, "2027-01-15", "bought points are not known to"},
    {NB_ACTIVITY_EXPIRE, "2026-11-01", 0, "2027-01-15", "nor expiry itself"},
    {NB_ACTIVITY_NONE, NULL, NB_EXPIRY_ELITE, "", "a level exempts the account"},
};

Test(ihg_lots, points_idle_away_in_12_months_below_the_first_level)
{
    for (size_t i = 0; i < NB_COUNT(expiries); i++) {
        struct nb_expiry_ask ask = rules_expiry("2026-01-15");
        ask.account_flags = expiries[i].flags;
        if (expiries[i].activity != NB_ACTIVITY_NONE) {
            ask.last_activity[expiries[i].activity] = rules_day(expiries[i].active_on);
        }
        const struct nb_expiry *answer = inside_ask(&inside, PLUGIN_CALL_EXPIRY, &ask, 1);
        bool ends = *expiries[i].idle != '\0';
        cr_expect_eq(answer->hard, NB_DAY_NEVER, "%s", expiries[i].why);
        cr_expect_str_eq(rules_day_text(answer->idle), expiries[i].idle, "%s", expiries[i].why);
        cr_expect_eq(answer->effective, answer->idle, "%s", expiries[i].why);
        cr_expect_eq(answer->warn_on, ends ? answer->idle - 90 : NB_DAY_NEVER, "%s",
                     expiries[i].why);
    }
}

static const struct refund_case {
    struct nb_refund_ask ask;
    struct nb_rule rule; /* in force; no key = none */
    int64_t back;
    int64_t lost;
    bool action;
    const char *words;
    const char *why;
} refunds[] = {
    {{.kind = NB_REFUND_CANCEL, .at_us = 1, .cancel_by_us = 2},
     {0},
     60000,
     0,
     false,
     "in time",
     "before the deadline that the booking states"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 2, .cancel_by_us = 2},
     {0},
     60000,
     0,
     false,
     "in time",
     "at the last moment"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 3, .cancel_by_us = 2},
     {0},
     0,
     60000,
     true,
     "one night may be charged",
     "after it"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 1, .cancel_by_us = NB_INSTANT_NONE},
     {0},
     0,
     60000,
     true,
     "card on file",
     "nobody wrote it down: it counts as passed"},
    {{.kind = NB_REFUND_NO_SHOW, .at_us = 3, .cancel_by_us = 2},
     {0},
     0,
     60000,
     true,
     "one night may be charged",
     "nobody came"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 3, .cancel_by_us = 2},
     {"refund.late", "kept", 0, NB_DAY_NEVER},
     60000,
     0,
     true,
     "record what it charges",
     "points kept, and still a charge to look for"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 3, .cancel_by_us = 2},
     {"refund.charge", "none", 0, NB_DAY_NEVER},
     0,
     60000,
     true,
     "mercy",
     "no charge any more"},
    {{.kind = NB_REFUND_PRICE_DROP, .new_points = 30000},
     {0},
     0,
     0,
     false,
     "stands",
     "a fall is not credited"},
};

Test(ihg_lots, what_comes_back_and_what_may_be_charged)
{
    for (size_t i = 0; i < NB_COUNT(refunds); i++) {
        struct nb_refund_ask ask = refunds[i].ask;
        ask.points = 60000;
        inside.context.rules = &refunds[i].rule;
        inside.context.rule_count = refunds[i].rule.key != NULL;
        const struct nb_refund *refund = inside_ask(&inside, PLUGIN_CALL_REFUND, &ask, 1);
        cr_expect_eq(refund->points_back, refunds[i].back, "%s", refunds[i].why);
        cr_expect_eq(refund->points_lost, refunds[i].lost, "%s", refunds[i].why);
        cr_expect_eq(refund->needs_action, (uint32_t)refunds[i].action, "%s", refunds[i].why);
        cr_expect(strstr(refund->text, refunds[i].words) != NULL, "%s: %s", refunds[i].why,
                  refund->text);
        cr_expect_eq(refund->counter_back, 0, "%s", refunds[i].why);
        cr_expect_eq(refund->returns_on, refunds[i].back > 0 ? RULES_TODAY + 7 : NB_DAY_NEVER, "%s",
                     refunds[i].why);
    }
}

Test(ihg_lots, a_stay_that_loses_its_free_night_gives_nothing_back)
{
    static const int64_t nights[] = {20000, 20000, 20000, 0};
    struct nb_refund_ask ask = {.kind = NB_REFUND_SHORTEN,
                                .points = 60000,
                                .nights_used = 3,
                                .night_count = 4,
                                .night_points = nights};
    const struct nb_refund *refund = inside_ask(&inside, PLUGIN_CALL_REFUND, &ask, 1);
    cr_expect_eq(refund->points_back, 0, "the fourth night was the free one");
    cr_expect_eq(refund->needs_action, 1, "the program prices it again");
}

/* Statements ----------------------------------------------------------------------------------- */

#define NAMES "posted,night,hotel,kind,description,points\n"

static const struct nb_statement *parsed(const char *text)
{
    const struct nb_statement_ask ask = {.byte_count = (uint32_t)strlen(text), .bytes = text};
    return inside_ask(&inside, PLUGIN_CALL_STATEMENT, &ask, 1);
}

static const struct line_case {
    const char *row;
    const char *night; /* of a line that is taken; NULL: skipped, "": of no stay */
    enum nb_activity_kind kind;
    int64_t points;
    const char *why;
} lines[] = {
    {"2026-11-02,2026-10-30,ORDHA,redeem,Reward Night,-20000", "2026-10-30", NB_ACTIVITY_REDEEM,
     -20000, "one row a night"},
    {"2026-11-02,2026-11-02,ORDHA,redeem,Reward Night,0", "2026-11-02", NB_ACTIVITY_REDEEM, 0,
     "a free fourth night is a row of nothing"},
    {"2026-11-02,,,purchase,Points and Cash,\"5,000\"", "", NB_ACTIVITY_PURCHASE, 5000,
     "the money of points and cash bought points"},
    {"2026-11-05,2026-10-30,ORDHA,reinstate,Cancelled,20000", "2026-10-30", NB_ACTIVITY_REINSTATE,
     20000, "days after the cancellation"},
    {"2026-11-06,,,transfer_in,From a member,3000", "", NB_ACTIVITY_TRANSFER_IN, 3000,
     "a transfer that posts as one"},
    {"2026-11-06,,,earn,Transfer,3000", "", NB_ACTIVITY_EARN, 3000,
     "a transfer that posts as earned, which resets the clock"},
    {"2026-11-06,,,expire,Inactive,-70", "", NB_ACTIVITY_EXPIRE, -70, "points that idled away"},
    {"2026-11-02,2026-10-30,ORDHA,redeem,Reward Night,20000", NULL, NB_ACTIVITY_NONE, 0,
     "a redeemed night gives no points"},
    {"2026-11-02,30 Oct,ORDHA,redeem,Reward Night,-20000", NULL, NB_ACTIVITY_NONE, 0,
     "a night without a year"},
    {"2026-11-02,2026-10-30,ORDHA,award,Reward Night,-20000", NULL, NB_ACTIVITY_NONE, 0,
     "a kind that nobody knows"},
};

Test(ihg_lots, a_statement_has_one_row_a_night)
{
    for (size_t i = 0; i < NB_COUNT(lines); i++) {
        char file[256];
        snprintf(file, sizeof(file), NAMES "%s\n", lines[i].row);
        const struct nb_statement *statement = parsed(file);
        cr_expect_eq(statement->line_count, lines[i].night != NULL, "%s", lines[i].why);
        cr_expect_eq(statement->skipped, lines[i].night == NULL, "%s", lines[i].why);
        if (statement->line_count == 0) {
            continue;
        }
        const struct nb_statement_line *line = statement->lines;
        bool stay = *lines[i].night != '\0';
        int32_t night = stay ? rules_day(lines[i].night) : NB_DAY_NONE;
        cr_expect_eq(line->kind, (uint32_t)lines[i].kind, "%s", lines[i].why);
        cr_expect_eq(line->points, lines[i].points, "%s", lines[i].why);
        cr_expect_eq(line->check_in, night, "%s", lines[i].why);
        cr_expect_eq(line->check_out, stay ? night + 1 : NB_DAY_NONE, "%s", lines[i].why);
        cr_expect_eq(line->property_code != NULL, stay, "%s", lines[i].why);
    }
}

Test(ihg_lots, a_page_that_is_no_statement_is_refused)
{
    static const char *const files[] = {"", "<html></html>", "posted,night,hotel,points\n"};
    for (size_t i = 0; i < NB_COUNT(files); i++) {
        const struct nb_statement_ask ask = {.byte_count = (uint32_t)strlen(files[i]),
                                             .bytes = files[i]};
        cr_expect_eq(inside_try(&inside, PLUGIN_CALL_STATEMENT, &ask, 1, NULL), NB_REFUSED, "%zu",
                     i);
    }
}
