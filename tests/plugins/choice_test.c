/* Choice Privileges: each night at its own price, a hundred days ahead, cancel and book again. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>
#include <string.h>

static struct inside inside;

static void set_up(void)
{
    inside_open(&inside, "choice");
}

static void tear_down(void)
{
    inside_close(&inside);
}

TestSuite(choice, .timeout = 20, .init = set_up, .fini = tear_down);

static void rule_is(const struct nb_rule *rule)
{
    inside.context.rules = rule;
    inside.context.rule_count = rule->key != NULL;
}

/* Prices --------------------------------------------------------------------------------------- */

static const struct price_case {
    struct nb_price_ask ask;
    int64_t nights[3]; /* posted; none when the first is 0 */
    struct nb_rule rule;
    int64_t total;
    uint32_t reason;
    const char *why;
} prices[] = {
    {{.night_count = 1}, {8000}, {0}, 8000, 0, "the lowest price that was seen"},
    {{.night_count = 1}, {75000}, {0}, 75000, 0, "the highest"},
    {{.night_count = 2}, {7999, 75001}, {0}, 83000, 0, "what the press saw bounds nothing"},
    {{.night_count = 3}, {8000, 12000, 30000}, {0}, 50000, 0, "every night moves on its own"},
    {{.night_count = 4, .night_tier = 12000}, {0}, {0}, 48000, 0, "one price for all nights"},
    {{.night_count = 5, .night_tier = 12000}, {0}, {0}, 60000, 0, "the fifth is not free"},
    {{.night_count = 2, .night_tier = 12000, .bedrooms = 2},
     {0},
     {0},
     24000,
     0,
     "the room is the unit, not the bedroom"},
    {{.night_count = 1, .night_tier = 12000, .flags = NB_PRICE_MEMBER_CARD},
     {0},
     {0},
     12000,
     0,
     "a card takes nothing off that is known"},
    {{.night_count = 2}, {0}, {0}, 0, NB_PRICE_NOT_PUBLISHED, "nothing is posted, nothing guessed"},
    {{.night_count = 3},
     {8000, 0, 8000},
     {0},
     0,
     NB_PRICE_NOT_PUBLISHED,
     "one night is not posted"},
    {{.night_count = 2, .stay_points = 24000},
     {0},
     {0},
     0,
     NB_PRICE_BAD_INPUT,
     "it posts nights, no totals"},
    {{.night_count = 1, .night_tier = 12000, .rooms = 2},
     {0},
     {0},
     0,
     NB_PRICE_TOO_MANY_ROOMS,
     "how many rooms it takes is not known: two bookings"},
    {{.night_count = 1, .night_tier = 12000, .rooms = 2},
     {0},
     {"booking.rooms_max", "4", 0, NB_DAY_NEVER},
     24000,
     0,
     "until a row knows it"},
    {{.night_count = 1, .night_tier = 6000, .flags = NB_PRICE_POINTS_AND_CASH},
     {0},
     {0},
     0,
     NB_PRICE_NOT_PUBLISHED,
     "points with money exist, and only a quote prices them"},
    {{.night_count = 1, .night_tier = 6000, .flags = NB_PRICE_POINTS_AND_CASH},
     {0},
     {"price.points_and_cash", "on", 0, NB_DAY_NEVER},
     6000,
     0,
     "posted ones count once a row says so"},
    {{.night_count = 1, .night_tier = 6000, .flags = NB_PRICE_POINTS_AND_CASH},
     {0},
     {"price.points_and_cash", "off", 0, NB_DAY_NEVER},
     0,
     NB_PRICE_MIXED_NOT_SOLD,
     "a row may end them"},
    {{.night_count = 1, .night_tier = 6000, .flags = NB_PRICE_POINTS_AND_CASH},
     {0},
     {"price.points_and_cash", "perhaps", 0, NB_DAY_NEVER},
     0,
     NB_PRICE_NOT_PUBLISHED,
     "a word that is not understood is unknown"},
    {{.night_count = 0, .night_tier = 12000}, {0}, {0}, 0, NB_PRICE_BAD_INPUT, "no night"},
    {{.night_count = 1, .night_tier = -1}, {0}, {0}, 0, NB_PRICE_BAD_INPUT, "below zero"},
    {{.night_count = 2, .night_tier = INT64_MAX},
     {0},
     {0},
     0,
     NB_PRICE_OVERFLOW,
     "more than points can be"},
};

Test(choice, a_stay_costs_the_sum_of_its_nights)
{
    for (size_t i = 0; i < NB_COUNT(prices); i++) {
        struct nb_price_ask ask = prices[i].ask;
        ask.check_in = RULES_TODAY + 1;
        ask.rooms = ask.rooms == 0 ? 1 : ask.rooms;
        ask.bedrooms = ask.bedrooms == 0 ? 1 : ask.bedrooms;
        ask.night_points = prices[i].nights[0] == 0 ? NULL : prices[i].nights;
        rule_is(&prices[i].rule);
        const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
        cr_expect_eq(price->reason, prices[i].reason, "%s", prices[i].why);
        cr_expect_eq(price->total_points, prices[i].total, "%s", prices[i].why);
        cr_expect_eq(price->free_nights, 0, "%s", prices[i].why);
    }
}

