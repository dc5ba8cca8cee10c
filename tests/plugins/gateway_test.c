/*
 * The gateway contract through every plugin that speaks it: from the first question to the outcome,
 * over lost answers, restarts and second thoughts.
 */
#include "tests/plugins/gateway_cases.h"

TestSuite(gateway, .timeout = 60);

/* Stories -------------------------------------------------------------------------------------- */

Test(gateway, a_price_then_the_booking_then_the_confirmation)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        expect_quote_request(&gateway_stay, inside_begin(&inside, &gateway_stay));
        expect_commit_request(&gateway_stay, inside_respond(&inside, &gateway_stay, 200, QUOTE),
                              "q-1");
        const struct nb_effect *done =
            inside_respond(&inside, &gateway_stay, 201, BOOKED("confirmed"));
        expect_done(done, NB_OUTCOME_CONFIRMED, gateway_plugins[p]);
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
        inside_open(&inside, gateway_plugins[p]);
        expect_quote_request(&quote, inside_begin(&inside, &quote));
        const struct nb_effect *done = inside_respond(&inside, &quote, 200, QUOTE);
        expect_done(done, NB_OUTCOME_QUOTED, gateway_plugins[p]);
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
        inside_open(&inside, gateway_plugins[p]);
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
        expect_done(done, NB_OUTCOME_HELD, gateway_plugins[p]);
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
        inside_open(&inside, gateway_plugins[p]);
        inside_begin(&inside, &gateway_stay);
        inside_respond(&inside, &gateway_stay, 200, QUOTE);
        expect_done(inside_fail(&inside, &gateway_stay, NB_FAILURE_RESTART, NB_SENT_MAYBE),
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
        inside_open(&inside, gateway_plugins[p]);
        request_body(&balance, inside_begin(&inside, &balance), NB_METHOD_GET,
                     "/v1/accounts/{{account.member}}/balance");
        const struct nb_effect *done =
            inside_respond(&inside, &balance, 200, "{\"member_number\":\"x\",\"points\":5000}");
        expect_done(done, NB_OUTCOME_ANSWERED, gateway_plugins[p]);
        cr_expect_eq(done->facts.points, 5000);
        request_body(&activity, inside_begin(&inside, &activity), NB_METHOD_GET,
                     "/v1/accounts/{{account.member}}/activity?from=2026-11-25&to=2026-11-27");
        done = inside_respond(
            &inside, &activity, 200,
            "{\"lines\":[{\"posted_on\":\"2026-11-26\",\"kind\":\"redeem\",\"description\":"
            "\"Award stay\",\"points\":-30000,\"property_code\":\"ABCDE\",\"check_in\":"
            "\"2026-11-25\",\"check_out\":\"2026-11-27\"},{\"kind\":\"other\"},7]}");
        expect_done(done, NB_OUTCOME_ANSWERED, gateway_plugins[p]);
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
        inside_open(&inside, gateway_plugins[p]);
        for (size_t i = 0; i < NB_COUNT(promises); i++) {
            struct nb_operation commit = gateway_stay;
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

Test(gateway, whatever_may_have_been_sent_and_was_not_answered_is_unknown)
{
    static const enum nb_operation_kind writes[] = {NB_OPERATION_HOLD, NB_OPERATION_COMMIT,
                                                    NB_OPERATION_CANCEL};
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
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
        inside_open(&inside, gateway_plugins[p]);
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
        inside_open(&inside, gateway_plugins[p]);
        bring(&inside, &gateway_stay, false);
        expect_failed(inside_cancel(&inside, &gateway_stay, NB_SENT_YES), NB_FAIL_ABANDONED,
                      "only a price was asked");
        bring(&inside, &gateway_stay, true);
        expect_failed(inside_cancel(&inside, &gateway_stay, NB_SENT_NO), NB_FAIL_ABANDONED,
                      "the booking waits in the house");
        bring(&inside, &gateway_stay, true);
        expect_done(inside_cancel(&inside, &gateway_stay, NB_SENT_MAYBE), NB_OUTCOME_UNKNOWN,
                    "the booking may be out");
        bring(&inside, &gateway_stay, true);
        expect_done(inside_cancel(&inside, &gateway_stay, NB_SENT_YES), NB_OUTCOME_UNKNOWN,
                    "the booking is out");
        inside_close(&inside);
    }
}
