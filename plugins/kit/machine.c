#include "plugins/kit/machine.h"

#include "plugins/kit/node.h"

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
    return sending(turn, KIT_PHASE_QUOTING,
                   kit_gateway_quote(turn->call, turn->operation, turn->settings, turn->effect));
}

static enum nb_status begin_write(struct turn *turn, const char *quote_id, int64_t points)
{
    enum nb_status status =
        turn->operation->kind == NB_OPERATION_HOLD
            ? kit_gateway_hold(turn->call, turn->operation, quote_id, turn->settings, turn->effect)
            : kit_gateway_commit(turn->call, turn->operation, quote_id, points, turn->settings,
                                 turn->effect);
    return sending(turn, KIT_PHASE_WRITING, status);
}

static enum nb_status begin(struct turn *turn)
{
    const struct nb_operation *operation = turn->operation;
    struct nb_effect *effect = turn->effect;
    switch ((enum nb_operation_kind)operation->kind) {
    case NB_OPERATION_QUOTE:
        return begin_quote(turn);
    case NB_OPERATION_HOLD:
    case NB_OPERATION_COMMIT:
        return operation->quote_id == NULL
                   ? begin_quote(turn)
                   : begin_write(turn, operation->quote_id, operation->points_total);
    case NB_OPERATION_CANCEL:
        return sending(turn, KIT_PHASE_WRITING,
                       kit_gateway_cancel(turn->call, operation, turn->settings, effect));
    case NB_OPERATION_READ:
        return sending(turn, KIT_PHASE_READING,
                       kit_gateway_read(turn->call, operation, turn->settings, effect));
    case NB_OPERATION_BALANCE:
        return sending(turn, KIT_PHASE_READING,
                       kit_gateway_balance(turn->call, turn->settings, effect));
    case NB_OPERATION_ACTIVITY:
        return sending(turn, KIT_PHASE_READING,
                       kit_gateway_activity(turn->call, operation, turn->settings, effect));
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

#define TO(kind) (1u << NB_OPERATION_##kind)
#define TO_ORDER (TO(QUOTE) | TO(HOLD) | TO(COMMIT))
#define TO_ALL (TO_ORDER | TO(CANCEL) | TO(READ) | TO(BALANCE) | TO(ACTIVITY))

/* To which questions each refusal can be the answer. */
static const uint32_t answers_to[NB_OUTCOME_COUNT] = {
    [NB_OUTCOME_SOLD_OUT] = TO_ORDER,
    [NB_OUTCOME_PRICE_CHANGED] = TO_ORDER,
    [NB_OUTCOME_POLICY_CHANGED] = TO_ORDER,
    [NB_OUTCOME_RESTRICTED] = TO_ORDER,
    [NB_OUTCOME_INSUFFICIENT_POINTS] = TO_ORDER,
    [NB_OUTCOME_REDEMPTION_REFUSED] = TO_ORDER,
    [NB_OUTCOME_MEMBER_INVALID] = TO_ORDER | TO(BALANCE) | TO(ACTIVITY),
    [NB_OUTCOME_HOTEL_INVALID] = TO_ORDER,
    [NB_OUTCOME_NEEDS_CARD] = TO_ORDER,
    [NB_OUTCOME_ALREADY_CANCELLED] = TO(CANCEL),
    [NB_OUTCOME_NOT_FOUND] = TO(CANCEL) | TO(READ),
    [NB_OUTCOME_CANCEL_REFUSED] = TO(CANCEL),
    [NB_OUTCOME_DUPLICATE] = TO(HOLD) | TO(COMMIT),
    [NB_OUTCOME_UNAUTHORISED] = TO_ALL,
    [NB_OUTCOME_RETRY_LATER] = TO_ALL,
};

/* The outcome that a refusal names; NB_OUTCOME_UNKNOWN when it names none, or one that is no answer
 * to what was asked: "not found" said to a booking proves nothing about it. */
static enum nb_outcome refusal(const struct turn *turn, const struct nb_response *response)
{
    uint32_t asked = turn->state->phase == KIT_PHASE_QUOTING ? (uint32_t)NB_OPERATION_QUOTE
                                                             : turn->operation->kind;
    enum nb_outcome outcome = kit_gateway_problem(response);
    return (answers_to[outcome] >> asked & 1u) != 0 ? outcome : NB_OUTCOME_UNKNOWN;
}

/* More than was promised to the ledger, and than was approved beyond it. */
static bool too_dear(const struct nb_facts *facts, const struct nb_operation *operation)
{
    int64_t most;
    return __builtin_add_overflow(operation->points_total, (int64_t)operation->accept_higher,
                                  &most) ||
           facts->points > most;
}

static bool other_policy(const struct nb_facts *facts, const struct nb_operation *operation)
{
    return operation->policy_version != NULL &&
           (facts->policy_version == NULL ||
            strcmp(operation->policy_version, facts->policy_version) != 0);
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
    if (operation->kind == NB_OPERATION_QUOTE) {
        return done(turn, NB_OUTCOME_QUOTED, facts, NULL);
    }
    if (too_dear(facts, operation)) {
        return done(turn, NB_OUTCOME_PRICE_CHANGED, facts, NULL);
    }
    if (other_policy(facts, operation)) {
        return done(turn, NB_OUTCOME_POLICY_CHANGED, facts, NULL);
    }
    return begin_write(turn, facts->quote_id, facts->points);
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
                 !too_dear(facts, turn->operation);
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

static enum nb_status responded(struct turn *turn, const struct nb_response *response)
{
    struct nb_facts facts;
    if (response == NULL) {
        return NB_REFUSED;
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