Test(choice, a_resort_fee_and_incidentals_are_money)
{
    static const struct nb_cash fees[] = {{2500, NB_CASH_RESORT_FEE, "USD"},
                                          {5000, NB_CASH_DEPOSIT, "USD"}};
    struct nb_price_ask ask = {.check_in = RULES_TODAY + 1,
                               .night_count = 3,
                               .rooms = 1,
                               .bedrooms = 1,
                               .night_tier = 12000,
                               .extra_count = 2,
                               .extras = fees};
    const struct nb_price *price = inside_ask(&inside, PLUGIN_CALL_PRICE, &ask, 1);
    cr_expect_eq(price->total_points, 36000, "never points");
    cr_assert_eq(price->extra_count, 2);
    cr_expect_eq(price->extras[0].minor, 7500, "of three nights");
}

/* Who and what --------------------------------------------------------------------------------- */

static void ordinary(struct nb_eligible_ask *ask)
{
    ask->night_count = 3;
}

static void last_day(struct nb_eligible_ask *ask)
{
    ask->check_in = RULES_TODAY + 100;
}

static void too_early(struct nb_eligible_ask *ask)
{
    ask->check_in = RULES_TODAY + 101;
}

static void yesterday(struct nb_eligible_ask *ask)
{
    ask->check_in = RULES_TODAY - 1;
}

static void two_rooms(struct nb_eligible_ask *ask)
{
    ask->rooms = 2;
}

static void long_stay(struct nb_eligible_ask *ask)
{
    ask->night_count = 60;
}

static void nothing_to_show(struct nb_eligible_ask *ask)
{
    ask->party = 0;
}

static void watched(struct nb_eligible_ask *ask)
{
    ask->party |= NB_PARTY_WATCHED;
}

static void minor_alone(struct nb_eligible_ask *ask)
{
    ask->adults = 0;
    ask->child_count = 1;
    ask->child_ages[0] = 17;
}

static void custodian_by_machine(struct nb_eligible_ask *ask)
{
    ask->account_kind = NB_ACCOUNT_CUSTODIAN;
    ask->channel = NB_CHANNEL_GATEWAY;
}

static void odd_code(struct nb_eligible_ask *ask)
{
    memcpy(ask->property_code, "51351", 6);
}

static const struct eligible_case {
    void (*change)(struct nb_eligible_ask *ask);
    struct nb_rule rule;
    enum nb_refusal_code code; /* NB_REFUSAL_NONE: nothing against it */
    const char *why;
} eligibles[] = {
    {ordinary, {0}, NB_REFUSAL_NONE, "an ordinary stay"},
    {last_day, {0}, NB_REFUSAL_NONE, "a hundred days ahead"},
    {too_early, {0}, NB_REFUSAL_WINDOW, "a hundred and one"},
    {too_early,
     {"booking.window_days", "330", 0, NB_DAY_NEVER},
     NB_REFUSAL_NONE,
     "the window is a row: the press only said about a hundred"},
    {yesterday, {0}, NB_REFUSAL_PAST, "the night is over"},
    {two_rooms, {0}, NB_REFUSAL_ROOMS, "a second room is a second booking"},
    {long_stay, {0}, NB_REFUSAL_NONE, "no longest stay is known"},
    {nothing_to_show, {0}, NB_REFUSAL_NONE, "no ID and no card: the desk's own rules decide"},
    {nothing_to_show,
     {"guest.card_required", "on", 0, NB_DAY_NEVER},
     NB_REFUSAL_CARD,
     "should the program turn out to want the guest's card"},
    {watched,
     {"guest.card_required", "on", 0, NB_DAY_NEVER},
     NB_REFUSAL_CARD,
     "a hold on a watched card shows the place"},
    {nothing_to_show,
     {"guest.id_required", "on", 0, NB_DAY_NEVER},
     NB_REFUSAL_ID,
     "should it want a document"},
    {minor_alone, {0}, NB_REFUSAL_AGE, "a child alone never checks in"},
    {custodian_by_machine,
     {0},
     NB_REFUSAL_NONE,
     "a stay for somebody else: nothing is known against it"},
    {custodian_by_machine,
     {"gift.phone_only", "on", 0, NB_DAY_NEVER},
     NB_REFUSAL_PHONE_ONLY,
     "should it be by phone only"},
    {odd_code, {0}, NB_REFUSAL_NONE, "the form of codes is observed: it warns, and never blocks"},
};

