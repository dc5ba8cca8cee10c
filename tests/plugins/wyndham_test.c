/* Wyndham Rewards: tiers per bedroom and night, one room a booking, and its words. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>
#include <string.h>

static struct inside inside;

static void set_up(void)
{
    inside_open(&inside, "wyndham");
}

static void tear_down(void)
{
    inside_close(&inside);
}

TestSuite(wyndham, .timeout = 20, .init = set_up, .fini = tear_down);

/* Prices --------------------------------------------------------------------------------------- */

static const struct price_case {
    struct nb_price_ask ask;
    int64_t nights[3]; /* posted; none when the first is 0 */
    int64_t total;
    uint32_t reason;
    const char *why;
} prices[] = {
    {{.night_count = 2, .night_tier = 7500}, {0}, 15000, 0, "the lowest tier, two nights"},
    {{.night_count = 2, .night_tier = 15000}, {0}, 30000, 0, "the middle tier"},
    {{.night_count = 2, .night_tier = 30000}, {0}, 60000, 0, "the highest tier"},
    {{.night_count = 5, .night_tier = 15000}, {0}, 75000, 0, "no night is free"},
    {{.night_count = 2, .night_tier = 15000, .bedrooms = 3},
     {0},
     90000,
     0,
     "a suite of three bedrooms costs three times as much"},
    {{.night_count = 3}, {7500, 15000, 30000}, 52500, 0, "each night has its own tier"},
    {{.night_count = 3}, {15000, 15000, 7500}, 37500, 0, "a cheaper night at the end"},
    {{.night_count = 1, .night_tier = 15000, .flags = NB_PRICE_MEMBER_CARD},
     {0},
     15000,
     0,
     "what a card takes off is not counted on"},
    {{.night_count = 1, .night_tier = 10000}, {0}, 0, NB_PRICE_TIER_UNKNOWN, "between the tiers"},
    {{.night_count = 1, .night_tier = 1}, {0}, 0, NB_PRICE_TIER_UNKNOWN, "below them"},
    {{.night_count = 3}, {7500, 15000, 29999}, 0, NB_PRICE_TIER_UNKNOWN, "one night is off"},
    {{.night_count = 3}, {7500, 0, 30000}, 0, NB_PRICE_NOT_PUBLISHED, "one night is not posted"},
    {{.night_count = 2}, {0}, 0, NB_PRICE_NOT_PUBLISHED, "nothing is posted"},
    {{.night_count = 2, .stay_points = 30000}, {0}, 0, NB_PRICE_BAD_INPUT, "it posts no totals"},
    {{.night_count = 1, .night_tier = 15000, .rooms = 2},
     {0},
     0,
     NB_PRICE_TOO_MANY_ROOMS,
     "one room a booking: make two"},
    {{.night_count = 1, .night_tier = 7500, .flags = NB_PRICE_POINTS_AND_CASH},
     {0},
     0,
     NB_PRICE_NOT_PUBLISHED,
     "points with cash have no tier: only a quote can say"},
    {{.night_count = 0, .night_tier = 7500}, {0}, 0, NB_PRICE_BAD_INPUT, "no night"},
    {{.night_count = 1, .night_tier = -7500}, {0}, 0, NB_PRICE_BAD_INPUT, "below zero"},
};

static const struct nb_price *price_of(const struct price_case *row)
{
    static struct nb_price_ask ask;
    ask = row->ask;
    ask.check_in = RULES_TODAY + 1;
    ask.rooms = ask.rooms == 0 ? 1 : ask.rooms;
    ask.bedrooms = ask.bedrooms == 0 ? 1 : ask.bedrooms;
    ask.night_points = row->nights[0] == 0 ? NULL : row->nights;
    return inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
}

Test(wyndham, a_stay_costs_its_tiers)
{
    for (size_t i = 0; i < NB_COUNT(prices); i++) {
        const struct nb_price *price = price_of(&prices[i]);
        cr_expect_eq(price->reason, prices[i].reason, "%s", prices[i].why);
        cr_expect_eq(price->total_points, prices[i].total, "%s", prices[i].why);
        cr_expect_eq(price->free_nights, 0, "%s", prices[i].why);
        cr_expect_eq(price->night_count, prices[i].reason == 0 ? prices[i].ask.night_count : 0,
                     "%s", prices[i].why);
    }
}

