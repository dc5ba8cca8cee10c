/*
 * A plugin loaded into the test's own process, where sanitizers see its every byte: each ask is
 * made of two invokers, the answers must be sound (core/plugin/sound.h) and travel as the same
 * bytes. Fails the running test when they do not.
 */
#ifndef NB_TESTS_PLUGIN_INSIDE_H
#define NB_TESTS_PLUGIN_INSIDE_H

#include "core/plugin/calls.h"
#include "core/plugin/invoke.h"

struct inside {
    const struct nb_plugin *plugin;
    struct plugin_invoker *first;
    struct plugin_invoker *second;
    struct plugin_context context; /* change today, rules, arena_bytes as a test needs */
    struct nb_arena *arena;        /* of trees and kept steps */
    uint8_t state[NB_STATE_BYTES_MAX];
};

/* "wyndham": plugins/wyndham.so beside this test program. today is 2026-11-24. */
void inside_open(struct inside *inside, const char *name);
void inside_close(struct inside *inside);

/* The status of one ask; *ret_answers (may be NULL) are valid until the next ask. */
enum nb_status inside_try(struct inside *inside, enum plugin_call_kind kind, const void *asks,
                          uint32_t count, const void **ret_answers);
/* The answers of an ask that must be NB_OK. */
const void *inside_ask(struct inside *inside, enum plugin_call_kind kind, const void *asks,
                       uint32_t count);
/* The value of a rule that the plugin brings along, or NULL. */
const struct nb_rule_default *inside_rule(const struct inside *inside, const char *key);

/* The step machine: the state is kept from one call to the next. Effects are valid until the next
 * step; all of them assert NB_OK. */
const struct nb_effect *inside_begin(struct inside *inside, const struct nb_operation *operation);
/* json NULL: an answer without a body. */
const struct nb_effect *inside_respond(struct inside *inside, const struct nb_operation *operation,
                                       uint32_t status, const char *json);
const struct nb_effect *inside_respond_later(struct inside *inside,
                                             const struct nb_operation *operation, uint32_t status,
                                             const char *json, uint32_t retry_after_ms);
const struct nb_effect *inside_fail(struct inside *inside, const struct nb_operation *operation,
                                    enum nb_failure failure, enum nb_sent sent);
const struct nb_effect *inside_cancel(struct inside *inside, const struct nb_operation *operation,
                                      enum nb_sent sent);
/* Any event; the state is kept only when it is NB_OK. */
enum nb_status inside_step(struct inside *inside, const struct nb_event *event,
                           const struct nb_effect **ret_effect);

#endif
