/* IHG One Rewards: the fourth night for the card, nine rooms, the guest's own card at the desk. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>
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

TestSuite(ihg, .timeout = 20, .init = set_up, .fini = tear_down);

/* Prices --------------------------------------------------------------------------------------- */

#define CARD NB_PRICE_MEMBER_CARD

/* One reservation of so many nights and rooms: night n costs 10,000 + 1,000 n, the first 10,000. */
static const struct nb_price *priced(uint16_t nights, uint16_t rooms, uint16_t flags)
{
    static int64_t points[NB_NIGHTS_MAX];
    for (int i = 0; i < nights; i++) {
        points[i] = 10000 + 1000 * (int64_t)i;
    }
    struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                               .night_count = nights,
                               .rooms = rooms,
                               .bedrooms = 1,
                               .flags = flags,
                               .night_points = points};
    return inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
}

static const struct fourth_case {
    uint16_t reservations[3]; /* nights of each; 0 = no more */
    uint16_t rooms;
    uint16_t flags;
    int64_t total;
    uint32_t free_nights;
    const char *why;
} fourths[] = {
    {{3}, 1, CARD, 33000, 0, "three nights cost three"},
    {{4}, 1, CARD, 33000, 1, "the fourth is free, and not the cheapest"},
    {{5}, 1, CARD, 47000, 1, "the fifth costs again"},
    {{7}, 1, CARD, 78000, 1, "seven have one free"},
    {{8}, 1, CARD, 78000, 2, "the eighth is free as well"},
    {{4, 4}, 1, CARD, 66000, 2, "four and four are two free as well"},
    {{5, 3}, 1, CARD, 80000, 1, "five and three in two reservations are one"},
    {{3, 3, 2}, 1, CARD, 87000, 0, "eight nights in three reservations have none"},
    {{4}, 2, CARD, 66000, 2, "one of each room"},
    {{4}, 9, CARD, 297000, 9, "nine rooms are the most"},
    {{4}, 1, 0, 46000, 0, "an account without the card pays four"},
    {{8}, 3, 0, 324000, 0, "and eight, in every room"},
};

Test(ihg, the_fourth_night_of_a_reservation_is_free_for_the_card)
{
    for (size_t i = 0; i < NB_COUNT(fourths); i++) {
        int64_t total = 0;
        uint32_t free_nights = 0;
        for (size_t k = 0; k < 3 && fourths[i].reservations[k] > 0; k++) {
            const struct nb_price *price =
                priced(fourths[i].reservations[k], fourths[i].rooms, fourths[i].flags);
            cr_expect_eq(price->reason, NB_PRICE_REASON_NONE, "%s", fourths[i].why);
            cr_expect_eq(price->night_count, fourths[i].reservations[k], "%s", fourths[i].why);
            total += price->total_points;
            free_nights += price->free_nights;
        }
        cr_expect_eq(total, fourths[i].total, "%s", fourths[i].why);
        cr_expect_eq(free_nights, fourths[i].free_nights, "%s", fourths[i].why);
    }
}

Test(ihg, the_free_night_is_the_fourth_one_whatever_the_others_cost)
{
    static const int64_t posted[] = {4000, 10000, 10000, 30000, 9000};
    static const int64_t paid[] = {4000, 10000, 10000, 0, 9000};
    struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                               .night_count = 5,
                               .rooms = 1,
                               .bedrooms = 1,
                               .flags = CARD,
                               .night_points = posted};
    const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
    cr_assert_eq(price->night_count, 5);
    cr_expect_eq(memcmp(price->night_points, paid, sizeof(paid)), 0);
}