Test(wyndham, tiers_and_the_card_are_rules_of_the_day)
{
    static const struct nb_rule rules[] = {
        {"price.tiers", "10000,20000", RULES_TODAY, NB_DAY_NEVER},
        {"price.member_percent_off", "10", RULES_TODAY, NB_DAY_NEVER},
        {"booking.rooms_max", "3", RULES_TODAY, NB_DAY_NEVER}};
    static const struct price_case changed[] = {
        {{.night_count = 2, .night_tier = 10000}, {0}, 20000, 0, "a new tier"},
        {{.night_count = 1, .night_tier = 7500}, {0}, 0, NB_PRICE_TIER_UNKNOWN, "an old one"},
        {{.night_count = 2, .night_tier = 10000, .flags = NB_PRICE_MEMBER_CARD},
         {0},
         18000,
         0,
         "a tenth off with the card"},
        {{.night_count = 2, .night_tier = 10000, .rooms = 3}, {0}, 60000, 0, "three rooms"}};
    inside.context.rules = rules;
    inside.context.rule_count = NB_COUNT(rules);
    for (size_t i = 0; i < NB_COUNT(changed); i++) {
        const struct nb_price *price = price_of(&changed[i]);
        cr_expect_eq(price->total_points, changed[i].total, "%s", changed[i].why);
        cr_expect_eq(price->reason, changed[i].reason, "%s", changed[i].why);
    }
    inside.context.today = RULES_TODAY - 1;
    cr_expect_eq(price_of(&changed[0])->reason, NB_PRICE_TIER_UNKNOWN, "not before its day");
}

Test(wyndham, a_rule_that_makes_no_sense_prices_nothing)
{
    static const char *const tiers[] = {"", "free", "99999999999999999999999999", ",,,",
                                        "9223372036854775807"};
    for (size_t i = 0; i < NB_COUNT(tiers); i++) {
        const struct nb_rule rule = {"price.tiers", tiers[i], 0, NB_DAY_NEVER};
        const struct price_case row = {{.night_count = 1, .night_tier = 7500}, {0}, 0, 0, ""};
        inside.context.rules = &rule;
        inside.context.rule_count = 1;
        cr_expect_eq(price_of(&row)->reason, NB_PRICE_TIER_UNKNOWN, "\"%s\"", tiers[i]);
    }
    const struct nb_rule huge[] = {{"price.tiers", "9223372036854775807", 0, NB_DAY_NEVER},
                                   {"price.member_percent_off", "10", 0, NB_DAY_NEVER}};
    const struct price_case row = {
        {.night_count = 1, .night_tier = INT64_MAX, .flags = NB_PRICE_MEMBER_CARD}, {0}, 0, 0, ""};
    const struct price_case two = {{.night_count = 2, .night_tier = INT64_MAX}, {0}, 0, 0, ""};
    inside.context.rules = huge;
    inside.context.rule_count = 2;
    cr_expect_eq(price_of(&row)->reason, NB_PRICE_OVERFLOW);
    cr_expect_eq(price_of(&two)->reason, NB_PRICE_OVERFLOW);
}

Test(wyndham, fees_are_carried_over_the_stay_and_never_become_points)
{
    static const struct nb_cash fees[] = {{2500, NB_CASH_RESORT_FEE, "USD"},
                                          {310, NB_CASH_TAX, "USD"}};
    static const struct nb_cash odd[] = {{-1, NB_CASH_TAX, "USD"},
                                         {1, NB_CASH_NONE, "USD"},
                                         {1, NB_CASH_COUNT, "USD"},
                                         {1, NB_CASH_TAX, "usd"},
                                         {INT64_MAX, NB_CASH_TAX, "USD"}};
    struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                               .night_count = 3,
                               .rooms = 1,
                               .bedrooms = 2,
                               .night_tier = 15000,
                               .extra_count = 2,
                               .extras = fees};
    const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
    cr_expect_eq(price->total_points, 90000);
    cr_assert_eq(price->extra_count, 2);
    cr_expect_eq(price->extras[0].minor, 7500, "of a room and night, whatever its bedrooms");
    cr_expect_eq(price->extras[1].minor, 930);
    for (size_t i = 0; i < NB_COUNT(odd); i++) {
        ask.extras = &odd[i];
        ask.extra_count = 1;
        price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
        cr_expect_neq(price->reason, NB_PRICE_REASON_NONE, "fee %zu", i);
    }
}

/* Who and what --------------------------------------------------------------------------------- */

Test(wyndham, an_ordinary_stay_is_eligible_by_machine_and_by_hand)
{
    for (uint16_t channel = NB_CHANNEL_GATEWAY; channel <= NB_CHANNEL_ASSISTED; channel++) {
        for (uint16_t kind = NB_ACCOUNT_CHARITY; kind <= NB_ACCOUNT_CUSTODIAN; kind++) {
            struct nb_eligible_ask ask = rules_eligible(3, "51351");
            ask.channel = channel;
            ask.account_kind = kind;
            const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
            cr_expect_eq(answer->refusal_count, 0);
            cr_expect_str_eq(answer->counter, "", "it counts no gifts");
        }
    }
}

