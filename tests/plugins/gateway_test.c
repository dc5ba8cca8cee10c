/*
 * The gateway contract through every plugin that speaks it: from the first question to the outcome,
 * over lost answers, restarts, refusals and nonsense.
 */
#include "core/base/mem.h"
#include "core/plugin/placeholder.h"
#include "core/plugin/tree.h"
#include "tests/support/plugin_inside.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

TestSuite(gateway, .timeout = 60);

static const char *const plugins[] = {"wyndham", "marriott", "skeleton"};
#define EACH_PLUGIN(name) for (size_t name = 0; name < NB_COUNT(plugins); name++)

#define REFERENCE "0c5d1d6a3b1e4f6b9a547f2f6c1b2a90"

static const struct nb_operation stay = {.kind = NB_OPERATION_COMMIT,
                                         .check_in = 9825,
                                         .check_out = 9827,
                                         .rooms = 1,
                                         .adults = 2,
                                         .child_count = 2,
                                         .child_ages = {4, 11},
                                         .points_total = 30000,
                                         .reference = REFERENCE,
                                         .property_code = "ABCDE"};

#define STAY                                                                                       \
    "\"property_code\":\"ABCDE\",\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-27\","        \
    "\"rooms\":1"
#define QUOTE                                                                                      \
    "{\"quote_id\":\"q-1\"," STAY ",\"points_total\":30000,\"policy_version\":\"p1\","             \
    "\"nights\":[{\"night\":\"2026-11-25\",\"points\":15000},{\"night\":\"2026-11-26\","           \
    "\"points\":15000}],\"cash_extras\":[{\"kind\":\"resort_fee\",\"amount_minor\":2500,"          \
    "\"currency\":\"USD\"}],\"cancel_by\":\"2026-11-24T18:00:00-06:00\","                          \
    "\"expires_at\":\"2026-11-24T12:15:00Z\"}"
#define BOOKED(status)                                                                             \
    "{\"confirmation\":\"C-77\",\"reference\":\"" REFERENCE "\",\"status\":\"" status "\"," STAY   \
    ",\"points_total\":30000,\"cancel_by\":\"2026-11-24T18:00:00-06:00\",\"policy_version\":"      \
    "\"p1\"}"

static struct nb_operation of_kind(enum nb_operation_kind kind)
{
    struct nb_operation operation = stay;
    operation.kind = kind;
    return operation;
}

static struct nb_operation with_quote(enum nb_operation_kind kind)
{
    struct nb_operation operation = of_kind(kind);
    operation.quote_id = "q-0";
    return operation;
}

