#include "core/plugin/conformance_steps.h"

#include "core/base/mem.h"
#include "core/plugin/names.h"
#include "core/plugin/placeholder.h"
#include "core/plugin/tree.h"

#include <stdio.h>
#include <string.h>

#define STATES_MAX 48u
#define REFERENCE "0c5d1d6a3b1e4f6b9a547f2f6c1b2a90"
#define BOOKED(reference, property, check_out, rooms)                                              \
    "{\"confirmation\":\"C123\",\"reference\":\"" reference                                        \
    "\",\"status\":\"confirmed\",\"property_code\":\"" property                                    \
    "\",\"check_in\":\"2026-11-25\",\"check_out\":\"" check_out "\",\"rooms\":" rooms              \
    ",\"points_total\":30000}"

static const struct plugin_context context = {.today = 9824, .now_us = INT64_C(1795478400000000)};

static const struct {
    uint32_t kind;
    uint32_t capability;
} operations[] = {
    {NB_OPERATION_QUOTE, NB_CAN_QUOTE},       {NB_OPERATION_HOLD, NB_CAN_HOLD},
    {NB_OPERATION_COMMIT, NB_CAN_COMMIT},     {NB_OPERATION_CANCEL, NB_CAN_CANCEL},
    {NB_OPERATION_READ, NB_CAN_READ},         {NB_OPERATION_BALANCE, NB_CAN_BALANCE},
    {NB_OPERATION_ACTIVITY, NB_CAN_ACTIVITY},
};

/* Answers of a gateway, from plain success to nonsense. */
static const struct answer {
    uint32_t status;
    bool exact; /* holds exactly what was asked: it may be called confirmed */
    const char *json;
    const char *what;
} answers[] = {
    {200, false,
     "{\"quote_id\":\"q1\",\"property_code\":\"ABCDE\",\"check_in\":\"2026-11-25\","
     "\"check_out\":\"2026-11-27\",\"rooms\":1,\"points_total\":30000,\"policy_version\":\"p1\"}",
     "a price"},
    {201, true, BOOKED(REFERENCE, "ABCDE", "2026-11-27", "1"), "the booking"},
    {201, false, BOOKED("another", "ABCDE", "2026-11-27", "1"), "somebody else's booking"},
    {201, false, BOOKED(REFERENCE, "EDCBA", "2026-11-27", "1"), "another hotel"},
    {201, false, BOOKED(REFERENCE, "ABCDE", "2026-11-26", "1"), "a night less"},
    {201, false, BOOKED(REFERENCE, "ABCDE", "2026-11-27", "2"), "a room more"},
    {202, false, "{\"reference\":\"" REFERENCE "\",\"status\":\"pending\"}", "pending"},
    {200, false,
     "{\"reference\":\"" REFERENCE "\",\"status\":\"cancelled\",\"points_returned\":30000}",
     "a cancellation"},
    {200, false, "{\"points\":5000,\"lines\":[{\"points\":1},3,null]}", "a balance"},
    {409, false, "{\"code\":\"sold_out\"}", "sold out"},
    {404, false, "{\"code\":\"not_found\"}", "not found"},
    {429, false, "{\"code\":\"retry_later\"}", "later"},
    {500, false, "[1,[2,[3]],{\"code\":{}}]", "a broken server"},
    {200, false, "{\"quote_id\":7,\"status\":[],\"rooms\":\"1\",\"nights\":{\"points\":1}}",
     "values of other types"},
    {200, false, NULL, "an empty answer"},
};

/* A state the machine was seen in, and what its request was. */
struct seen {
    uint8_t state[NB_STATE_BYTES_MAX];
    uint32_t state_bytes;
    uint32_t state_version;
    uint32_t operation;
    bool waits_for_write;
};

struct walk {
    struct plugin_session *session;
    struct plugin_session *other;
    struct seen *seen;
    uint32_t count;
    struct conformance_walk *found;
};

