/* The parts that every plugin is made of: days, numbers, texts, patterns, lists, rules. */
#include "core/base/arena.h"
#include "core/base/mem.h"
#include "plugins/kit/check.h"
#include "plugins/kit/dates.h"
#include "plugins/kit/price.h"
#include "plugins/kit/rules.h"
#include "plugins/kit/text.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(kit, .timeout = 20);

#define TODAY 9824 /* 2026-11-24 */

static void *take(void *handle, size_t bytes)
{
    return nb_arena_alloc(handle, bytes);
}

static struct nb_call call_with(struct nb_arena *arena)
{
    return (struct nb_call){
        .size = sizeof(struct nb_call), .today = TODAY, .arena = {.alloc = take, .handle = arena}};
}

static const struct day_case {
    const char *text;
    int32_t day;
    const char *why;
} days[] = {
    {"2000-01-01", 0, "the first day"},
    {"2000-02-29", 59, "a century that is a leap year"},
    {"2026-11-24", TODAY, "today"},
    {"2024-02-29", 8825, "a leap day"},
    {"2100-03-01", 36584, "a century that is none"},
    {"2199-12-31", 73048, "the last day"},
};

Test(kit, days_are_calendar_dates)
{
    for (size_t i = 0; i < NB_COUNT(days); i++) {
        int32_t day = -1;
        char text[KIT_DAY_TEXT];
        cr_expect(kit_day_parse(days[i].text, &day), "%s", days[i].why);
        cr_expect_eq(day, days[i].day, "%s: %d", days[i].why, day);
        kit_day_format(day, text);
        cr_expect_str_eq(text, days[i].text, "%s", days[i].why);
    }
    for (int32_t day = 0; day <= 73048; day++) {
        char text[KIT_DAY_TEXT];
        int32_t back = -1;
        kit_day_format(day, text);
        cr_assert(kit_day_parse(text, &back) && back == day, "%s", text);
    }
}

Test(kit, what_is_no_day_is_none)
{
    static const char *const texts[] = {"",           "2026-11-2",  "2026-11-240", "2026-13-01",
                                        "2026-00-01", "2026-02-29", "2100-02-29",  "2026-11-31",
                                        "1999-12-31", "2200-01-01", "2026/11/24",  "2026-11-24T",
                                        " 026-11-24", "2026-11- 4", "+026-11-24",  "2026-1-024"};
    for (size_t i = 0; i < NB_COUNT(texts); i++) {
        int32_t day;
        cr_expect_not(kit_day_parse(texts[i], &day), "\"%s\"", texts[i]);
    }
    cr_expect(kit_day_sound(0) && kit_day_sound(73048));
    cr_expect_not(kit_day_sound(-1));
    cr_expect_not(kit_day_sound(73049));
    cr_expect_not(kit_day_sound(NB_DAY_NONE));
    cr_expect_not(kit_day_sound(NB_DAY_NEVER));
}

static const struct month_case {
    const char *from;
    int32_t months;
    const char *to;
    const char *why;
} months[] = {
    {"2026-11-24", 48, "2030-11-24", "four years"},
    {"2026-01-31", 1, "2026-02-28", "a month without that day ends earlier"},
    {"2024-01-31", 1, "2024-02-29", "in a leap year a day later"},
    {"2024-02-29", 12, "2025-02-28", "a leap day a year on"},
    {"2026-08-31", 18, "2028-02-29", "across years"},
    {"2026-12-31", 1, "2027-01-31", "across the year's end"},
    {"2026-03-31", -1, "2026-02-28", "backwards"},
    {"2026-11-24", 0, "2026-11-24", "not at all"},
};

Test(kit, months_end_with_their_last_day)
{
    for (size_t i = 0; i < NB_COUNT(months); i++) {
        int32_t day;
        char text[KIT_DAY_TEXT];
        cr_assert(kit_day_parse(months[i].from, &day));
        kit_day_format(kit_day_add_months(day, months[i].months), text);
        cr_expect_str_eq(text, months[i].to, "%s", months[i].why);
    }
}

