/* What a plugin claims, held against what was seen: a claim is never made better than that. */
#include "core/base/mem.h"
#include "core/scheduler/dispatch_judge.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

TestSuite(dispatch_judge, .timeout = 10);

#define OURS "5b2c7f0e-0000-4000-8000-000000000001"

static struct nb_operation asked(uint32_t kind)
{
    return (struct nb_operation){.kind = kind,
                                 .check_in = 100,
                                 .check_out = 102,
                                 .rooms = 1,
                                 .points_total = 30000,
                                 .reference = OURS,
                                 .property_code = "51351"};
}

static struct nb_effect done(uint32_t outcome)
{
    return (struct nb_effect){.kind = NB_EFFECT_DONE,
                              .outcome = outcome,
                              .facts = {.check_in = 100,
                                        .check_out = 102,
                                        .rooms = 1,
                                        .points = 30000,
                                        .points_returned = -1,
                                        .cancel_by_us = NB_INSTANT_NONE,
                                        .expires_at_us = NB_INSTANT_NONE,
                                        .returns_at_us = NB_INSTANT_NONE,
                                        .confirmation = "WR100",
                                        .reference = OURS,
                                        .property_code = "51351"}};
}

/* The write was answered with that status. */
static struct dispatch_trail answered(uint32_t status)
{
    return (struct dispatch_trail){
        .wrote = true, .answered = true, .answer_of_write = true, .http_status = status};
}

static const struct dispatch_trail lost = {.wrote = true, .failure = NB_FAILURE_TIMEOUT};
static const struct dispatch_trail quote_answered = {.answered = true, .http_status = 409};
static const struct dispatch_trail nothing_sent = {.failure = NB_FAILURE_CONNECT};

static void expect(uint32_t kind, struct dispatch_trail trail, struct nb_effect effect,
                   const char *outcome, const char *why)
{
    struct nb_operation operation = asked(kind);
    struct dispatch_verdict verdict = dispatch_judge(&operation, &trail, &effect);
    cr_expect_str_eq(verdict.outcome, outcome, "%s: %s instead of %s", why, verdict.outcome,
                     outcome);
}

Test(dispatch_judge, believes_a_commit_only_with_its_own_answer)
{
    struct nb_effect confirmed = done(NB_OUTCOME_CONFIRMED);
    expect(NB_OPERATION_COMMIT, answered(201), confirmed, "confirmed", "all as asked");
    expect(NB_OPERATION_COMMIT, lost, confirmed, "unknown", "no answer");
    expect(NB_OPERATION_COMMIT, answered(500), confirmed, "unknown", "not a 2xx");
    struct dispatch_trail of_quote = {.answered = true, .http_status = 200};
    expect(NB_OPERATION_COMMIT, of_quote, confirmed, "protocol",
           "the quote's answer is none of the commit");
    struct nb_effect other = confirmed;
    other.facts.reference = "5b2c7f0e-0000-4000-8000-000000000002";
    expect(NB_OPERATION_COMMIT, answered(201), other, "unknown", "somebody else's reference");
    other = confirmed;
    other.facts.check_out = 103;
    expect(NB_OPERATION_COMMIT, answered(201), other, "unknown", "other nights");
    other = confirmed;
    other.facts.confirmation = NULL;
    expect(NB_OPERATION_COMMIT, answered(201), other, "unknown", "no number");
    other = confirmed;
    other.facts.points = -1;
    expect(NB_OPERATION_COMMIT, answered(201), other, "unknown", "no price");
}