/* What every request must be, whatever it asks. The body is given as JSON, or NULL. */
static json_t *request_body(const struct nb_operation *operation, const struct nb_effect *effect,
                            enum nb_method method, const char *path)
{
    const struct nb_request *request = &effect->request;
    struct nb_err err = {0};
    cr_assert_eq(effect->kind, NB_EFFECT_REQUEST);
    cr_assert_eq(request->method, (uint32_t)method);
    cr_assert_str_eq(request->path, path);
    cr_expect(plugin_text_check(request->path, operation->kind, PLUGIN_PLACE_PATH, &err), "%s",
              err.text);
    cr_expect(request->deadline_ms >= 1000 && request->deadline_ms <= NB_DEADLINE_MS_MAX);
    bool keyed = false;
    for (uint32_t i = 0; i < request->header_count; i++) {
        keyed = keyed || (strcmp(request->headers[i].name, "Idempotency-Key") == 0 &&
                          strcmp(request->headers[i].value, operation->reference) == 0);
    }
    cr_expect_eq(keyed, request->is_write, "a write has our reference as its key, a question none");
    if (request->body == NULL) {
        cr_expect_eq(request->body_type, NB_BODY_NONE);
        return NULL;
    }
    cr_expect_eq(request->body_type, NB_BODY_JSON);
    cr_expect(plugin_text_check(request->body, operation->kind, PLUGIN_PLACE_JSON, &err), "%s",
              err.text);
    json_t *body = json_loads(request->body, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(body, "%s", request->body);
    return body;
}

static const char *text_in(json_t *body, const char *name)
{
    const char *text = json_string_value(json_object_get(body, name));
    return text == NULL ? "(none)" : text;
}

static void expect_quote_request(const struct nb_operation *operation,
                                 const struct nb_effect *effect)
{
    json_t *body = request_body(operation, effect, NB_METHOD_POST, "/v1/quotes");
    cr_expect_eq(effect->request.is_write, 0);
    cr_expect_eq(effect->request.safe_to_repeat, 1, "a price may be asked twice");
    cr_expect_str_eq(text_in(body, "property_code"), "ABCDE");
    cr_expect_str_eq(text_in(body, "check_in"), "2026-11-25");
    cr_expect_str_eq(text_in(body, "check_out"), "2026-11-27");
    cr_expect_str_eq(text_in(body, "member_number"), "{{account.member}}");
    cr_expect_eq(json_integer_value(json_object_get(body, "rooms")), 1);
    cr_expect_eq(json_integer_value(json_object_get(body, "adults")), 2);
    json_t *ages = json_object_get(body, "children_ages");
    cr_expect_eq(json_array_size(ages), 2);
    cr_expect_eq(json_integer_value(json_array_get(ages, 1)), 11);
    cr_expect_null(json_object_get(body, "guest"), "no name for a price");
    json_decref(body);
}

static void expect_commit_request(const struct nb_operation *operation,
                                  const struct nb_effect *effect, const char *quote_id)
{
    json_t *body = request_body(operation, effect, NB_METHOD_POST, "/v1/reservations");
    cr_expect_eq(effect->request.is_write, 1);
    cr_expect_eq(effect->request.safe_to_repeat, 0, "no library repeats it behind our back");
    cr_expect_str_eq(text_in(body, "reference"), REFERENCE);
    cr_expect_str_eq(text_in(body, "quote_id"), quote_id);
    cr_expect_str_eq(text_in(body, "property_code"), "ABCDE");
    cr_expect_eq(json_integer_value(json_object_get(body, "points_total")), 30000);
    json_t *guest = json_object_get(body, "guest");
    cr_expect_str_eq(text_in(guest, "given_name"), "{{guest.given_name}}");
    cr_expect_str_eq(text_in(guest, "surname"), "{{guest.surname}}");
    json_decref(body);
}

static void expect_done(const struct nb_effect *effect, enum nb_outcome outcome, const char *why)
{
    cr_expect_eq(effect->kind, NB_EFFECT_DONE, "%s: effect %u", why, effect->kind);
    cr_expect_eq(effect->outcome, (uint32_t)outcome, "%s: outcome %u", why, effect->outcome);
}

static void expect_failed(const struct nb_effect *effect, enum nb_fail_kind kind, const char *why)
{
    cr_expect_eq(effect->kind, NB_EFFECT_FAIL, "%s: effect %u", why, effect->kind);
    cr_expect_eq(effect->fail_kind, (uint32_t)kind, "%s: failure %u", why, effect->fail_kind);
}

/* Stories -------------------------------------------------------------------------------------- */

Test(gateway, a_price_then_the_booking_then_the_confirmation)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        expect_quote_request(&stay, inside_begin(&inside, &stay));
        expect_commit_request(&stay, inside_respond(&inside, &stay, 200, QUOTE), "q-1");
        const struct nb_effect *done = inside_respond(&inside, &stay, 201, BOOKED("confirmed"));
        expect_done(done, NB_OUTCOME_CONFIRMED, plugins[p]);
        cr_expect_str_eq(done->facts.confirmation, "C-77");
        cr_expect_str_eq(done->facts.reference, REFERENCE);
        cr_expect_str_eq(done->facts.property_code, "ABCDE");
        cr_expect_str_eq(done->facts.policy_version, "p1");
        cr_expect_eq(done->facts.check_in, 9825);
        cr_expect_eq(done->facts.check_out, 9827);
        cr_expect_eq(done->facts.rooms, 1);
        cr_expect_eq(done->facts.points, 30000);
        cr_expect_eq(done->facts.http_status, 201);
        cr_expect_eq(done->facts.cancel_by_us, INT64_C(1795564800000000), "18:00 at the hotel");
        inside_close(&inside);
    }
}

