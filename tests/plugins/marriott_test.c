/* Marriott Bonvoy: stay totals, the fifth night, gifted stays by phone and five a year. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>
#include <string.h>

static struct inside inside;

static void set_up(void)
{
    inside_open(&inside, "marriott");
}

static void tear_down(void)
{
    inside_close(&inside);
}

TestSuite(marriott, .timeout = 20, .init = set_up, .fini = tear_down);

/* Prices --------------------------------------------------------------------------------------- */

/* One reservation of so many nights at 10,000 points each, but for one cheaper night. */
static struct nb_price priced(uint16_t nights, int cheap_night, uint16_t flags)
{
    int64_t points[NB_NIGHTS_MAX];
    struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                               .night_count = nights,
                               .rooms = 1,
                               .bedrooms = 1,
                               .flags = flags,
                               .night_points = points};
    for (int i = 0; i < nights; i++) {
        points[i] = i == cheap_night ? 4000 : 10000;
    }
    const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
    cr_expect_eq(price->reason, NB_PRICE_REASON_NONE);
    return *price;
}

static const struct fifth_case {
    uint16_t reservations[3]; /* nights of each; 0 = no more */
    int64_t total;
    uint32_t free_nights;
    const char *why;
} fifths[] = {
    {{4}, 40000, 0, "four nights cost four"},
    {{5}, 40000, 1, "five nights cost four"},
    {{6}, 50000, 1, "the sixth costs again"},
    {{9}, 80000, 1, "nine have one free"},
    {{10}, 80000, 2, "ten have two"},
    {{5, 5}, 80000, 2, "five and five are two free as well"},
    {{4, 6}, 90000, 1, "four and six are one: the four belong to no five"},
    {{3, 3, 4}, 100000, 0, "ten nights in three reservations have none"},
    {{400}, 3200000, 80, "the longest stay there is"},
};

Test(marriott, the_fifth_night_of_a_reservation_is_free)
{
    for (size_t i = 0; i < NB_COUNT(fifths); i++) {
        int64_t total = 0;
        uint32_t free_nights = 0;
        for (size_t k = 0; k < 3 && fifths[i].reservations[k] > 0; k++) {
            struct nb_price price = priced(fifths[i].reservations[k], -1, 0);
            total += price.total_points;
            free_nights += price.free_nights;
            cr_expect_eq(price.night_count, fifths[i].reservations[k], "%s", fifths[i].why);
        }
        cr_expect_eq(total, fifths[i].total, "%s", fifths[i].why);
        cr_expect_eq(free_nights, fifths[i].free_nights, "%s", fifths[i].why);
    }
}

Test(marriott, the_cheapest_of_five_nights_is_the_free_one)
{
    cr_expect_eq(priced(5, 2, 0).total_points, 40000, "the one of 4,000");
    cr_expect_eq(priced(6, 5, 0).total_points, 44000, "the sixth is cheaper, and in no block");
    cr_expect_eq(priced(10, 0, 0).total_points, 80000, "one of each block");
}

Test(marriott, points_with_cash_have_no_free_night)
{
    struct nb_price price = priced(5, -1, NB_PRICE_POINTS_AND_CASH);
    cr_expect_eq(price.total_points, 50000);
    cr_expect_eq(price.free_nights, 0);
    struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                               .night_count = 5,
                               .rooms = 1,
                               .bedrooms = 1,
                               .flags = NB_PRICE_POINTS_AND_CASH,
                               .stay_points = 50000};
    const struct nb_price *total = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
    cr_expect_eq(total->total_points, 50000);
    cr_expect_eq(total->free_nights, 0, "none is in a posted total either");
}

