/* Delta SkyMiles: a ticket booked by a person, by a script that follows the rules of the day. */
#include "core/base/mem.h"
#include "tests/support/rules_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct inside inside;

static void set_up(void)
{
    inside_open(&inside, "skymiles");
}

static void tear_down(void)
{
    inside_close(&inside);
}

TestSuite(skymiles, .timeout = 20, .init = set_up, .fini = tear_down);

static void rule_is(const struct nb_rule *rule)
{
    inside.context.rules = rule;
    inside.context.rule_count = rule->key != NULL;
}

static const struct nb_script *script_of(enum nb_operation_kind operation)
{
    const struct nb_script_ask ask = {.operation = (uint32_t)operation};
    return inside_ask(&inside, PLUGIN_CALL_SCRIPT, &ask, 1);
}

/* Where the line stands, or -1. */
static int line_at(const struct nb_script *script, enum nb_script_line_kind kind, const char *words)
{
    for (uint32_t i = 0; i < script->line_count; i++) {
        if (script->lines[i].kind == (uint32_t)kind &&
            strstr(script->lines[i].text, words) != NULL) {
            return (int)i;
        }
    }
    return -1;
}

/* Rules ---------------------------------------------------------------------------------------- */

static const struct fact {
    const char *key;
    const char *value;
    const char *why;
} facts[] = {
    {"price.unit", "ticket", "a flight has no nights"},
    {"price.points", "unknown", "dynamic: no chart is known, and none is invented"},
    {"price.taxes", "cash", "taxes are money"},
    {"booking.window_days", "331", "not confirmed by anybody"},
    {"booking.travelers_max", "1", "not published: the cautious reading"},
    {"traveler.other_than_member", "yes", "miles pay for somebody else"},
    {"traveler.name", "legal", "a ticket knows no alias"},
    {"traveler.id_documents", "per_fare", "the fare says it"},
    {"traveler.details", "ask", "not known, and not invented"},
    {"traveler.age_alone", "ask", "not known, and not invented"},
    {"expiry.idle_months", "0", "miles do not idle away"},
    {"expiry.hard_months", "0", "and end on no day"},
    {"transfer.fee_currency", "USD", "the press's word"},
    {"transfer.fee_per_mile", "0.01", "the press's word"},
    {"transfer.fee_each", "30", "the press's word"},
    {"transfer.yearly_out", "150000", "the press's word"},
    {"transfer.yearly_in", "300000", "the press's word"},
    {"donation.minimum", "1000", "the press's word, some years old"},
    {"convert.money", "unknown", "nothing is known of it"},
    {"refund.cancel_by", "per_fare", "each fare states its own"},
    {"refund.basic", "penalized", "the press's word"},
    {"refund.basic_points", "unknown", "by how much nobody said"},
    {"refund.late", "ask", "not published"},
    {"refund.no_show", "lost", "the press's word"},
    {"refund.return_days", "unknown", "nothing is known of it"},
    {"refund.modify", "reissue", "a ticket is issued anew"},
    {"refund.price_drop", "ask", "not published"},
    {"lookup.needs", "locator,names", "a locator alone finds nothing"},
    {"property.pattern", "AAA", "an airport"},
    {"property.brands", "DL", "the airline"},
    {"property.site_brands", "", "not known, and not invented"},
};

Test(skymiles, every_rule_says_where_it_comes_from_and_none_is_called_verified)
{
    rules_expect_documented(&inside);
    cr_expect_eq(inside.plugin->rule_count, NB_COUNT(facts), "a rule without a why");
    for (size_t i = 0; i < NB_COUNT(facts); i++) {
        const struct nb_rule_default *rule = inside_rule(&inside, facts[i].key);
        cr_assert_not_null(rule, "%s", facts[i].key);
        cr_expect_str_eq(rule->value, facts[i].value, "%s: %s", facts[i].key, facts[i].why);
        cr_expect_str_eq(rule->verified_on, "", "%s: nobody read the program's own terms",
                         facts[i].key);
    }
}