Test(gateway, a_quote_states_price_nights_fees_and_deadlines)
{
    struct nb_operation quote = of_kind(NB_OPERATION_QUOTE);
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        expect_quote_request(&quote, inside_begin(&inside, &quote));
        const struct nb_effect *done = inside_respond(&inside, &quote, 200, QUOTE);
        expect_done(done, NB_OUTCOME_QUOTED, plugins[p]);
        cr_expect_str_eq(done->facts.quote_id, "q-1");
        cr_expect_eq(done->facts.points, 30000);
        cr_assert_eq(done->facts.night_count, 2);
        cr_expect_eq(done->facts.night_points[1], 15000);
        cr_assert_eq(done->facts.cash_count, 1);
        cr_expect_eq(done->facts.cash[0].kind, NB_CASH_RESORT_FEE);
        cr_expect_eq(done->facts.cash[0].minor, 2500);
        cr_expect_str_eq(done->facts.cash[0].currency, "USD");
        cr_expect_eq(done->facts.expires_at_us, INT64_C(1795522500000000));
        cr_expect_null(done->facts.confirmation);
        inside_close(&inside);
    }
}

Test(gateway, a_known_quote_is_booked_at_once)
{
    struct nb_operation commit = with_quote(NB_OPERATION_COMMIT);
    struct nb_operation hold = with_quote(NB_OPERATION_HOLD);
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        expect_commit_request(&commit, inside_begin(&inside, &commit), "q-0");
        json_t *body =
            request_body(&hold, inside_begin(&inside, &hold), NB_METHOD_POST, "/v1/holds");
        cr_expect_str_eq(text_in(body, "quote_id"), "q-0");
        cr_expect_str_eq(text_in(body, "reference"), REFERENCE);
        json_decref(body);
        const struct nb_effect *done =
            inside_respond(&inside, &hold, 201,
                           "{\"reference\":\"" REFERENCE
                           "\",\"status\":\"held\",\"expires_at\":\"2026-11-24T12:10:00Z\"}");
        expect_done(done, NB_OUTCOME_HELD, plugins[p]);
        cr_expect_eq(done->facts.expires_at_us, INT64_C(1795522200000000));
        inside_close(&inside);
    }
}

Test(gateway, a_lost_answer_is_unknown_until_it_is_read)
{
    struct nb_operation read = of_kind(NB_OPERATION_READ);
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        inside_begin(&inside, &stay);
        inside_respond(&inside, &stay, 200, QUOTE);
        expect_done(inside_fail(&inside, &stay, NB_FAILURE_RESTART, NB_SENT_MAYBE),
                    NB_OUTCOME_UNKNOWN, "the house was restarted in mid-call");
        json_t *body = request_body(&read, inside_begin(&inside, &read), NB_METHOD_GET,
                                    "/v1/reservations/" REFERENCE);
        cr_expect_null(body, "a question has no body");
        expect_done(inside_respond(&inside, &read, 200, BOOKED("confirmed")), NB_OUTCOME_CONFIRMED,
                    "it is there");
        inside_close(&inside);
    }
}