Test(marriott, a_posted_total_of_the_stay_holds_the_free_nights_already)
{
    static const struct {
        uint16_t nights;
        uint16_t rooms;
        int64_t stay;
        int64_t total;
        uint32_t free_nights;
        const char *why;
    } cases[] = {
        {5, 1, 40000, 40000, 1, "taken as it is"},
        {3, 1, 40001, 40001, 0, "what does not divide is not lost"},
        {1, 1, 10000, 10000, 0, "one night"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        int64_t nights[5] = {99999, 99999, 99999, 99999, 99999};
        struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                                   .night_count = cases[i].nights,
                                   .rooms = cases[i].rooms,
                                   .bedrooms = 1,
                                   .stay_points = cases[i].stay,
                                   .night_points = nights};
        const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
        cr_expect_eq(price->total_points, cases[i].total, "%s", cases[i].why);
        cr_expect_eq(price->free_nights, cases[i].free_nights, "%s", cases[i].why);
        cr_expect_eq(price->night_count, cases[i].nights, "%s", cases[i].why);
    }
}

Test(marriott, what_cannot_be_priced_has_a_reason)
{
    static const struct {
        struct nb_price_ask ask;
        uint32_t reason;
        const char *why;
    } cases[] = {
        {{.night_count = 5, .rooms = 1, .bedrooms = 1}, NB_PRICE_NOT_PUBLISHED, "nothing posted"},
        {{.night_count = 5, .rooms = 2, .bedrooms = 1, .stay_points = 1},
         NB_PRICE_TOO_MANY_ROOMS,
         "a gifted stay is one room a call"},
        {{.night_count = 0, .rooms = 1, .bedrooms = 1, .stay_points = 1},
         NB_PRICE_BAD_INPUT,
         "no night"},
        {{.night_count = 1, .rooms = 0, .bedrooms = 1, .stay_points = 1},
         NB_PRICE_BAD_INPUT,
         "no room"},
        {{.night_count = 1, .rooms = 1, .bedrooms = 1, .stay_points = -1},
         NB_PRICE_BAD_INPUT,
         "below zero"},
        {{.night_count = 2, .rooms = 1, .bedrooms = 1, .night_tier = INT64_MAX},
         NB_PRICE_OVERFLOW,
         "more than points can be"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &cases[i].ask, 1);
        cr_expect_eq(price->reason, cases[i].reason, "%s", cases[i].why);
    }
}

Test(marriott, a_batch_answers_every_row)
{
    static struct nb_price_ask asks[NB_BATCH_MAX];
    static int64_t nights[NB_NIGHTS_MAX];
    for (size_t i = 0; i < NB_NIGHTS_MAX; i++) {
        nights[i] = 10000;
    }
    for (size_t i = 0; i < NB_BATCH_MAX; i++) {
        asks[i] = (struct nb_price_ask){.check_in = RULES_TODAY,
                                        .night_count = (uint16_t)(1 + i % NB_NIGHTS_MAX),
                                        .rooms = 1,
                                        .bedrooms = 1,
                                        .night_points = i % 7 == 0 ? NULL : nights};
    }
    const struct nb_price *prices = inside_ask(&inside, PLUGIN_CALL_PRICE, asks, NB_BATCH_MAX);
    for (size_t i = 0; i < NB_BATCH_MAX; i++) {
        int64_t count = asks[i].night_count;
        cr_expect_eq(prices[i].reason, i % 7 == 0 ? NB_PRICE_NOT_PUBLISHED : 0, "row %zu", i);
        cr_expect_eq(prices[i].total_points, i % 7 == 0 ? 0 : 10000 * (count - count / 5),
                     "row %zu", i);
    }
}

/* Gifts ---------------------------------------------------------------------------------------- */

static const struct gift_case {
    enum nb_account_kind account;
    enum nb_channel channel;
    uint16_t party;
    uint32_t used;
    bool phone;     /* refused by machine */
    bool used_up;   /* refused by the counter */
    uint32_t takes; /* of the counter */
    const char *why;
} gifts[] = {
    {NB_ACCOUNT_CUSTODIAN, NB_CHANNEL_ASSISTED, 0, 0, false, false, 1, "the first of the year"},
    {NB_ACCOUNT_CUSTODIAN, NB_CHANNEL_ASSISTED, 0, 4, false, false, 1, "the fifth"},
    {NB_ACCOUNT_CUSTODIAN, NB_CHANNEL_ASSISTED, 0, 5, false, true, 1, "the sixth"},
    {NB_ACCOUNT_CUSTODIAN, NB_CHANNEL_ASSISTED, 0, 900, false, true, 1, "far over"},
    {NB_ACCOUNT_CUSTODIAN, NB_CHANNEL_GATEWAY, 0, 0, true, false, 1, "never by machine"},
    {NB_ACCOUNT_CUSTODIAN, NB_CHANNEL_GATEWAY, 0, 5, true, true, 1, "both reasons are told"},
    {NB_ACCOUNT_CUSTODIAN, NB_CHANNEL_GATEWAY, NB_PARTY_IS_MEMBER, 5, false, false, 0,
     "the holder's own stay is no gift"},
    {NB_ACCOUNT_CHARITY, NB_CHANNEL_GATEWAY, 0, 5, false, false, 0,
     "a charity's account has an agreement of its own"},
};

