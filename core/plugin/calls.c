#include "core/plugin/calls.h"

#include <string.h>

#define BLOCK_AT(type, member, next)                                                               \
    {                                                                                              \
        .kind = WIRE_BLOCK, .offset = (uint32_t)offsetof(type, member),                            \
        .bytes = (uint32_t)(offsetof(type, next) - offsetof(type, member))                         \
    }
#define BLOCK_ALL(type)                                                                            \
    {                                                                                              \
        .kind = WIRE_BLOCK, .bytes = (uint32_t)sizeof(type)                                        \
    }
#define FIELDS_END                                                                                 \
    {                                                                                              \
        .kind = WIRE_END                                                                           \
    }
#define TEXT(type, member) WIRE_TEXT_OF(type, member, NB_TEXT_BYTES_MAX)
#define ROWS(type, member, count, most, table)                                                     \
    WIRE_ROWS_OF(WIRE_ROWS, type, member, count, most, table)

/* What is asked -------------------------------------------------------------------------------- */

static const struct wire_field rule_fields[] = {
    TEXT(struct nb_rule, key),
    TEXT(struct nb_rule, value),
    {.kind = WIRE_BLOCK, .offset = offsetof(struct nb_rule, from), .bytes = 2 * sizeof(int32_t)},
    FIELDS_END,
};

const struct wire_field plugin_context_fields[] = {
    WIRE_BLOCK_UP_TO(struct plugin_context, zone),
    TEXT(struct plugin_context, zone),
    ROWS(struct plugin_context, rules, rule_count, NB_RULES_MAX, rule_fields),
    FIELDS_END,
};

static const struct wire_field setting_fields[] = {
    TEXT(struct plugin_setting, name),
    TEXT(struct plugin_setting, value),
    FIELDS_END,
};

static const struct wire_field open_ask_fields[] = {
    WIRE_BLOCK_UP_TO(struct plugin_open_ask, settings),
    ROWS(struct plugin_open_ask, settings, setting_count, NB_ROWS_MAX, setting_fields),
    FIELDS_END,
};

static const struct wire_field price_ask_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_price_ask, night_points),
    WIRE_ROWS_OF(WIRE_ROWS_OPT, struct nb_price_ask, night_points, night_count, NB_NIGHTS_MAX,
                 NULL),
    ROWS(struct nb_price_ask, extras, extra_count, NB_ROWS_MAX, NULL),
    FIELDS_END,
};

static const struct wire_field eligible_ask_fields[] = {BLOCK_ALL(struct nb_eligible_ask),
                                                        FIELDS_END};
static const struct wire_field expiry_ask_fields[] = {BLOCK_ALL(struct nb_expiry_ask), FIELDS_END};
static const struct wire_field script_ask_fields[] = {BLOCK_ALL(struct nb_script_ask), FIELDS_END};

static const struct wire_field refund_ask_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_refund_ask, night_points),
    WIRE_ROWS_OF(WIRE_ROWS_OPT, struct nb_refund_ask, night_points, night_count, NB_NIGHTS_MAX,
                 NULL),
    FIELDS_END,
};

static const struct wire_field validate_ask_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_validate_ask, text),
    TEXT(struct nb_validate_ask, text),
    FIELDS_END,
};

static const struct wire_field statement_ask_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_statement_ask, bytes),
    ROWS(struct nb_statement_ask, bytes, byte_count, NB_TREE_BYTES_MAX, NULL),
    FIELDS_END,
};

static const struct wire_field node_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_node, name),
    WIRE_TEXT_OF(struct nb_node, name, NB_TREE_BYTES_MAX),
    WIRE_TEXT_OF(struct nb_node, value, NB_TREE_BYTES_MAX),
    ROWS(struct nb_node, children, child_count, NB_TREE_NODES_MAX, node_fields),
    FIELDS_END,
};

static const struct wire_field response_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_response, body),
    WIRE_ONE_OF(struct nb_response, body, node_fields),
    FIELDS_END,
};

static const struct wire_field operation_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_operation, reference),
    TEXT(struct nb_operation, reference),
    TEXT(struct nb_operation, property_code),
    TEXT(struct nb_operation, quote_id),
    TEXT(struct nb_operation, policy_version),
    TEXT(struct nb_operation, confirmation),
    FIELDS_END,
};