Test(gateway, an_account_is_asked_for_its_points_and_its_lines)
{
    struct nb_operation balance = of_kind(NB_OPERATION_BALANCE);
    struct nb_operation activity = of_kind(NB_OPERATION_ACTIVITY);
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        request_body(&balance, inside_begin(&inside, &balance), NB_METHOD_GET,
                     "/v1/accounts/{{account.member}}/balance");
        const struct nb_effect *done =
            inside_respond(&inside, &balance, 200, "{\"member_number\":\"x\",\"points\":5000}");
        expect_done(done, NB_OUTCOME_ANSWERED, plugins[p]);
        cr_expect_eq(done->facts.points, 5000);
        request_body(&activity, inside_begin(&inside, &activity), NB_METHOD_GET,
                     "/v1/accounts/{{account.member}}/activity?from=2026-11-25&to=2026-11-27");
        done = inside_respond(
            &inside, &activity, 200,
            "{\"lines\":[{\"posted_on\":\"2026-11-26\",\"kind\":\"redeem\",\"description\":"
            "\"Award stay\",\"points\":-30000,\"property_code\":\"ABCDE\",\"check_in\":"
            "\"2026-11-25\",\"check_out\":\"2026-11-27\"},{\"kind\":\"other\"},7]}");
        expect_done(done, NB_OUTCOME_ANSWERED, plugins[p]);
        cr_assert_eq(done->facts.line_count, 3);
        cr_expect_eq(done->facts.lines[0].points, -30000);
        cr_expect_eq(done->facts.lines[0].kind, NB_ACTIVITY_REDEEM);
        cr_expect_eq(done->facts.lines[0].posted_on, 9826);
        cr_expect_eq(done->facts.lines[1].kind, NB_ACTIVITY_NONE);
        cr_expect_eq(done->facts.lines[1].check_in, NB_DAY_NONE);
        cr_expect_eq(done->facts.lines[2].kind, NB_ACTIVITY_NONE);
        inside_close(&inside);
    }
}

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

Test(gateway, each_code_of_the_contract_means_what_it_can_mean)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(refusals); i++) {
            for (int kind = NB_OPERATION_QUOTE; kind <= NB_OPERATION_BALANCE; kind++) {
                struct nb_operation operation = with_quote((enum nb_operation_kind)kind);
                char json[96], why[96];
                snprintf(json, sizeof(json), "{\"code\":\"%s\"}", refusals[i].code);
                snprintf(why, sizeof(why), "%s: %s to operation %d", plugins[p], refusals[i].code,
                         kind);
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

Test(gateway, whatever_is_not_of_the_contract_leaves_a_doubt)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
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

Test(gateway, an_answer_is_believed_only_when_it_says_exactly_what_was_asked)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
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

Test(gateway, a_text_longer_than_any_is_left_out_not_fatal)
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
        inside_open(&inside, plugins[p]);
        inside_begin(&inside, &commit);
        expect_done(inside_respond(&inside, &commit, 201, json), NB_OUTCOME_UNKNOWN, plugins[p]);
        inside_close(&inside);
    }
}

/* What was promised ---------------------------------------------------------------------------- */

static const struct promise {
    int64_t promised;
    uint32_t accept_higher;
    const char *policy;
    enum nb_outcome outcome; /* NONE: it is booked */
    const char *why;
} promises[] = {
    {30000, 0, NULL, NB_OUTCOME_NONE, "the price that was promised"},
    {35000, 0, NULL, NB_OUTCOME_NONE, "a lower one"},
    {29999, 0, NULL, NB_OUTCOME_PRICE_CHANGED, "a higher one is asked again"},
    {29000, 1000, NULL, NB_OUTCOME_NONE, "a higher one that was approved beforehand"},
    {29000, 999, NULL, NB_OUTCOME_PRICE_CHANGED, "a point beyond the approval"},
    {INT64_MAX, 1, NULL, NB_OUTCOME_PRICE_CHANGED, "sums that run over approve nothing"},
    {30000, 0, "p1", NB_OUTCOME_NONE, "the policy that was chosen"},
    {30000, 0, "p0", NB_OUTCOME_POLICY_CHANGED, "another policy"},
};

Test(gateway, nothing_is_booked_beyond_what_was_promised)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(promises); i++) {
            struct nb_operation commit = stay;
            commit.points_total = promises[i].promised;
            commit.accept_higher = promises[i].accept_higher;
            commit.policy_version = promises[i].policy;
            inside_begin(&inside, &commit);
            const struct nb_effect *effect = inside_respond(&inside, &commit, 200, QUOTE);
            if (promises[i].outcome == NB_OUTCOME_NONE) {
                cr_expect_eq(effect->kind, NB_EFFECT_REQUEST, "%s", promises[i].why);
                cr_expect_eq(effect->request.is_write, 1, "%s", promises[i].why);
            } else {
                expect_done(effect, promises[i].outcome, promises[i].why);
                cr_expect_eq(effect->facts.points, 30000, "%s: the new price", promises[i].why);
                cr_expect_str_eq(effect->facts.quote_id, "q-1", "%s", promises[i].why);
            }
        }
        inside_close(&inside);
    }
}