static struct nb_operation operation_of(uint32_t kind)
{
    return (struct nb_operation){.kind = kind,
                                 .check_in = 9825,
                                 .check_out = 9827,
                                 .rooms = 1,
                                 .adults = 2,
                                 .points_total = 30000,
                                 .reference = REFERENCE,
                                 .property_code = "ABCDE"};
}

static struct plugin_said ask_step(struct plugin_session *session, const struct seen *from,
                                   const struct nb_event *event)
{
    struct plugin_step_ask ask = {.event = event};
    if (from != NULL) {
        ask.state = from->state;
        ask.state_bytes = from->state_bytes;
        ask.state_version = from->state_version;
    }
    return plugin_session_ask(session, PLUGIN_CALL_STEP, &context, &ask, 1);
}

/* Only the first one counts: what comes after it often follows from it. False, for returning. */
static bool breaks(struct conformance_promise *promise, const struct nb_event *event,
                   const char *what, const char *detail)
{
    if (!promise->broken) {
        promise->broken = true;
        (void)nb_err_set(&promise->err, NB_ERR_INVALID, "conformance_step", "%s: %s: %s%s%.120s",
                         plugin_name_of(&plugin_operation_names, event->operation->kind),
                         plugin_name_of(&plugin_event_names, event->kind), what,
                         *detail == '\0' ? "" : ": ", detail);
    }
    return false;
}

/* What a request carries ----------------------------------------------------------------------- */

static bool is_json(const char *text)
{
    NB_ASSERT(text != NULL);
    struct nb_arena *arena = nb_arena_create(NB_TREE_BYTES_MAX);
    const struct nb_node *root;
    bool json = plugin_tree_of_json(arena, text, strlen(text), &root, NULL);
    nb_arena_destroy(arena);
    return json;
}

static bool names_reference(const struct nb_request *request)
{
    bool named = strstr(request->path, REFERENCE) != NULL ||
                 (request->body != NULL && strstr(request->body, REFERENCE) != NULL);
    for (uint32_t i = 0; i < request->header_count; i++) {
        named = named || strstr(request->headers[i].value, REFERENCE) != NULL;
    }
    return named;
}

static void check_request(struct walk *walk, const struct nb_event *event,
                          const struct nb_request *request)
{
    struct conformance_promise *promise = &walk->found->requests;
    enum nb_operation_kind kind = (enum nb_operation_kind)event->operation->kind;
    enum plugin_place place = plugin_place_of_body((enum nb_body_type)request->body_type);
    struct nb_err err = {0};
    if (!plugin_text_check(request->path, kind, PLUGIN_PLACE_PATH, &err) ||
        (request->body != NULL && !plugin_text_check(request->body, kind, place, &err))) {
        (void)breaks(promise, event, "a request that would not be sent", err.text);
    } else if (request->body_type == NB_BODY_JSON && !is_json(request->body)) {
        (void)breaks(promise, event, "a body that is not the JSON it says it is", "");
    } else if (request->is_write == 1 && !names_reference(request)) {
        (void)breaks(promise, event,
                     "a write without our reference: after a lost answer it could not be found",
                     "");
    }
}

/* The walk ------------------------------------------------------------------------------------- */

/* Keeps the state the step led to, when it waits for the world and is new. */
static void remember(struct walk *walk, uint32_t operation, const struct plugin_step *step)
{
    bool waits = step->effect->kind == NB_EFFECT_REQUEST || step->effect->kind == NB_EFFECT_WAIT;
    if (!waits || walk->count == STATES_MAX) {
        return;
    }
    bool writes = step->effect->kind == NB_EFFECT_REQUEST && step->effect->request.is_write == 1;
    for (uint32_t i = 0; i < walk->count; i++) {
        if (walk->seen[i].operation == operation && walk->seen[i].waits_for_write == writes &&
            memcmp(walk->seen[i].state, step->state, step->state_bytes) == 0) {
            return;
        }
    }
    struct seen *seen = &walk->seen[walk->count++];
    memcpy(seen->state, step->state, step->state_bytes);
    seen->state_bytes = step->state_bytes;
    seen->state_version = step->state_version;
    seen->operation = operation;
    seen->waits_for_write = writes;
}