static const struct wire_field event_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_event, operation),
    WIRE_ONE_OF(struct nb_event, operation, operation_fields),
    WIRE_ONE_OF(struct nb_event, response, response_fields),
    FIELDS_END,
};

static const struct wire_field step_ask_fields[] = {
    WIRE_BLOCK_UP_TO(struct plugin_step_ask, state),
    WIRE_ROWS_OF(WIRE_ROWS_OPT, struct plugin_step_ask, state, state_bytes, NB_STATE_BYTES_MAX,
                 NULL),
    WIRE_ONE_OF(struct plugin_step_ask, event, event_fields),
    FIELDS_END,
};

/* What is answered ----------------------------------------------------------------------------- */

static const struct wire_field option_fields[] = {
    TEXT(struct nb_option, name),
    BLOCK_AT(struct nb_option, kind, initial),
    TEXT(struct nb_option, initial),
    TEXT(struct nb_option, help),
    FIELDS_END,
};

static const struct wire_field rule_default_fields[] = {
    TEXT(struct nb_rule_default, key),    TEXT(struct nb_rule_default, value),
    TEXT(struct nb_rule_default, source), TEXT(struct nb_rule_default, verified_on),
    TEXT(struct nb_rule_default, help),   FIELDS_END,
};

static const struct wire_field give_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_give, text),
    TEXT(struct nb_give, text),
    TEXT(struct nb_give, source),
    TEXT(struct nb_give, verified_on),
    FIELDS_END,
};

static const struct wire_field descriptor_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_plugin, options),
    ROWS(struct nb_plugin, options, option_count, NB_ROWS_MAX, option_fields),
    ROWS(struct nb_plugin, rules, rule_count, NB_RULES_MAX, rule_default_fields),
    ROWS(struct nb_plugin, spend_order, spend_order_count, NB_ROWS_MAX, NULL),
    ROWS(struct nb_plugin, gives, give_count, NB_ROWS_MAX, give_fields),
    FIELDS_END,
};

static const struct wire_field open_fields[] = {
    WIRE_BLOCK_UP_TO(struct plugin_open, refusal),
    TEXT(struct plugin_open, refusal),
    WIRE_ONE_OF(struct plugin_open, descriptor, descriptor_fields),
    FIELDS_END,
};

static const struct wire_field price_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_price, night_points),
    ROWS(struct nb_price, night_points, night_count, NB_NIGHTS_MAX, NULL),
    ROWS(struct nb_price, extras, extra_count, NB_ROWS_MAX, NULL),
    FIELDS_END,
};

static const struct wire_field refusal_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_refusal, text),
    TEXT(struct nb_refusal, text),
    FIELDS_END,
};

static const struct wire_field eligible_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_eligible, refusals),
    ROWS(struct nb_eligible, refusals, refusal_count, NB_REFUSALS_MAX, refusal_fields),
    FIELDS_END,
};

static const struct wire_field expiry_fields[] = {BLOCK_ALL(struct nb_expiry), FIELDS_END};

static const struct wire_field refund_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_refund, cash),
    ROWS(struct nb_refund, cash, cash_count, NB_ROWS_MAX, NULL),
    TEXT(struct nb_refund, text),
    FIELDS_END,
};

static const struct wire_field validation_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_validation, warning),
    TEXT(struct nb_validation, warning),
    FIELDS_END,
};

static const struct wire_field script_line_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_script_line, text),
    TEXT(struct nb_script_line, text),
    FIELDS_END,
};

static const struct wire_field script_field_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_script_field, name),
    TEXT(struct nb_script_field, name),
    TEXT(struct nb_script_field, label),
    FIELDS_END,
};

static const struct wire_field script_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_script, lines),
    ROWS(struct nb_script, lines, line_count, NB_ROWS_MAX, script_line_fields),
    ROWS(struct nb_script, fields, field_count, NB_ROWS_MAX, script_field_fields),
    FIELDS_END,
};

static const struct wire_field statement_line_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_statement_line, property_code),
    TEXT(struct nb_statement_line, property_code),
    TEXT(struct nb_statement_line, description),
    FIELDS_END,
};

static const struct wire_field statement_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_statement, lines),
    ROWS(struct nb_statement, lines, line_count, NB_TREE_NODES_MAX, statement_line_fields),
    FIELDS_END,
};