/* Failures and cancels ------------------------------------------------------------------------- */

/* Brings the machine to where one of its requests is out. */
static void bring(struct inside *inside, const struct nb_operation *operation, bool to_write)
{
    const struct nb_effect *effect = inside_begin(inside, operation);
    if (to_write && effect->request.is_write == 0) {
        inside_respond(inside, operation, 200, QUOTE);
    }
}

Test(gateway, whatever_may_have_been_sent_and_was_not_answered_is_unknown)
{
    static const enum nb_operation_kind writes[] = {NB_OPERATION_HOLD, NB_OPERATION_COMMIT,
                                                    NB_OPERATION_CANCEL};
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t w = 0; w < NB_COUNT(writes); w++) {
            struct nb_operation operation = of_kind(writes[w]);
            for (int failure = NB_FAILURE_CONNECT; failure < NB_FAILURE_COUNT; failure++) {
                bring(&inside, &operation, true);
                expect_failed(
                    inside_fail(&inside, &operation, (enum nb_failure)failure, NB_SENT_NO),
                    NB_FAIL_NOT_SENT, "nothing left the house");
                bring(&inside, &operation, true);
                expect_done(
                    inside_fail(&inside, &operation, (enum nb_failure)failure, NB_SENT_MAYBE),
                    NB_OUTCOME_UNKNOWN, "perhaps it left");
                bring(&inside, &operation, true);
                expect_done(inside_fail(&inside, &operation, (enum nb_failure)failure, NB_SENT_YES),
                            NB_OUTCOME_UNKNOWN, "it left");
            }
        }
        inside_close(&inside);
    }
}

Test(gateway, a_question_that_fails_has_no_effect)
{
    static const enum nb_operation_kind questions[] = {NB_OPERATION_QUOTE, NB_OPERATION_READ,
                                                       NB_OPERATION_BALANCE, NB_OPERATION_ACTIVITY,
                                                       NB_OPERATION_COMMIT};
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t q = 0; q < NB_COUNT(questions); q++) {
            struct nb_operation operation = of_kind(questions[q]);
            for (int sent = NB_SENT_NO; sent <= NB_SENT_YES; sent++) {
                bring(&inside, &operation, false);
                expect_failed(
                    inside_fail(&inside, &operation, NB_FAILURE_TIMEOUT, (enum nb_sent)sent),
                    NB_FAIL_NOT_SENT, "a question");
            }
        }
        inside_close(&inside);
    }
}

Test(gateway, giving_up_before_anything_was_sent_is_no_doubt)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        bring(&inside, &stay, false);
        expect_failed(inside_cancel(&inside, &stay, NB_SENT_YES), NB_FAIL_ABANDONED,
                      "only a price was asked");
        bring(&inside, &stay, true);
        expect_failed(inside_cancel(&inside, &stay, NB_SENT_NO), NB_FAIL_ABANDONED,
                      "the booking waits in the house");
        bring(&inside, &stay, true);
        expect_done(inside_cancel(&inside, &stay, NB_SENT_MAYBE), NB_OUTCOME_UNKNOWN,
                    "the booking may be out");
        bring(&inside, &stay, true);
        expect_done(inside_cancel(&inside, &stay, NB_SENT_YES), NB_OUTCOME_UNKNOWN,
                    "the booking is out");
        inside_close(&inside);
    }
}

/* Nonsense ------------------------------------------------------------------------------------- */

