/*
 * One step of an operation: the plugin is asked about an event, and what it says is written down
 * before anything of it is performed.
 */
#include "core/scheduler/dispatch_private.h"

#include "core/base/mem.h"
#include "core/scheduler/plugins.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Body, path, and as many headers as a plugin may give. */
#define REQUEST_TEXT_MAX                                                                           \
    (NB_BODY_BYTES_MAX + NB_PATH_BYTES_MAX + (size_t)NB_ROWS_MAX * (NB_TEXT_BYTES_MAX + 64))

static struct plugin_context context_of(const struct operation *operation)
{
    return (struct plugin_context){.now_us = operation->work.now.us,
                                   .today = operation->work.today.day,
                                   .zone = operation->work.zone};
}

static void no_plugin(struct operation *operation)
{
    if (operation->balance) {
        operation_balance_end(operation, NULL);
        return;
    }
    struct dispatch_verdict verdict = dispatch_judge_silence(&operation->asked, &operation->trail);
    operation_end(operation, &verdict, NULL);
}

/* The request lives until its answer was told; the plugin's own memory only until its next call. */
static bool keep_request(struct operation *operation, const struct nb_request *request)
{
    struct nb_arena *arena = operation->step_arena;
    nb_arena_reset(arena);
    operation->request = *request;
    struct nb_header *headers =
        nb_arena_alloc(arena, (request->header_count + 1) * sizeof(*headers));
    const char *path = nb_arena_strndup(arena, request->path, strlen(request->path));
    const char *body = request->body == NULL
                           ? NULL
                           : nb_arena_strndup(arena, request->body, strlen(request->body));
    if (headers == NULL || path == NULL || (body == NULL) != (request->body == NULL)) {
        return false;
    }
    for (uint32_t i = 0; i < request->header_count; i++) {
        const struct nb_header *from = &request->headers[i];
        headers[i].name = nb_arena_strndup(arena, from->name, strlen(from->name));
        headers[i].value = nb_arena_strndup(arena, from->value, strlen(from->value));
        if (headers[i].name == NULL || headers[i].value == NULL) {
            return false;
        }
    }
    operation->request.path = path;
    operation->request.body = body;
    operation->request.headers = headers;
    return true;
}

/* Asked before anything is kept: what could never be sent is not written down as if it were. */
static bool placeholders_allowed(const struct operation *operation)
{
    const struct nb_request *request = &operation->request;
    enum nb_operation_kind kind = (enum nb_operation_kind)operation->asked.kind;
    bool allowed =
        plugin_text_check(request->path, kind, PLUGIN_PLACE_PATH, NULL) &&
        (request->body == NULL ||
         plugin_text_check(request->body, kind,
                           plugin_place_of_body((enum nb_body_type)request->body_type), NULL));
    for (uint32_t i = 0; allowed && i < request->header_count; i++) {
        allowed = plugin_text_check(request->headers[i].value, kind, PLUGIN_PLACE_HEADER, NULL);
    }
    return allowed;
}

static void on_saved(void *data, const struct store_result *result, enum store_outbox_answer answer)
{
    struct operation *operation = data;
    if (operation_is_orphan(operation)) {
        return;
    }
    NB_ASSERT(operation->state == OPERATION_SAVING);
    if (result->outcome != STORE_OK || answer != STORE_OUTBOX_DONE) {
        operation_lost(operation, result);
        return;
    }
    if (result->durability_unproven || operation->dispatch->stopping) {
        /* Nothing of this request has left. */
        operation_give_back(operation, DISPATCH_POLL_MS, false);
        return;
    }
    operation_send(operation);
}

static const char *kind_word(enum store_work_kind kind)
{
    switch (kind) {
    case STORE_WORK_COMMIT:
        return "commit";
    case STORE_WORK_READ:
        return "read";
    case STORE_WORK_CANCEL:
        return "cancel";
    case STORE_WORK_NONE:
        break;
    }
    return "none";
}

/* A commit asks for a price before it writes. */
static const char *step_word(const struct operation *operation)
{
    bool asks = operation->work.kind == STORE_WORK_COMMIT && operation->request.is_write == 0;
    return asks ? "quote" : kind_word(operation->work.kind);
}

