#include "core/plugin/invoke.h"

#include "core/base/mem.h"
#include "core/plugin/settings.h"

#define INVOKER_MAGIC 0x494e564bu
#define BATCH_ARENA_TIMES 4u

struct plugin_invoker {
    uint32_t magic;
    size_t left; /* bytes the plugin may still take in this call */
    const struct nb_plugin *plugin;
    struct nb_arena *arena;   /* what the plugin takes */
    struct nb_arena *answers; /* the rows it fills */
    uint8_t *settings;
};

static void *take(void *handle, size_t bytes)
{
    struct plugin_invoker *invoker = handle;
    if (bytes > invoker->left) {
        return NULL;
    }
    invoker->left -= bytes;
    return nb_arena_alloc(invoker->arena, bytes);
}

struct plugin_invoker *plugin_invoker_create(const struct nb_plugin *plugin,
                                             const struct plugin_setting *settings, uint32_t count,
                                             struct nb_err *err)
{
    uint8_t *block = nb_alloc((size_t)plugin->settings_bytes + 1);
    if (!plugin_settings_parse(plugin, settings, count, block, err)) {
        nb_free(block);
        return NULL;
    }
    struct plugin_invoker *invoker = nb_alloc(sizeof(*invoker));
    invoker->magic = INVOKER_MAGIC;
    invoker->plugin = plugin;
    invoker->settings = block;
    invoker->arena = nb_arena_create((size_t)NB_CALL_ARENA_BYTES * BATCH_ARENA_TIMES * 2);
    invoker->answers = nb_arena_create((size_t)NB_CALL_ARENA_BYTES * BATCH_ARENA_TIMES);
    return invoker;
}

struct plugin_invoker *plugin_invoker_destroy(struct plugin_invoker *invoker)
{
    if (invoker == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(invoker, INVOKER_MAGIC);
    nb_arena_destroy(invoker->arena);
    nb_arena_destroy(invoker->answers);
    nb_free(invoker->settings);
    invoker->magic = 0;
    return nb_free(invoker);
}

static size_t allowance(enum plugin_call_kind kind, const struct plugin_context *context)
{
    size_t most = NB_CALL_ARENA_BYTES * (plugin_calls[kind].batch ? BATCH_ARENA_TIMES : 1u);
    return context->arena_bytes > 0 && context->arena_bytes < most ? context->arena_bytes : most;
}

enum nb_status plugin_invoke(struct plugin_invoker *invoker, enum plugin_call_kind kind,
                             const struct plugin_context *context, const void *asks, uint32_t count,
                             const void **ret_answers)
{
    NB_CHECK_MAGIC(invoker, INVOKER_MAGIC);
    const struct plugin_call_row *row = &plugin_calls[kind];
    if (row->call == NULL) {
        return NB_REFUSED;
    }
    nb_arena_reset(invoker->arena);
    nb_arena_reset(invoker->answers);
    invoker->left = allowance(kind, context);
    struct nb_call call = {.size = sizeof(call),
                           .today = context->today,
                           .now_us = context->now_us,
                           .rule_count = context->rule_count,
                           .settings_bytes = invoker->plugin->settings_bytes,
                           .zone = context->zone,
                           .rules = context->rules,
                           .settings = invoker->settings,
                           .arena = {.alloc = take, .handle = invoker}};
    void *answers = nb_arena_alloc(invoker->answers, (size_t)row->answer_bytes * count);
    if (answers == NULL) {
        return NB_NO_MEMORY;
    }
    enum nb_status status = row->call(invoker->plugin, &call, asks, count, answers);
    *ret_answers = answers;
    return status;
}