Test(gateway, an_event_that_makes_no_sense_is_refused)
{
    static const struct nb_response empty = {.status = 200};
    struct nb_operation cancel = of_kind(NB_OPERATION_CANCEL);
    struct nb_operation unknown = of_kind(NB_OPERATION_COUNT);
    struct nb_operation none = of_kind(NB_OPERATION_NONE);
    const struct nb_event begins[] = {{.kind = NB_EVENT_BEGIN, .operation = &unknown},
                                      {.kind = NB_EVENT_BEGIN, .operation = &none}};
    const struct nb_event events[] = {
        {.kind = NB_EVENT_NONE, .operation = &stay},
        {.kind = NB_EVENT_COUNT, .operation = &stay},
        {.kind = 900, .operation = &stay},
        {.kind = NB_EVENT_WOKE, .operation = &stay}, /* it never waits */
        {.kind = NB_EVENT_RESPONSE, .operation = &stay},
        {.kind = NB_EVENT_RESPONSE, .operation = &cancel, .response = &empty},
        {.kind = NB_EVENT_FAILED, .operation = &stay},
        {.kind = NB_EVENT_FAILED, .operation = &stay, .failure = NB_FAILURE_TIMEOUT},
        {.kind = NB_EVENT_FAILED, .operation = &stay, .sent = NB_SENT_YES},
        {.kind = NB_EVENT_FAILED,
         .operation = &stay,
         .failure = NB_FAILURE_COUNT,
         .sent = NB_SENT_YES},
        {.kind = NB_EVENT_FAILED,
         .operation = &stay,
         .failure = NB_FAILURE_TIMEOUT,
         .sent = NB_SENT_YES + 1},
        {.kind = NB_EVENT_CANCEL, .operation = &stay},
        {.kind = NB_EVENT_CANCEL, .operation = &stay, .sent = NB_SENT_YES + 1},
    };
    EACH_PLUGIN(p)
    {
        struct inside inside;
        const struct nb_effect *effect;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(begins); i++) {
            cr_expect_eq(inside_step(&inside, &begins[i], &effect), NB_REFUSED);
        }
        bring(&inside, &stay, true);
        for (size_t i = 0; i < NB_COUNT(events); i++) {
            cr_expect_eq(inside_step(&inside, &events[i], &effect), NB_REFUSED, "event %zu", i);
        }
        expect_done(inside_respond(&inside, &stay, 201, BOOKED("confirmed")), NB_OUTCOME_CONFIRMED,
                    "none of them did harm");
        const struct nb_event late = {
            .kind = NB_EVENT_RESPONSE, .operation = &stay, .response = &empty};
        cr_expect_eq(inside_step(&inside, &late, &effect), NB_REFUSED,
                     "nothing comes after the end");
        inside_close(&inside);
    }
}

static const struct bad_operation {
    const char *reference;
    const char *property;
    int32_t check_in;
    int32_t check_out;
    uint16_t rooms;
    const char *why;
} bad_operations[] = {
    {NULL, "ABCDE", 9825, 9827, 1, "no reference"},
    {"", "ABCDE", 9825, 9827, 1, "an empty reference"},
    {"a/../b", "ABCDE", 9825, 9827, 1, "a reference that is a path"},
    {"a?b", "ABCDE", 9825, 9827, 1, "a reference that is a query"},
    {"{{account.member}}", "ABCDE", 9825, 9827, 1, "a reference that is a placeholder"},
    {REFERENCE, NULL, 9825, 9827, 1, "no property"},
    {REFERENCE, "ABCDE", 9827, 9825, 1, "it ends before it begins"},
    {REFERENCE, "ABCDE", 9825, 9825, 1, "no night"},
    {REFERENCE, "ABCDE", NB_DAY_NONE, 9827, 1, "no first night"},
    {REFERENCE, "ABCDE", 9825, NB_DAY_NEVER, 1, "no end"},
    {REFERENCE, "ABCDE", 9825, 9825 + NB_NIGHTS_MAX + 1, 1, "longer than any stay"},
    {REFERENCE, "ABCDE", 9825, 9827, 0, "no room"},
};