static const struct rule_case {
    struct nb_rule rule;
    uint16_t flags;
    int64_t total; /* of four nights */
    uint32_t reason;
    const char *why;
} free_rules[] = {
    {{"price.free_night_card", "off", 0, NB_DAY_NEVER}, 0, 33000, 0, "for everybody one day"},
    {{"price.free_night_card", "perhaps", 0, NB_DAY_NEVER}, 0, 46000, 0, "nothing is promised"},
    {{"price.free_night_every", "3", 0, NB_DAY_NEVER}, CARD, 34000, 0, "another night one day"},
    {{"price.free_night_every", "0", 0, NB_DAY_NEVER}, CARD, 46000, 0, "none any more"},
    {{"price.free_night_every", "x", 0, NB_DAY_NEVER},
     CARD,
     46000,
     0,
     "a rule that makes no sense"},
    {{"price.free_night_every", "-4", 0, NB_DAY_NEVER}, CARD, 46000, 0, "nor one below zero"},
    {{"price.free_night_every", "0", RULES_TODAY + 1, NB_DAY_NEVER}, CARD, 33000, 0, "not yet"},
    {{"booking.rooms_max", "0", 0, NB_DAY_NEVER}, CARD, 0, NB_PRICE_TOO_MANY_ROOMS, "no room"},
};

Test(ihg, free_nights_are_rules_of_the_day)
{
    for (size_t i = 0; i < NB_COUNT(free_rules); i++) {
        inside.context.rules = &free_rules[i].rule;
        inside.context.rule_count = 1;
        const struct nb_price *price = priced(4, 1, free_rules[i].flags);
        cr_expect_eq(price->total_points, free_rules[i].total, "%s", free_rules[i].why);
        cr_expect_eq(price->reason, free_rules[i].reason, "%s", free_rules[i].why);
    }
}

Test(ihg, what_cannot_be_priced_has_a_reason)
{
    static const struct {
        struct nb_price_ask ask;
        uint32_t reason;
        const char *why;
    } cases[] = {
        {{.night_count = 4, .rooms = 1, .bedrooms = 1}, NB_PRICE_NOT_PUBLISHED, "nothing posted"},
        {{.night_count = 4, .rooms = 1, .bedrooms = 1, .stay_points = 60000},
         NB_PRICE_BAD_INPUT,
         "it posts nights: a total may hold the free one or not"},
        {{.night_count = 4, .rooms = 10, .bedrooms = 1, .night_tier = 1},
         NB_PRICE_TOO_MANY_ROOMS,
         "ten rooms are two reservations"},
        {{.night_count = 4,
          .rooms = 1,
          .bedrooms = 1,
          .night_tier = 20000,
          .flags = NB_PRICE_POINTS_AND_CASH | CARD},
         NB_PRICE_NOT_PUBLISHED,
         "the money buys points, and only the confirmation says how many"},
        {{.night_count = 0, .rooms = 1, .bedrooms = 1, .night_tier = 1},
         NB_PRICE_BAD_INPUT,
         "no night"},
        {{.night_count = 1, .rooms = 0, .bedrooms = 1, .night_tier = 1},
         NB_PRICE_BAD_INPUT,
         "no room"},
        {{.night_count = 1, .rooms = 1, .bedrooms = 1, .night_tier = -1},
         NB_PRICE_BAD_INPUT,
         "below zero"},
        {{.night_count = 2, .rooms = 1, .bedrooms = 1, .night_tier = INT64_MAX},
         NB_PRICE_OVERFLOW,
         "more than points can be"},
        {{.night_count = 1, .rooms = 9, .bedrooms = 1, .night_tier = INT64_MAX},
         NB_PRICE_OVERFLOW,
         "nor in nine rooms"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &cases[i].ask, 1);
        cr_expect_eq(price->reason, cases[i].reason, "%s", cases[i].why);
        cr_expect_eq(price->total_points, 0, "%s", cases[i].why);
    }
    const struct nb_rule off = {"price.mixed", "off", 0, NB_DAY_NEVER};
    inside.context.rules = &off;
    inside.context.rule_count = 1;
    const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &cases[3].ask, 1);
    cr_expect_eq(price->reason, NB_PRICE_MIXED_NOT_SOLD, "when it is not sold any more");
}

Test(ihg, a_resort_fee_is_paid_of_a_free_night_too)
{
    static const struct nb_cash fee = {3000, NB_CASH_RESORT_FEE, "USD"};
    struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                               .night_count = 4,
                               .rooms = 2,
                               .bedrooms = 1,
                               .flags = CARD,
                               .night_tier = 20000,
                               .extra_count = 1,
                               .extras = &fee};
    const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
    cr_expect_eq(price->total_points, 120000);
    cr_assert_eq(price->extra_count, 1);
    cr_expect_eq(price->extras[0].minor, 24000, "of every room and night, in money");
}

