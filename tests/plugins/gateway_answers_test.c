/* What a gateway's answers mean, whatever the plugin: which refusals are believed, and what a yes
 * must hold. */
#include "tests/plugins/gateway_cases.h"

#include <stdio.h>
#include <string.h>

TestSuite(gateway_answers, .timeout = 60);

/* Refusals ------------------------------------------------------------------------------------- */

#define NEVER NB_OUTCOME_NONE /* not an answer to this question */

/* What each code of the contract means as the answer to each question. */
static const struct refusal {
    const char *code;
    uint32_t status;
    enum nb_outcome quote;
    enum nb_outcome hold;
    enum nb_outcome commit;
    enum nb_outcome cancel;
    enum nb_outcome read;
    enum nb_outcome balance;
} refusals[] = {
    {"sold_out", 409, NB_OUTCOME_SOLD_OUT, NB_OUTCOME_SOLD_OUT, NB_OUTCOME_SOLD_OUT, NEVER, NEVER,
     NEVER},
    {"price_changed", 409, NB_OUTCOME_PRICE_CHANGED, NB_OUTCOME_PRICE_CHANGED,
     NB_OUTCOME_PRICE_CHANGED, NEVER, NEVER, NEVER},
    {"policy_changed", 409, NB_OUTCOME_POLICY_CHANGED, NB_OUTCOME_POLICY_CHANGED,
     NB_OUTCOME_POLICY_CHANGED, NEVER, NEVER, NEVER},
    {"restricted", 422, NB_OUTCOME_RESTRICTED, NB_OUTCOME_RESTRICTED, NB_OUTCOME_RESTRICTED, NEVER,
     NEVER, NEVER},
    {"insufficient_points", 402, NB_OUTCOME_INSUFFICIENT_POINTS, NB_OUTCOME_INSUFFICIENT_POINTS,
     NB_OUTCOME_INSUFFICIENT_POINTS, NEVER, NEVER, NEVER},
    {"redemption_refused", 403, NB_OUTCOME_REDEMPTION_REFUSED, NB_OUTCOME_REDEMPTION_REFUSED,
     NB_OUTCOME_REDEMPTION_REFUSED, NEVER, NEVER, NEVER},
    {"member_invalid", 422, NB_OUTCOME_MEMBER_INVALID, NB_OUTCOME_MEMBER_INVALID,
     NB_OUTCOME_MEMBER_INVALID, NEVER, NEVER, NB_OUTCOME_MEMBER_INVALID},
    {"hotel_invalid", 422, NB_OUTCOME_HOTEL_INVALID, NB_OUTCOME_HOTEL_INVALID,
     NB_OUTCOME_HOTEL_INVALID, NEVER, NEVER, NEVER},
    {"needs_card", 422, NB_OUTCOME_NEEDS_CARD, NB_OUTCOME_NEEDS_CARD, NB_OUTCOME_NEEDS_CARD, NEVER,
     NEVER, NEVER},
    {"already_cancelled", 409, NEVER, NEVER, NEVER, NB_OUTCOME_ALREADY_CANCELLED, NEVER, NEVER},
    {"not_found", 404, NEVER, NEVER, NEVER, NB_OUTCOME_NOT_FOUND, NB_OUTCOME_NOT_FOUND, NEVER},
    {"cancel_refused", 409, NEVER, NEVER, NEVER, NB_OUTCOME_CANCEL_REFUSED, NEVER, NEVER},
    {"duplicate", 409, NEVER, NB_OUTCOME_DUPLICATE, NB_OUTCOME_DUPLICATE, NEVER, NEVER, NEVER},
    {"unauthorised", 401, NB_OUTCOME_UNAUTHORISED, NB_OUTCOME_UNAUTHORISED, NB_OUTCOME_UNAUTHORISED,
     NB_OUTCOME_UNAUTHORISED, NB_OUTCOME_UNAUTHORISED, NB_OUTCOME_UNAUTHORISED},
    {"retry_later", 429, NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER,
     NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER},
    {"retry_later", 503, NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER,
     NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER, NB_OUTCOME_RETRY_LATER},
};

