#include "core/plugin/conformance_steps.h"

#include "core/base/mem.h"
#include "core/plugin/tree.h"

#include <string.h>

#define STATES_MAX 48u
#define REFERENCE "0c5d1d6a-3b1e-4f6b-9a54-7f2f6c1b2a90"

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
static const struct {
    uint32_t status;
    const char *json;
} answers[] = {
    {200, "{\"quote_id\":\"q1\",\"property_code\":\"ABCDE\",\"check_in\":\"2026-11-25\","
          "\"check_out\":\"2026-11-27\",\"rooms\":1,\"points_total\":30000,"
          "\"policy_version\":\"p1\"}"},
    {201, "{\"confirmation\":\"C123\",\"reference\":\"" REFERENCE "\",\"status\":\"confirmed\","
          "\"property_code\":\"ABCDE\",\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-27\","
          "\"rooms\":1,\"points_total\":30000}"},
    {202, "{\"reference\":\"" REFERENCE "\",\"status\":\"pending\"}"},
    {200, "{\"reference\":\"" REFERENCE "\",\"status\":\"cancelled\",\"points_returned\":30000}"},
    {200, "{\"points\":5000,\"lines\":[{\"points\":1},3,null]}"},
    {409, "{\"code\":\"sold_out\"}"},
    {404, "{\"code\":\"not_found\"}"},
    {429, "{\"code\":\"retry_later\"}"},
    {500, "[1,[2,[3]],{\"code\":{}}]"},
    {200, "{\"quote_id\":7,\"status\":[],\"rooms\":\"1\",\"nights\":{\"points\":1}}"},
    {200, NULL},
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
    struct nb_err *err;
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

static bool broken(struct nb_err *err, const char *what, uint32_t operation)
{
    return nb_err_set(err, NB_ERR_INVALID, "conformance_step", "%s (operation %u).", what,
                      operation);
}

bool conformance_begins(struct plugin_session *session, uint32_t capabilities, struct nb_err *err)
{
    for (size_t i = 0; i < NB_COUNT(operations); i++) {
        struct nb_operation operation = operation_of(operations[i].kind);
        struct nb_event event = {.kind = NB_EVENT_BEGIN, .operation = &operation};
        struct plugin_said said = ask_step(session, NULL, &event);
        const struct plugin_step *step = said.rows;
        bool able = (capabilities & operations[i].capability) != 0;
        if (able && (said.result != PLUGIN_ANSWERED || step->effect->kind == NB_EFFECT_FAIL)) {
            return broken(err, "A capability is declared but does not begin", operations[i].kind);
        }
    }
    return true;
}

bool conformance_refuses_unknown(struct plugin_session *session, struct nb_err *err)
{
    struct nb_operation known = operation_of(NB_OPERATION_COMMIT);
    struct nb_operation unknown = operation_of(99);
    const struct nb_event events[] = {
        {.kind = NB_EVENT_BEGIN, .operation = &unknown},
        {.kind = 99, .operation = &known},
        {.kind = NB_EVENT_NONE, .operation = &known},
    };
    struct nb_event begin = {.kind = NB_EVENT_BEGIN, .operation = &known};
    struct seen from = {0};
    struct plugin_said said = ask_step(session, NULL, &begin);
    const struct plugin_step *step = said.rows;
    if (said.result == PLUGIN_ANSWERED) {
        from.state_bytes = step->state_bytes;
        from.state_version = step->state_version;
        memcpy(from.state, step->state, step->state_bytes);
    }
    for (size_t i = 0; i < NB_COUNT(events); i++) {
        said = ask_step(session, i == 0 ? NULL : &from, &events[i]);
        if (said.result != PLUGIN_REFUSED) {
            return broken(err, "An unknown event or operation is not refused", (uint32_t)i);
        }
    }
    return true;
}

/* The walk ---------------------------------------------------------------------------------------
 */

/* Keeps the state the step led to, when it waits for the world and is new. */
static void remember(struct walk *walk, uint32_t operation, const struct plugin_step *step)
{
    bool waits = step->effect->kind == NB_EFFECT_REQUEST || step->effect->kind == NB_EFFECT_WAIT;
    if (!waits || walk->count == STATES_MAX) {
        return;
    }
    for (uint32_t i = 0; i < walk->count; i++) {
        if (walk->seen[i].operation == operation &&
            memcmp(walk->seen[i].state, step->state, step->state_bytes) == 0) {
            return;
        }
    }
    struct seen *seen = &walk->seen[walk->count++];
    memcpy(seen->state, step->state, step->state_bytes);
    seen->state_bytes = step->state_bytes;
    seen->state_version = step->state_version;
    seen->operation = operation;
    seen->waits_for_write =
        step->effect->kind == NB_EFFECT_REQUEST && step->effect->request.is_write == 1;
}

/* One event, in both processes: the same bytes, and never gone. */
static bool step_both(struct walk *walk, const struct seen *from, const struct nb_event *event,
                      const struct plugin_step **ret_step)
{
    struct plugin_said here = ask_step(walk->session, from, event);
    struct plugin_said there = ask_step(walk->other, from, event);
    uint32_t operation = event->operation->kind;
    if (here.result == PLUGIN_UNAVAILABLE || there.result == PLUGIN_UNAVAILABLE) {
        return broken(walk->err, "A step crashed, hung, or gave an answer out of the contract",
                      operation);
    }
    if (here.result != there.result || here.byte_count != there.byte_count ||
        (here.byte_count > 0 && memcmp(here.bytes, there.bytes, here.byte_count) != 0)) {
        return broken(walk->err, "Two processes answer the same event with other bytes", operation);
    }
    *ret_step = here.rows;
    if (here.rows != NULL) {
        remember(walk, operation, here.rows);
    }
    return true;
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
        held = (answers[i].json == NULL ||
                plugin_tree_of_json(arena, answers[i].json, strlen(answers[i].json), &response.body,
                                    walk->err)) &&
               step_both(walk, from, &event, &step);
    }
    nb_arena_destroy(arena);
    return held;
}

