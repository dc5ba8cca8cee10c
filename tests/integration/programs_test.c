/* What the daemon tells of loyalty programs: their plugins, and the rules that hold. */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(programs, .timeout = 300);

static const json_t *plugin_of(const json_t *programs, const char *code)
{
    const json_t *program;
    size_t i;
    json_array_foreach(json_object_get(programs, "items"), i, program)
    {
        if (strcmp(json_string_value(json_object_get(program, "code")), code) == 0) {
            return json_object_get(program, "plugin");
        }
    }
    return NULL;
}

static bool plugin_is(const struct house_daemon *daemon, const char *token, const char *code,
                      const char *state)
{
    struct house_reply reply = house_call(daemon, token, "GET", "/v1/programs", NULL, NULL);
    const json_t *plugin = plugin_of(reply.body, code);
    const char *found = json_string_value(json_object_get(plugin, "state"));
    bool same =
        found != NULL && strcmp(found, state) == 0 &&
        json_is_string(json_object_get(plugin, "refusal")) == (strcmp(state, "refused") == 0) &&
        json_is_string(json_object_get(plugin, "version")) == (strcmp(state, "ready") == 0);
    house_reply_fini(&reply);
    return same;
}

/* The only rule of that key in a list of programs; NULL when there is none or another one. */
static const json_t *rule_of(const json_t *programs, const char *code, const char *key)
{
    const json_t *program, *rule, *found = NULL;
    size_t i, k;
    json_array_foreach(json_object_get(programs, "items"), i, program)
    {
        bool its = strcmp(json_string_value(json_object_get(program, "code")), code) == 0;
        json_array_foreach(json_object_get(program, "rules"), k, rule)
        {
            if (its && strcmp(json_string_value(json_object_get(rule, "key")), key) == 0) {
                cr_assert_null(found, "%s twice", key);
                found = rule;
            }
        }
    }
    return found;
}

static const struct shown_rule {
    const char *key;
    const char *value;
    bool dated;
    bool unverified;
    const char *why;
} shown_rules[] = {
    {"expiry.hard_months", "48", false, false, "stated by the program, and looked at"},
    {"guest.card_required", "off", false, true, "nobody published it"},
    {"booking.rooms_max", "2", true, true, "a dated row replaces what the plugin brings along"},
    {"booking.window_days", "0", false, true, "a row that has ended does not"},
};

Test(programs, shows_the_rules_of_a_plugin_and_which_are_unverified)
{
    struct house_daemon daemon;
    struct house ruled;
    house_open(&ruled, &(struct house_options){.gateway = true});
    free(house_sql(&ruled,
                   "insert into nb.program_rule (program_id, rule_key, value, source, "
                   "effective_from, effective_to, confidence) select program_id, v.key, v.value, "
                   "'a test', '2020-01-01', v.until, 'invented' from nb.loyalty_program, (values "
                   "('booking.rooms_max', '2', null::date), ('booking.window_days', '50', "
                   "'2020-02-01')) v(key, value, until) where code = 'wyndham'"));
    house_daemon_start(&ruled, &daemon, NULL);
    char *token = house_token(&ruled, "admin");
    HOUSE_UNTIL(20, plugin_is(&daemon, token, "wyndham", "ready"));
    struct house_reply reply = house_call(&daemon, token, "GET", "/v1/programs", NULL, NULL);
    for (size_t i = 0; i < NB_COUNT(shown_rules); i++) {
        const struct shown_rule *want = &shown_rules[i];
        const json_t *rule = rule_of(reply.body, "wyndham", want->key);
        cr_assert_not_null(rule, "%s", want->key);
        cr_expect_str_eq(json_string_value(json_object_get(rule, "value")), want->value, "%s",
                         want->why);
        cr_expect_eq(json_is_string(json_object_get(rule, "effective_from")), want->dated, "%s",
                     want->why);
        cr_expect_eq(json_is_true(json_object_get(rule, "unverified")), want->unverified, "%s",
                     want->why);
        cr_expect(json_is_string(json_object_get(rule, "meaning")), "%s", want->why);
    }
    house_reply_fini(&reply);
    free(token);
    cr_expect_eq(house_daemon_stop(&daemon), 0);
    house_close(&ruled);
}

Test(programs, tells_of_each_program_what_its_plugin_does)
{
    struct house_daemon daemon;
    struct house strange;
    char extra[512];
    (void)snprintf(extra, sizeof(extra),
                   "plugin \"ihg\" { file = \"%s/plugins/wyndham.so\" sha256 = \"%064d\" }\n",
                   getenv("NIGHTBRIDGE_BUILD"), 0);
    house_open(&strange, &(struct house_options){.gateway = true, .extra = extra});
    house_daemon_start(&strange, &daemon, NULL);
    char *token = house_token(&strange, "admin");
    HOUSE_UNTIL(20, plugin_is(&daemon, token, "wyndham", "ready"));
    HOUSE_UNTIL(20, plugin_is(&daemon, token, "marriott", "ready"));
    HOUSE_UNTIL(20, plugin_is(&daemon, token, "ihg", "refused"));
    cr_expect(plugin_is(&daemon, token, "choice", "none"));
    free(token);
    cr_expect_eq(house_daemon_stop(&daemon), 0);
    house_close(&strange);
}

static const struct shown_flight {
    const char *key;
    const char *value;
    const char *why;
} shown_flight[] = {
    {"booking.window_days", "331", "not confirmed by anybody"},
    {"price.points", "unknown", "only the program knows, and no number stands for it"},
    {"traveler.name", "legal", "a ticket knows no alias"},
};

Test(programs, takes_a_program_of_flights_and_calls_nothing_of_it_verified)
{
    struct house_daemon daemon;
    struct house flying;
    char add[1024];
    house_open(&flying, NULL);
    (void)snprintf(add, sizeof(add),
                   "so=%s/plugins/skymiles.so; sum=$(sha256sum $so | cut -c 1-64); echo \"plugin "
                   "\\\"skymiles\\\" { file = \\\"$so\\\" sha256 = \\\"$sum\\\" }\" >>%s",
                   getenv("NIGHTBRIDGE_BUILD"), flying.config);
    cr_assert_eq(house_shell(&flying, NULL, add), 0);
    house_daemon_start(&flying, &daemon, NULL);
    char *token = house_token(&flying, "admin");
    HOUSE_UNTIL(20, plugin_is(&daemon, token, "skymiles", "ready"));
    struct house_reply reply = house_call(&daemon, token, "GET", "/v1/programs", NULL, NULL);
    for (size_t i = 0; i < NB_COUNT(shown_flight); i++) {
        const json_t *rule = rule_of(reply.body, "skymiles", shown_flight[i].key);
        cr_assert_not_null(rule, "%s", shown_flight[i].key);
        cr_expect_str_eq(json_string_value(json_object_get(rule, "value")), shown_flight[i].value,
                         "%s", shown_flight[i].why);
        cr_expect(json_is_true(json_object_get(rule, "unverified")), "%s", shown_flight[i].why);
    }
    house_reply_fini(&reply);
    free(token);
    cr_expect_eq(house_daemon_stop(&daemon), 0);
    house_close(&flying);
}
