/* Secrets stand in texts as placeholders: replaced for the place they stand in, or not at all. */
#include "core/base/mem.h"
#include "core/plugin/placeholder.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(plugin_placeholder, .timeout = 20);

#define NASTY "O'Brien & \"Co\" <x> \\ {{/}} 50%+\xc3\xa9"

static struct plugin_values values_of(const char *surname)
{
    struct plugin_values values = {{0}};
    for (int i = NB_PLACEHOLDER_NONE + 1; i < NB_PLACEHOLDER_COUNT; i++) {
        values.values[i] = "x";
    }
    values.values[NB_PLACEHOLDER_GUEST_SURNAME] = surname;
    values.values[NB_PLACEHOLDER_ACCOUNT_MEMBER] = surname;
    return values;
}

static const struct replaced {
    enum plugin_place place;
    const char *text;
    const char *value;
    const char *want;
    const char *why;
} replaced[] = {
    {PLUGIN_PLACE_JSON, "{\"s\":\"{{guest.surname}}\"}", NASTY,
     "{\"s\":\"O'Brien & \\\"Co\\\" <x> \\\\ {{/}} 50%+\xc3\xa9\"}", "quotes and backslashes"},
    {PLUGIN_PLACE_JSON, "{\"a\":{\"s\":\"{{guest.surname}}\"}}", "Li", "{\"a\":{\"s\":\"Li\"}}",
     "braces that close objects are no placeholder"},
    {PLUGIN_PLACE_JSON, "{\"q\":\"\\\"{{guest.surname}}\\\\\"}", "Li", "{\"q\":\"\\\"Li\\\\\"}",
     "an escaped quote does not end the string"},
    {PLUGIN_PLACE_XML, "<S n=\"{{guest.surname}}\">{{guest.surname}}</S>", "a<b>&\"'c",
     "<S n=\"a&lt;b&gt;&amp;&quot;&apos;c\">a&lt;b&gt;&amp;&quot;&apos;c</S>",
     "text and attributes"},
    {PLUGIN_PLACE_FORM, "n={{guest.surname}}&k=1", "a&b=c d+%\xc3\xa9",
     "n=a%26b%3Dc%20d%2B%25%C3%A9&k=1", "nothing starts another field"},
    {PLUGIN_PLACE_PATH, "/v1/accounts/{{account.member}}/balance", "a/b?c#d..",
     "/v1/accounts/a%2Fb%3Fc%23d../balance", "nothing starts another segment"},
    {PLUGIN_PLACE_SCRIPT, "Say {{guest.surname}}.", NASTY, "Say " NASTY ".", "a person reads it"},
    {PLUGIN_PLACE_JSON, "{\"s\":\"{{guest.surname}}\"}", "{{credential.password}}",
     "{\"s\":\"{{credential.password}}\"}", "a value is never looked at again"},
};

Test(plugin_placeholder, each_place_escapes_for_itself)
{
    for (size_t i = 0; i < NB_COUNT(replaced); i++) {
        struct plugin_values values = values_of(replaced[i].value);
        struct nb_buf out;
        struct nb_err err = {0};
        nb_buf_init(&out, 4096);
        bool done = plugin_text_replace(replaced[i].text, NB_OPERATION_COMMIT, replaced[i].place,
                                        &values, &out, &err);
        cr_expect(done, "%s: %s", replaced[i].why, err.text);
        cr_expect_str_eq(nb_buf_str(&out), replaced[i].want, "%s", replaced[i].why);
        nb_buf_fini(&out);
    }
}

static const struct bad_value {
    const char *value;
    enum plugin_place place;
    const char *why;
} bad_values[] = {
    {"a\rb", PLUGIN_PLACE_JSON, "carriage return"},
    {"a\nb", PLUGIN_PLACE_SCRIPT, "line feed, even for a person"},
    {"a\tb", PLUGIN_PLACE_XML, "tab"},
    {"a\x01", PLUGIN_PLACE_FORM, "control"},
    {"a\x7f", PLUGIN_PLACE_PATH, "delete"},
    {"", PLUGIN_PLACE_JSON, "nothing"},
    {NULL, PLUGIN_PLACE_JSON, "not there"},
    {"a\xc2\x85z", PLUGIN_PLACE_JSON, "next line, a control of Unicode"},
    {"a\xe2\x80\xa8z", PLUGIN_PLACE_JSON, "line separator"},
    {"a\xc3", PLUGIN_PLACE_JSON, "a character cut in two"},
    {"\xc0\xbcscript", PLUGIN_PLACE_XML, "an overlong form of <"},
    {"\xed\xa0\x80", PLUGIN_PLACE_JSON, "half a surrogate pair"},
    {"\xf4\x90\x80\x80", PLUGIN_PLACE_JSON, "beyond Unicode"},
    {"\xff", PLUGIN_PLACE_FORM, "no UTF-8 at all"},
    {".", PLUGIN_PLACE_PATH, "a path segment that means `here`"},
    {"..", PLUGIN_PLACE_PATH, "a path segment that means `up`"},
};