Test(marriott, a_gifted_stay_is_booked_by_phone_and_five_times_a_year)
{
    for (size_t i = 0; i < NB_COUNT(gifts); i++) {
        struct nb_eligible_ask ask = rules_eligible(3, "BOSCO");
        ask.account_kind = (uint16_t)gifts[i].account;
        ask.channel = (uint16_t)gifts[i].channel;
        ask.party |= gifts[i].party;
        ask.counter_used = gifts[i].used;
        const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
        cr_expect_eq(rules_refuses(answer, NB_REFUSAL_PHONE_ONLY), gifts[i].phone, "%s",
                     gifts[i].why);
        cr_expect_eq(rules_refuses(answer, NB_REFUSAL_COUNTER), gifts[i].used_up, "%s",
                     gifts[i].why);
        cr_expect_eq(answer->refusal_count, (uint32_t)gifts[i].phone + gifts[i].used_up, "%s",
                     gifts[i].why);
        cr_expect_eq(answer->counter_amount, gifts[i].takes, "%s", gifts[i].why);
        cr_expect_str_eq(answer->counter, gifts[i].takes > 0 ? "gifted_stay" : "", "%s",
                         gifts[i].why);
    }
}

Test(marriott, a_counter_is_a_rule_of_the_day)
{
    static const struct nb_rule rules[] = {{"gift.per_year", "2", 0, NB_DAY_NEVER},
                                           {"gift.accounts", "charity,custodian", 0, NB_DAY_NEVER}};
    struct nb_eligible_ask ask = rules_eligible(3, "BOSCO");
    ask.counter_used = 2;
    inside.context.rules = rules;
    inside.context.rule_count = 2;
    const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
    cr_expect(rules_refuses(answer, NB_REFUSAL_COUNTER));
    cr_expect(strstr(answer->refusals[0].text, "its 2 gifted stays") != NULL);
}

Test(marriott, another_programs_hotel_and_a_second_room_are_refused)
{
    struct nb_eligible_ask ask = rules_eligible(3, "51351");
    cr_expect(
        rules_refuses(inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1), NB_REFUSAL_PROPERTY));
    ask = rules_eligible(3, "BOSCO");
    ask.rooms = 2;
    cr_expect(rules_refuses(inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1), NB_REFUSAL_ROOMS));
}

/* Lots ----------------------------------------------------------------------------------------- */

static const struct expiry_case {
    enum nb_activity_kind activity; /* NB_ACTIVITY_NONE: none */
    const char *active_on;
    uint32_t flags;
    const char *idle;
    const char *why;
} expiries[] = {
    {NB_ACTIVITY_NONE, NULL, 0, "2028-01-15", "24 idle months"},
    {NB_ACTIVITY_EARN, "2026-11-01", 0, "2028-11-01", "earning resets the clock"},
    {NB_ACTIVITY_REDEEM, "2026-11-01", 0, "2028-11-01", "so does a redeemed stay"},
    {NB_ACTIVITY_PURCHASE, "2026-11-01", 0, "2028-11-01", "so do bought points"},
    {NB_ACTIVITY_TRANSFER_IN, "2026-11-01", 0, "2028-01-15", "a transfer in does not"},
    {NB_ACTIVITY_TRANSFER_OUT, "2026-11-01", 0, "2028-01-15", "nor one out"},
    {NB_ACTIVITY_DONATION_IN, "2026-11-01", 0, "2028-01-15", "nor a gift"},
    {NB_ACTIVITY_REINSTATE, "2026-11-01", 0, "2028-01-15", "nor points that came back"},
    {NB_ACTIVITY_NONE, NULL, NB_EXPIRY_ELITE, "2028-01-15", "a level is not known to exempt"},
};

