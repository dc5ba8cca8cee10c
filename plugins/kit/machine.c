#include "plugins/kit/machine.h"

#include "plugins/kit/node.h"
#include "plugins/kit/ota_read.h"
#include "plugins/kit/ota_write.h"

#include <string.h>

struct turn {
    const struct nb_call *call;
    const struct kit_gateway_settings *settings;
    struct kit_machine_state *state;
    const struct nb_operation *operation;
    struct nb_effect *effect;
};

/* Ends ----------------------------------------------------------------------------------------- */

static enum nb_status done(struct turn *turn, enum nb_outcome outcome, const struct nb_facts *facts,
                           const char *text)
{
    turn->state->phase = KIT_PHASE_OVER;
    *turn->effect = (struct nb_effect){
        .kind = NB_EFFECT_DONE, .outcome = outcome, .text = text, .facts = *facts};
    return NB_OK;
}

static enum nb_status fail(struct turn *turn, enum nb_fail_kind kind, const char *text)
{
    turn->state->phase = KIT_PHASE_OVER;
    *turn->effect = (struct nb_effect){.kind = NB_EFFECT_FAIL, .fail_kind = kind, .text = text};
    turn->effect->facts = kit_facts_none();
    return NB_OK;
}

static enum nb_status unknown(struct turn *turn, const struct nb_facts *facts)
{
    return done(turn, NB_OUTCOME_UNKNOWN, facts,
                "Whether it happened is not known: read by our reference.");
}

/* A request goes out; the phase says what a missing answer will mean. */
static enum nb_status sending(struct turn *turn, enum kit_phase phase, enum nb_status status)
{
    if (status == NB_REFUSED) {
        return fail(turn, NB_FAIL_BAD_ASK,
                    "The operation lacks a plain reference, a property, or days that make a stay.");
    }
    turn->state->phase = phase;
    turn->effect->facts = kit_facts_none();
    return status;
}

/* Beginnings ----------------------------------------------------------------------------------- */

static enum nb_status begin_quote(struct turn *turn)
{
    return sending(
        turn, KIT_PHASE_QUOTING,
        turn->settings->opentravel
            ? kit_ota_avail(turn->call, turn->operation, turn->settings, turn->effect)
            : kit_gateway_quote(turn->call, turn->operation, turn->settings, turn->effect));
}

static enum nb_status order(const struct turn *turn, const char *quote_id, int64_t points)
{
    bool hold = turn->operation->kind == NB_OPERATION_HOLD;
    if (turn->settings->opentravel) {
        const struct kit_ota_order wanted = {hold ? KIT_OTA_INITIATE : KIT_OTA_COMMIT, quote_id,
                                             points};
        return kit_ota_reserve(turn->call, turn->operation, &wanted, turn->settings, turn->effect);
    }
    return hold ? kit_gateway_hold(turn->call, turn->operation, quote_id, turn->settings,
                                   turn->effect)
                : kit_gateway_commit(turn->call, turn->operation, quote_id, points, turn->settings,
                                     turn->effect);
}

static enum nb_status begin_write(struct turn *turn, const char *quote_id, int64_t points)
{
    return sending(turn, KIT_PHASE_WRITING, order(turn, quote_id, points));
}

/* What names a booking by our reference. */
static enum nb_status begin_of_ours(struct turn *turn)
{
    const struct nb_operation *operation = turn->operation;
    bool opentravel = turn->settings->opentravel;
    if (operation->kind == NB_OPERATION_CANCEL) {
        return sending(
            turn, KIT_PHASE_WRITING,
            opentravel ? kit_ota_cancel(turn->call, operation, turn->settings, turn->effect)
                       : kit_gateway_cancel(turn->call, operation, turn->settings, turn->effect));
    }
    return sending(turn, KIT_PHASE_READING,
                   opentravel
                       ? kit_ota_retrieve(turn->call, operation, turn->settings, turn->effect)
                       : kit_gateway_read(turn->call, operation, turn->settings, turn->effect));
}

static enum nb_status begin_account(struct turn *turn)
{
    if (turn->settings->opentravel) {
        return fail(turn, NB_FAIL_UNSUPPORTED, "OpenTravel says nothing of an account.");
    }
    return sending(
        turn, KIT_PHASE_READING,
        turn->operation->kind == NB_OPERATION_BALANCE
            ? kit_gateway_balance(turn->call, turn->settings, turn->effect)
            : kit_gateway_activity(turn->call, turn->operation, turn->settings, turn->effect));
}

