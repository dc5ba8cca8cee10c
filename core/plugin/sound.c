#include "core/plugin/sound.h"

#include "core/base/mem.h"
#include "core/base/night.h"
#include "core/plugin/loader.h"
#include "core/plugin/placeholder.h"

#include <string.h>

static bool unsound(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_INVALID, "plugin_answer_unsound", "The plugin's answer: %s.",
                      what);
}

bool plugin_cash_sound(const struct nb_cash *cash, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cash[i].kind == NB_CASH_NONE || cash[i].kind >= NB_CASH_COUNT || cash[i].minor < 0 ||
            cash[i].currency[NB_CURRENCY_TEXT - 1] != '\0') {
            return false;
        }
        for (size_t k = 0; k + 1 < NB_CURRENCY_TEXT; k++) {
            if (cash[i].currency[k] < 'A' || cash[i].currency[k] > 'Z') {
                return false;
            }
        }
    }
    return true;
}

/* Of the descriptor's rows the house keeps texts, so each has to be there. */
static bool date_or_empty(const char *text)
{
    struct night day;
    return text != NULL && (*text == '\0' || nb_night_parse(text, &day, NULL));
}

static bool given(const char *text)
{
    return text != NULL && *text != '\0';
}

static bool rules_sound(const struct nb_plugin *plugin)
{
    for (uint32_t i = 0; i < plugin->rule_count; i++) {
        const struct nb_rule_default *rule = &plugin->rules[i];
        if (!given(rule->key) || rule->value == NULL || rule->source == NULL ||
            rule->help == NULL || !date_or_empty(rule->verified_on)) {
            return false;
        }
    }
    return true;
}

static bool options_sound(const struct nb_plugin *plugin)
{
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const struct nb_option *option = &plugin->options[i];
        bool kind = option->kind == NB_OPTION_TEXT || option->kind == NB_OPTION_INTEGER ||
                    option->kind == NB_OPTION_SWITCH;
        if (!given(option->name) || option->initial == NULL || option->help == NULL || !kind) {
            return false;
        }
    }
    return true;
}