static const struct wire_field header_fields[] = {
    TEXT(struct nb_header, name),
    TEXT(struct nb_header, value),
    FIELDS_END,
};

static const struct wire_field request_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_request, path),
    WIRE_TEXT_OF(struct nb_request, path, NB_PATH_BYTES_MAX),
    WIRE_TEXT_OF(struct nb_request, body, NB_BODY_BYTES_MAX),
    ROWS(struct nb_request, headers, header_count, NB_ROWS_MAX, header_fields),
    FIELDS_END,
};

static const struct wire_field fact_line_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_fact_line, description),
    TEXT(struct nb_fact_line, description),
    TEXT(struct nb_fact_line, property_code),
    FIELDS_END,
};

static const struct wire_field facts_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_facts, confirmation),
    TEXT(struct nb_facts, confirmation),
    TEXT(struct nb_facts, reference),
    TEXT(struct nb_facts, property_code),
    TEXT(struct nb_facts, quote_id),
    TEXT(struct nb_facts, policy_version),
    ROWS(struct nb_facts, night_points, night_count, NB_NIGHTS_MAX, NULL),
    ROWS(struct nb_facts, cash, cash_count, NB_ROWS_MAX, NULL),
    ROWS(struct nb_facts, lines, line_count, NB_TREE_NODES_MAX, fact_line_fields),
    FIELDS_END,
};

static const struct wire_field effect_fields[] = {
    WIRE_BLOCK_UP_TO(struct nb_effect, text),
    TEXT(struct nb_effect, text),
    WIRE_INSIDE_OF(struct nb_effect, request, request_fields),
    WIRE_INSIDE_OF(struct nb_effect, facts, facts_fields),
    FIELDS_END,
};

static const struct wire_field step_fields[] = {
    WIRE_BLOCK_UP_TO(struct plugin_step, state),
    ROWS(struct plugin_step, state, state_bytes, NB_STATE_BYTES_MAX, NULL),
    WIRE_ONE_OF(struct plugin_step, effect, effect_fields),
    FIELDS_END,
};

/* The slots ------------------------------------------------------------------------------------ */

static enum nb_status call_price(const struct nb_plugin *plugin, const struct nb_call *call,
                                 const void *asks, uint32_t count, void *answers)
{
    return plugin->quote_price == NULL ? NB_REFUSED
                                       : plugin->quote_price(call, asks, count, answers);
}

static enum nb_status call_eligible(const struct nb_plugin *plugin, const struct nb_call *call,
                                    const void *asks, uint32_t count, void *answers)
{
    return plugin->eligible == NULL ? NB_REFUSED : plugin->eligible(call, asks, count, answers);
}

static enum nb_status call_expiry(const struct nb_plugin *plugin, const struct nb_call *call,
                                  const void *asks, uint32_t count, void *answers)
{
    return plugin->expiry_of == NULL ? NB_REFUSED : plugin->expiry_of(call, asks, count, answers);
}

static enum nb_status call_refund(const struct nb_plugin *plugin, const struct nb_call *call,
                                  const void *asks, uint32_t count, void *answers)
{
    (void)count;
    return plugin->refund_effect == NULL ? NB_REFUSED : plugin->refund_effect(call, asks, answers);
}

static enum nb_status call_validate(const struct nb_plugin *plugin, const struct nb_call *call,
                                    const void *asks, uint32_t count, void *answers)
{
    (void)count;
    return plugin->validate(call, asks, answers);
}

static enum nb_status call_script(const struct nb_plugin *plugin, const struct nb_call *call,
                                  const void *asks, uint32_t count, void *answers)
{
    (void)count;
    return plugin->script(call, asks, answers);
}

static enum nb_status call_statement(const struct nb_plugin *plugin, const struct nb_call *call,
                                     const void *asks, uint32_t count, void *answers)
{
    (void)count;
    return plugin->parse_statement == NULL ? NB_REFUSED
                                           : plugin->parse_statement(call, asks, answers);
}

/* The state the plugin may change: a zeroed one at BEGIN, a copy of what was kept, or what
 * migrate_state makes of an older one. NB_REFUSED hands the operation to a person. */