Test(dispatch_judge, takes_a_refusal_only_from_an_answer)
{
    static const uint32_t refusals[] = {
        NB_OUTCOME_SOLD_OUT,      NB_OUTCOME_PRICE_CHANGED,       NB_OUTCOME_POLICY_CHANGED,
        NB_OUTCOME_RESTRICTED,    NB_OUTCOME_INSUFFICIENT_POINTS, NB_OUTCOME_MEMBER_INVALID,
        NB_OUTCOME_HOTEL_INVALID, NB_OUTCOME_NEEDS_CARD,          NB_OUTCOME_REDEMPTION_REFUSED,
        NB_OUTCOME_UNAUTHORISED,  NB_OUTCOME_RETRY_LATER};
    for (size_t i = 0; i < NB_COUNT(refusals); i++) {
        const char *word = dispatch_outcome_word((enum nb_outcome)refusals[i]);
        expect(NB_OPERATION_COMMIT, answered(409), done(refusals[i]), word, "answered");
        expect(NB_OPERATION_COMMIT, quote_answered, done(refusals[i]), word, "before any write");
        expect(NB_OPERATION_COMMIT, lost, done(refusals[i]), "unknown", "after a lost answer");
        expect(NB_OPERATION_COMMIT, answered(200), done(refusals[i]), "unknown", "after a 200");
        expect(NB_OPERATION_COMMIT, answered(500), done(refusals[i]), "unknown", "after a 500");
    }
    expect(NB_OPERATION_COMMIT, answered(503), done(NB_OUTCOME_RETRY_LATER), "retry_later",
           "a 503 of the contract");
    expect(NB_OPERATION_COMMIT, answered(503), done(NB_OUTCOME_SOLD_OUT), "unknown",
           "any other claim of a 503");
}

Test(dispatch_judge, calls_nothing_unknown_that_wrote_nothing)
{
    expect(NB_OPERATION_COMMIT, nothing_sent, done(NB_OUTCOME_UNKNOWN), "not_sent", "no request");
    struct nb_effect fail = {.kind = NB_EFFECT_FAIL, .fail_kind = NB_FAIL_NOT_SENT};
    expect(NB_OPERATION_COMMIT, nothing_sent, fail, "not_sent", "a plain failure");
    expect(NB_OPERATION_COMMIT, lost, fail, "unknown", "whatever the plugin says of a lost write");
    fail.fail_kind = NB_FAIL_PROTOCOL;
    expect(NB_OPERATION_READ, answered(500), fail, "protocol", "a read that made no sense");
    expect(NB_OPERATION_COMMIT, answered(500), fail, "unknown", "a write that made no sense");
}

Test(dispatch_judge, takes_xml_that_refuses_for_a_refusal_whatever_its_status)
{
    struct dispatch_trail write = answered(200), read = {.answered = true, .http_status = 200};
    expect(NB_OPERATION_COMMIT, write, done(NB_OUTCOME_SOLD_OUT), "unknown", "it did not refuse");
    expect(NB_OPERATION_READ, read, done(NB_OUTCOME_NOT_FOUND), "protocol", "it did not refuse");
    write.refused = read.refused = true;
    expect(NB_OPERATION_COMMIT, write, done(NB_OUTCOME_SOLD_OUT), "sold_out", "it refused");
    expect(NB_OPERATION_CANCEL, write, done(NB_OUTCOME_ALREADY_CANCELLED), "already_cancelled",
           "it refused");
    expect(NB_OPERATION_READ, read, done(NB_OUTCOME_NOT_FOUND), "not_found", "it refused");
    expect(NB_OPERATION_COMMIT, write, done(NB_OUTCOME_NOT_FOUND), "unknown", "no answer to that");
    write.http_status = 500;
    expect(NB_OPERATION_COMMIT, write, done(NB_OUTCOME_SOLD_OUT), "unknown", "it broke as well");
    write.http_status = 200;
    write.answer_of_write = false;
    expect(NB_OPERATION_COMMIT, write, done(NB_OUTCOME_SOLD_OUT), "unknown", "of the quote");
}

Test(dispatch_judge, wants_a_404_for_an_absence_and_our_reference_for_a_cancellation)
{
    struct dispatch_trail read_404 = {.answered = true, .http_status = 404};
    struct dispatch_trail read_200 = {.answered = true, .http_status = 200};
    expect(NB_OPERATION_READ, read_404, done(NB_OUTCOME_NOT_FOUND), "not_found", "a 404");
    expect(NB_OPERATION_READ, read_200, done(NB_OUTCOME_NOT_FOUND), "protocol", "a 200");
    expect(NB_OPERATION_READ, read_200, done(NB_OUTCOME_CONFIRMED), "confirmed", "found");
    struct nb_effect gone = done(NB_OUTCOME_CANCELLED);
    expect(NB_OPERATION_CANCEL, answered(200), gone, "cancelled", "under our reference");
    gone.facts.reference = "5b2c7f0e-0000-4000-8000-000000000002";
    expect(NB_OPERATION_CANCEL, answered(200), gone, "unknown", "under another");
    expect(NB_OPERATION_CANCEL, lost, done(NB_OUTCOME_ALREADY_CANCELLED), "unknown", "no answer");
    expect(NB_OPERATION_CANCEL, answered(409), done(NB_OUTCOME_ALREADY_CANCELLED),
           "already_cancelled", "a 409");
    expect(NB_OPERATION_CANCEL, answered(409), done(NB_OUTCOME_CANCEL_REFUSED), "cancel_refused",
           "a 409");
    expect(NB_OPERATION_CANCEL, answered(202), done(NB_OUTCOME_PENDING), "pending", "a 202");
}