/* Who and what --------------------------------------------------------------------------------- */

static const struct desk_case {
    uint16_t party;
    bool card; /* refused for the card */
    bool id;   /* refused for the document */
    const char *words;
    const char *why;
} desks[] = {
    {NB_PARTY_HAS_ID | NB_PARTY_HAS_CARD, false, false, "", "valid ID and a card of their own"},
    {NB_PARTY_HAS_ID, true, false, "own card", "no card"},
    {NB_PARTY_HAS_ID | NB_PARTY_HAS_CARD | NB_PARTY_WATCHED, true, false, "would be seen",
     "a hold shows the place to whoever watches the account"},
    {NB_PARTY_HAS_ID | NB_PARTY_WATCHED, true, false, "would be seen", "watched, and no card"},
    {NB_PARTY_HAS_ID | NB_PARTY_HAS_CARD | NB_PARTY_WATCHED | NB_PARTY_CARD_WAIVED, false, false,
     "", "the hotel agreed in writing to take none"},
    {NB_PARTY_HAS_ID | NB_PARTY_CARD_WAIVED, false, false, "", "the same without any card"},
    {NB_PARTY_HAS_CARD, false, true, "identity document", "no document"},
    {NB_PARTY_HAS_CARD | NB_PARTY_ID_WAIVED, false, false, "", "the hotel takes guests without"},
    {0, true, true, "own card", "both reasons are told"},
    {NB_PARTY_IS_MEMBER, true, true, "own card", "the holder shows the same at the desk"},
};

Test(ihg, a_guest_shows_an_own_card_and_an_id_at_the_desk)
{
    for (size_t i = 0; i < NB_COUNT(desks); i++) {
        struct nb_eligible_ask ask = rules_eligible(3, "ORDHA");
        ask.party = desks[i].party;
        const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
        cr_expect_eq(rules_refuses(answer, NB_REFUSAL_CARD), desks[i].card, "%s", desks[i].why);
        cr_expect_eq(rules_refuses(answer, NB_REFUSAL_ID), desks[i].id, "%s", desks[i].why);
        cr_expect_eq(answer->refusal_count, (uint32_t)desks[i].card + desks[i].id, "%s",
                     desks[i].why);
        cr_expect(answer->refusal_count == 0 ||
                      strstr(answer->refusals[0].text, desks[i].words) != NULL,
                  "%s", desks[i].why);
    }
}

static const struct stay_case {
    uint16_t rooms;
    uint16_t adults;
    uint16_t youngest;
    int32_t days_ahead;
    uint16_t nights;
    const char *property;
    struct nb_rule rule; /* in force; no key = none */
    enum nb_refusal_code code;
    const char *why;
} stays[] = {
    {9, 9, 30, 1, 3, "ORDHA", {0}, NB_REFUSAL_NONE, "nine rooms in one reservation"},
    {10, 9, 30, 1, 3, "ORDHA", {0}, NB_REFUSAL_ROOMS, "ten are two"},
    {0, 2, 30, 1, 3, "ORDHA", {0}, NB_REFUSAL_ROOMS, "no room"},
    {1, 2, 18, 1, 3, "ORDHA", {0}, NB_REFUSAL_NONE, "a second guest of 18"},
    {1, 2, 17, 1, 3, "ORDHA", {0}, NB_REFUSAL_AGE, "one of 17"},
    {1, 2, 0, 1, 3, "ORDHA", {0}, NB_REFUSAL_NONE, "an age that nobody asked for"},
    {1, 2, 20, 1, 3, "ORDHA", {"guest.age_min", "21", 0, NB_DAY_NEVER}, NB_REFUSAL_AGE, "one day"},
    {1, 2, 30, 330, 30, "ORDHA", {0}, NB_REFUSAL_NONE, "no window and no longest stay are known"},
    {1,
     2,
     30,
     351,
     1,
     "ORDHA",
     {"booking.window_days", "350", 0, NB_DAY_NEVER},
     NB_REFUSAL_WINDOW,
     "once they are"},
    {1,
     2,
     30,
     1,
     31,
     "ORDHA",
     {"booking.nights_max", "30", 0, NB_DAY_NEVER},
     NB_REFUSAL_NIGHTS,
     "the same of nights"},
    {1, 2, 30, -1, 1, "ORDHA", {0}, NB_REFUSAL_PAST, "yesterday"},
    {1, 2, 30, 1, 3, "7PK4A", {0}, NB_REFUSAL_NONE, "a code that begins with a digit"},
    {1, 2, 30, 1, 3, "ordha", {0}, NB_REFUSAL_NONE, "an odd code warns, and never blocks"},
};