Test(skymiles, is_a_travel_program_that_only_a_person_books)
{
    const struct nb_plugin *plugin = inside.plugin;
    cr_expect_eq(plugin->product, NB_PRODUCT_TRAVEL);
    cr_expect_eq(plugin->capabilities, NB_CAN_ASSIST, "no machine, no link, no money for miles");
    cr_expect(plugin->quote_price == NULL && plugin->eligible == NULL &&
                  plugin->expiry_of == NULL && plugin->refund_effect == NULL,
              "the slots of a stay are empty");
}

/* Giving --------------------------------------------------------------------------------------- */

static int64_t ruled_number(const char *key)
{
    const struct nb_rule_default *rule = inside_rule(&inside, key);
    cr_assert_not_null(rule, "%s", key);
    return strtoll(rule->value, NULL, 10);
}

Test(skymiles, a_member_gives_within_the_limits_of_the_rows)
{
    cr_assert_eq(inside.plugin->give_count, 2);
    const struct nb_give *transfer = &inside.plugin->gives[0];
    const struct nb_give *donation = &inside.plugin->gives[1];
    cr_expect_eq(transfer->kind, NB_GIVE_MEMBER_TRANSFER);
    cr_expect_eq(transfer->yearly_out, ruled_number("transfer.yearly_out"));
    cr_expect_eq(transfer->yearly_in, ruled_number("transfer.yearly_in"));
    cr_expect(transfer->minimum == 0 && transfer->step == 0, "not known, and not invented");
    cr_expect(strstr(transfer->text, "USD 0.01") != NULL &&
                  strstr(transfer->text, "USD 30 ") != NULL,
              "what it costs is said before: %s", transfer->text);
    cr_expect_eq(donation->kind, NB_GIVE_DONATION);
    cr_expect_eq(donation->minimum, ruled_number("donation.minimum"));
    cr_expect(strstr(donation->text, "SkyWish") != NULL);
    cr_expect_str_eq(transfer->verified_on, "");
    cr_expect_str_eq(donation->verified_on, "");
}

/* The script ----------------------------------------------------------------------------------- */