/* A refusal that is none: of a write it leaves a doubt, of a question only a failed question. */
static void expect_refused(const struct nb_effect *effect, enum nb_operation_kind kind,
                           enum nb_outcome want, const char *why)
{
    if (want != NEVER) {
        expect_done(effect, want, why);
    } else if (kind == NB_OPERATION_QUOTE) {
        expect_done(effect, NB_OUTCOME_RETRY_LATER, why);
    } else if (kind == NB_OPERATION_READ || kind == NB_OPERATION_BALANCE) {
        expect_failed(effect, NB_FAIL_PROTOCOL, why);
    } else {
        expect_done(effect, NB_OUTCOME_UNKNOWN, why);
    }
}

static enum nb_outcome wanted(const struct refusal *row, enum nb_operation_kind kind)
{
    const enum nb_outcome by_kind[NB_OPERATION_COUNT] = {
        [NB_OPERATION_QUOTE] = row->quote,   [NB_OPERATION_HOLD] = row->hold,
        [NB_OPERATION_COMMIT] = row->commit, [NB_OPERATION_CANCEL] = row->cancel,
        [NB_OPERATION_READ] = row->read,     [NB_OPERATION_BALANCE] = row->balance};
    return by_kind[kind];
}

Test(gateway_answers, each_code_of_the_contract_means_what_it_can_mean)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        for (size_t i = 0; i < NB_COUNT(refusals); i++) {
            for (int kind = NB_OPERATION_QUOTE; kind <= NB_OPERATION_BALANCE; kind++) {
                struct nb_operation operation = with_quote((enum nb_operation_kind)kind);
                char json[96], why[96];
                snprintf(json, sizeof(json), "{\"code\":\"%s\"}", refusals[i].code);
                snprintf(why, sizeof(why), "%s: %s to operation %d", gateway_plugins[p],
                         refusals[i].code, kind);
                inside_begin(&inside, &operation);
                const struct nb_effect *effect =
                    inside_respond_later(&inside, &operation, refusals[i].status, json, 30000);
                expect_refused(effect, (enum nb_operation_kind)kind,
                               wanted(&refusals[i], (enum nb_operation_kind)kind), why);
                cr_expect(effect->kind != NB_EFFECT_DONE || effect->facts.retry_after_ms == 30000,
                          "%s: Retry-After is carried", why);
            }
        }
        inside_close(&inside);
    }
}

static const struct odd_refusal {
    uint32_t status;
    const char *json;
    const char *why;
} odd_refusals[] = {
    {409, "{\"code\":\"insufficient_points\"}", "a code under another status"},
    {402, "{\"code\":\"sold_out\"}", "another code under the status"},
    {200, "{\"code\":\"sold_out\"}", "a refusal that says it went well"},
    {400, "{\"code\":\"malformed\"}", "a code that the contract does not name"},
    {422, "{\"code\":\"key_reused\"}", "another body under our key"},
    {409, "{\"code\":\"SOLD_OUT\"}", "in capitals"},
    {409, "{\"code\":[\"sold_out\"]}", "in a list"},
    {409, "{\"type\":\"about:blank\",\"title\":\"Conflict\"}", "without a code"},
    {409, NULL, "without a body"},
    {404, NULL, "a page that is not there is no booking that is not there"},
    {404, "{\"message\":\"no route\"}", "the same, in words"},
    {500, "{\"code\":\"sold_out\"}", "from a server that broke"},
    {500, NULL, "a server that broke"},
    {502, NULL, "a proxy without its server"},
    {503, NULL, "503 without a word may have come after the effect"},
    {504, NULL, "a proxy that gave up"},
    {302, NULL, "somewhere else"},
    {100, NULL, "no answer yet"},
    {0, NULL, "no status at all"},
};

Test(gateway_answers, whatever_is_not_of_the_contract_leaves_a_doubt)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        for (size_t i = 0; i < NB_COUNT(odd_refusals); i++) {
            for (int kind = NB_OPERATION_QUOTE; kind <= NB_OPERATION_BALANCE; kind++) {
                struct nb_operation operation = with_quote((enum nb_operation_kind)kind);
                inside_begin(&inside, &operation);
                const struct nb_effect *effect = inside_respond(
                    &inside, &operation, odd_refusals[i].status, odd_refusals[i].json);
                if (odd_refusals[i].status == 200 && kind == NB_OPERATION_QUOTE) {
                    expect_failed(effect, NB_FAIL_PROTOCOL, odd_refusals[i].why);
                } else {
                    expect_refused(effect, (enum nb_operation_kind)kind, NEVER,
                                   odd_refusals[i].why);
                }
            }
        }
        inside_close(&inside);
    }
}

