/*
 * Calls a loaded plugin's slot in this process, with the contract's memory: used by the plugin host
 * and, on plugins linked in, by unit tests and the benchmark. Nobody else has a loaded plugin.
 */
#ifndef NB_PLUGIN_INVOKE_H
#define NB_PLUGIN_INVOKE_H

#include "core/plugin/calls.h"

struct plugin_invoker; /* opaque: a plugin, its settings and the arena of its calls */

/* Shares the plugin. NULL with err when options are badly declared or given. */
struct plugin_invoker *plugin_invoker_create(const struct nb_plugin *plugin,
                                             const struct plugin_setting *settings, uint32_t count,
                                             struct nb_err *err) NB_MUST_CHECK;
struct plugin_invoker *plugin_invoker_destroy(struct plugin_invoker *invoker);
/* `ret_answers` (zeroed by this function) is valid, and all it points to, until the next call. */
enum nb_status plugin_invoke(struct plugin_invoker *invoker, enum plugin_call_kind kind,
                             const struct plugin_context *context, const void *asks, uint32_t count,
                             const void **ret_answers);

#endif