Test(ihg, what_it_does_not_take_is_refused_with_a_reason)
{
    for (size_t i = 0; i < NB_COUNT(stays); i++) {
        struct nb_eligible_ask ask = rules_eligible(stays[i].nights, stays[i].property);
        ask.rooms = stays[i].rooms;
        ask.adults = stays[i].adults;
        ask.youngest_adult = stays[i].youngest;
        ask.check_in = RULES_TODAY + stays[i].days_ahead;
        inside.context.rules = &stays[i].rule;
        inside.context.rule_count = stays[i].rule.key != NULL;
        const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
        bool refused = stays[i].code != NB_REFUSAL_NONE;
        cr_expect_eq(answer->refusal_count, (uint32_t)refused, "%s", stays[i].why);
        cr_expect_eq(rules_refuses(answer, stays[i].code), refused, "%s", stays[i].why);
    }
}

Test(ihg, a_stay_for_somebody_else_takes_no_counter_and_goes_by_machine_too)
{
    for (uint16_t channel = NB_CHANNEL_GATEWAY; channel <= NB_CHANNEL_ASSISTED; channel++) {
        for (uint16_t kind = NB_ACCOUNT_CHARITY; kind <= NB_ACCOUNT_CUSTODIAN; kind++) {
            struct nb_eligible_ask ask = rules_eligible(3, "ORDHA");
            ask.channel = channel;
            ask.account_kind = kind;
            ask.counter_used = 900;
            const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
            cr_expect_eq(answer->refusal_count, 0);
            cr_expect_str_eq(answer->counter, "");
        }
    }
}

/* Words ---------------------------------------------------------------------------------------- */