Test(dispatch_judge, refuses_outcomes_that_belong_to_other_operations)
{
    expect(NB_OPERATION_COMMIT, answered(200), done(NB_OUTCOME_CANCELLED), "unknown", "commit");
    expect(NB_OPERATION_COMMIT, answered(404), done(NB_OUTCOME_NOT_FOUND), "unknown",
           "a commit that finds nothing says nothing of what it did");
    expect(NB_OPERATION_READ, answered(409), done(NB_OUTCOME_SOLD_OUT), "protocol", "read");
    expect(NB_OPERATION_CANCEL, answered(200), done(NB_OUTCOME_CONFIRMED), "unknown", "cancel");
    expect(NB_OPERATION_COMMIT, answered(200), done(NB_OUTCOME_COUNT), "unknown", "no outcome");
}

Test(dispatch_judge, says_whether_the_other_side_was_reached)
{
    struct nb_operation operation = asked(NB_OPERATION_COMMIT);
    struct nb_effect effect = done(NB_OUTCOME_SOLD_OUT);
    struct dispatch_trail trail = answered(409);
    cr_expect(dispatch_judge(&operation, &trail, &effect).reached);
    effect = done(NB_OUTCOME_UNAUTHORISED);
    trail = answered(401);
    cr_expect_not(dispatch_judge(&operation, &trail, &effect).reached);
    effect = done(NB_OUTCOME_UNKNOWN);
    trail = lost;
    struct dispatch_verdict verdict = dispatch_judge(&operation, &trail, &effect);
    cr_expect_not(verdict.reached);
    cr_expect_str_eq(verdict.why, "timeout");
}

Test(dispatch_judge, writes_facts_without_the_number_and_without_text_of_others)
{
    struct nb_buf out;
    struct dispatch_verdict verdict = {.outcome = "confirmed", .reached = true};
    struct nb_effect effect = done(NB_OUTCOME_CONFIRMED);
    const struct nb_cash cash[] = {{.minor = 3000, .kind = NB_CASH_RESORT_FEE, .currency = "USD"},
                                   {.minor = 1, .kind = NB_CASH_TAX, .currency = "\"\\n"}};
    effect.facts.policy_version = "p-1";
    effect.facts.quote_id = "the guest is called Robin";
    effect.facts.cancel_by_us = INT64_C(1795478400000000);
    effect.facts.expires_at_us = INT64_MAX;
    effect.facts.cash = cash;
    effect.facts.cash_count = 2;
    nb_buf_init(&out, 4096);
    dispatch_facts_write(&effect.facts, &verdict, &out);
    json_t *facts = json_loads(nb_buf_str(&out), JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(facts, "%s", nb_buf_str(&out));
    cr_expect_null(strstr(nb_buf_str(&out), "WR100"));
    cr_expect_null(strstr(nb_buf_str(&out), "Robin"));
    cr_expect_eq(json_integer_value(json_object_get(facts, "points")), 30000);
    cr_expect_str_eq(json_string_value(json_object_get(facts, "policy_version")), "p-1");
    cr_expect_str_eq(json_string_value(json_object_get(facts, "cancel_by")),
                     "2026-11-24T00:00:00Z");
    cr_expect_null(json_object_get(facts, "expires_at"));
    cr_expect_eq(json_array_size(json_object_get(facts, "cash")), 1);
    json_decref(facts);
    nb_buf_fini(&out);
}