static const struct instant_case {
    const char *text;
    bool good;
    int64_t us;
    const char *why;
} instants[] = {
    {"2026-11-24T03:00:00Z", true, INT64_C(1795489200000000), "UTC"},
    {"2026-11-23T22:00:00-05:00", true, INT64_C(1795489200000000), "west of it"},
    {"2026-11-24T08:30:00+05:30", true, INT64_C(1795489200000000), "east of it, by half an hour"},
    {"2026-11-24T03:00:00.999Z", true, INT64_C(1795489200000000), "a fraction is dropped"},
    {"2026-11-24T03:00:00", false, 0, "no zone: whose time?"},
    {"2026-11-24 03:00:00Z", false, 0, "a space"},
    {"2026-11-24T24:00:00Z", false, 0, "an hour that does not exist"},
    {"2026-11-24T03:60:00Z", false, 0, "a minute that does not exist"},
    {"2026-11-31T03:00:00Z", false, 0, "a day that does not exist"},
    {"2026-11-24T03:00:00+5:30", false, 0, "a short offset"},
    {"2026-11-24T03:00:00+24:00", false, 0, "an offset of a day"},
    {"2026-11-24T03:00:00Zx", false, 0, "more behind it"},
    {"2026-11-24", false, 0, "only a day"},
    {"", false, 0, "nothing"},
};

Test(kit, instants_have_a_zone)
{
    for (size_t i = 0; i < NB_COUNT(instants); i++) {
        int64_t us = 0;
        cr_expect_eq(kit_instant_parse(instants[i].text, &us), instants[i].good, "%s",
                     instants[i].why);
        cr_expect_eq(us, instants[i].us, "%s", instants[i].why);
    }
}

static const struct number_case {
    const char *text;
    bool good;
    int64_t number;
} numbers[] = {
    {"0", true, 0},
    {"-17", true, -17},
    {"9223372036854775807", true, INT64_MAX},
    {"9223372036854775808", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"1x", false, 0},
    {" 1", false, 0},
    {"+1", false, 0},
    {"1.0", false, 0},
};

Test(kit, numbers_are_whole_and_fit)
{
    for (size_t i = 0; i < NB_COUNT(numbers); i++) {
        int64_t number = 0;
        cr_expect_eq(kit_number_parse(numbers[i].text, &number), numbers[i].good, "\"%s\"",
                     numbers[i].text);
        cr_expect_eq(number, numbers[i].number, "\"%s\"", numbers[i].text);
    }
}

static const struct pattern_case {
    const char *pattern;
    const char *text;
    bool fits;
    const char *why;
} patterns[] = {
    {"9{4,6}", "51351", true, "five digits"},
    {"9{4,6}", "513", false, "too few"},
    {"9{4,6}", "5135112", false, "too many"},
    {"9{4,6}", "5135A", false, "a letter"},
    {"AAAAA", "BOSCO", true, "five letters"},
    {"AAAAA", "bosco", false, "small letters"},
    {"AAAAA", "BOSCO ", false, "a space"},
    {"AA999", "PA164", true, "letters, then digits"},
    {"X{4,6}", "ORDHA", true, "either"},
    {"X{9,9}X{0,3}", "ABC123456789", true, "twelve in two parts"},
    {"A-9", "B-7", true, "a sign stands for itself"},
    {"", "", true, "nothing"},
    {"9", "", false, "nothing for something"},
};

Test(kit, patterns_say_what_codes_look_like)
{
    for (size_t i = 0; i < NB_COUNT(patterns); i++) {
        cr_expect_eq(kit_pattern_fits(patterns[i].pattern, patterns[i].text), patterns[i].fits,
                     "%s", patterns[i].why);
    }
}

Test(kit, a_list_has_whole_words)
{
    cr_expect(kit_list_has("earn,redeem", "earn"));
    cr_expect(kit_list_has("earn,redeem", "redeem"));
    cr_expect_not(kit_list_has("earn,redeem", "red"));
    cr_expect_not(kit_list_has("earn,redeem", "earn,redeem"));
    cr_expect_not(kit_list_has("", "earn"));
    cr_expect_not(kit_list_has("", ""));
}

