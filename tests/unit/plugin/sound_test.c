/* A plugin's answer is judged before anybody uses it: whatever is out of the contract is named. */
#include "core/base/mem.h"
#include "core/plugin/sound.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(plugin_sound, .timeout = 20);

struct judged {
    bool sound;
    const void *answer;
    const char *why;
};

static void judge(enum plugin_call_kind kind, const struct judged *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct nb_err err = {0};
        bool sound = plugin_answer_sound(kind, rows[i].answer, &err);
        cr_expect_eq(sound, rows[i].sound, "%s: %s", rows[i].why, err.text);
        cr_expect(sound || err.kind != NB_ERR_NONE, "%s", rows[i].why);
    }
}

#define PRICE(...)                                                                                 \
    &(const struct nb_price)                                                                       \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define CASH(...)                                                                                  \
    (const struct nb_cash[])                                                                       \
    {                                                                                              \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

Test(plugin_sound, prices_add_up)
{
    static const int64_t two[] = {100, 50}, below[] = {100, -50}, huge[] = {INT64_MAX, 1};
    const struct judged rows[] = {
        {true, PRICE(150, .night_count = 2, .night_points = two), "a price"},
        {true, PRICE(.reason = NB_PRICE_NOT_PUBLISHED), "none, with a reason"},
        {false, PRICE(151, .night_count = 2, .night_points = two), "a wrong sum"},
        {false, PRICE(50, .night_count = 2, .night_points = below), "a night below zero"},
        {false, PRICE(0, .night_count = 2, .night_points = huge), "a sum that runs over"},
        {false, PRICE(0), "neither a price nor a reason"},
        {false, PRICE(150, .reason = NB_PRICE_NOT_PUBLISHED), "both"},
        {false, PRICE(.reason = NB_PRICE_REASON_COUNT), "a reason that does not exist"},
        {true,
         PRICE(150, .night_count = 2, .night_points = two, .extra_count = 1,
               .extras = CASH(300, NB_CASH_TAX, "USD")),
         "with a tax"},
        {false,
         PRICE(150, .night_count = 2, .night_points = two, .extra_count = 1,
               .extras = CASH(-1, NB_CASH_TAX, "USD")),
         "money below zero"},
        {false,
         PRICE(150, .night_count = 2, .night_points = two, .extra_count = 1,
               .extras = CASH(1, NB_CASH_NONE, "USD")),
         "money of no kind"},
        {false,
         PRICE(150, .night_count = 2, .night_points = two, .extra_count = 1,
               .extras = CASH(1, NB_CASH_COUNT, "USD")),
         "money of a kind that does not exist"},
        {false,
         PRICE(150, .night_count = 2, .night_points = two, .extra_count = 1,
               .extras = CASH(1, NB_CASH_TAX, "US")),
         "no currency"},
        {false,
         PRICE(150, .night_count = 2, .night_points = two, .extra_count = 1,
               .extras = CASH(1, NB_CASH_TAX, {'U', 'S', 'D', 'X'})),
         "a currency without an end"},
        {false,
         PRICE(150, .night_count = 2, .night_points = two, .extra_count = 1,
               .extras = CASH(1, NB_CASH_TAX, "u$d")),
         "a currency of other signs"},
    };
    judge(PLUGIN_CALL_PRICE, rows, NB_COUNT(rows));
}

Test(plugin_sound, refusals_and_counters_have_words)
{
    static const struct nb_refusal good = {.code = NB_REFUSAL_CARD, .text = "A card."};
    static const struct nb_refusal mute = {.code = NB_REFUSAL_CARD};
    static const struct nb_refusal none = {.text = "No."}, other = {NB_REFUSAL_COUNT, 0, "No."};
    const struct judged rows[] = {
        {true, &(const struct nb_eligible){0}, "eligible"},
        {true, &(const struct nb_eligible){1, 0, "", &good}, "a reason"},
        {false, &(const struct nb_eligible){1, 0, "", &mute}, "a reason without words"},
        {false, &(const struct nb_eligible){1, 0, "", &none}, "words without a reason"},
        {false, &(const struct nb_eligible){1, 0, "", &other}, "a reason that does not exist"},
        {true, &(const struct nb_eligible){0, 1, "gifted_stay", NULL}, "takes a counter"},
        {false, &(const struct nb_eligible){0, 1, "", NULL}, "an amount of nothing"},
        {false, &(const struct nb_eligible){0, 0, "gifted_stay", NULL}, "nothing of a counter"},
    };
    struct nb_eligible endless = {.counter_amount = 1};
    memset(endless.counter, 'a', sizeof(endless.counter));
    struct nb_err err;
    judge(PLUGIN_CALL_ELIGIBLE, rows, NB_COUNT(rows));
    cr_expect_not(plugin_answer_sound(PLUGIN_CALL_ELIGIBLE, &endless, &err));
}

Test(plugin_sound, pure_answers_are_whole)
{
    const struct judged expiries[] = {
        {true, &(const struct nb_expiry){10, 20, 10, 5}, "the earlier one"},
        {true, &(const struct nb_expiry){NB_DAY_NEVER, NB_DAY_NEVER, NB_DAY_NEVER, 5}, "never"},
        {false, &(const struct nb_expiry){10, 20, 20, 5}, "the later one"},
    };
    judge(PLUGIN_CALL_EXPIRY, expiries, NB_COUNT(expiries));
    const struct judged refunds[] = {
        {true, &(const struct nb_refund){.points_back = 5, .text = "Back."}, "all back"},
        {false, &(const struct nb_refund){.points_back = 5}, "no words"},
        {false, &(const struct nb_refund){.points_back = -5, .text = "Back."}, "below zero"},
        {false, &(const struct nb_refund){.points_lost = -5, .text = "Back."}, "below zero"},
        {false, &(const struct nb_refund){.counter_back = 2, .text = "Back."}, "a flag of two"},
    };
    judge(PLUGIN_CALL_REFUND, refunds, NB_COUNT(refunds));
    const struct judged validations[] = {
        {true, &(const struct nb_validation){1, 0, NULL}, "right"},
        {true, &(const struct nb_validation){0, 0, "Odd."}, "a warning"},
        {false, &(const struct nb_validation){0, 0, NULL}, "a warning without words"},
        {false, &(const struct nb_validation){1, 0, "Odd."}, "words, and yet right"},
        {false, &(const struct nb_validation){2, 0, NULL}, "a flag of two"},
    };
    judge(PLUGIN_CALL_VALIDATE, validations, NB_COUNT(validations));
    static const struct nb_statement_line line = {.kind = NB_ACTIVITY_EARN, .description = "x"};
    static const struct nb_statement_line odd = {.kind = NB_ACTIVITY_COUNT, .description = "x"};
    static const struct nb_statement_line mute = {.kind = NB_ACTIVITY_EARN};
    const struct judged statements[] = {
        {true, &(const struct nb_statement){1, 0, &line}, "a line"},
        {false, &(const struct nb_statement){1, 0, &odd}, "a kind that does not exist"},
        {false, &(const struct nb_statement){1, 0, &mute}, "no description"},
    };
    judge(PLUGIN_CALL_STATEMENT, statements, NB_COUNT(statements));
}

Test(plugin_sound, scripts_are_not_empty_and_hold_no_secret_they_may_not)
{
    static const struct nb_script_line say = {NB_SCRIPT_SAY, 0, "For {{guest.surname}}."};
    static const struct nb_script_line none = {NB_SCRIPT_NONE, 0, "x"};
    static const struct nb_script_line mute = {NB_SCRIPT_SAY, 0, NULL};
    static const struct nb_script_line secret = {NB_SCRIPT_SAY, 0, "{{credential.password}}"};
    static const struct nb_script_line unknown = {NB_SCRIPT_SAY, 0, "{{guest.shoe}}"};
    static const struct nb_script_field field = {NB_FIELD_TEXT, 1, "confirmation", "Number"};
    static const struct nb_script_field nameless = {NB_FIELD_TEXT, 1, NULL, "Number"};
    static const struct nb_script_field odd = {NB_FIELD_COUNT, 1, "x", "Number"};
    static const struct nb_script_field spaced = {NB_FIELD_TEXT, 1, "Case Number", "Number"};
    const struct judged rows[] = {
        {true, &(const struct nb_script){1, 1, &say, &field}, "a line and a field"},
        {false, &(const struct nb_script){0, 1, NULL, &field}, "nothing to do"},
        {false, &(const struct nb_script){1, 0, &none, NULL}, "a line of no kind"},
        {false, &(const struct nb_script){1, 0, &mute, NULL}, "a line without words"},
        {false, &(const struct nb_script){1, 0, &secret, NULL}, "a credential, read out loud"},
        {false, &(const struct nb_script){1, 0, &unknown, NULL}, "a placeholder nobody knows"},
        {false, &(const struct nb_script){1, 1, &say, &nameless}, "a field without a name"},
        {false, &(const struct nb_script){1, 1, &say, &odd}, "a field of no kind"},
        {false, &(const struct nb_script){1, 1, &say, &spaced}, "a name that is no plain word"},
    };
    judge(PLUGIN_CALL_SCRIPT, rows, NB_COUNT(rows));
}

/* Effects -------------------------------------------------------------------------------------- */

#define REQUEST(...)                                                                               \
    {                                                                                              \
        .kind = NB_EFFECT_REQUEST, .request = {.deadline_ms = 1000, __VA_ARGS__ }                  \
    }
#define GET(text) REQUEST(.method = NB_METHOD_GET, .path = (text))
#define HEADERS(name, value)                                                                       \
    REQUEST(.method = NB_METHOD_GET, .path = "/v1", .header_count = 1,                             \
            .headers = &(const struct nb_header){name, value})

static const struct {
    bool sound;
    struct nb_effect effect;
    const char *why;
} effects[] = {
    {true, GET("/v1/reservations/r-1"), "a read"},
    {true, GET("/v1/accounts/{{account.member}}/activity?from=2026-01-01&to=2026-02-01"),
     "a query and a placeholder"},
    {false, GET(NULL), "no path"},
    {false, GET(""), "an empty path"},
    {false, GET("v1/x"), "not from the root"},
    {false, GET("https://elsewhere.example/v1"), "an absolute URL"},
    {false, GET("//elsewhere.example/v1"), "another host"},
    {false, GET("/v1/../admin"), "up"},
    {false, GET("/v1/.."), "up, at the end"},
    {false, GET("/./v1"), "here"},
    {false, GET("/v1/%2e%2E/admin"), "up, in disguise"},
    {false, GET("/v1/.%2e?x"), "up, half in disguise"},
    {true, GET("/v1/a..b/.c"), "dots that mean nothing"},
    {false, GET("/v1\\x"), "a backslash"},
    {false, GET("/v1#x"), "a fragment"},
    {false, GET("/v1 x"), "a space"},
    {false, GET("/v1\r\nHost: x"), "another header"},
    {false, GET("/v1/\xc3\xa9"), "not ASCII"},
    {false,
     {.kind = NB_EFFECT_REQUEST, .request = {.method = NB_METHOD_GET, .path = "/v1"}},
     "no deadline"},
    {false,
     {.kind = NB_EFFECT_REQUEST,
      .request = {.method = NB_METHOD_GET, .path = "/v1", .deadline_ms = NB_DEADLINE_MS_MAX + 1}},
     "a deadline longer than a lease"},
    {false, REQUEST(.method = NB_METHOD_NONE, .path = "/v1"), "no method"},
    {false, REQUEST(.method = NB_METHOD_COUNT, .path = "/v1"), "a method that does not exist"},
    {false, REQUEST(.method = NB_METHOD_POST, .path = "/v1", .body = "{}"), "a body of no type"},
    {false, REQUEST(.method = NB_METHOD_POST, .path = "/v1", .body_type = NB_BODY_JSON),
     "a type without a body"},
    {false,
     REQUEST(.method = NB_METHOD_POST, .path = "/v1", .body_type = NB_BODY_COUNT, .body = ""),
     "a type that does not exist"},
    {false, REQUEST(.method = NB_METHOD_GET, .path = "/v1", .is_write = 1), "a read that writes"},
    {false,
     REQUEST(.method = NB_METHOD_GET, .path = "/v1", .body_type = NB_BODY_JSON, .body = "{}"),
     "a read with a body"},
    {false, REQUEST(.method = NB_METHOD_POST, .path = "/v1", .is_write = 2), "a flag of two"},
    {false, REQUEST(.method = NB_METHOD_POST, .path = "/v1", .safe_to_repeat = 2), "the same"},
    {true, HEADERS("idempotency-key", "r-1"), "a header of the list"},
    {false, HEADERS("Authorization", "x"), "the host's own header"},
    {false, HEADERS("X-Correlation-Id", "x"), "the host's own header"},
    {false, HEADERS("Host", "elsewhere.example"), "another host"},
    {false, HEADERS("Accept", "a\r\nHost: x"), "another header"},
    {false, HEADERS("Accept", NULL), "no value"},
    {false, HEADERS(NULL, "x"), "no name"},
    {false, HEADERS("Accept", "{{account.member}}"), "no secret in a header"},
    {false,
     REQUEST(.method = NB_METHOD_GET, .path = "/v1", .header_count = 2,
             .headers = (const struct nb_header[]){{"Accept", "a"}, {"accept", "b"}}),
     "one header twice"},
    {true, {.kind = NB_EFFECT_WAIT, .wait_ms = 1}, "a wait"},
    {false, {.kind = NB_EFFECT_WAIT, .wait_ms = 0}, "no wait"},
    {false, {.kind = NB_EFFECT_WAIT, .wait_ms = NB_WAIT_MS_MAX + 1}, "a wait without an end"},
    {true, {.kind = NB_EFFECT_DONE, .outcome = NB_OUTCOME_UNKNOWN}, "an outcome"},
    {false, {.kind = NB_EFFECT_DONE, .outcome = NB_OUTCOME_NONE}, "no outcome"},
    {false, {.kind = NB_EFFECT_DONE, .outcome = NB_OUTCOME_COUNT}, "an unknown outcome"},
    {false,
     {.kind = NB_EFFECT_DONE,
      .outcome = NB_OUTCOME_QUOTED,
      .facts = {.night_count = 1, .night_points = &(const int64_t){-1}}},
     "a night below zero"},
    {false,
     {.kind = NB_EFFECT_DONE,
      .outcome = NB_OUTCOME_ANSWERED,
      .facts = {.line_count = 1, .lines = &(const struct nb_fact_line){.kind = NB_ACTIVITY_COUNT}}},
     "an activity that does not exist"},
    {false,
     {.kind = NB_EFFECT_DONE,
      .outcome = NB_OUTCOME_QUOTED,
      .facts = {.cash_count = 1, .cash = &(const struct nb_cash){1, NB_CASH_TAX, "x"}}},
     "money of no currency"},
    {false,
     {.kind = NB_EFFECT_DONE, .outcome = NB_OUTCOME_CONFIRMED, .facts = {.confirmation = "C\n1"}},
     "a confirmation of two lines"},
    {false,
     {.kind = NB_EFFECT_DONE, .outcome = NB_OUTCOME_UNKNOWN, .text = "a\x1b[2J"},
     "a sentence that moves the cursor"},
    {true, {.kind = NB_EFFECT_FAIL, .fail_kind = NB_FAIL_BAD_ASK}, "a failure"},
    {false, {.kind = NB_EFFECT_FAIL, .fail_kind = NB_FAIL_NONE}, "no failure"},
    {false, {.kind = NB_EFFECT_FAIL, .fail_kind = NB_FAIL_COUNT}, "an unknown failure"},
    {false, {.kind = NB_EFFECT_NONE}, "no effect"},
    {false, {.kind = NB_EFFECT_COUNT}, "an unknown effect"},
};

Test(plugin_sound, an_effect_stays_inside_the_ceilings_and_the_lists)
{
    struct nb_err err;
    for (size_t i = 0; i < NB_COUNT(effects); i++) {
        const struct plugin_step step = {.effect = &effects[i].effect};
        cr_expect_eq(plugin_answer_sound(PLUGIN_CALL_STEP, &step, &err), effects[i].sound, "%s",
                     effects[i].why);
    }
    cr_expect_not(plugin_answer_sound(PLUGIN_CALL_STEP, &(const struct plugin_step){0}, &err));
}

/* What a plugin says of itself ----------------------------------------------------------------- */

static const struct nb_option option = {"region", NB_OPTION_TEXT, 0, 8, 0, 0, "us", "Where."};
static const struct nb_rule_default rule = {"a.b", "1", "terms", "2026-09-01", "What."};
static const struct nb_give give = {
    .kind = NB_GIVE_DONATION, .text = "Give.", .source = "terms", .verified_on = ""};
static const uint32_t order = NB_SPEND_OLDEST_FIRST;

static struct nb_plugin descriptor(void)
{
    return (struct nb_plugin){.magic = NB_PLUGIN_MAGIC,
                              .abi_major = NB_ABI_MAJOR,
                              .size = sizeof(struct nb_plugin),
                              .product = NB_PRODUCT_STAY,
                              .settings_bytes = 8,
                              .option_count = 1,
                              .rule_count = 1,
                              .spend_order_count = 1,
                              .give_count = 1,
                              .name = "x",
                              .version = "1",
                              .title = "X",
                              .options = &option,
                              .rules = &rule,
                              .spend_order = &order,
                              .gives = &give};
}

static bool opens(const struct nb_plugin *plugin)
{
    struct nb_err err;
    const struct plugin_open open = {.opened = 1, .descriptor = plugin};
    return plugin_answer_sound(PLUGIN_CALL_OPEN, &open, &err);
}

Test(plugin_sound, a_descriptor_is_judged_again_as_it_arrives)
{
    struct nb_err err;
    struct nb_plugin good = descriptor();
    cr_expect(opens(&good));
    cr_expect(
        plugin_answer_sound(PLUGIN_CALL_OPEN, &(const struct plugin_open){.refusal = "No."}, &err));
    cr_expect_not(plugin_answer_sound(PLUGIN_CALL_OPEN, &(const struct plugin_open){0}, &err));
    cr_expect_not(
        plugin_answer_sound(PLUGIN_CALL_OPEN, &(const struct plugin_open){.opened = 1}, &err));
    cr_expect_not(plugin_answer_sound(
        PLUGIN_CALL_OPEN,
        &(const struct plugin_open){.opened = 1, .refusal = "No.", .descriptor = &good}, &err));

    struct nb_plugin plugin = descriptor();
    plugin.magic = 0;
    cr_expect_not(opens(&plugin), "another descriptor");
    plugin = descriptor();
    plugin.capabilities = 1u << 31;
    cr_expect_not(opens(&plugin), "a capability that does not exist");
    plugin = descriptor();
    memset(plugin.title, 'a', sizeof(plugin.title));
    cr_expect_not(opens(&plugin), "a title without an end");
    static const struct nb_option options[] = {
        {NULL, NB_OPTION_TEXT, 0, 8, 0, 0, "us", "Where."},
        {"region", NB_OPTION_NONE, 0, 8, 0, 0, "us", "Where."},
        {"region", (enum nb_option_kind)9, 0, 8, 0, 0, "us", "Where."},
        {"region", NB_OPTION_TEXT, 0, 8, 0, 0, NULL, "Where."},
        {"region", NB_OPTION_TEXT, 0, 8, 0, 0, "us", NULL},
    };
    for (size_t i = 0; i < NB_COUNT(options); i++) {
        plugin = descriptor();
        plugin.options = &options[i];
        cr_expect_not(opens(&plugin), "option %zu", i);
    }
    static const struct nb_rule_default bad_rules[] = {
        {NULL, "1", "terms", "", "What."},          {"", "1", "terms", "", "What."},
        {"a", NULL, "terms", "", "What."},          {"a", "1", NULL, "", "What."},
        {"a", "1", "terms", NULL, "What."},         {"a", "1", "terms", "lately", "What."},
        {"a", "1", "terms", "2026-13-01", "What."}, {"a", "1", "terms", "", NULL},
    };
    for (size_t i = 0; i < NB_COUNT(bad_rules); i++) {
        plugin = descriptor();
        plugin.rules = &bad_rules[i];
        cr_expect_not(opens(&plugin), "rule %zu", i);
    }
    static const struct nb_give gives[] = {
        {.kind = NB_GIVE_NONE, .text = "x", .source = "x", .verified_on = ""},
        {.kind = NB_GIVE_COUNT, .text = "x", .source = "x", .verified_on = ""},
        {.kind = NB_GIVE_DONATION, .source = "x", .verified_on = ""},
        {.kind = NB_GIVE_DONATION, .text = "x", .verified_on = ""},
        {.kind = NB_GIVE_DONATION, .text = "x", .source = "x"},
        {.kind = NB_GIVE_DONATION, .minimum = -1, .text = "x", .source = "x", .verified_on = ""},
    };
    for (size_t i = 0; i < NB_COUNT(gives); i++) {
        plugin = descriptor();
        plugin.gives = &gives[i];
        cr_expect_not(opens(&plugin), "give %zu", i);
    }
    static const uint32_t orders[] = {NB_SPEND_NONE, NB_SPEND_COUNT};
    for (size_t i = 0; i < NB_COUNT(orders); i++) {
        plugin = descriptor();
        plugin.spend_order = &orders[i];
        cr_expect_not(opens(&plugin), "spend order %zu", i);
    }
}