/* Failed or cancelled after a write may have left: the outcome is unknown, or is being asked for.
 */
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
        if (step == NULL) {
            return broken(walk->err, "A failure or cancel is refused in some state",
                          from->operation);
        }
        const struct nb_effect *effect = step->effect;
        bool doubtful = from->waits_for_write && event.sent != NB_SENT_NO;
        bool asks = effect->kind == NB_EFFECT_WAIT ||
                    (effect->kind == NB_EFFECT_REQUEST && effect->request.is_write == 0);
        bool unknown = effect->kind == NB_EFFECT_DONE && effect->outcome == NB_OUTCOME_UNKNOWN;
        if (doubtful && !asks && !unknown) {
            return broken(walk->err, "A write that may have left is not treated as unknown",
                          from->operation);
        }
    }
    return true;
}

bool conformance_walk(struct plugin_session *session, struct plugin_session *other,
                      uint32_t capabilities, struct nb_err *err)
{
    struct walk walk = {.session = session,
                        .other = other,
                        .seen = nb_alloc_array(STATES_MAX, sizeof(struct seen)),
                        .err = err};
    bool held = true;
    for (size_t i = 0; held && i < NB_COUNT(operations); i++) {
        struct nb_operation operation = operation_of(operations[i].kind);
        struct nb_event event = {.kind = NB_EVENT_BEGIN, .operation = &operation};
        const struct plugin_step *step;
        held =
            (capabilities & operations[i].capability) == 0 || step_both(&walk, NULL, &event, &step);
    }
    for (uint32_t i = 0; held && i < walk.count; i++) {
        held = try_answers(&walk, &walk.seen[i]) && try_losses(&walk, &walk.seen[i]);
    }
    nb_free(walk.seen);
    return held;
}