static const struct ruled_case {
    enum nb_operation_kind operation;
    struct nb_rule rule;
    enum nb_script_line_kind kind;
    const char *words;
    bool stands;
    const char *why;
} ruled[] = {
    {NB_OPERATION_COMMIT, {0}, NB_SCRIPT_CHECK, "at most 331 days", true, "the window as known"},
    {NB_OPERATION_COMMIT,
     {"booking.window_days", "300", 0, NB_DAY_NEVER},
     NB_SCRIPT_CHECK,
     "at most 300 days",
     true,
     "the window is a row"},
    {NB_OPERATION_COMMIT,
     {"booking.window_days", "300", 0, RULES_TODAY},
     NB_SCRIPT_CHECK,
     "at most 331 days",
     true,
     "a row that ended no longer counts"},
    {NB_OPERATION_COMMIT,
     {"booking.window_days", "0", 0, NB_DAY_NEVER},
     NB_SCRIPT_CHECK,
     "days from today",
     false,
     "no limit known, none said"},
    {NB_OPERATION_COMMIT,
     {"booking.window_days", "a year", 0, NB_DAY_NEVER},
     NB_SCRIPT_CHECK,
     "days from today",
     false,
     "no number, none said"},
    {NB_OPERATION_COMMIT, {0}, NB_SCRIPT_DO, "paid in money, never", true, "taxes are money"},
    {NB_OPERATION_COMMIT,
     {"price.taxes", "ask", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "whether taxes and fees",
     true,
     "taxes that are not known are asked for"},
    {NB_OPERATION_COMMIT,
     {"price.taxes", "ask", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "paid in money, never",
     false,
     "and nothing is claimed of them"},
    {NB_OPERATION_COMMIT, {0}, NB_SCRIPT_NEVER, "Basic fare", true, "a Basic fare costs miles"},
    {NB_OPERATION_COMMIT,
     {"refund.basic", "free", 0, NB_DAY_NEVER},
     NB_SCRIPT_NEVER,
     "Basic fare",
     false,
     "one that costs nothing may be taken"},
    {NB_OPERATION_COMMIT,
     {"refund.basic", "ask", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "Basic fare",
     true,
     "one that is not known is asked for"},
    {NB_OPERATION_COMMIT,
     {"refund.basic", "perhaps", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "Basic fare",
     true,
     "a word that is not understood is not known"},
    {NB_OPERATION_COMMIT, {0}, NB_SCRIPT_DO, "another traveler", true, "one ticket a booking"},
    {NB_OPERATION_COMMIT,
     {"booking.travelers_max", "9", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "another traveler",
     false,
     "until a row knows more"},
    {NB_OPERATION_COMMIT, {0}, NB_SCRIPT_DO, "somebody else", false, "others may travel"},
    {NB_OPERATION_COMMIT,
     {"traveler.other_than_member", "no", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "somebody else",
     true,
     "should that end, it is asked first"},
    {NB_OPERATION_COMMIT, {0}, NB_SCRIPT_DO, "beside the name", true, "what else is not known"},
    {NB_OPERATION_COMMIT,
     {"traveler.details", "none", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "beside the name",
     false,
     "until a row says: nothing"},
    {NB_OPERATION_COMMIT, {0}, NB_SCRIPT_DO, "flies alone", true, "the least age is not known"},
    {NB_OPERATION_CANCEL, {0}, NB_SCRIPT_DO, "reissued", true, "a change is a reissue"},
    {NB_OPERATION_CANCEL,
     {"refund.modify", "rebook", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "new flight first",
     true,
     "should it be cancel and rebook, the seat comes first"},
    {NB_OPERATION_CANCEL,
     {"refund.modify", "ask", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "can be changed",
     true,
     "not known: ask"},
    {NB_OPERATION_CANCEL, {0}, NB_SCRIPT_DO, "before departure", true, "a no-show loses miles"},
    {NB_OPERATION_CANCEL,
     {"refund.no_show", "kept", 0, NB_DAY_NEVER},
     NB_SCRIPT_DO,
     "before departure",
     false,
     "should it lose none"},
    {NB_OPERATION_CANCEL, {0}, NB_SCRIPT_CHECK, "of a Basic one", true, "the penalty, told before"},
    {NB_OPERATION_CANCEL,
     {"refund.basic", "free", 0, NB_DAY_NEVER},
     NB_SCRIPT_CHECK,
     "of a Basic one",
     false,
     "no penalty, no line"},
};

Test(skymiles, what_is_said_follows_the_rules_of_the_day)
{
    for (size_t i = 0; i < NB_COUNT(ruled); i++) {
        rule_is(&ruled[i].rule);
        const struct nb_script *script = script_of(ruled[i].operation);
        cr_expect_eq(line_at(script, ruled[i].kind, ruled[i].words) >= 0, ruled[i].stands, "%s",
                     ruled[i].why);
    }
}

static const struct said {
    enum nb_operation_kind operation;
    enum nb_script_line_kind kind;
    const char *words;
    const char *why;
} said[] = {
    {NB_OPERATION_COMMIT, NB_SCRIPT_CHECK, "legal one", "a ticket knows no alias"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_NEVER, "anywhere but into the booking", "a secret stays one"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_SAY, "{{guest.given_name}} {{guest.surname}}",
     "the name is a placeholder, never a value"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_SAY, "who does not travel", "the member is somebody else"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_SAY, "airport {{property.code}}, on {{stay.check_in}}",
     "where to, and on which day"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_DO, "airport of departure", "where from"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_CHECK, "{{stay.points}} points, which they call miles",
     "no more than was promised"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_NEVER, "frequent flyer number",
     "the traveler's account would show the flight"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_NEVER, "card of the traveler", "and so would their card"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_SAY, "no phone number and no mail", "and their phone"},
    {NB_OPERATION_COMMIT, NB_SCRIPT_DO, "which document", "documents differ by fare"},
    {NB_OPERATION_CANCEL, NB_SCRIPT_SAY,
     "{{booking.confirmation}}, for {{guest.given_name}} {{guest.surname}}",
     "a booking is found by locator and names"},
    {NB_OPERATION_READ, NB_SCRIPT_DO, "locator and names", "and without one in the account"},
    {NB_OPERATION_READ, NB_SCRIPT_NEVER, "book again", "a doubt is no second ticket"},
    {NB_OPERATION_BALANCE, NB_SCRIPT_CHECK, "miles", "what the account holds"},
};

Test(skymiles, what_a_person_does_says_and_never_says)
{
    for (size_t i = 0; i < NB_COUNT(said); i++) {
        cr_expect_geq(line_at(script_of(said[i].operation), said[i].kind, said[i].words), 0, "%s",
                      said[i].why);
    }
    const struct nb_script *booking = script_of(NB_OPERATION_COMMIT);
    cr_expect_lt(line_at(booking, NB_SCRIPT_CHECK, "legal one"),
                 line_at(booking, NB_SCRIPT_DO, "{{phone.approved}}"),
                 "the name is right before anybody calls");
    const struct nb_script *giving_up = script_of(NB_OPERATION_CANCEL);
    cr_expect_lt(line_at(giving_up, NB_SCRIPT_DO, "reissued"),
                 line_at(giving_up, NB_SCRIPT_SAY, "Please cancel"),
                 "a change is thought of before the ticket is gone");
}

static const struct recorded {
    enum nb_operation_kind operation;
    const char *name;
    enum nb_field_kind kind;
    uint32_t required;
    const char *why;
} recordeds[] = {
    {NB_OPERATION_COMMIT, "confirmation", NB_FIELD_TEXT, 1, "the locator"},
    {NB_OPERATION_COMMIT, "ticket_number", NB_FIELD_TEXT, 0, "not always told"},
    {NB_OPERATION_COMMIT, "points_total", NB_FIELD_POINTS, 1, "the miles"},
    {NB_OPERATION_COMMIT, "cash_extras", NB_FIELD_MONEY, 1, "a ticket always has taxes"},
    {NB_OPERATION_COMMIT, "cancel_by", NB_FIELD_INSTANT, 1, "by the fare"},
    {NB_OPERATION_COMMIT, "read_back", NB_FIELD_SWITCH, 1, "heard again before it counts"},
    {NB_OPERATION_CANCEL, "points_returned", NB_FIELD_POINTS, 1, "what the fare left"},
    {NB_OPERATION_READ, "found", NB_FIELD_SWITCH, 1, "yes or no"},
    {NB_OPERATION_BALANCE, "balance", NB_FIELD_POINTS, 1, "the account now"},
};

Test(skymiles, what_is_recorded_and_no_name_among_it)
{
    for (size_t i = 0; i < NB_COUNT(recordeds); i++) {
        const struct nb_script *script = script_of(recordeds[i].operation);
        const struct nb_script_field *found = NULL;
        for (uint32_t f = 0; f < script->field_count; f++) {
            const struct nb_script_field *field = &script->fields[f];
            found = strcmp(field->name, recordeds[i].name) == 0 ? field : found;
            cr_expect_null(strstr(field->name, "name"), "%s", field->name);
        }
        cr_assert_not_null(found, "%s", recordeds[i].name);
        cr_expect_eq(found->kind, (uint32_t)recordeds[i].kind, "%s", recordeds[i].why);
        cr_expect_eq(found->required, recordeds[i].required, "%s", recordeds[i].why);
    }
}

Test(skymiles, without_memory_there_is_no_half_script)
{
    const struct nb_script_ask ask = {.operation = NB_OPERATION_COMMIT};
    uint32_t whole = script_of(NB_OPERATION_COMMIT)->line_count;
    bool refused = false, answered = false;
    for (uint32_t bytes = 1; bytes < 65536; bytes = bytes * 3 / 2 + 1) {
        const void *answer = NULL;
        inside.context.arena_bytes = bytes;
        enum nb_status status = inside_try(&inside, PLUGIN_CALL_SCRIPT, &ask, 1, &answer);
        cr_assert(status == NB_OK || status == NB_NO_MEMORY, "%u bytes: %u", bytes, status);
        refused = refused || status == NB_NO_MEMORY;
        answered = answered || status == NB_OK;
        cr_expect(status == NB_NO_MEMORY ||
                  ((const struct nb_script *)answer)->line_count == whole);
    }
    cr_expect(refused && answered);
}

/* Codes ---------------------------------------------------------------------------------------- */

static const struct validate_case {
    enum nb_validate_kind kind;
    const char *text;
    bool right;
    const char *why;
} validations[] = {
    {NB_VALIDATE_PROPERTY, "MSP", true, "three capital letters"},
    {NB_VALIDATE_PROPERTY, "msp", false, "small letters"},
    {NB_VALIDATE_PROPERTY, "MS", false, "a letter too few"},
    {NB_VALIDATE_PROPERTY, "MSPX", false, "a letter too many"},
    {NB_VALIDATE_PROPERTY, "MS1", false, "a digit"},
    {NB_VALIDATE_PROPERTY, "", false, "nothing"},
    {NB_VALIDATE_BRAND, "DL", true, "the airline"},
    {NB_VALIDATE_BRAND, "CI", false, "another program's"},
    {NB_VALIDATE_MEMBER, "9000000001", true, "one word"},
    {NB_VALIDATE_MEMBER, "900 000", false, "with a space in it"},
    {NB_VALIDATE_CONFIRMATION, "GX7QPL", true, "one word"},
    {NB_VALIDATE_CONFIRMATION, "GX7QPL!", false, "a sign"},
};

Test(skymiles, an_odd_code_is_warned_of_and_never_refused)
{
    for (size_t i = 0; i < NB_COUNT(validations); i++) {
        struct nb_validate_ask ask = {.kind = validations[i].kind, .text = validations[i].text};
        const struct nb_validation *answer = inside_ask(&inside, PLUGIN_CALL_VALIDATE, &ask, 1);
        cr_expect_eq(answer->looks_right, validations[i].right, "%s", validations[i].why);
        cr_expect(validations[i].right || ask.text[0] == '\0' ||
                      strstr(answer->warning, ask.text) == NULL,
                  "%s: a warning does not repeat it", validations[i].why);
    }
}

/* No machine ----------------------------------------------------------------------------------- */

Test(skymiles, whatever_a_machine_is_asked_it_sends_nothing)
{
    struct nb_operation operation = {.check_in = RULES_TODAY + 7,
                                     .check_out = RULES_TODAY + 8,
                                     .rooms = 1,
                                     .adults = 1,
                                     .points_total = 24500,
                                     .reference = "0c5d1d6a3b1e4f6b9a547f2f6c1b2a90",
                                     .property_code = "MSP"};
    for (uint32_t kind = NB_OPERATION_NONE + 1; kind < NB_OPERATION_COUNT; kind++) {
        operation.kind = kind;
        const struct nb_effect *effect = inside_begin(&inside, &operation);
        cr_expect_eq(effect->kind, NB_EFFECT_FAIL, "operation %u", kind);
        cr_expect_eq(effect->fail_kind, NB_FAIL_UNSUPPORTED, "operation %u", kind);
    }
    static const uint32_t unknown[] = {NB_OPERATION_NONE, NB_OPERATION_COUNT, 77};
    for (size_t i = 0; i < NB_COUNT(unknown); i++) {
        const struct nb_effect *effect;
        operation.kind = unknown[i];
        const struct nb_event event = {.kind = NB_EVENT_BEGIN, .operation = &operation};
        cr_expect_eq(inside_step(&inside, &event, &effect), NB_REFUSED, "%u", unknown[i]);
    }
}
