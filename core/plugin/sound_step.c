/* The part of sound.h that judges effects of the step machine. */
#include "core/plugin/sound.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/plugin/placeholder.h"

#include <string.h>
#include <strings.h>

static bool unsound(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_INVALID, "plugin_answer_unsound", "The plugin's answer: %s.",
                      what);
}

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

static bool header_sound(const struct nb_header *headers, uint32_t index)
{
    const struct nb_header *header = &headers[index];
    if (header->name == NULL || header->value == NULL || !printable(header->value, true) ||
        !plugin_text_check(header->value, NB_OPERATION_NONE, PLUGIN_PLACE_HEADER, NULL)) {
        return false;
    }
    for (uint32_t i = 0; i < index; i++) {
        if (strcasecmp(header->name, headers[i].name) == 0) {
            return false;
        }
    }
    for (size_t i = 0; i < NB_COUNT(allowed_headers); i++) {
        if (strcasecmp(header->name, allowed_headers[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A dot, as it is or percent-encoded; how many bytes it takes. */
static size_t dot_at(const char *text)
{
    return *text == '.' ? 1 : strncasecmp(text, "%2e", 3) == 0 ? 3 : 0;
}

/* "/." and "/.." would be another path to whoever resolves them. */
static bool climbs(const char *path)
{
    for (const char *at = path; (at = strchr(at, '/')) != NULL;) {
        at++;
        const char *end = at + dot_at(at);
        end += end == at ? 0 : dot_at(end);
        if (end != at && (*end == '/' || *end == '?' || *end == '\0')) {
            return true;
        }
    }
    return false;
}

static bool path_sound(const char *path)
{
    return path != NULL && path[0] == '/' && path[1] != '/' && !climbs(path) &&
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
    bool get = request->method == NB_METHOD_GET;
    if (get && (request->is_write != 0 || request->body != NULL)) {
        return unsound(err, "a GET that writes or has a body");
    }
    if (request->deadline_ms == 0 || request->deadline_ms > NB_DEADLINE_MS_MAX ||
        request->safe_to_repeat > 1 || request->is_write > 1) {
        return unsound(err, "a deadline or a flag out of range");
    }
    for (uint32_t i = 0; i < request->header_count; i++) {
        if (!header_sound(request->headers, i)) {
            return unsound(err, "a header that is not on the list, there twice, or not plain");
        }
    }
    return true;
}

/* Text of a stranger that the house keeps: one line of UTF-8. */
static bool text_sound(const char *text)
{
    return text == NULL || nb_utf8_valid(text, strlen(text), true);
}

static bool facts_sound(const struct nb_facts *facts, struct nb_err *err)
{
    for (uint32_t i = 0; i < facts->night_count; i++) {
        if (facts->night_points[i] < 0) {
            return unsound(err, "a night with negative points");
        }
    }
    for (uint32_t i = 0; i < facts->line_count; i++) {
        const struct nb_fact_line *line = &facts->lines[i];
        if (line->kind >= NB_ACTIVITY_COUNT || !text_sound(line->description) ||
            !text_sound(line->property_code)) {
            return unsound(err, "an activity that does not exist, or a text of many lines");
        }
    }
    if (!text_sound(facts->confirmation) || !text_sound(facts->reference) ||
        !text_sound(facts->property_code) || !text_sound(facts->quote_id) ||
        !text_sound(facts->policy_version)) {
        return unsound(err, "a text that is not one line of UTF-8");
    }
    return plugin_cash_sound(facts->cash, facts->cash_count) || unsound(err, "a cash row is wrong");
}

bool plugin_step_sound(const void *answer, struct nb_err *err)
{
    const struct plugin_step *step = answer;
    const struct nb_effect *effect = step->effect;
    if (effect == NULL || effect->kind == NB_EFFECT_NONE || effect->kind >= NB_EFFECT_COUNT) {
        return unsound(err, "no effect");
    }
    if (!text_sound(effect->text)) {
        return unsound(err, "a text that is not one line of UTF-8");
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