static void two_rooms(struct nb_eligible_ask *ask)
{
    ask->rooms = 2;
}

static void yesterday(struct nb_eligible_ask *ask)
{
    ask->check_in = RULES_TODAY - 1;
}

static void far_ahead(struct nb_eligible_ask *ask)
{
    ask->check_in = RULES_TODAY + 101;
}

static void no_night(struct nb_eligible_ask *ask)
{
    ask->night_count = 0;
}

static void eight_nights(struct nb_eligible_ask *ask)
{
    ask->night_count = 8;
}

static void nobody(struct nb_eligible_ask *ask)
{
    ask->adults = 0;
}

static void crowd(struct nb_eligible_ask *ask)
{
    ask->adults = 3;
    ask->child_count = 2;
}

static void young(struct nb_eligible_ask *ask)
{
    ask->youngest_adult = 20;
}

static void no_card(struct nb_eligible_ask *ask)
{
    ask->party = NB_PARTY_HAS_ID;
}

static void watched(struct nb_eligible_ask *ask)
{
    ask->party |= NB_PARTY_WATCHED;
}

static void no_id(struct nb_eligible_ask *ask)
{
    ask->party = NB_PARTY_HAS_CARD;
}

static void other_code(struct nb_eligible_ask *ask)
{
    memcpy(ask->property_code, "BOSCO", 6);
}

static const struct refusal_case {
    void (*change)(struct nb_eligible_ask *ask);
    struct nb_rule rule; /* in force; no key = none */
    enum nb_refusal_code code;
    const char *words; /* in its text */
    const char *why;
} refusals[] = {
    {two_rooms, {0}, NB_REFUSAL_ROOMS, "1 room", "one room a booking"},
    {yesterday, {0}, NB_REFUSAL_PAST, "over", "the night is over"},
    {far_ahead,
     {"booking.window_days", "100", 0, NB_DAY_NEVER},
     NB_REFUSAL_WINDOW,
     "100 days",
     "too far ahead"},
    {no_night, {0}, NB_REFUSAL_NIGHTS, "one night", "no night"},
    {eight_nights,
     {"booking.nights_max", "7", 0, NB_DAY_NEVER},
     NB_REFUSAL_NIGHTS,
     "7 nights",
     "too long"},
    {nobody, {0}, NB_REFUSAL_GUESTS, "Nobody", "nobody"},
    {crowd,
     {"booking.guests_per_room_max", "4", 0, NB_DAY_NEVER},
     NB_REFUSAL_GUESTS,
     "4 people",
     "too many for a room"},
    {young,
     {"guest.age_min", "21", 0, NB_DAY_NEVER},
     NB_REFUSAL_AGE,
     "21 or older",
     "too young to check in"},
    {nobody, {0}, NB_REFUSAL_AGE, "18 or older", "children alone never check in"},
    {no_card,
     {"guest.card_required", "on", 0, NB_DAY_NEVER},
     NB_REFUSAL_CARD,
     "own card",
     "no card"},
    {watched,
     {"guest.card_required", "on", 0, NB_DAY_NEVER},
     NB_REFUSAL_CARD,
     "would be seen",
     "a card whose statement somebody else reads"},
    {no_id,
     {"guest.id_required", "on", 0, NB_DAY_NEVER},
     NB_REFUSAL_ID,
     "identity document",
     "no document"},
    {other_code, {0}, NB_REFUSAL_PROPERTY, "four to six digits", "another program's hotel"},
};

static const struct nb_eligible *judged(const struct refusal_case *row, uint16_t more_party)
{
    static struct nb_eligible_ask ask;
    ask = rules_eligible(3, "51351");
    row->change(&ask);
    ask.party |= more_party;
    inside.context.rules = &row->rule;
    inside.context.rule_count = row->rule.key != NULL;
    return inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
}

Test(wyndham, what_it_does_not_take_is_refused_with_a_reason)
{
    for (size_t i = 0; i < NB_COUNT(refusals); i++) {
        const struct nb_eligible *answer = judged(&refusals[i], 0);
        cr_expect(rules_refuses(answer, refusals[i].code), "%s", refusals[i].why);
        bool told = false;
        for (uint32_t k = 0; k < answer->refusal_count; k++) {
            told = told || strstr(answer->refusals[k].text, refusals[i].words) != NULL;
        }
        cr_expect(told, "%s: \"%s\"", refusals[i].why, refusals[i].words);
    }
}

Test(wyndham, what_a_property_agreed_to_in_writing_is_no_reason)
{
    for (size_t i = 0; i < NB_COUNT(refusals); i++) {
        if (refusals[i].code == NB_REFUSAL_CARD) {
            cr_expect_eq(judged(&refusals[i], NB_PARTY_CARD_WAIVED)->refusal_count, 0, "%s",
                         refusals[i].why);
        } else if (refusals[i].code == NB_REFUSAL_ID) {
            cr_expect_eq(judged(&refusals[i], NB_PARTY_ID_WAIVED)->refusal_count, 0, "%s",
                         refusals[i].why);
        }
    }
}