/* Answers that say yes ------------------------------------------------------------------------- */

static const struct answer {
    enum nb_operation_kind kind;
    uint32_t status;
    const char *json;
    enum nb_outcome outcome; /* NONE: FAIL(protocol) */
    const char *why;
} answers[] = {
    {NB_OPERATION_COMMIT, 200, BOOKED("confirmed"), NB_OUTCOME_CONFIRMED, "200 is as good as 201"},
    {NB_OPERATION_COMMIT, 202, "{\"reference\":\"" REFERENCE "\",\"status\":\"pending\"}",
     NB_OUTCOME_PENDING, "accepted, not decided"},
    {NB_OPERATION_COMMIT, 202, BOOKED("confirmed"), NB_OUTCOME_PENDING,
     "202 is not decided, whatever it says"},
    {NB_OPERATION_COMMIT, 202, "{\"status\":\"pending\"}", NB_OUTCOME_UNKNOWN, "of whom?"},
    {NB_OPERATION_COMMIT, 201, BOOKED("cancelled"), NB_OUTCOME_UNKNOWN, "made and gone at once"},
    {NB_OPERATION_COMMIT, 201, BOOKED("CONFIRMED"), NB_OUTCOME_UNKNOWN, "another word"},
    {NB_OPERATION_COMMIT, 201, NULL, NB_OUTCOME_UNKNOWN, "nothing"},
    {NB_OPERATION_COMMIT, 201, "[]", NB_OUTCOME_UNKNOWN, "a list"},
    {NB_OPERATION_COMMIT, 201, "{}", NB_OUTCOME_UNKNOWN, "an empty object"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"other\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "somebody else's booking"},
    {NB_OPERATION_COMMIT, 201,
     "{\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY ",\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "no confirmation number"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"\",\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "an empty confirmation number"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":77,\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "a confirmation that is no text"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\\n1\",\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "a confirmation of two lines"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":\"30000\"}",
     NB_OUTCOME_UNKNOWN, "points that are no number"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":-1}",
     NB_OUTCOME_UNKNOWN, "points below zero"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":30001}",
     NB_OUTCOME_UNKNOWN, "more points than were promised"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"," STAY
     ",\"points_total\":29000}",
     NB_OUTCOME_CONFIRMED, "fewer points are no harm"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"" REFERENCE
     "\",\"status\":\"confirmed\",\"property_code\":\"OTHER\",\"check_in\":\"2026-11-25\","
     "\"check_out\":\"2026-11-27\",\"rooms\":1,\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "another hotel"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"" REFERENCE
     "\",\"status\":\"confirmed\",\"property_code\":\"ABCDE\",\"check_in\":\"2026-11-25\","
     "\"check_out\":\"2026-11-26\",\"rooms\":1,\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "a night less"},
    {NB_OPERATION_COMMIT, 201,
     "{\"confirmation\":\"C\",\"reference\":\"" REFERENCE
     "\",\"status\":\"confirmed\",\"property_code\":\"ABCDE\",\"check_in\":\"2026-11-25\","
     "\"check_out\":\"2026-11-27\",\"rooms\":2,\"points_total\":30000}",
     NB_OUTCOME_UNKNOWN, "a room more"},
    {NB_OPERATION_HOLD, 201, "{\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"}",
     NB_OUTCOME_UNKNOWN, "booked where a hold was asked"},
    {NB_OPERATION_CANCEL, 200,
     "{\"reference\":\"" REFERENCE "\",\"status\":\"cancelled\",\"points_returned\":30000,"
     "\"points_return_at\":\"2026-11-27T00:00:00Z\"}",
     NB_OUTCOME_CANCELLED, "gone"},
    {NB_OPERATION_CANCEL, 202, "{\"reference\":\"" REFERENCE "\",\"status\":\"pending\"}",
     NB_OUTCOME_PENDING, "a cancel answered 202 is read again"},
    {NB_OPERATION_CANCEL, 200, "{\"reference\":\"other\",\"status\":\"cancelled\"}",
     NB_OUTCOME_UNKNOWN, "somebody else's"},
    {NB_OPERATION_CANCEL, 200, BOOKED("confirmed"), NB_OUTCOME_UNKNOWN, "it still stands"},
    {NB_OPERATION_CANCEL, 204, NULL, NB_OUTCOME_UNKNOWN, "nothing"},
    {NB_OPERATION_READ, 200, BOOKED("confirmed"), NB_OUTCOME_CONFIRMED, "it is there"},
    {NB_OPERATION_READ, 200, "{\"reference\":\"" REFERENCE "\",\"status\":\"pending\"}",
     NB_OUTCOME_PENDING, "not decided"},
    {NB_OPERATION_READ, 200,
     "{\"reference\":\"" REFERENCE "\",\"status\":\"cancelled\",\"points_returned\":1}",
     NB_OUTCOME_CANCELLED, "it was there"},
    {NB_OPERATION_READ, 200, "{\"reference\":\"other\",\"status\":\"confirmed\"}", NB_OUTCOME_NONE,
     "an answer about somebody else is none about us"},
    {NB_OPERATION_READ, 200, "{\"reference\":\"" REFERENCE "\",\"status\":\"held\"}",
     NB_OUTCOME_NONE, "a state that is not agreed"},
    {NB_OPERATION_READ, 200, "{\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\"}",
     NB_OUTCOME_UNKNOWN, "there, but of what stay?"},
    {NB_OPERATION_READ, 200, NULL, NB_OUTCOME_NONE, "nothing"},
    {NB_OPERATION_BALANCE, 200, "{\"points\":-1}", NB_OUTCOME_NONE, "a balance below zero"},
    {NB_OPERATION_BALANCE, 200, "{\"points\":\"5\"}", NB_OUTCOME_NONE, "a balance in words"},
    {NB_OPERATION_ACTIVITY, 200, "{\"lines\":{}}", NB_OUTCOME_NONE, "lines that are none"},
    {NB_OPERATION_ACTIVITY, 200, "{\"lines\":[]}", NB_OUTCOME_ANSWERED, "no lines"},
    {NB_OPERATION_QUOTE, 200, "{\"quote_id\":\"q\"," STAY "}", NB_OUTCOME_NONE, "no price"},
    {NB_OPERATION_QUOTE, 200, "{" STAY ",\"points_total\":1}", NB_OUTCOME_NONE, "no quote id"},
    {NB_OPERATION_QUOTE, 200,
     "{\"quote_id\":\"q\",\"property_code\":\"OTHER\",\"check_in\":\"2026-11-25\","
     "\"check_out\":\"2026-11-27\",\"rooms\":1,\"points_total\":1}",
     NB_OUTCOME_NONE, "another hotel's price"},
    {NB_OPERATION_QUOTE, 200,
     "{\"quote_id\":\"q\"," STAY ",\"points_total\":1,\"nights\":{},"
     "\"cash_extras\":[{\"amount_minor\":1,\"currency\":\"usd\"},{\"amount_minor\":-1,\"currency\":"
     "\"USD\"},5],\"unknown\":{\"deep\":[1]}}",
     NB_OUTCOME_QUOTED, "what is not understood is left out"},
};

Test(gateway_answers, an_answer_is_believed_only_when_it_says_exactly_what_was_asked)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        for (size_t i = 0; i < NB_COUNT(answers); i++) {
            struct nb_operation operation = with_quote(answers[i].kind);
            inside_begin(&inside, &operation);
            const struct nb_effect *effect =
                inside_respond(&inside, &operation, answers[i].status, answers[i].json);
            if (answers[i].outcome == NB_OUTCOME_NONE) {
                expect_failed(effect, NB_FAIL_PROTOCOL, answers[i].why);
            } else {
                expect_done(effect, answers[i].outcome, answers[i].why);
            }
        }
        inside_close(&inside);
    }
}

Test(gateway_answers, a_text_longer_than_any_is_left_out_not_fatal)
{
    NB_AUTOFREE char *json = nb_alloc(32768);
    NB_AUTOFREE char *filler = nb_alloc(9000);
    memset(filler, 'a', 8999);
    snprintf(json, 32768,
             "{\"confirmation\":\"%s\",\"reference\":\"" REFERENCE
             "\",\"status\":\"confirmed\"," STAY
             ",\"points_total\":30000,\"policy_version\":\"%s\"}",
             filler, filler);
    struct nb_operation commit = with_quote(NB_OPERATION_COMMIT);
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        inside_begin(&inside, &commit);
        expect_done(inside_respond(&inside, &commit, 201, json), NB_OUTCOME_UNKNOWN,
                    gateway_plugins[p]);
        inside_close(&inside);
    }
}