static bool gives_sound(const struct nb_plugin *plugin)
{
    for (uint32_t i = 0; i < plugin->give_count; i++) {
        const struct nb_give *give = &plugin->gives[i];
        if (give->kind == NB_GIVE_NONE || give->kind >= NB_GIVE_COUNT || give->text == NULL ||
            give->source == NULL || !date_or_empty(give->verified_on) || give->minimum < 0 ||
            give->step < 0 || give->yearly_out < 0 || give->yearly_in < 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < plugin->spend_order_count; i++) {
        if (plugin->spend_order[i] == NB_SPEND_NONE || plugin->spend_order[i] >= NB_SPEND_COUNT) {
            return false;
        }
    }
    return true;
}

static bool open_sound(const void *answer, struct nb_err *err)
{
    const struct plugin_open *open = answer;
    if (open->opened > 1 || (open->opened == 0) != (open->refusal != NULL) ||
        (open->opened == 1) != (open->descriptor != NULL)) {
        return unsound(err, "it neither opened nor said why not");
    }
    const struct nb_plugin *plugin = open->descriptor;
    /* It comes from the plugin's own process: what was read from the file is no proof of this. */
    if (plugin != NULL && !plugin_descriptor_check(plugin, err)) {
        return false;
    }
    return plugin == NULL ||
           (rules_sound(plugin) && options_sound(plugin) && gives_sound(plugin)) ||
           unsound(err, "a row of its descriptor lacks its kind, a text or a date");
}

static bool price_sound(const void *answer, struct nb_err *err)
{
    const struct nb_price *price = answer;
    if (price->reason >= NB_PRICE_REASON_COUNT) {
        return unsound(err, "a reason that does not exist");
    }
    if (price->reason != NB_PRICE_REASON_NONE) {
        return (price->total_points == 0 && price->night_count == 0) ||
               unsound(err, "a price and a reason against it");
    }
    int64_t sum = 0;
    for (uint32_t i = 0; i < price->night_count; i++) {
        if (price->night_points[i] < 0 ||
            __builtin_add_overflow(sum, price->night_points[i], &sum)) {
            return unsound(err, "a night with negative or too many points");
        }
    }
    if (price->night_count == 0 || sum != price->total_points) {
        return unsound(err, "the nights do not add up to the total");
    }
    return plugin_cash_sound(price->extras, price->extra_count) ||
           unsound(err, "a cash row is wrong");
}

static bool eligible_sound(const void *answer, struct nb_err *err)
{
    const struct nb_eligible *eligible = answer;
    for (uint32_t i = 0; i < eligible->refusal_count; i++) {
        const struct nb_refusal *refusal = &eligible->refusals[i];
        if (refusal->code == NB_REFUSAL_NONE || refusal->code >= NB_REFUSAL_COUNT ||
            refusal->text == NULL) {
            return unsound(err, "a refusal without a code or a text");
        }
    }
    size_t length = strnlen(eligible->counter, NB_COUNTER_TEXT);
    if (length == NB_COUNTER_TEXT || (length > 0) != (eligible->counter_amount > 0)) {
        return unsound(err, "a yearly counter without a name or an amount");
    }
    return true;
}

static bool expiry_sound(const void *answer, struct nb_err *err)
{
    const struct nb_expiry *expiry = answer;
    int32_t earlier = expiry->hard < expiry->idle ? expiry->hard : expiry->idle;
    return expiry->effective == earlier || unsound(err, "an expiry that is not the earlier one");
}

static bool refund_sound(const void *answer, struct nb_err *err)
{
    const struct nb_refund *refund = answer;
    if (refund->points_back < 0 || refund->points_lost < 0 || refund->text == NULL ||
        refund->counter_back > 1 || refund->needs_action > 1) {
        return unsound(err, "a refund below zero, without a text, or a flag out of range");
    }
    return plugin_cash_sound(refund->cash, refund->cash_count) ||
           unsound(err, "a cash row is wrong");
}

static bool validation_sound(const void *answer, struct nb_err *err)
{
    const struct nb_validation *validation = answer;
    return (validation->looks_right == 1 && validation->warning == NULL) ||
           (validation->looks_right == 0 && validation->warning != NULL) ||
           unsound(err, "a warning without a text, or a text without a warning");
}

/* A stable word for what a person records. */
static bool field_name(const char *name)
{
    return given(name) && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool script_sound(const void *answer, struct nb_err *err)
{
    const struct nb_script *script = answer;
    for (uint32_t i = 0; i < script->line_count; i++) {
        const struct nb_script_line *line = &script->lines[i];
        if (line->kind == NB_SCRIPT_NONE || line->kind >= NB_SCRIPT_COUNT || line->text == NULL) {
            return unsound(err, "a script line without kind or text");
        }
        if (!plugin_text_check(line->text, NB_OPERATION_NONE, PLUGIN_PLACE_SCRIPT, err)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < script->field_count; i++) {
        const struct nb_script_field *field = &script->fields[i];
        if (field->kind == NB_FIELD_NONE || field->kind >= NB_FIELD_COUNT ||
            !field_name(field->name) || field->label == NULL || field->required > 1) {
            return unsound(err, "a script field without kind, plain name or label");
        }
    }
    return script->line_count > 0 || unsound(err, "an empty script");
}

static bool statement_sound(const void *answer, struct nb_err *err)
{
    const struct nb_statement *statement = answer;
    for (uint32_t i = 0; i < statement->line_count; i++) {
        if (statement->lines[i].kind >= NB_ACTIVITY_COUNT ||
            statement->lines[i].description == NULL) {
            return unsound(err, "a statement line without kind or description");
        }
    }
    return true;
}

bool plugin_answer_sound(enum plugin_call_kind kind, const void *answer, struct nb_err *err)
{
    static bool (*const checks[PLUGIN_CALL_COUNT])(const void *, struct nb_err *) = {
        [PLUGIN_CALL_OPEN] = open_sound,         [PLUGIN_CALL_PRICE] = price_sound,
        [PLUGIN_CALL_ELIGIBLE] = eligible_sound, [PLUGIN_CALL_EXPIRY] = expiry_sound,
        [PLUGIN_CALL_REFUND] = refund_sound,     [PLUGIN_CALL_VALIDATE] = validation_sound,
        [PLUGIN_CALL_SCRIPT] = script_sound,     [PLUGIN_CALL_STATEMENT] = statement_sound,
        [PLUGIN_CALL_STEP] = plugin_step_sound,
    };
    NB_ASSERT(kind > PLUGIN_CALL_NONE && kind < PLUGIN_CALL_COUNT);
    return checks[kind](answer, err);
}