Test(choice, what_it_takes_and_what_not)
{
    for (size_t i = 0; i < NB_COUNT(eligibles); i++) {
        struct nb_eligible_ask ask = rules_eligible(3, "PA164");
        eligibles[i].change(&ask);
        rule_is(&eligibles[i].rule);
        const struct nb_eligible *answer = inside_ask(&inside, PLUGIN_CALL_ELIGIBLE, &ask, 1);
        bool refused = eligibles[i].code != NB_REFUSAL_NONE;
        cr_expect_eq(answer->refusal_count, (uint32_t)refused, "%s", eligibles[i].why);
        cr_expect(!refused || rules_refuses(answer, eligibles[i].code), "%s", eligibles[i].why);
        cr_expect_str_eq(answer->counter, "", "%s: it counts no gifts", eligibles[i].why);
    }
}

/* Words ---------------------------------------------------------------------------------------- */

static const struct validate_case {
    enum nb_validate_kind kind;
    const char *text;
    bool right;
    const char *why;
} validations[] = {
    {NB_VALIDATE_PROPERTY, "PA164", true, "two letters, three digits"},
    {NB_VALIDATE_PROPERTY, "pa164", false, "small letters"},
    {NB_VALIDATE_PROPERTY, "PA1644", false, "a digit too many"},
    {NB_VALIDATE_PROPERTY, "P1644", false, "a letter too few"},
    {NB_VALIDATE_PROPERTY, "51351", false, "another program's"},
    {NB_VALIDATE_BRAND, "CI", true, "the first brand"},
    {NB_VALIDATE_BRAND, "NZ", true, "the last brand"},
    {NB_VALIDATE_BRAND, "EC", false, "the master code is no brand"},
    {NB_VALIDATE_BRAND, "CY", false, "another program's"},
    {NB_VALIDATE_MEMBER, "ABC12345", true, "one word"},
    {NB_VALIDATE_MEMBER, "12", false, "cut short"},
    {NB_VALIDATE_MEMBER, "ABC 12345", false, "with a space in it"},
    {NB_VALIDATE_CONFIRMATION, "45100066", true, "one word"},
    {NB_VALIDATE_CONFIRMATION, "45100066!", false, "a sign"},
};

Test(choice, an_odd_number_is_warned_of_and_never_refused)
{
    static const struct nb_rule site = {"property.site_brands", "ZZ,YY", 0, NB_DAY_NEVER};
    for (size_t i = 0; i < NB_COUNT(validations); i++) {
        struct nb_validate_ask ask = {.kind = validations[i].kind, .text = validations[i].text};
        const struct nb_validation *answer = inside_ask(&inside, PLUGIN_CALL_VALIDATE, &ask, 1);
        cr_expect_eq(answer->looks_right, validations[i].right, "%s", validations[i].why);
        cr_expect(validations[i].right || strstr(answer->warning, ask.text) == NULL,
                  "%s: a warning does not repeat it", validations[i].why);
    }
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_BRAND, .text = "YY"};
    rule_is(&site);
    cr_expect_eq(((const struct nb_validation *)inside_ask(&inside, PLUGIN_CALL_VALIDATE, &ask, 1))
                     ->looks_right,
                 1, "a code of the program's own site, once a row knows it");
}

static const struct fact {
    const char *key;
    const char *value;
    bool verified;
    const char *why;
} facts[] = {
    {"booking.window_days", "100", false, "the press's word"},
    {"price.points_and_cash", "unknown", false, "it exists, and no rule is known"},
    {"booking.rooms_max", "1", false, "not published"},
    {"guest.card_required", "off", false, "not published"},
    {"expiry.idle_months", "18", true, "the program's terms"},
    {"expiry.hard_months", "0", false, "no such term was found"},
    {"expiry.resets", "earn,redeem,purchase,transfer_in", false, "only a transfer in is stated"},
    {"refund.return_days", "3", true, "72 hours, by the program's terms"},
    {"refund.late", "lost", true, "the program's terms"},
    {"refund.no_show", "lost", true, "the program's terms"},
    {"refund.modify", "rebook", true, "the program's terms"},
    {"refund.price_drop", "off", false, "not published"},
    {"property.pattern", "AA999", true, "seen on its pages"},
    {"property.site_brands", "", false, "not known, and not invented"},
};

Test(choice, every_rule_says_where_it_comes_from)
{
    rules_expect_documented(&inside);
    for (size_t i = 0; i < NB_COUNT(facts); i++) {
        const struct nb_rule_default *rule = inside_rule(&inside, facts[i].key);
        cr_assert_not_null(rule, "%s", facts[i].key);
        cr_expect_str_eq(rule->value, facts[i].value, "%s", facts[i].why);
        cr_expect_str_eq(rule->verified_on, facts[i].verified ? "2026-09-01" : "", "%s: %s",
                         facts[i].key, facts[i].why);
    }
    cr_expect_eq(inside.plugin->capabilities & NB_CAN_CONVERT, 0, "points do not become money");
}
