/* The map of OpenTravel's error codes: every row that this house knows, and that nothing else is.
 */
#include "plugins/kit/ota_codes.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(ota_codes, .timeout = 20);

#define CODES_MAX 16

static const struct row {
    enum nb_outcome outcome;
    int codes[CODES_MAX];
} rows[] = {
    {NB_OUTCOME_SOLD_OUT, {9, 104, 132, 322, 427, 778, 779, 841}},
    {NB_OUTCOME_PRICE_CHANGED, {143, 249, 436, 438, 441, 443, 562, 783, 842}},
    {NB_OUTCOME_RESTRICTED, {69, 70, 107, 346, 363, 378, 409, 410, 411, 444, 502, 563, 575, 727}},
    {NB_OUTCOME_INSUFFICIENT_POINTS, {80, 710}},
    {NB_OUTCOME_REDEMPTION_REFUSED, {370, 535, 672}},
    {NB_OUTCOME_MEMBER_INVALID, {79, 276, 277, 561, 648}},
    {NB_OUTCOME_HOTEL_INVALID, {361, 375, 392}},
    {NB_OUTCOME_NEEDS_CARD, {281, 355, 372, 373, 432, 506, 738, 741, 766, 890}},
    {NB_OUTCOME_ALREADY_CANCELLED, {95}},
    {NB_OUTCOME_NOT_FOUND, {87, 97, 245, 385, 252}},
    {NB_OUTCOME_CANCEL_REFUSED, {193, 258, 568}},
    {NB_OUTCOME_DUPLICATE, {94}},
    {NB_OUTCOME_UNAUTHORISED, {497}},
    {NB_OUTCOME_RETRY_LATER, {187, 191, 784, 888}},
};

static enum nb_outcome expected_of(int code)
{
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        for (size_t j = 0; j < CODES_MAX && rows[i].codes[j] != 0; j++) {
            if (rows[i].codes[j] == code) {
                return rows[i].outcome;
            }
        }
    }
    return NB_OUTCOME_UNKNOWN;
}

Test(ota_codes, every_code_has_its_outcome_and_every_other_is_unknown)
{
    for (int code = 0; code <= 1200; code++) {
        char text[8];
        snprintf(text, sizeof(text), "%d", code);
        cr_expect_eq(kit_ota_error_outcome("3", text), expected_of(code), "code %d", code);
        cr_expect_eq(kit_ota_error_outcome(NULL, text), expected_of(code), "code %d", code);
    }
}

static const struct typed {
    const char *type;
    const char *code;
    enum nb_outcome outcome;
    const char *why;
} typed[] = {
    {"4", NULL, NB_OUTCOME_UNAUTHORISED, "who we are was not believed"},
    {"5", NULL, NB_OUTCOME_UNAUTHORISED, "it timed out as a login"},
    {"6", NULL, NB_OUTCOME_UNAUTHORISED, "we may not"},
    {"4", "497", NB_OUTCOME_UNAUTHORISED, "type and code agree"},
    {"4", "322", NB_OUTCOME_UNKNOWN, "not let in, and yet sold out"},
    {"12", "322", NB_OUTCOME_UNKNOWN, "it broke while it worked: it may have booked"},
    {"13", "95", NB_OUTCOME_UNKNOWN, "the same"},
    {"12", NULL, NB_OUTCOME_UNKNOWN, "the same, without a code"},
    {NULL, NULL, NB_OUTCOME_UNKNOWN, "an error that says nothing"},
    {"3", NULL, NB_OUTCOME_UNKNOWN, "a type alone says too little"},
    {NULL, "", NB_OUTCOME_UNKNOWN, "an empty code"},
    {NULL, "322,427", NB_OUTCOME_UNKNOWN, "two codes in one"},
    {NULL, "0322", NB_OUTCOME_UNKNOWN, "not as the list writes it"},
    {NULL, " 322", NB_OUTCOME_UNKNOWN, "a blank"},
    {NULL, "32", NB_OUTCOME_UNKNOWN, "the beginning of a code"},
};

Test(ota_codes, a_type_may_say_more_than_its_code)
{
    for (size_t i = 0; i < NB_COUNT(typed); i++) {
        cr_expect_eq(kit_ota_error_outcome(typed[i].type, typed[i].code), typed[i].outcome, "%s",
                     typed[i].why);
    }
}