Test(wyndham, every_reason_is_told_not_only_the_first)
{
    struct nb_eligible_ask ask = rules_eligible(0, "BOSCO");
    ask.rooms = 2;
    ask.adults = 0;
    ask.check_in = RULES_TODAY - 5;
    const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
    cr_expect_eq(answer->refusal_count, 6);
}

Test(wyndham, an_ask_that_makes_no_sense_is_refused)
{
    struct nb_eligible_ask ask = rules_eligible(1, "51351");
    ask.child_count = NB_CHILDREN_MAX + 1;
    cr_expect_eq(inside_try(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1, NULL), NB_REFUSED);
    ask = rules_eligible(1, "51351");
    ask.channel = NB_CHANNEL_NONE;
    cr_expect_eq(inside_try(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1, NULL), NB_REFUSED);
    ask.channel = NB_CHANNEL_ASSISTED + 1;
    cr_expect_eq(inside_try(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1, NULL), NB_REFUSED);
    ask = rules_eligible(1, "51351");
    ask.account_kind = NB_ACCOUNT_CUSTODIAN + 1;
    cr_expect_eq(inside_try(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1, NULL), NB_REFUSED);
}

/* Words ---------------------------------------------------------------------------------------- */

static const struct validate_case {
    enum nb_validate_kind kind;
    const char *text;
    bool right;
    const char *why;
} validations[] = {
    {NB_VALIDATE_PROPERTY, "51351", true, "five digits"},
    {NB_VALIDATE_PROPERTY, "0123", true, "four digits"},
    {NB_VALIDATE_PROPERTY, "BOSCO", false, "letters"},
    {NB_VALIDATE_PROPERTY, "", false, "nothing"},
    {NB_VALIDATE_BRAND, "DI", true, "a brand"},
    {NB_VALIDATE_BRAND, "SE", true, "the site's own code for one"},
    {NB_VALIDATE_BRAND, "WR", false, "the master code is no brand"},
    {NB_VALIDATE_MEMBER, "123456789", true, "nine digits"},
    {NB_VALIDATE_MEMBER, "AB12345678C", true, "letters and digits"},
    {NB_VALIDATE_MEMBER, "12345", false, "too short"},
    {NB_VALIDATE_CONFIRMATION, "85412EC013377", true, "thirteen characters"},
    {NB_VALIDATE_CONFIRMATION, "12-34", false, "other signs"},
};

Test(wyndham, an_odd_number_is_warned_of_and_never_refused)
{
    for (size_t i = 0; i < NB_COUNT(validations); i++) {
        struct nb_validate_ask ask = {.kind = validations[i].kind, .text = validations[i].text};
        const struct nb_validation *answer = inside_ask(&inside, PLUGIN_CALL_VALIDATE, &ask, 1);
        cr_expect_eq(answer->looks_right, validations[i].right, "%s", validations[i].why);
        cr_expect(validations[i].right || *ask.text == '\0' ||
                      strstr(answer->warning, ask.text) == NULL,
                  "%s: a warning does not repeat it", validations[i].why);
    }
    struct nb_validate_ask none = {.kind = NB_VALIDATE_NONE, .text = "x"};
    cr_expect_eq(inside_try(&inside, PLUGIN_CALL_VALIDATE, &none, 1, NULL), NB_REFUSED);
    none = (struct nb_validate_ask){.kind = NB_VALIDATE_MEMBER};
    cr_expect_eq(inside_try(&inside, PLUGIN_CALL_VALIDATE, &none, 1, NULL), NB_REFUSED);
}

Test(wyndham, every_rule_says_where_it_comes_from)
{
    rules_expect_documented(&inside);
    cr_expect_str_eq(inside_rule(&inside, "price.tiers")->value, "7500,15000,30000");
    cr_expect_str_eq(inside_rule(&inside, "booking.rooms_max")->value, "1");
    cr_expect_str_eq(inside_rule(&inside, "expiry.hard_months")->value, "48");
    cr_expect_str_eq(inside_rule(&inside, "expiry.idle_months")->value, "18");
    cr_expect_str_eq(inside_rule(&inside, "guest.card_required")->verified_on, "",
                     "what nobody published is unverified");
}

Test(wyndham, its_pages_may_not_be_linked_to)
{
    cr_expect_eq(inside.plugin->capabilities & NB_DEEP_LINK_ALLOWED, 0);
    cr_expect_eq(inside.plugin->spend_order[0], NB_SPEND_EARLIEST_EXPIRY, "lots end: oldest first");
}