Test(kit, a_text_is_json_that_holds_no_placeholder_of_others)
{
    struct nb_arena *arena = nb_arena_create(4096);
    struct nb_call call = call_with(arena);
    struct kit_text text = kit_text_begin(&call, 64);
    kit_text_json(&text, "a\"\\{{guest.surname}}\n\xc3\xa9");
    cr_expect_str_eq(kit_text_end(&text),
                     "\"a\\u0022\\u005c\\u007b\\u007bguest.surname\\u007d\\u007d\\u000a\xc3\xa9\"");
    kit_text_add(&text, "more than there is room for");
    cr_expect_null(kit_text_end(&text), "a text that was cut is no text");
    struct kit_text number = kit_text_begin(&call, 64);
    kit_text_number(&number, INT64_MIN);
    cr_expect_str_eq(kit_text_end(&number), "-9223372036854775808");
    nb_arena_destroy(arena);
}

Test(kit, a_rule_is_the_last_row_in_force_else_the_default)
{
    static const struct nb_rule_default rows[] = {{"rooms", "1", "x", "", "x"},
                                                  {"odd", "many", "x", "", "x"}};
    static const struct kit_defaults defaults = {rows, 2};
    static const struct nb_rule rules[] = {{"rooms", "2", 0, NB_DAY_NEVER},
                                           {"rooms", "3", TODAY, TODAY + 1},
                                           {"rooms", "4", TODAY + 1, NB_DAY_NEVER},
                                           {"rooms", "5", 0, TODAY}};
    static const struct {
        uint32_t count;
        int64_t want;
        const char *why;
    } cases[] = {{0, 1, "no row: what the plugin knew"},
                 {1, 2, "an open row"},
                 {2, 3, "a later row wins on its days"},
                 {4, 3, "rows that begin tomorrow or ended yesterday are not in force"}};
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct nb_call call = {.today = TODAY, .rule_count = cases[i].count, .rules = rules};
        cr_expect_eq(kit_rule_number(&call, defaults, "rooms", 9), cases[i].want, "%s",
                     cases[i].why);
    }
    struct nb_call call = {.today = TODAY};
    cr_expect_eq(kit_rule_number(&call, defaults, "odd", 9), 9, "words are no number");
    cr_expect_eq(kit_rule_number(&call, defaults, "unknown", 9), 9);
    cr_expect_null(kit_rule_text(&call, defaults, "unknown"));
    cr_expect_not(kit_rule_on(&call, defaults, "odd"));
}

static const struct free_case {
    int64_t nights[11];
    uint32_t count;
    uint32_t every;
    int64_t left[11];
    uint32_t freed;
    const char *why;
} frees[] = {
    {{5, 4, 3, 2, 9}, 5, 5, {5, 4, 3, 0, 9}, 1, "the cheapest of five"},
    {{5, 5, 5, 5}, 4, 5, {5, 5, 5, 5}, 0, "four nights have none"},
    {{5, 5, 5, 5, 5}, 5, 5, {5, 5, 5, 5, 0}, 1, "of equals the last"},
    {{9, 9, 9, 9, 8, 1, 7, 7, 7, 7},
     10,
     5,
     {9, 9, 9, 9, 0, 0, 7, 7, 7, 7},
     2,
     "one in each block of five, not the two cheapest"},
    {{9, 9, 9, 9, 8, 1}, 6, 5, {9, 9, 9, 9, 0, 1}, 1, "the sixth is in no block"},
    {{5, 5}, 2, 0, {5, 5}, 0, "no such rule"},
    {{5, 5}, 2, 1, {5, 5}, 0, "every night free is no rule either"},
};

Test(kit, one_night_in_each_block_is_free)
{
    for (size_t i = 0; i < NB_COUNT(frees); i++) {
        int64_t nights[11];
        memcpy(nights, frees[i].nights, sizeof(nights));
        cr_expect_eq(kit_price_free_cheapest(nights, frees[i].count, frees[i].every),
                     frees[i].freed, "%s", frees[i].why);
        cr_expect_eq(memcmp(nights, frees[i].left, sizeof(nights)), 0, "%s", frees[i].why);
    }
}