static enum nb_status state_prepare(const struct nb_plugin *plugin, const struct nb_call *call,
                                    const struct plugin_step_ask *ask, uint8_t *state)
{
    if (ask->event->kind == NB_EVENT_BEGIN) {
        return ask->state == NULL ? NB_OK : NB_REFUSED;
    }
    if (ask->state == NULL) {
        return NB_REFUSED;
    }
    if (ask->state_version != plugin->state_version) {
        return plugin->migrate_state == NULL
                   ? NB_REFUSED
                   : plugin->migrate_state(call, ask->state_version, ask->state, ask->state_bytes,
                                           state);
    }
    if (ask->state_bytes != plugin->state_bytes) {
        return NB_REFUSED;
    }
    memcpy(state, ask->state, ask->state_bytes);
    return NB_OK;
}

static enum nb_status call_step(const struct nb_plugin *plugin, const struct nb_call *call,
                                const void *asks, uint32_t count, void *answers)
{
    (void)count;
    const struct plugin_step_ask *ask = asks;
    struct plugin_step *answer = answers;
    if (ask->event == NULL || ask->event->operation == NULL) {
        return NB_REFUSED;
    }
    /* One byte more, so that a plugin without state still gets a pointer. */
    uint8_t *state = nb_call_alloc(call, (size_t)plugin->state_bytes + 1);
    struct nb_effect *effect = nb_call_alloc(call, sizeof(*effect));
    if (state == NULL || effect == NULL) {
        return NB_NO_MEMORY;
    }
    enum nb_status status = state_prepare(plugin, call, ask, state);
    if (status == NB_OK) {
        status = plugin->step(call, state, ask->event, effect);
    }
    *answer = (struct plugin_step){.state_version = plugin->state_version,
                                   .state_bytes = plugin->state_bytes,
                                   .state = state,
                                   .effect = effect};
    return status;
}

#define ROW(ask_type, answer_type, ask_table, answer_table)                                        \
    .ask_bytes = (uint32_t)sizeof(ask_type), .answer_bytes = (uint32_t)sizeof(answer_type),        \
    .ask = (ask_table), .answer = (answer_table)

const struct plugin_call_row plugin_calls[PLUGIN_CALL_COUNT] = {
    [PLUGIN_CALL_OPEN] = {.name = "open",
                          ROW(struct plugin_open_ask, struct plugin_open, open_ask_fields,
                              open_fields)},
    [PLUGIN_CALL_PRICE] = {.name = "quote_price",
                           .batch = true,
                           .call = call_price,
                           ROW(struct nb_price_ask, struct nb_price, price_ask_fields,
                               price_fields)},
    [PLUGIN_CALL_ELIGIBLE] = {.name = "eligible",
                              .batch = true,
                              .call = call_eligible,
                              ROW(struct nb_eligible_ask, struct nb_eligible, eligible_ask_fields,
                                  eligible_fields)},
    [PLUGIN_CALL_EXPIRY] = {.name = "expiry_of",
                            .batch = true,
                            .call = call_expiry,
                            ROW(struct nb_expiry_ask, struct nb_expiry, expiry_ask_fields,
                                expiry_fields)},
    [PLUGIN_CALL_REFUND] = {.name = "refund_effect",
                            .call = call_refund,
                            ROW(struct nb_refund_ask, struct nb_refund, refund_ask_fields,
                                refund_fields)},
    [PLUGIN_CALL_VALIDATE] = {.name = "validate",
                              .call = call_validate,
                              ROW(struct nb_validate_ask, struct nb_validation, validate_ask_fields,
                                  validation_fields)},
    [PLUGIN_CALL_SCRIPT] = {.name = "script",
                            .call = call_script,
                            ROW(struct nb_script_ask, struct nb_script, script_ask_fields,
                                script_fields)},
    [PLUGIN_CALL_STATEMENT] = {.name = "parse_statement",
                               .call = call_statement,
                               ROW(struct nb_statement_ask, struct nb_statement,
                                   statement_ask_fields, statement_fields)},
    [PLUGIN_CALL_STEP] = {.name = "step",
                          .call = call_step,
                          ROW(struct plugin_step_ask, struct plugin_step, step_ask_fields,
                              step_fields)},
};

bool plugin_call_allows(uint32_t kind, uint32_t count)
{
    return kind > PLUGIN_CALL_NONE && kind < PLUGIN_CALL_COUNT && count > 0 &&
           count <= (plugin_calls[kind].batch ? NB_BATCH_MAX : 1);
}