static enum nb_status begin(struct turn *turn)
{
    const struct nb_operation *operation = turn->operation;
    switch ((enum nb_operation_kind)operation->kind) {
    case NB_OPERATION_QUOTE:
        return begin_quote(turn);
    case NB_OPERATION_HOLD:
    case NB_OPERATION_COMMIT:
        return operation->quote_id == NULL
                   ? begin_quote(turn)
                   : begin_write(turn, operation->quote_id, operation->points_total);
    case NB_OPERATION_CANCEL:
    case NB_OPERATION_READ:
        return begin_of_ours(turn);
    case NB_OPERATION_BALANCE:
    case NB_OPERATION_ACTIVITY:
        return begin_account(turn);
    case NB_OPERATION_NONE:
    case NB_OPERATION_COUNT:
        break;
    }
    return NB_REFUSED;
}

/* Answers -------------------------------------------------------------------------------------- */

static bool success(const struct nb_facts *facts)
{
    return facts->http_status >= 200 && facts->http_status < 300;
}

/* The outcome that a refusal names; NB_OUTCOME_UNKNOWN when it names none, or one that is no answer
 * to what was asked: "not found" said to a booking proves nothing about it. */
static enum nb_outcome refusal(const struct turn *turn, const struct nb_response *response)
{
    uint32_t asked = turn->state->phase == KIT_PHASE_QUOTING ? (uint32_t)NB_OPERATION_QUOTE
                                                             : turn->operation->kind;
    enum nb_outcome outcome = kit_gateway_problem(response);
    return kit_outcome_answers(outcome, asked) ? outcome : NB_OUTCOME_UNKNOWN;
}

static bool other_policy(const struct nb_facts *facts, const struct nb_operation *operation)
{
    return operation->policy_version != NULL &&
           (facts->policy_version == NULL ||
            strcmp(operation->policy_version, facts->policy_version) != 0);
}

/* A price that is for what was asked: taken, when it is what was approved. */
static enum nb_status priced(struct turn *turn, const struct nb_facts *facts)
{
    const struct nb_operation *operation = turn->operation;
    if (operation->kind == NB_OPERATION_QUOTE) {
        return done(turn, NB_OUTCOME_QUOTED, facts, NULL);
    }
    if (kit_facts_too_dear(facts, operation)) {
        return done(turn, NB_OUTCOME_PRICE_CHANGED, facts, NULL);
    }
    if (other_policy(facts, operation)) {
        return done(turn, NB_OUTCOME_POLICY_CHANGED, facts, NULL);
    }
    return begin_write(turn, facts->quote_id, facts->points);
}

/* A quote's answer: nothing has happened yet, so every doubt is only a failed question. */
static enum nb_status quoted(struct turn *turn, const struct nb_response *response,
                             const struct nb_facts *facts)
{
    const struct nb_operation *operation = turn->operation;
    if (!success(facts)) {
        enum nb_outcome outcome = refusal(turn, response);
        return outcome == NB_OUTCOME_UNKNOWN
                   ? done(turn, NB_OUTCOME_RETRY_LATER, facts, "The gateway gave no price.")
                   : done(turn, outcome, facts, NULL);
    }
    if (facts->quote_id == NULL || facts->points < 0 ||
        strlen(facts->quote_id) >= KIT_QUOTE_ID_TEXT || !kit_facts_match(facts, operation, false)) {
        return fail(turn, NB_FAIL_PROTOCOL, "The quote is not for what was asked.");
    }
    return priced(turn, facts);
}

static bool status_is(const struct nb_response *response, const char *word)
{
    const char *status = kit_node_text(response->body, "status");
    return status != NULL && strcmp(status, word) == 0;
}

static bool ours(const struct nb_facts *facts, const struct nb_operation *operation)
{
    return facts->reference != NULL && operation->reference != NULL &&
           strcmp(facts->reference, operation->reference) == 0;
}