static void save(struct operation *operation)
{
    struct nb_buf state = {0}, request = {0}, text;
    struct nb_err err;
    char field[32];
    int64_t lease_ms = operation->dispatch->limits.lease_ms;
    nb_buf_init(&text, REQUEST_TEXT_MAX);
    dispatch_request_write(&operation->request, &text);
    (void)snprintf(field, sizeof(field), "request|%u", operation->steps);
    operation->wrote_before = operation->trail.wrote;
    operation->trail.wrote = operation->trail.wrote || operation->request.is_write != 0;
    bool sealed = nb_buf_ok(&text, &err) && operation_seal_state(operation, &state, &err) &&
                  operation_seal(operation, field, text.data, text.length, &request, &err);
    NB_ASSERT(sealed); /* every part has a ceiling well below the vault's */
    operation_set_state(operation, OPERATION_SAVING);
    operation->lease_until = nb_mono_add_ms(nb_mono_now(), lease_ms);
    store_outbox_saved(operation->dispatch->role->store, &operation->ref,
                       &(struct store_outbox_step){
                           .step = (int)operation->steps,
                           .operation = step_word(operation),
                           .may_be_sent = operation->trail.wrote,
                           .lease_ms = lease_ms,
                           .state = {(const uint8_t *)state.data, state.length},
                           .request = {(const uint8_t *)request.data, request.length},
                       },
                       on_saved, operation);
    nb_buf_fini(&state);
    nb_buf_fini(&request);
    nb_buf_fini(&text);
}

/* The state before a write is judged without it: a request that is never sent wrote nothing. */
static void perform_request(struct operation *operation, const struct nb_request *request)
{
    bool over = operation->steps >= NB_STEPS_MAX ||
                nb_mono_ms_between(operation->begun, nb_mono_now()) > DISPATCH_OPERATION_MS;
    if (over || !keep_request(operation, request) || !placeholders_allowed(operation)) {
        operation->trail.answered = false;
        no_plugin(operation);
        return;
    }
    if (operation->balance) {
        operation_send(operation);
    } else if (operation->dispatch->stopping && !operation->trail.wrote) {
        operation_give_back(operation, 0, false);
    } else {
        save(operation);
    }
}

static void perform(struct operation *operation, const struct nb_effect *effect)
{
    if (operation->balance && effect->kind != NB_EFFECT_REQUEST) {
        operation_balance_end(operation, effect);
        return;
    }
    switch ((enum nb_effect_kind)effect->kind) {
    case NB_EFFECT_REQUEST:
        perform_request(operation, &effect->request);
        return;
    case NB_EFFECT_WAIT:
        operation_wait(operation, effect->wait_ms);
        return;
    case NB_EFFECT_DONE:
    case NB_EFFECT_FAIL: {
        struct dispatch_verdict verdict =
            dispatch_judge(&operation->asked, &operation->trail, effect);
        operation_end(operation, &verdict, &effect->facts);
        return;
    }
    case NB_EFFECT_NONE:
    case NB_EFFECT_COUNT:
        break;
    }
    no_plugin(operation);
}

static void on_stepped(void *data, const struct plugin_answer *answer)
{
    struct operation *operation = data;
    if (operation_is_orphan(operation)) {
        return;
    }
    NB_ASSERT(operation->state == OPERATION_STEPPING);
    if (answer->result != PLUGIN_ANSWERED || !answer->available[0]) {
        no_plugin(operation);
        return;
    }
    const struct plugin_step *step = plugin_answer_step(answer);
    if (step->state_bytes > sizeof(operation->plugin_state) || step->effect == NULL) {
        no_plugin(operation);
        return;
    }
    operation->state_version = step->state_version;
    operation->state_bytes = step->state_bytes;
    memcpy(operation->plugin_state, step->state, step->state_bytes);
    perform(operation, step->effect);
}

void operation_step(struct operation *operation, const struct nb_event *event)
{
    struct plugin_host *host =
        plugins_of(operation->dispatch->role->plugins, operation->work.program);
    struct plugin_context context = context_of(operation);
    bool begins = event->kind == NB_EVENT_BEGIN;
    struct nb_event whole = *event;
    whole.operation = &operation->asked;
    whole.steps = operation->steps++;
    struct plugin_step_ask ask = {.state_version = begins ? 0 : operation->state_version,
                                  .state_bytes = begins ? 0 : operation->state_bytes,
                                  .state = begins ? NULL : operation->plugin_state,
                                  .event = &whole};
    operation_set_state(operation, OPERATION_STEPPING);
    if (host == NULL ||
        !plugin_host_step(host, &context, &ask, 1, DISPATCH_STEP_MS, on_stepped, operation, NULL)) {
        no_plugin(operation);
    }
}

