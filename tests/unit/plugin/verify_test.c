/* Contract 7: a plugin's "confirmed" is believed only with everything that makes it true. */
#include "core/base/mem.h"
#include "core/plugin/verify.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(plugin_verify, .timeout = 10);

static const struct nb_operation asked = {.kind = NB_OPERATION_COMMIT,
                                          .check_in = 9825,
                                          .check_out = 9830,
                                          .rooms = 2,
                                          .reference = "r-1",
                                          .property_code = "ABCDE"};

#define CONFIRMED                                                                                  \
    .kind = NB_EFFECT_DONE, .outcome = NB_OUTCOME_CONFIRMED,                                       \
    .facts = {.check_in = 9825,                                                                    \
              .check_out = 9830,                                                                   \
              .rooms = 2,                                                                          \
              .confirmation = "C1",                                                                \
              .reference = "r-1",                                                                  \
              .property_code = "ABCDE",                                                            \
              .points = 100}
#define SEEN                                                                                       \
    {                                                                                              \
        .operation = NB_OPERATION_COMMIT, .http_status = 201, .answered = true                     \
    }

struct claim {
    struct plugin_evidence seen;
    struct nb_effect done;
};

static void not_answered(struct claim *claim)
{
    claim->seen.answered = false;
}

static void status_199(struct claim *claim)
{
    claim->seen.http_status = 199;
}

static void status_300(struct claim *claim)
{
    claim->seen.http_status = 300;
}

static void status_409(struct claim *claim)
{
    claim->seen.http_status = 409;
}

static void quote_seen(struct claim *claim)
{
    claim->seen.operation = NB_OPERATION_QUOTE;
}

static void cancel_seen(struct claim *claim)
{
    claim->seen.operation = NB_OPERATION_CANCEL;
}

static void no_number(struct claim *claim)
{
    claim->done.facts.confirmation = NULL;
}

static void empty_number(struct claim *claim)
{
    claim->done.facts.confirmation = "";
}

static void no_reference(struct claim *claim)
{
    claim->done.facts.reference = NULL;
}

static void other_reference(struct claim *claim)
{
    claim->done.facts.reference = "r-2";
}

static void no_property(struct claim *claim)
{
    claim->done.facts.property_code = NULL;
}

static void other_property(struct claim *claim)
{
    claim->done.facts.property_code = "ABCDF";
}

static void a_night_earlier(struct claim *claim)
{
    claim->done.facts.check_in--;
}

static void a_night_shorter(struct claim *claim)
{
    claim->done.facts.check_out--;
}

static void no_dates(struct claim *claim)
{
    claim->done.facts.check_in = claim->done.facts.check_out = NB_DAY_NONE;
}

static void one_room(struct claim *claim)
{
    claim->done.facts.rooms = 1;
}

static const struct lie {
    void (*tell)(struct claim *claim);
    const char *why;
} lies[] = {
    {not_answered, "nothing was answered: the plugin made it up"},
    {status_199, "below 2xx"},
    {status_300, "a redirect is no answer"},
    {status_409, "a refusal is none either"},
    {quote_seen, "a price is no booking"},
    {cancel_seen, "a cancellation is no booking"},
    {no_number, "no confirmation number"},
    {empty_number, "an empty confirmation number"},
    {no_reference, "whose booking?"},
    {other_reference, "somebody else's booking"},
    {no_property, "which hotel?"},
    {other_property, "another hotel"},
    {a_night_earlier, "another first night"},
    {a_night_shorter, "the guest would be on the street for the last one"},
    {no_dates, "no dates"},
    {one_room, "half of the family has no bed"},
};

Test(plugin_verify, whatever_is_missing_or_different_makes_it_unknown)
{
    for (size_t i = 0; i < NB_COUNT(lies); i++) {
        struct claim claim = {.seen = SEEN, .done = {CONFIRMED}};
        struct nb_err err = {0};
        lies[i].tell(&claim);
        cr_expect_eq(plugin_outcome_verify(&asked, &claim.seen, &claim.done, &err),
                     NB_OUTCOME_UNKNOWN, "%s", lies[i].why);
        cr_expect_str_eq(err.code, "confirmation_not_believed", "%s", lies[i].why);
        cr_expect(strstr(err.text, "C1") == NULL && strstr(err.text, "ABCDE") == NULL &&
                      strstr(err.text, "r-") == NULL,
                  "%s: no values", lies[i].why);
        cr_expect_eq(plugin_outcome_verify(&asked, &claim.seen, &claim.done, NULL),
                     NB_OUTCOME_UNKNOWN);
    }
}

Test(plugin_verify, the_whole_truth_is_believed)
{
    struct claim claim = {.seen = SEEN, .done = {CONFIRMED}};
    cr_expect_eq(plugin_outcome_verify(&asked, &claim.seen, &claim.done, NULL),
                 NB_OUTCOME_CONFIRMED);
    claim.seen = (struct plugin_evidence){
        .operation = NB_OPERATION_READ, .http_status = 200, .answered = true};
    cr_expect_eq(plugin_outcome_verify(&asked, &claim.seen, &claim.done, NULL),
                 NB_OUTCOME_CONFIRMED, "by reading as well");
}

Test(plugin_verify, every_other_outcome_stays_what_it_is)
{
    for (uint32_t outcome = 1; outcome < NB_OUTCOME_COUNT; outcome++) {
        struct claim claim = {.done = {.kind = NB_EFFECT_DONE, .outcome = outcome}};
        enum nb_outcome want =
            outcome == NB_OUTCOME_CONFIRMED ? NB_OUTCOME_UNKNOWN : (enum nb_outcome)outcome;
        cr_expect_eq(plugin_outcome_verify(&asked, &claim.seen, &claim.done, NULL), want);
    }
}
