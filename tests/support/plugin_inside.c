#include "tests/support/plugin_inside.h"

#include "core/base/mem.h"
#include "core/plugin/process.h"
#include "core/plugin/sound.h"
#include "core/plugin/tree.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

void inside_open(struct inside *inside, const char *name)
{
    char file[64];
    struct nb_err err = {0};
    snprintf(file, sizeof(file), "plugins/%s.so", name);
    NB_AUTOFREE char *path = plugin_process_beside(file);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(library, "%s", dlerror());
    *inside = (struct inside){.plugin = dlsym(library, NB_PLUGIN_SYMBOL),
                              .context = {.today = 9824, .now_us = INT64_C(1795478400000000)},
                              .arena = nb_arena_create((size_t)16 << 20)};
    cr_assert_not_null(inside->plugin);
    inside->first = plugin_invoker_create(inside->plugin, NULL, 0, &err);
    inside->second = plugin_invoker_create(inside->plugin, NULL, 0, &err);
    cr_assert(inside->first != NULL && inside->second != NULL, "%s", err.text);
}

void inside_close(struct inside *inside)
{
    plugin_invoker_destroy(inside->first);
    plugin_invoker_destroy(inside->second);
    nb_arena_destroy(inside->arena);
}

static void write_rows(struct nb_buf *bytes, enum plugin_call_kind kind, const void *rows,
                       uint32_t count)
{
    const struct plugin_call_row *row = &plugin_calls[kind];
    nb_buf_init(bytes, WIRE_FRAME_BYTES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *answer = (const uint8_t *)rows + (size_t)i * row->answer_bytes;
        struct nb_err err = {0};
        cr_assert(plugin_answer_sound(kind, answer, &err), "row %u: %s", i, err.text);
        cr_assert(wire_write(bytes, row->answer, answer, &err), "row %u: %s", i, err.text);
    }
}

enum nb_status inside_try(struct inside *inside, enum plugin_call_kind kind, const void *asks,
                          uint32_t count, const void **ret_answers)
{
    const void *here = NULL, *there = NULL;
    struct nb_buf first, second;
    enum nb_status status =
        plugin_invoke(inside->first, kind, &inside->context, asks, count, &here);
    enum nb_status again =
        plugin_invoke(inside->second, kind, &inside->context, asks, count, &there);
    cr_assert_eq(status, again);
    if (status == NB_OK) {
        write_rows(&first, kind, here, count);
        write_rows(&second, kind, there, count);
        cr_assert_eq(first.length, second.length, "the same ask, the same bytes");
        cr_assert_eq(memcmp(first.data, second.data, first.length), 0);
        nb_buf_fini(&first);
        nb_buf_fini(&second);
    }
    if (ret_answers != NULL) {
        *ret_answers = here;
    }
    return status;
}

const void *inside_ask(struct inside *inside, enum plugin_call_kind kind, const void *asks,
                       uint32_t count)
{
    const void *answers = NULL;
    cr_assert_eq(inside_try(inside, kind, asks, count, &answers), NB_OK, "%s is refused",
                 plugin_calls[kind].name);
    return answers;
}

const struct nb_rule_default *inside_rule(const struct inside *inside, const char *key)
{
    for (uint32_t i = 0; i < inside->plugin->rule_count; i++) {
        if (strcmp(inside->plugin->rules[i].key, key) == 0) {
            return &inside->plugin->rules[i];
        }
    }
    return NULL;
}

enum nb_status inside_step(struct inside *inside, const struct nb_event *event,
                           const struct nb_effect **ret_effect)
{
    const void *answers = NULL;
    bool begins = event->kind == NB_EVENT_BEGIN;
    struct plugin_step_ask ask = {.event = event};
    if (!begins) {
        ask.state_version = inside->plugin->state_version;
        ask.state_bytes = inside->plugin->state_bytes;
        ask.state = inside->state;
    }
    enum nb_status status = inside_try(inside, PLUGIN_CALL_STEP, &ask, 1, &answers);
    if (status == NB_OK) {
        const struct plugin_step *step = answers;
        memcpy(inside->state, step->state, step->state_bytes);
        *ret_effect = step->effect;
    }
    return status;
}

static const struct nb_effect *step_well(struct inside *inside, const struct nb_event *event)
{
    const struct nb_effect *effect = NULL;
    cr_assert_eq(inside_step(inside, event, &effect), NB_OK, "event %u is refused", event->kind);
    return effect;
}

const struct nb_effect *inside_begin(struct inside *inside, const struct nb_operation *operation)
{
    struct nb_event event = {.kind = NB_EVENT_BEGIN, .operation = operation};
    return step_well(inside, &event);
}

const struct nb_effect *inside_respond_later(struct inside *inside,
                                             const struct nb_operation *operation, uint32_t status,
                                             const char *json, uint32_t retry_after_ms)
{
    struct nb_response response = {.status = status, .retry_after_ms = retry_after_ms};
    struct nb_event event = {
        .kind = NB_EVENT_RESPONSE, .operation = operation, .response = &response};
    struct nb_err err = {0};
    nb_arena_reset(inside->arena);
    cr_assert(json == NULL ||
                  plugin_tree_of_json(inside->arena, json, strlen(json), &response.body, &err),
              "%s: %s", err.text, json);
    return step_well(inside, &event);
}

const struct nb_effect *inside_respond(struct inside *inside, const struct nb_operation *operation,
                                       uint32_t status, const char *json)
{
    return inside_respond_later(inside, operation, status, json, 0);
}

const struct nb_effect *inside_fail(struct inside *inside, const struct nb_operation *operation,
                                    enum nb_failure failure, enum nb_sent sent)
{
    struct nb_event event = {
        .kind = NB_EVENT_FAILED, .failure = failure, .sent = sent, .operation = operation};
    return step_well(inside, &event);
}

const struct nb_effect *inside_cancel(struct inside *inside, const struct nb_operation *operation,
                                      enum nb_sent sent)
{
    struct nb_event event = {.kind = NB_EVENT_CANCEL, .sent = sent, .operation = operation};
    return step_well(inside, &event);
}