Test(gateway, an_operation_that_makes_no_sense_is_never_sent)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        for (size_t i = 0; i < NB_COUNT(bad_operations); i++) {
            const struct bad_operation *bad = &bad_operations[i];
            struct nb_operation operation = with_quote(NB_OPERATION_COMMIT);
            operation.reference = bad->reference;
            operation.property_code = bad->property;
            operation.check_in = bad->check_in;
            operation.check_out = bad->check_out;
            operation.rooms = bad->rooms;
            expect_failed(inside_begin(&inside, &operation), NB_FAIL_BAD_ASK, bad->why);
        }
        inside_close(&inside);
    }
}

Test(gateway, texts_of_others_never_become_placeholders_or_structure)
{
    static const char nasty[] = "{{credential.password}}\",\"points_total\":0,\"x\":\"\\";
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        struct nb_operation operation = of_kind(NB_OPERATION_COMMIT);
        operation.quote_id = operation.property_code = nasty;
        const struct nb_effect *effect = inside_begin(&inside, &operation);
        json_t *body = request_body(&operation, effect, NB_METHOD_POST, "/v1/reservations");
        cr_expect_str_eq(text_in(body, "property_code"), nasty, "the same text, as a text");
        cr_expect_str_eq(text_in(body, "quote_id"), nasty);
        cr_expect_eq(json_integer_value(json_object_get(body, "points_total")), 30000);
        cr_expect(strstr(effect->request.body, "{{credential") == NULL);
        json_decref(body);
        inside_close(&inside);
    }
}

/* One call with less and less memory: it says so, and the next call is whole. */
static void expect_frugal(struct inside *inside, const struct nb_event *event)
{
    uint8_t before[NB_STATE_BYTES_MAX];
    memcpy(before, inside->state, sizeof(before));
    int refused = 0;
    for (uint32_t bytes = 1; bytes < 32768; bytes = bytes * 5 / 4 + 1) {
        const struct nb_effect *effect = NULL;
        inside->context.arena_bytes = bytes;
        enum nb_status status = inside_step(inside, event, &effect);
        cr_expect(status == NB_OK || status == NB_NO_MEMORY, "%u bytes: %d", bytes, status);
        refused += status == NB_NO_MEMORY;
        memcpy(inside->state, before, sizeof(before));
    }
    inside->context.arena_bytes = 0;
    cr_expect_gt(refused, 3);
}

Test(gateway, without_memory_it_says_so)
{
    struct nb_err err;
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        const struct nb_event begin = {.kind = NB_EVENT_BEGIN, .operation = &stay};
        expect_frugal(&inside, &begin);
        expect_quote_request(&stay, inside_begin(&inside, &stay));
        struct nb_arena *arena = nb_arena_create(NB_TREE_BYTES_MAX);
        struct nb_response response = {.status = 200};
        cr_assert(plugin_tree_of_json(arena, QUOTE, strlen(QUOTE), &response.body, &err));
        const struct nb_event quoted = {
            .kind = NB_EVENT_RESPONSE, .operation = &stay, .response = &response};
        expect_frugal(&inside, &quoted);
        expect_commit_request(&stay, inside_respond(&inside, &stay, 200, QUOTE), "q-1");
        nb_arena_destroy(arena);
        inside_close(&inside);
    }
}

Test(gateway, deadlines_are_settings)
{
    static const struct plugin_setting settings[] = {{"quote_deadline_ms", "2000"},
                                                     {"write_deadline_ms", "3000"}};
    struct nb_err err = {0};
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, plugins[p]);
        cr_expect_eq(inside_begin(&inside, &stay)->request.deadline_ms, 15000);
        cr_expect_eq(inside_respond(&inside, &stay, 200, QUOTE)->request.deadline_ms, 90000);
        plugin_invoker_destroy(inside.first);
        plugin_invoker_destroy(inside.second);
        inside.first = plugin_invoker_create(inside.plugin, settings, 2, &err);
        inside.second = plugin_invoker_create(inside.plugin, settings, 2, &err);
        cr_expect_eq(inside_begin(&inside, &stay)->request.deadline_ms, 2000);
        cr_expect_eq(inside_respond(&inside, &stay, 200, QUOTE)->request.deadline_ms, 3000);
        inside_close(&inside);
    }
}