/* A booking as commit and read state it: exactly what was asked, or not known. */
static enum nb_status booked(struct turn *turn, const struct nb_facts *facts)
{
    bool exact = facts->confirmation != NULL && facts->confirmation[0] != '\0' &&
                 facts->points >= 0 && kit_facts_match(facts, turn->operation, true) &&
                 !kit_facts_too_dear(facts, turn->operation);
    return exact ? done(turn, NB_OUTCOME_CONFIRMED, facts, NULL)
                 : done(turn, NB_OUTCOME_UNKNOWN, facts,
                        "The answer does not hold exactly what was asked.");
}

/* The answer to a write: a success that is not plainly ours is not known. */
static enum nb_status written(struct turn *turn, const struct nb_response *response,
                              const struct nb_facts *facts)
{
    if (!success(facts)) {
        enum nb_outcome outcome = refusal(turn, response);
        return outcome == NB_OUTCOME_UNKNOWN ? unknown(turn, facts)
                                             : done(turn, outcome, facts, NULL);
    }
    if (!ours(facts, turn->operation)) {
        return unknown(turn, facts);
    }
    if (response->status == 202) {
        return done(turn, NB_OUTCOME_PENDING, facts, NULL);
    }
    switch ((enum nb_operation_kind)turn->operation->kind) {
    case NB_OPERATION_HOLD:
        return status_is(response, "held") ? done(turn, NB_OUTCOME_HELD, facts, NULL)
                                           : unknown(turn, facts);
    case NB_OPERATION_COMMIT:
        return status_is(response, "confirmed") ? booked(turn, facts) : unknown(turn, facts);
    case NB_OPERATION_CANCEL:
        return status_is(response, "cancelled") ? done(turn, NB_OUTCOME_CANCELLED, facts, NULL)
                                                : unknown(turn, facts);
    case NB_OPERATION_NONE:
    case NB_OPERATION_QUOTE:
    case NB_OPERATION_READ:
    case NB_OPERATION_BALANCE:
    case NB_OPERATION_ACTIVITY:
    case NB_OPERATION_COUNT:
        break;
    }
    return NB_REFUSED;
}

static enum nb_status read_booking(struct turn *turn, const struct nb_response *response,
                                   const struct nb_facts *facts)
{
    if (!ours(facts, turn->operation)) {
        return fail(turn, NB_FAIL_PROTOCOL, "The answer is about another reference.");
    }
    if (status_is(response, "confirmed")) {
        return booked(turn, facts);
    }
    if (status_is(response, "cancelled")) {
        return done(turn, NB_OUTCOME_CANCELLED, facts, NULL);
    }
    return status_is(response, "pending")
               ? done(turn, NB_OUTCOME_PENDING, facts, NULL)
               : fail(turn, NB_FAIL_PROTOCOL, "The booking is in a state that is not agreed.");
}

/* A read changes nothing: an answer that means nothing is a failed question,
 * never a "not found". */
static enum nb_status answered(struct turn *turn, const struct nb_response *response,
                               const struct nb_facts *facts)
{
    if (!success(facts)) {
        enum nb_outcome outcome = refusal(turn, response);
        return outcome == NB_OUTCOME_UNKNOWN
                   ? fail(turn, NB_FAIL_PROTOCOL, "The gateway did not answer the question.")
                   : done(turn, outcome, facts, NULL);
    }
    switch ((enum nb_operation_kind)turn->operation->kind) {
    case NB_OPERATION_READ:
        return read_booking(turn, response, facts);
    case NB_OPERATION_BALANCE:
        return facts->points < 0 ? fail(turn, NB_FAIL_PROTOCOL, "The answer holds no balance.")
                                 : done(turn, NB_OUTCOME_ANSWERED, facts, NULL);
    case NB_OPERATION_ACTIVITY:
        return kit_node_array(response->body, "lines") == NULL
                   ? fail(turn, NB_FAIL_PROTOCOL, "The answer holds no lines.")
                   : done(turn, NB_OUTCOME_ANSWERED, facts, NULL);
    case NB_OPERATION_NONE:
    case NB_OPERATION_QUOTE:
    case NB_OPERATION_HOLD:
    case NB_OPERATION_COMMIT:
    case NB_OPERATION_CANCEL:
    case NB_OPERATION_COUNT:
        break;
    }
    return NB_REFUSED;
}