Test(marriott, points_idle_away_in_24_months_and_never_otherwise)
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
    }
}

Test(marriott, what_comes_back)
{
    static const struct {
        struct nb_refund_ask ask;
        int64_t back;
        int64_t lost;
        const char *why;
    } cases[] = {
        {{.kind = NB_REFUND_CANCEL, .at_us = 1, .cancel_by_us = 2, .points = 40000},
         40000,
         0,
         "in time"},
        {{.kind = NB_REFUND_CANCEL, .at_us = 3, .cancel_by_us = 2, .points = 40000},
         0,
         40000,
         "too late"},
        {{.kind = NB_REFUND_PRICE_DROP, .points = 40000, .new_points = 10000},
         0,
         0,
         "a fall is not credited"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        const struct nb_refund *refund = inside_ask(&inside, PLUGIN_CALL_REFUND, &cases[i].ask, 1);
        cr_expect_eq(refund->points_back, cases[i].back, "%s", cases[i].why);
        cr_expect_eq(refund->points_lost, cases[i].lost, "%s", cases[i].why);
        cr_expect_eq(refund->counter_back, 0, "%s: a gift stays counted", cases[i].why);
    }
}

/* Words ---------------------------------------------------------------------------------------- */

Test(marriott, an_odd_number_is_warned_of_and_never_refused)
{
    static const struct {
        enum nb_validate_kind kind;
        const char *text;
        bool right;
    } cases[] = {
        {NB_VALIDATE_PROPERTY, "BOSCO", true},  {NB_VALIDATE_PROPERTY, "BOSC", false},
        {NB_VALIDATE_PROPERTY, "bosco", false}, {NB_VALIDATE_BRAND, "CY", true},
        {NB_VALIDATE_BRAND, "XX", false},       {NB_VALIDATE_MEMBER, "123456789", true},
        {NB_VALIDATE_MEMBER, "M100", false},    {NB_VALIDATE_CONFIRMATION, "81234567", true},
        {NB_VALIDATE_CONFIRMATION, "X", false},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct nb_validate_ask ask = {.kind = cases[i].kind, .text = cases[i].text};
        const struct nb_validation *answer = inside_ask(&inside, PLUGIN_CALL_VALIDATE, &ask, 1);
        cr_expect_eq(answer->looks_right, cases[i].right, "%s", cases[i].text);
    }
}

Test(marriott, a_gift_has_a_script_of_its_own)
{
    struct nb_script_ask ask = {.operation = NB_OPERATION_COMMIT};
    const struct nb_script *script = inside_ask(&inside, PLUGIN_CALL_SCRIPT, &ask, 1);
    cr_expect(strstr(script->lines[0].text, "custodian") == NULL);
    ask.phone_only = 1;
    script = inside_ask(&inside, PLUGIN_CALL_SCRIPT, &ask, 1);
    cr_expect(strstr(script->lines[0].text, "custodian") != NULL);
    bool told = false;
    for (uint32_t i = 0; i < script->line_count; i++) {
        told = told || strstr(script->lines[i].text, "gifted award stay") != NULL;
    }
    cr_expect(told);
}

Test(marriott, every_rule_says_where_it_comes_from)
{
    rules_expect_documented(&inside);
    cr_expect_str_eq(inside_rule(&inside, "price.free_night_every")->value, "5");
    cr_expect_str_eq(inside_rule(&inside, "gift.per_year")->value, "5");
    cr_expect_str_eq(inside_rule(&inside, "gift.phone_only")->value, "on");
    cr_expect_str_eq(inside_rule(&inside, "expiry.idle_months")->value, "24");
    cr_expect_str_eq(inside_rule(&inside, "gift.per_year")->verified_on, "",
                     "a copy of 2022 is not today's word");
}
