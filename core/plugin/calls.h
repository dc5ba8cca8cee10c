/*
 * Every call that can be made of a plugin, as one table: what is asked, what is answered, how both
 * travel, and how the slot is called. The host, its client, the conformance run and the benchmark
 * all go through it, so a new slot is one row here.
 */
#ifndef NB_PLUGIN_CALLS_H
#define NB_PLUGIN_CALLS_H

#include "core/plugin/nb_plugin.h"
#include "core/plugin/wire.h"

enum plugin_call_kind {
    PLUGIN_CALL_NONE = 0,
    PLUGIN_CALL_OPEN,      /* struct plugin_open_ask      -> struct plugin_open */
    PLUGIN_CALL_PRICE,     /* struct nb_price_ask         -> struct nb_price       (batch) */
    PLUGIN_CALL_ELIGIBLE,  /* struct nb_eligible_ask      -> struct nb_eligible    (batch) */
    PLUGIN_CALL_EXPIRY,    /* struct nb_expiry_ask        -> struct nb_expiry      (batch) */
    PLUGIN_CALL_REFUND,    /* struct nb_refund_ask        -> struct nb_refund */
    PLUGIN_CALL_VALIDATE,  /* struct nb_validate_ask      -> struct nb_validation */
    PLUGIN_CALL_SCRIPT,    /* struct nb_script_ask        -> struct nb_script */
    PLUGIN_CALL_STATEMENT, /* struct nb_statement_ask     -> struct nb_statement */
    PLUGIN_CALL_STEP,      /* struct plugin_step_ask      -> struct plugin_step */
    PLUGIN_CALL_COUNT
};

/* What the house tells a plugin with every call (struct nb_call without arena and settings). */
struct plugin_context {
    int64_t now_us;
    int32_t today;
    uint32_t rule_count;
    uint32_t arena_bytes; /* 0 = the ceiling of the ABI; less only to try refusals */
    uint32_t reserved;
    const char *zone;
    const struct nb_rule *rules;
};

/* One option as an administrator wrote it. */
struct plugin_setting {
    const char *name;
    const char *value;
};

struct plugin_open_ask {
    uint32_t setting_count;
    uint32_t reserved;
    const struct plugin_setting *settings;
};

struct plugin_open {
    uint32_t opened;
    uint32_t reserved;
    const char *refusal;                /* why not; NULL when opened */
    const struct nb_plugin *descriptor; /* without slots: data only */
};

struct plugin_step_ask {
    uint32_t state_version; /* of the state handed in; 0 at BEGIN */
    uint32_t state_bytes;
    const uint8_t *state; /* NULL at BEGIN */
    const struct nb_event *event;
};

struct plugin_step {
    uint32_t state_version;
    uint32_t state_bytes;
    const uint8_t *state; /* flat; to be sealed and kept before the effect is performed */
    const struct nb_effect *effect;
};

/* Calls one slot: count asks in, count zeroed answers out. */
typedef enum nb_status (*plugin_call_fn)(const struct nb_plugin *plugin, const struct nb_call *call,
                                         const void *asks, uint32_t count, void *answers);

struct plugin_call_row {
    const char *name;
    uint32_t ask_bytes;
    uint32_t answer_bytes;
    bool batch;
    const struct wire_field *ask;
    const struct wire_field *answer;
    plugin_call_fn call; /* NULL for OPEN, which is the host's own */
};

extern const struct plugin_call_row plugin_calls[PLUGIN_CALL_COUNT];
extern const struct wire_field plugin_context_fields[];

/* What kinds and counts a frame may name. */
bool plugin_call_allows(uint32_t kind, uint32_t count);

#endif
