#include "tests/support/rules_cases.h"

#include "core/base/night.h"

#include <criterion/criterion.h>
#include <string.h>

int32_t rules_day(const char *text)
{
    struct night night;
    struct nb_err err;
    cr_assert(nb_night_parse(text, &night, &err), "%s", text);
    return night.day;
}

const char *rules_day_text(int32_t day)
{
    static char texts[2][NB_NIGHT_TEXT];
    static int turn;
    if (day == NB_DAY_NEVER) {
        return "";
    }
    turn = 1 - turn;
    nb_night_format((struct night){day}, texts[turn]);
    return texts[turn];
}

struct nb_eligible_ask rules_eligible(uint16_t nights, const char *property)
{
    struct nb_eligible_ask ask = {.check_in = RULES_TODAY + 1,
                                  .night_count = nights,
                                  .rooms = 1,
                                  .adults = 2,
                                  .party = NB_PARTY_HAS_ID | NB_PARTY_HAS_CARD,
                                  .channel = NB_CHANNEL_ASSISTED,
                                  .account_kind = NB_ACCOUNT_CHARITY,
                                  .youngest_adult = 30};
    size_t length = strlen(property);
    cr_assert_lt(length, sizeof(ask.property_code));
    memcpy(ask.property_code, property, length);
    return ask;
}

bool rules_refuses(const struct nb_eligible *answer, enum nb_refusal_code code)
{
    for (uint32_t i = 0; i < answer->refusal_count; i++) {
        if (answer->refusals[i].code == (uint32_t)code) {
            return true;
        }
    }
    return false;
}

struct nb_expiry_ask rules_expiry(const char *acquired)
{
    struct nb_expiry_ask ask = {.acquired_on = rules_day(acquired),
                                .known_expiry = NB_DAY_NONE,
                                .account_opened = NB_DAY_NONE};
    for (int i = 0; i < NB_ACTIVITY_COUNT; i++) {
        ask.last_activity[i] = NB_DAY_NONE;
    }
    return ask;
}

void rules_expect_documented(const struct inside *inside)
{
    for (uint32_t i = 0; i < inside->plugin->rule_count; i++) {
        const struct nb_rule_default *rule = &inside->plugin->rules[i];
        struct night day;
        cr_expect_gt(strlen(rule->source), 3, "%s: whose word is it?", rule->key);
        cr_expect_gt(strlen(rule->help), 10, "%s: what does it mean?", rule->key);
        cr_expect(*rule->verified_on == '\0' || nb_night_parse(rule->verified_on, &day, NULL),
                  "%s: %s", rule->key, rule->verified_on);
        cr_expect(*rule->verified_on == '\0' || strstr(rule->source, "not published") == NULL,
                  "%s: what nobody published, nobody verified", rule->key);
    }
}