/* One event, in both processes: the same bytes, and never gone. ret_step is NULL when it was
 * refused. */
static bool step_both(struct walk *walk, const struct seen *from, const struct nb_event *event,
                      const struct plugin_step **ret_step)
{
    struct plugin_said here = ask_step(walk->session, from, event);
    struct plugin_said there = ask_step(walk->other, from, event);
    struct conformance_promise *promise =
        from == NULL ? &walk->found->begins : &walk->found->states;
    if (here.result == PLUGIN_UNAVAILABLE || there.result == PLUGIN_UNAVAILABLE) {
        return breaks(
            promise, event, "no answer",
            plugin_session_loss(here.result == PLUGIN_UNAVAILABLE ? walk->session : walk->other));
    }
    if (here.result != there.result || here.byte_count != there.byte_count ||
        (here.byte_count > 0 && memcmp(here.bytes, there.bytes, here.byte_count) != 0)) {
        return breaks(&walk->found->states, event,
                      "two processes give other bytes (a pointer in the state?)", "");
    }
    *ret_step = here.rows;
    if (here.rows != NULL) {
        const struct plugin_step *step = here.rows;
        remember(walk, event->operation->kind, step);
        if (step->effect->kind == NB_EFFECT_REQUEST) {
            check_request(walk, event, &step->effect->request);
        }
    }
    return true;
}

static bool try_begin(struct walk *walk, uint32_t kind)
{
    struct nb_operation operation = operation_of(kind);
    struct nb_event event = {.kind = NB_EVENT_BEGIN, .operation = &operation};
    const struct plugin_step *step;
    if (!step_both(walk, NULL, &event, &step)) {
        return false;
    }
    if (step == NULL) {
        return breaks(&walk->found->begins, &event, "declared, and refused", "");
    }
    return step->effect->kind != NB_EFFECT_FAIL ||
           breaks(&walk->found->begins, &event, "declared, and failed",
                  plugin_name_of(&plugin_fail_names, step->effect->fail_kind));
}

/* A yes that is not exactly what was asked is a doubt. */
static void check_belief(struct walk *walk, const struct nb_event *event,
                         const struct answer *answer, const struct plugin_step *step)
{
    if (step != NULL && step->effect->kind == NB_EFFECT_DONE &&
        step->effect->outcome == NB_OUTCOME_CONFIRMED && !answer->exact) {
        (void)breaks(&walk->found->believes, event, "called confirmed", answer->what);
    }
}

static bool try_answers(struct walk *walk, const struct seen *from)
{
    struct nb_operation operation = operation_of(from->operation);
    struct nb_arena *arena = nb_arena_create(NB_TREE_BYTES_MAX);
    bool held = true;
    for (size_t i = 0; held && i < NB_COUNT(answers); i++) {
        struct nb_response response = {.status = answers[i].status};
        struct nb_event event = {
            .kind = NB_EVENT_RESPONSE, .operation = &operation, .response = &response};
        const struct plugin_step *step;
        nb_arena_reset(arena);
        bool read = answers[i].json == NULL ||
                    plugin_tree_of_json(arena, answers[i].json, strlen(answers[i].json),
                                        &response.body, NULL);
        NB_ASSERT(read);
        held = step_both(walk, from, &event, &step);
        if (held) {
            check_belief(walk, &event, &answers[i], step);
        }
    }
    nb_arena_destroy(arena);
    return held;
}

/* Failed or cancelled after a write may have left: the outcome is unknown, or
 * is being asked for. */