/* Assisted ------------------------------------------------------------------------------------- */

static json_t *script_json(const struct nb_script *script)
{
    static const char *const lines[NB_SCRIPT_COUNT] = {
        [NB_SCRIPT_NONE] = "do",     [NB_SCRIPT_DO] = "do",       [NB_SCRIPT_SAY] = "say",
        [NB_SCRIPT_NEVER] = "never", [NB_SCRIPT_CHECK] = "check",
    };
    static const char *const fields[NB_FIELD_COUNT] = {
        [NB_FIELD_NONE] = "text",   [NB_FIELD_TEXT] = "text",       [NB_FIELD_POINTS] = "points",
        [NB_FIELD_MONEY] = "money", [NB_FIELD_INSTANT] = "instant", [NB_FIELD_SWITCH] = "switch",
    };
    json_t *said = json_array();
    json_t *asked = json_array();
    for (uint32_t i = 0; i < script->line_count; i++) {
        json_array_append_new(said, json_pack("{s:s, s:s}", "kind", lines[script->lines[i].kind],
                                              "text", script->lines[i].text));
    }
    for (uint32_t i = 0; i < script->field_count; i++) {
        const struct nb_script_field *field = &script->fields[i];
        json_array_append_new(asked, json_pack("{s:s, s:s, s:s, s:b}", "name", field->name, "kind",
                                               fields[field->kind], "label", field->label,
                                               "required", field->required != 0));
    }
    return json_pack("{s:o, s:o}", "lines", said, "fields", asked);
}

static bool script_allowed(const struct nb_script *script)
{
    bool allowed = true;
    for (uint32_t i = 0; allowed && i < script->line_count; i++) {
        allowed = plugin_text_check(script->lines[i].text, NB_OPERATION_COMMIT, PLUGIN_PLACE_SCRIPT,
                                    NULL);
    }
    return allowed;
}

static void on_handed_over(void *data, const struct store_result *result,
                           enum store_outbox_answer answer)
{
    struct operation *operation = data;
    (void)result;
    (void)answer; /* whatever came of it: the lease brings it back when nobody has it */
    if (!operation_is_orphan(operation)) {
        operation_abandon(operation);
    }
}

static void on_script(void *data, const struct plugin_answer *answer)
{
    struct operation *operation = data;
    if (operation_is_orphan(operation)) {
        return;
    }
    NB_ASSERT(operation->state == OPERATION_STEPPING);
    if (answer->result != PLUGIN_ANSWERED || !answer->available[0] ||
        !script_allowed(plugin_answer_script(answer))) {
        operation_give_back(operation, DISPATCH_POLL_MS * 30, false);
        return;
    }
    const struct nb_script *said = plugin_answer_script(answer);
    json_t *script = script_json(said);
    bool whole = json_array_size(json_object_get(script, "lines")) == said->line_count &&
                 json_array_size(json_object_get(script, "fields")) == said->field_count;
    char *text = whole ? json_dumps(script, JSON_COMPACT) : NULL;
    json_decref(script);
    if (text == NULL) { /* a line that is no text in UTF-8 */
        operation_give_back(operation, DISPATCH_POLL_MS * 30, false);
        return;
    }
    operation_set_state(operation, OPERATION_ENDING);
    store_outbox_to_person(operation->dispatch->role->store, &operation->ref, text, on_handed_over,
                           operation);
    free(text);
}

void operation_script(struct operation *operation)
{
    struct plugin_host *host =
        plugins_of(operation->dispatch->role->plugins, operation->work.program);
    struct plugin_context context = context_of(operation);
    struct nb_script_ask ask = {.operation = operation->asked.kind,
                                .phone_only = operation->work.phone_only ? 1 : 0};
    operation_set_state(operation, OPERATION_STEPPING);
    if (host == NULL || !plugin_host_script(host, &context, &ask, 1, DISPATCH_STEP_MS, on_script,
                                            operation, NULL)) {
        operation_give_back(operation, DISPATCH_POLL_MS * 30, false);
    }
}