Test(plugin_placeholder, a_value_that_could_mean_more_than_itself_is_put_nowhere)
{
    for (size_t i = 0; i < NB_COUNT(bad_values); i++) {
        const struct bad_value *bad = &bad_values[i];
        struct plugin_values values = values_of(bad->value);
        struct nb_buf out;
        struct nb_err err = {0};
        const char *text = bad->place == PLUGIN_PLACE_PATH   ? "/v1/{{account.member}}"
                           : bad->place == PLUGIN_PLACE_JSON ? "{\"s\":\"{{guest.surname}}\"}"
                                                             : "{{guest.surname}}";
        nb_buf_init(&out, 4096);
        cr_expect_not(
            plugin_text_replace(text, NB_OPERATION_COMMIT, bad->place, &values, &out, &err), "%s",
            bad->why);
        cr_expect_str_eq(err.code, "placeholder_value", "%s", bad->why);
        cr_expect(bad->value == NULL || *bad->value == '\0' || *bad->value == '.' ||
                      strstr(err.text, bad->value) == NULL,
                  "%s: no value in an error", bad->why);
        nb_buf_fini(&out);
    }
}

static const struct bad_text {
    enum plugin_place place;
    enum nb_operation_kind operation;
    const char *text;
    const char *code;
    const char *why;
} bad_texts[] = {
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{guest.shoe}}\"}", "placeholder_unknown",
     "no such placeholder"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{}}\"}", "placeholder_unknown", "no name"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{ guest.surname }}\"}",
     "placeholder_unknown", "spaces are not forgiven"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{GUEST.SURNAME}}\"}", "placeholder_unknown",
     "nor is the case"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{{guest.surname}}}\"}",
     "placeholder_unknown", "three braces"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{a{{guest.surname}}\"}",
     "placeholder_unknown", "one inside another"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{guest.surname\"}", "placeholder_open",
     "never closed"},
    {PLUGIN_PLACE_SCRIPT, NB_OPERATION_COMMIT, "guest.surname}} it is", "placeholder_open",
     "never opened"},
    {PLUGIN_PLACE_PATH, NB_OPERATION_COMMIT, "/v1/x}}", "placeholder_open",
     "never opened, in a path"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":{{guest.surname}}}", "placeholder_place",
     "outside a string its commas would count"},
    {PLUGIN_PLACE_XML, NB_OPERATION_COMMIT, "<S {{guest.surname}}/>", "placeholder_place",
     "inside a tag it could be an attribute"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_QUOTE, "{\"s\":\"{{guest.surname}}\"}",
     "placeholder_not_allowed", "a price needs no name"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_BALANCE, "{\"s\":\"{{guest.given_name}}\"}",
     "placeholder_not_allowed", "nor does a balance"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_CANCEL, "{\"s\":\"{{guest.given_name}}\"}",
     "placeholder_not_allowed", "nor, in full, a cancellation"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{booking.confirmation}}\"}",
     "placeholder_not_allowed", "there is none yet"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COMMIT, "{\"s\":\"{{phone.approved}}\"}",
     "placeholder_not_allowed", "for scripts only"},
    {PLUGIN_PLACE_PATH, NB_OPERATION_COMMIT, "/v1/{{guest.surname}}", "placeholder_not_allowed",
     "a path is logged by every machine on the way"},
    {PLUGIN_PLACE_PATH, NB_OPERATION_READ, "/v1/{{booking.confirmation}}",
     "placeholder_not_allowed", "the same"},
    {PLUGIN_PLACE_PATH, NB_OPERATION_READ, "/v1?k={{credential.password}}",
     "placeholder_not_allowed", "the same, most of all"},
    {PLUGIN_PLACE_HEADER, NB_OPERATION_COMMIT, "{{account.member}}", "placeholder_not_allowed",
     "no header takes any"},
    {PLUGIN_PLACE_SCRIPT, NB_OPERATION_COMMIT, "Type {{credential.password}}.",
     "placeholder_not_allowed", "no person reads a credential out"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_NONE, "{\"s\":\"{{account.member}}\"}",
     "placeholder_not_allowed", "no operation"},
    {PLUGIN_PLACE_JSON, NB_OPERATION_COUNT, "{\"s\":\"{{account.member}}\"}",
     "placeholder_not_allowed", "an operation that does not exist"},
    {PLUGIN_PLACE_PATH, NB_OPERATION_READ, "/v1\r\nX: y", "placeholder_control",
     "the plugin's own text in a request line"},
    {PLUGIN_PLACE_HEADER, NB_OPERATION_READ, "a\nb", "placeholder_control", "or in a header"},
    {PLUGIN_PLACE_HEADER, NB_OPERATION_READ, "a\x7f", "placeholder_control", "delete"},
};

