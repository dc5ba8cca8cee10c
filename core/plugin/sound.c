#include "core/plugin/sound.h"

#include "core/base/mem.h"

#include <string.h>
#include <strings.h>

static bool unsound(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_INVALID, "plugin_answer_unsound", "The plugin's answer: %s.",
                      what);
}

static bool cash_sound(const struct nb_cash *cash, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cash[i].kind == NB_CASH_NONE || cash[i].kind >= NB_CASH_COUNT || cash[i].minor < 0 ||
            strnlen(cash[i].currency, NB_CURRENCY_TEXT) != NB_CURRENCY_TEXT - 1) {
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
    if (plugin != NULL && (memchr(plugin->name, 0, NB_PLUGIN_NAME_TEXT) == NULL ||
                           memchr(plugin->version, 0, NB_PLUGIN_VERSION_TEXT) == NULL ||
                           memchr(plugin->title, 0, NB_PLUGIN_TITLE_TEXT) == NULL)) {
        return unsound(err, "a name without an end");
    }
    return true;
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
    return cash_sound(price->extras, price->extra_count) || unsound(err, "a cash row is wrong");
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
    if (refund->points_back < 0 || refund->points_lost < 0 || refund->text == NULL) {
        return unsound(err, "a refund below zero or without a text");
    }
    return cash_sound(refund->cash, refund->cash_count) || unsound(err, "a cash row is wrong");
}

static bool validation_sound(const void *answer, struct nb_err *err)
{
    const struct nb_validation *validation = answer;
    return (validation->looks_right == 1 && validation->warning == NULL) ||
           (validation->looks_right == 0 && validation->warning != NULL) ||
           unsound(err, "a warning without a text, or a text without a warning");
}

static bool script_sound(const void *answer, struct nb_err *err)
{
    const struct nb_script *script = answer;
    for (uint32_t i = 0; i < script->line_count; i++) {
        const struct nb_script_line *line = &script->lines[i];
        if (line->kind == NB_SCRIPT_NONE || line->kind >= NB_SCRIPT_COUNT || line->text == NULL) {
            return unsound(err, "a script line without kind or text");
        }
    }
    for (uint32_t i = 0; i < script->field_count; i++) {
        const struct nb_script_field *field = &script->fields[i];
        if (field->kind == NB_FIELD_NONE || field->kind >= NB_FIELD_COUNT || field->name == NULL ||
            field->label == NULL || field->required > 1) {
            return unsound(err, "a script field without kind, name or label");
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

/* The step machine's effects ---------------------------------------------------------------------
 */

static const char *const allowed_headers[] = {"Accept", "Accept-Language", "Idempotency-Key",
                                              "If-Match", "SOAPAction"};

/* Printable ASCII and spaces: no CR, LF or other control can reach a request line or a header. */
static bool printable(const char *text, bool space)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < (space ? ' ' : '!') || *at > '~') {
            return false;
        }
    }
    return true;
}

static bool header_sound(const struct nb_header *header)
{
    if (header->name == NULL || header->value == NULL || !printable(header->value, true)) {
        return false;
    }
    for (size_t i = 0; i < NB_COUNT(allowed_headers); i++) {
        if (strcasecmp(header->name, allowed_headers[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool path_sound(const char *path)
{
    return path != NULL && path[0] == '/' && path[1] != '/' && strstr(path, "/../") == NULL &&
           strchr(path, '\\') == NULL && strchr(path, '#') == NULL && printable(path, false);
}

static bool request_sound(const struct nb_request *request, struct nb_err *err)
{
    if (request->method == NB_METHOD_NONE || request->method >= NB_METHOD_COUNT ||
        request->body_type >= NB_BODY_COUNT) {
        return unsound(err, "a method or body type that does not exist");
    }
    if (!path_sound(request->path)) {
        return unsound(err, "a path that is not a plain absolute path");
    }
    if ((request->body_type == NB_BODY_NONE) != (request->body == NULL)) {
        return unsound(err, "a body without a type, or a type without a body");
    }
    if (request->deadline_ms == 0 || request->deadline_ms > NB_DEADLINE_MS_MAX ||
        request->safe_to_repeat > 1 || request->is_write > 1) {
        return unsound(err, "a deadline or a flag out of range");
    }
    for (uint32_t i = 0; i < request->header_count; i++) {
        if (!header_sound(&request->headers[i])) {
            return unsound(err, "a header that is not on the list, or not printable");
        }
    }
    return true;
}

static bool facts_sound(const struct nb_facts *facts, struct nb_err *err)
{
    for (uint32_t i = 0; i < facts->night_count; i++) {
        if (facts->night_points[i] < 0) {
            return unsound(err, "a night with negative points");
        }
    }
    for (uint32_t i = 0; i < facts->line_count; i++) {
        if (facts->lines[i].kind >= NB_ACTIVITY_COUNT) {
            return unsound(err, "an activity that does not exist");
        }
    }
    return cash_sound(facts->cash, facts->cash_count) || unsound(err, "a cash row is wrong");
}

static bool step_sound(const void *answer, struct nb_err *err)
{
    const struct plugin_step *step = answer;
    const struct nb_effect *effect = step->effect;
    if (effect == NULL || effect->kind == NB_EFFECT_NONE || effect->kind >= NB_EFFECT_COUNT) {
        return unsound(err, "no effect");
    }
    switch ((enum nb_effect_kind)effect->kind) {
    case NB_EFFECT_REQUEST:
        return request_sound(&effect->request, err);
    case NB_EFFECT_WAIT:
        return (effect->wait_ms > 0 && effect->wait_ms <= NB_WAIT_MS_MAX) ||
               unsound(err, "a wait out of range");
    case NB_EFFECT_DONE:
        if (effect->outcome == NB_OUTCOME_NONE || effect->outcome >= NB_OUTCOME_COUNT) {
            return unsound(err, "an outcome that does not exist");
        }
        return facts_sound(&effect->facts, err);
    case NB_EFFECT_FAIL:
        return (effect->fail_kind > NB_FAIL_NONE && effect->fail_kind < NB_FAIL_COUNT) ||
               unsound(err, "a failure that does not exist");
    case NB_EFFECT_NONE:
    case NB_EFFECT_COUNT:
        break;
    }
    return false;
}

bool plugin_answer_sound(enum plugin_call_kind kind, const void *answer, struct nb_err *err)
{
    static bool (*const checks[PLUGIN_CALL_COUNT])(const void *, struct nb_err *) = {
        [PLUGIN_CALL_OPEN] = open_sound,         [PLUGIN_CALL_PRICE] = price_sound,
        [PLUGIN_CALL_ELIGIBLE] = eligible_sound, [PLUGIN_CALL_EXPIRY] = expiry_sound,
        [PLUGIN_CALL_REFUND] = refund_sound,     [PLUGIN_CALL_VALIDATE] = validation_sound,
        [PLUGIN_CALL_SCRIPT] = script_sound,     [PLUGIN_CALL_STATEMENT] = statement_sound,
        [PLUGIN_CALL_STEP] = step_sound,
    };
    NB_ASSERT(kind > PLUGIN_CALL_NONE && kind < PLUGIN_CALL_COUNT);
    return checks[kind](answer, err);
}