static bool try_losses(struct walk *walk, const struct seen *from)
{
    struct nb_operation operation = operation_of(from->operation);
    for (uint32_t i = 0; i < 2 * NB_SENT_YES; i++) {
        struct nb_event event = {.kind = i % 2 == 0 ? NB_EVENT_FAILED : NB_EVENT_CANCEL,
                                 .failure = NB_FAILURE_TIMEOUT,
                                 .sent = NB_SENT_NO + i / 2,
                                 .operation = &operation};
        const struct plugin_step *step;
        if (!step_both(walk, from, &event, &step)) {
            return false;
        }
        const char *sent = plugin_name_of(&plugin_sent_names, event.sent);
        if (step == NULL) {
            return breaks(&walk->found->states, &event, "refused; sent", sent);
        }
        const struct nb_effect *effect = step->effect;
        bool doubtful = from->waits_for_write && event.sent != NB_SENT_NO;
        bool asks = effect->kind == NB_EFFECT_WAIT ||
                    (effect->kind == NB_EFFECT_REQUEST && effect->request.is_write == 0);
        bool unknown = effect->kind == NB_EFFECT_DONE && effect->outcome == NB_OUTCOME_UNKNOWN;
        if (doubtful && !asks && !unknown) {
            return breaks(&walk->found->states, &event,
                          "a write that may have left is not treated as unknown; sent", sent);
        }
    }
    return true;
}

void conformance_walk_run(struct plugin_session *session, struct plugin_session *other,
                          uint32_t capabilities, struct conformance_walk *ret_walk)
{
    *ret_walk = (struct conformance_walk){0};
    struct walk walk = {.session = session,
                        .other = other,
                        .seen = nb_alloc_array(STATES_MAX, sizeof(struct seen)),
                        .found = ret_walk};
    bool held = true;
    for (size_t i = 0; held && i < NB_COUNT(operations); i++) {
        held =
            (capabilities & operations[i].capability) == 0 || try_begin(&walk, operations[i].kind);
    }
    for (uint32_t i = 0; held && i < walk.count; i++) {
        held = try_answers(&walk, &walk.seen[i]) && try_losses(&walk, &walk.seen[i]);
    }
    nb_free(walk.seen);
}

/* What nobody can know ------------------------------------------------------------------------- */

static bool refused(struct plugin_session *session, const struct seen *from,
                    const struct nb_event *event, const char *what, struct nb_err *err)
{
    struct plugin_said said = ask_step(session, from, event);
    return said.result == PLUGIN_REFUSED ||
           nb_err_set(err, NB_ERR_INVALID, "conformance_step", "%s is not refused%s%.120s.", what,
                      said.result == PLUGIN_UNAVAILABLE ? ": " : "",
                      said.result == PLUGIN_UNAVAILABLE ? plugin_session_loss(session) : "");
}

bool conformance_refuses_unknown(struct plugin_session *session, uint32_t capabilities,
                                 struct nb_err *err)
{
    struct nb_operation known = operation_of(
        (capabilities & NB_CAN_COMMIT) != 0 ? NB_OPERATION_COMMIT : NB_OPERATION_QUOTE);
    struct nb_operation unknown = operation_of(99);
    const struct nb_event begin = {.kind = NB_EVENT_BEGIN, .operation = &known};
    const struct nb_event begin_unknown = {.kind = NB_EVENT_BEGIN, .operation = &unknown};
    const struct nb_event event_unknown = {.kind = 99, .operation = &known};
    const struct nb_event no_event = {.kind = NB_EVENT_NONE, .operation = &known};
    struct seen from = {0};
    if (!refused(session, NULL, &begin_unknown, "An unknown operation", err)) {
        return false;
    }
    struct plugin_said said = ask_step(session, NULL, &begin);
    if (said.result != PLUGIN_ANSWERED) {
        return true; /* it begins nothing, and the walk says whether it should */
    }
    const struct plugin_step *step = said.rows;
    from.state_bytes = step->state_bytes;
    from.state_version = step->state_version;
    memcpy(from.state, step->state, step->state_bytes);
    if (!refused(session, &from, &event_unknown, "An unknown event", err) ||
        !refused(session, &from, &no_event, "An event of no kind", err)) {
        return false;
    }
    from.state_version += 1000;
    const struct nb_event lost = {.kind = NB_EVENT_FAILED,
                                  .failure = NB_FAILURE_RESTART,
                                  .sent = NB_SENT_MAYBE,
                                  .operation = &known};
    return refused(session, &from, &lost, "The state of an unknown version", err);
}