Test(plugin_placeholder, a_text_that_may_not_be_sent_is_refused_with_and_without_values)
{
    struct plugin_values values = values_of("Li");
    for (size_t i = 0; i < NB_COUNT(bad_texts); i++) {
        const struct bad_text *bad = &bad_texts[i];
        struct nb_buf out;
        struct nb_err err = {0}, dry = {0};
        nb_buf_init(&out, 4096);
        cr_expect_not(
            plugin_text_replace(bad->text, bad->operation, bad->place, &values, &out, &err), "%s",
            bad->why);
        cr_expect_str_eq(err.code, bad->code, "%s", bad->why);
        cr_expect_not(plugin_text_check(bad->text, bad->operation, bad->place, &dry), "%s",
                      bad->why);
        cr_expect_str_eq(dry.code, bad->code, "%s", bad->why);
        nb_buf_fini(&out);
    }
}

Test(plugin_placeholder, what_no_house_knows_is_allowed_nowhere)
{
    cr_expect_null(plugin_placeholder_name(NB_PLACEHOLDER_NONE));
    cr_expect_null(plugin_placeholder_name(NB_PLACEHOLDER_COUNT));
    for (int i = NB_PLACEHOLDER_NONE + 1; i < NB_PLACEHOLDER_COUNT; i++) {
        cr_expect_not_null(plugin_placeholder_name((enum nb_placeholder)i));
        cr_expect_not(plugin_placeholder_allowed((enum nb_placeholder)i, NB_OPERATION_COMMIT,
                                                 PLUGIN_PLACE_HEADER));
        cr_expect_not(plugin_placeholder_allowed((enum nb_placeholder)i, NB_OPERATION_COMMIT,
                                                 PLUGIN_PLACE_NONE));
    }
    cr_expect_not(
        plugin_placeholder_allowed(NB_PLACEHOLDER_COUNT, NB_OPERATION_COMMIT, PLUGIN_PLACE_JSON));
}

Test(plugin_placeholder, a_body_that_grows_over_its_ceiling_is_refused)
{
    struct plugin_values values = values_of("0123456789");
    struct nb_buf out;
    struct nb_err err = {0};
    nb_buf_init(&out, 12);
    cr_expect_not(plugin_text_replace("n={{guest.surname}}&", NB_OPERATION_COMMIT,
                                      PLUGIN_PLACE_FORM, &values, &out, &err));
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    nb_buf_fini(&out);
}

Test(plugin_placeholder, a_body_type_has_its_place)
{
    cr_expect_eq(plugin_place_of_body(NB_BODY_JSON), PLUGIN_PLACE_JSON);
    cr_expect_eq(plugin_place_of_body(NB_BODY_XML), PLUGIN_PLACE_XML);
    cr_expect_eq(plugin_place_of_body(NB_BODY_FORM), PLUGIN_PLACE_FORM);
    cr_expect_eq(plugin_place_of_body(NB_BODY_NONE), PLUGIN_PLACE_NONE);
    cr_expect_eq(plugin_place_of_body(NB_BODY_COUNT), PLUGIN_PLACE_NONE);
}