Test(ihg, an_odd_number_is_warned_of_and_never_refused)
{
    static const struct {
        enum nb_validate_kind kind;
        const char *text;
        bool right;
        const char *why;
    } cases[] = {
        {NB_VALIDATE_PROPERTY, "ORDHA", true, "five letters"},
        {NB_VALIDATE_PROPERTY, "7PK4A", true, "letters and digits"},
        {NB_VALIDATE_PROPERTY, "ORDH", false, "four"},
        {NB_VALIDATE_PROPERTY, "ORDHAX", false, "six"},
        {NB_VALIDATE_PROPERTY, "ordha", false, "small letters"},
        {NB_VALIDATE_PROPERTY, "", false, "nothing"},
        {NB_VALIDATE_BRAND, "HI", true, "a brand under 6C"},
        {NB_VALIDATE_BRAND, "6C", false, "the master code is no brand"},
        {NB_VALIDATE_BRAND, "CI", false, "another program's brand"},
        {NB_VALIDATE_MEMBER, "123456789", true, "nine digits"},
        {NB_VALIDATE_MEMBER, "12 45", false, "two words"},
        {NB_VALIDATE_MEMBER, "", false, "nothing"},
        {NB_VALIDATE_CONFIRMATION, "41234567", true, "eight digits"},
        {NB_VALIDATE_CONFIRMATION, "41-23", false, "other signs"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct nb_validate_ask ask = {.kind = cases[i].kind, .text = cases[i].text};
        const struct nb_validation *answer = inside_ask(&inside, PLUGIN_CALL_VALIDATE, &ask, 1);
        cr_expect_eq(answer->looks_right, cases[i].right, "%s", cases[i].why);
        cr_expect(cases[i].right || *ask.text == '\0' || strstr(answer->warning, ask.text) == NULL,
                  "%s: a warning does not repeat it", cases[i].why);
    }
}

static bool told(uint32_t operation, enum nb_script_line_kind kind, const char *words)
{
    const struct nb_script_ask ask = {.operation = operation};
    const struct nb_script *script = inside_ask(&inside, PLUGIN_CALL_SCRIPT, &ask, 1);
    for (uint32_t i = 0; i < script->line_count; i++) {
        if (script->lines[i].kind == (uint32_t)kind &&
            strstr(script->lines[i].text, words) != NULL) {
            return true;
        }
    }
    return false;
}

Test(ihg, a_script_tells_what_is_special_here)
{
    static const struct {
        uint32_t operation;
        enum nb_script_line_kind kind;
        const char *words;
        const char *why;
    } cases[] = {
        {NB_OPERATION_COMMIT, NB_SCRIPT_CHECK, "card of their own", "the desk holds the card"},
        {NB_OPERATION_COMMIT, NB_SCRIPT_SAY, "second guest", "the guest is not the member"},
        {NB_OPERATION_COMMIT, NB_SCRIPT_CHECK, "one reservation", "the free night depends on it"},
        {NB_OPERATION_COMMIT, NB_SCRIPT_DO, "points only", "the cash part buys points"},
        {NB_OPERATION_COMMIT, NB_SCRIPT_DO, "4 pm", "each booking has its own deadline"},
        {NB_OPERATION_COMMIT, NB_SCRIPT_DO, "resort fee", "it is paid in money"},
        {NB_OPERATION_CANCEL, NB_SCRIPT_DO, "card on file", "late, a night may be charged"},
        {NB_OPERATION_BALANCE, NB_SCRIPT_DO, "365 days", "what is not saved is gone"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        cr_expect(told(cases[i].operation, cases[i].kind, cases[i].words), "%s", cases[i].why);
    }
}

Test(ihg, every_rule_says_where_it_comes_from)
{
    static const struct {
        const char *key;
        const char *value;
        bool verified;
        const char *why;
    } cases[] = {
        {"price.free_night_every", "4", true, "rows of 0 points were seen"},
        {"price.free_night_card", "on", false, "press only"},
        {"booking.rooms_max", "9", false, "a copy of the terms is nobody's word today"},
        {"guest.card_required", "on", false, "the same"},
        {"guest.age_min", "18", false, "the same"},
        {"expiry.idle_months", "12", true, "stated by the program"},
        {"expiry.idle_exempts_elite", "on", true, "the same"},
        {"expiry.resets", "earn,redeem", false, "a transfer in is not counted on"},
        {"booking.window_days", "0", false, "not known"},
        {"property.pattern", "X{5,5}", true, "seen on its pages"},
        {"property.master", "6C", false, "nobody of the program said so"},
        {"property.site_brands", "", false, "not known, and not invented"},
    };
    rules_expect_documented(&inside);
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        const struct nb_rule_default *rule = inside_rule(&inside, cases[i].key);
        cr_assert_not_null(rule, "%s", cases[i].key);
        cr_expect_str_eq(rule->value, cases[i].value, "%s", cases[i].key);
        cr_expect_eq(*rule->verified_on != '\0', cases[i].verified, "%s: %s", cases[i].key,
                     cases[i].why);
    }
}

Test(ihg, a_member_gives_in_thousands_for_a_fee)
{
    const struct nb_plugin *plugin = inside.plugin;
    cr_assert_eq(plugin->give_count, 1, "donation and conversion are not known");
    cr_expect_eq(plugin->gives[0].kind, NB_GIVE_MEMBER_TRANSFER);
    cr_expect_eq(plugin->gives[0].minimum, 1000);
    cr_expect_eq(plugin->gives[0].step, 1000);
    cr_expect(strstr(plugin->gives[0].text, "USD 5 for each 1,000") != NULL);
    cr_expect_str_eq(plugin->gives[0].verified_on, "", "press only");
    cr_expect_eq(plugin->capabilities & (NB_CAN_CONVERT | NB_DEEP_LINK_ALLOWED), 0,
                 "what is not known is not claimed");
}