/* The same in the other dialect, whose codec names the outcome. */
static enum nb_status answered_in_opentravel(struct turn *turn, const struct nb_response *response)
{
    struct kit_ota_answer answer;
    bool quoting = turn->state->phase == KIT_PHASE_QUOTING;
    enum nb_status status = kit_ota_read(
        turn->call, quoting ? NB_OPERATION_QUOTE : (enum nb_operation_kind)turn->operation->kind,
        turn->operation, response, &answer);
    if (status != NB_OK) {
        return status;
    }
    if (answer.outcome == NB_OUTCOME_QUOTED) {
        return priced(turn, &answer.facts);
    }
    if (answer.outcome != NB_OUTCOME_UNKNOWN) {
        return done(turn, answer.outcome, &answer.facts, NULL);
    }
    if (quoting) {
        return done(turn, NB_OUTCOME_RETRY_LATER, &answer.facts, "The gateway gave no price.");
    }
    return turn->state->phase == KIT_PHASE_READING
               ? fail(turn, NB_FAIL_PROTOCOL, "The gateway did not answer the question.")
               : unknown(turn, &answer.facts);
}

static enum nb_status responded(struct turn *turn, const struct nb_response *response)
{
    struct nb_facts facts;
    if (response == NULL) {
        return NB_REFUSED;
    }
    if (turn->settings->opentravel) {
        return answered_in_opentravel(turn, response);
    }
    enum nb_status status = kit_gateway_facts(turn->call, response, &facts);
    if (status != NB_OK) {
        return status;
    }
    switch ((enum kit_phase)turn->state->phase) {
    case KIT_PHASE_QUOTING:
        return quoted(turn, response, &facts);
    case KIT_PHASE_WRITING:
        return written(turn, response, &facts);
    case KIT_PHASE_READING:
        return answered(turn, response, &facts);
    case KIT_PHASE_NONE:
    case KIT_PHASE_OVER:
    case KIT_PHASE_COUNT:
        break;
    }
    return NB_REFUSED;
}

/* Failures, cancels ---------------------------------------------------------------------------- */

static enum nb_status failed(struct turn *turn, const struct nb_event *event)
{
    if (event->sent == NB_SENT_NONE || event->sent > NB_SENT_YES ||
        event->failure == NB_FAILURE_NONE || event->failure >= NB_FAILURE_COUNT) {
        return NB_REFUSED;
    }
    if (turn->state->phase == KIT_PHASE_WRITING && event->sent != NB_SENT_NO) {
        struct nb_facts none = kit_facts_none();
        return unknown(turn, &none);
    }
    return fail(turn, NB_FAIL_NOT_SENT, "Nothing that has an effect left the house.");
}

static enum nb_status cancelled(struct turn *turn, const struct nb_event *event)
{
    if (event->sent == NB_SENT_NONE || event->sent > NB_SENT_YES) {
        return NB_REFUSED;
    }
    if (turn->state->phase == KIT_PHASE_WRITING && event->sent != NB_SENT_NO) {
        struct nb_facts none = kit_facts_none();
        return unknown(turn, &none);
    }
    return fail(turn, NB_FAIL_ABANDONED, "Given up before anything had an effect.");
}

enum nb_status kit_machine_step(const struct nb_call *call,
                                const struct kit_gateway_settings *settings,
                                struct kit_machine_state *state, const struct nb_event *event,
                                struct nb_effect *effect)
{
    struct turn turn = {.call = call,
                        .settings = settings,
                        .state = state,
                        .operation = event->operation,
                        .effect = effect};
    bool begun = state->phase > KIT_PHASE_NONE && state->phase < KIT_PHASE_OVER &&
                 state->operation == event->operation->kind;
    switch ((enum nb_event_kind)event->kind) {
    case NB_EVENT_BEGIN:
        state->operation = event->operation->kind;
        return begin(&turn);
    case NB_EVENT_RESPONSE:
        return begun ? responded(&turn, event->response) : NB_REFUSED;
    case NB_EVENT_FAILED:
        return begun ? failed(&turn, event) : NB_REFUSED;
    case NB_EVENT_CANCEL:
        return begun ? cancelled(&turn, event) : NB_REFUSED;
    case NB_EVENT_WOKE: /* this machine never waits: pending answers are read again by the house */
    case NB_EVENT_NONE:
    case NB_EVENT_COUNT:
        break;
    }
    return NB_REFUSED;
}
