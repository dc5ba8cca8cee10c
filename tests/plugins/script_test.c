/* What a person does and says: discreet, on approved numbers, and read back before it counts. */
#include "core/base/mem.h"
#include "tests/support/plugin_inside.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

TestSuite(script, .timeout = 20);

static const char *const plugins[] = {"choice",   "ihg",      "marriott",
                                      "skeleton", "skymiles", "wyndham"};

static const struct spoken {
    uint32_t operation;
    uint32_t phone_only;
} spoken[] = {{NB_OPERATION_COMMIT, 0},
              {NB_OPERATION_COMMIT, 1},
              {NB_OPERATION_CANCEL, 0},
              {NB_OPERATION_READ, 0},
              {NB_OPERATION_BALANCE, 0}};

static bool holds(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool any_line(const struct nb_script *script, enum nb_script_line_kind kind,
                     const char *word)
{
    for (uint32_t i = 0; i < script->line_count; i++) {
        if (script->lines[i].kind == (uint32_t)kind && holds(script->lines[i].text, word)) {
            return true;
        }
    }
    return false;
}

static const struct nb_script_field *field(const struct nb_script *script, const char *name)
{
    for (uint32_t i = 0; i < script->field_count; i++) {
        if (strcmp(script->fields[i].name, name) == 0) {
            return &script->fields[i];
        }
    }
    return NULL;
}

static const struct nb_script *script_of(struct inside *inside, const struct spoken *what)
{
    const struct nb_script_ask ask = {.operation = what->operation, .phone_only = what->phone_only};
    return inside_ask(inside, PLUGIN_CALL_SCRIPT, &ask, 1);
}

Test(script, nothing_that_is_said_or_done_tells_why_the_guest_travels)
{
    static const char *const words[] = {"shelter",  "hotline", "charit",    "traffick", "victim",
                                        "survivor", "rescue",  "nonprofit", "abuse",    "donat"};
    for (size_t p = 0; p < NB_COUNT(plugins); p++) {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(spoken); i++) {
            const struct nb_script *script = script_of(&inside, &spoken[i]);
            for (size_t w = 0; w < NB_COUNT(words); w++) {
                cr_expect_not(any_line(script, NB_SCRIPT_SAY, words[w]), "%s says %s", plugins[p],
                              words[w]);
                cr_expect_not(any_line(script, NB_SCRIPT_DO, words[w]), "%s: %s", plugins[p],
                              words[w]);
            }
        }
        inside_close(&inside);
    }
}

Test(script, whoever_speaks_for_a_guest_is_told_what_never_to_say)
{
    for (size_t p = 0; p < NB_COUNT(plugins); p++) {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(spoken); i++) {
            const struct nb_script *script = script_of(&inside, &spoken[i]);
            bool of_guest = spoken[i].operation != NB_OPERATION_BALANCE;
            cr_expect(!of_guest || any_line(script, NB_SCRIPT_NEVER, "why the guest travels"),
                      "%s, operation %u", plugins[p], spoken[i].operation);
            cr_expect(!of_guest || any_line(script, NB_SCRIPT_NEVER, "phone number"),
                      "%s, operation %u", plugins[p], spoken[i].operation);
        }
        cr_expect(any_line(script_of(&inside, &spoken[3]), NB_SCRIPT_NEVER, "book again"),
                  "%s: after a doubt nothing is booked twice", plugins[p]);
        inside_close(&inside);
    }
}

Test(script, no_number_and_no_link_stands_in_a_script)
{
    for (size_t p = 0; p < NB_COUNT(plugins); p++) {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(spoken); i++) {
            const struct nb_script *script = script_of(&inside, &spoken[i]);
            bool calls = false, signs_in = false;
            for (uint32_t k = 0; k < script->line_count; k++) {
                const char *text = script->lines[k].text;
                calls = calls || strstr(text, "Call {{phone.approved}} and no other") != NULL;
                signs_in = signs_in || holds(text, "sign in");
                cr_expect_not(holds(text, "http") || holds(text, "www.") || holds(text, ".com"),
                              "%s: %s", plugins[p], text);
                int digits = 0;
                for (const char *at = text; *at != '\0'; at++) {
                    digits = isdigit((unsigned char)*at) ? digits + 1 : *at == '-' ? digits : 0;
                    cr_expect_lt(digits, 6, "%s: a phone number? %s", plugins[p], text);
                }
            }
            cr_expect(calls || signs_in, "%s: how, operation %u", plugins[p], spoken[i].operation);
        }
        inside_close(&inside);
    }
}

Test(script, a_booking_is_compared_read_back_and_recorded)
{
    for (size_t p = 0; p < NB_COUNT(plugins); p++) {
        for (size_t i = 0; i < 2; i++) {
            struct inside inside;
            inside_open(&inside, plugins[p]);
            const struct nb_script *script = script_of(&inside, &spoken[i]);
            static const char *const required[] = {"confirmation", "points_total", "cancel_by",
                                                   "read_back"};
            cr_expect(any_line(script, NB_SCRIPT_CHECK, "{{stay.points}} points"), "%s",
                      plugins[p]);
            cr_expect(any_line(script, NB_SCRIPT_CHECK, "confirmation number"), "%s", plugins[p]);
            cr_expect(any_line(script, NB_SCRIPT_DO, "cancelled without losing points"), "%s",
                      plugins[p]);
            for (size_t f = 0; f < NB_COUNT(required); f++) {
                const struct nb_script_field *recorded = field(script, required[f]);
                cr_assert_not_null(recorded, "%s: %s", plugins[p], required[f]);
                cr_expect_eq(recorded->required, 1, "%s: %s", plugins[p], required[f]);
            }
            cr_expect_not_null(field(script, "cash_extras"));
            inside_close(&inside);
        }
    }
}

Test(script, what_nobody_does_by_hand_has_no_script)
{
    static const uint32_t operations[] = {NB_OPERATION_NONE,  NB_OPERATION_QUOTE,
                                          NB_OPERATION_HOLD,  NB_OPERATION_ACTIVITY,
                                          NB_OPERATION_COUNT, 77};
    for (size_t p = 0; p < NB_COUNT(plugins); p++) {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(operations); i++) {
            const struct nb_script_ask ask = {.operation = operations[i]};
            cr_expect_eq(inside_try(&inside, PLUGIN_CALL_SCRIPT, &ask, 1, NULL), NB_REFUSED);
        }
        inside_close(&inside);
    }
}

Test(script, choice_changes_no_booking_and_asks_for_the_card)
{
    struct inside inside;
    inside_open(&inside, "choice");
    cr_expect(any_line(script_of(&inside, &spoken[0]), NB_SCRIPT_CHECK, "with points alone"));
    cr_expect(any_line(script_of(&inside, &spoken[0]), NB_SCRIPT_DO, "card"));
    cr_expect(any_line(script_of(&inside, &spoken[2]), NB_SCRIPT_DO, "new nights first"));
    cr_expect(any_line(script_of(&inside, &spoken[2]), NB_SCRIPT_SAY, "last name"));
    inside_close(&inside);
}

Test(script, wyndham_forbids_links_and_books_one_room_at_a_time)
{
    struct inside inside;
    inside_open(&inside, "wyndham");
    const struct nb_script *script = script_of(&inside, &spoken[0]);
    cr_expect(any_line(script, NB_SCRIPT_NEVER, "link"));
    cr_expect(any_line(script, NB_SCRIPT_SAY, "One room"));
    cr_expect(any_line(script, NB_SCRIPT_DO, "one booking has one room"));
    cr_expect(any_line(script, NB_SCRIPT_DO, "resort fee"));
    inside_close(&inside);
}
