#include "core/plugin/fixture_read.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/night.h"
#include "core/plugin/names.h"

#include <string.h>

static bool odd(struct nb_err *err, const char *what, const char *which)
{
    return nb_err_set(err, NB_ERR_INVALID, "fixture", "%s: %.160s", what, which);
}

/* Strict: a member that the format does not name is an error. */
#define UNPACK(json, where, ...) (json_unpack_ex((json), (where), JSON_STRICT, __VA_ARGS__) == 0)

static bool read_day(const char *text, int32_t *ret_day, struct nb_err *err)
{
    struct night night;
    if (text == NULL) {
        return true;
    }
    if (!nb_night_parse(text, &night, err)) {
        return false;
    }
    *ret_day = night.day;
    return true;
}

static bool read_word(const struct plugin_names *names, const char *word, uint32_t *ret_value,
                      struct nb_err *err)
{
    return word == NULL || plugin_name_find(names, word, ret_value) ||
           odd(err, "a word that the contract does not have", word);
}

bool fixture_read_rules(json_t *json, struct nb_rule *rules, uint32_t *ret_count,
                        struct nb_err *err)
{
    uint32_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach(json, key, value)
    {
        if (count == FIXTURE_RULES_MAX || !json_is_string(value)) {
            return odd(err, "a rule that is no text, or one too many", key);
        }
        rules[count++] = (struct nb_rule){
            .key = key, .value = json_string_value(value), .from = 0, .to = NB_DAY_NEVER};
    }
    *ret_count = count;
    return true;
}

static bool read_ages(json_t *ages, struct nb_operation *operation, struct nb_err *err)
{
    size_t count = json_array_size(ages);
    if (count > NB_CHILDREN_MAX) {
        return odd(err, "too many children", "children_ages");
    }
    for (size_t i = 0; i < count; i++) {
        operation->child_ages[i] = (uint8_t)json_integer_value(json_array_get(ages, i));
    }
    operation->child_count = (uint16_t)count;
    return true;
}

bool fixture_read_operation(json_t *json, struct nb_operation *ret_operation, struct nb_err *err)
{
    json_error_t at;
    struct nb_operation operation = {.check_in = NB_DAY_NONE, .check_out = NB_DAY_NONE};
    const char *kind = NULL, *check_in = NULL, *check_out = NULL;
    json_t *ages = NULL;
    int rooms = 1, adults = 1, higher = 0;
    json_int_t points = 0;
    if (!UNPACK(json, &at, "{s:s, s?s, s?s, s?i, s?i, s?o, s?I, s?i, s?s, s?s, s?s, s?s, s?s}",
                "kind", &kind, "check_in", &check_in, "check_out", &check_out, "rooms", &rooms,
                "adults", &adults, "children_ages", &ages, "points_total", &points, "accept_higher",
                &higher, "reference", &operation.reference, "property_code",
                &operation.property_code, "quote_id", &operation.quote_id, "policy_version",
                &operation.policy_version, "confirmation", &operation.confirmation)) {
        return odd(err, "operation", at.text);
    }
    operation.rooms = (uint16_t)rooms;
    operation.adults = (uint16_t)adults;
    operation.accept_higher = (uint32_t)higher;
    operation.points_total = points;
    bool read = read_word(&plugin_operation_names, kind, &operation.kind, err) &&
                read_day(check_in, &operation.check_in, err) &&
                read_day(check_out, &operation.check_out, err) && read_ages(ages, &operation, err);
    *ret_operation = operation;
    return read;
}

static bool read_nights(json_t *points, struct fixture_price *price, struct nb_err *err)
{
    size_t count = json_array_size(points);
    if (count > NB_NIGHTS_MAX) {
        return odd(err, "too many nights", "night_points");
    }
    for (size_t i = 0; i < count; i++) {
        price->nights[i] = json_integer_value(json_array_get(points, i));
    }
    if (count > 0) {
        price->ask.night_points = price->nights;
        price->ask.night_count = (uint16_t)count;
    }
    return true;
}

bool fixture_read_price(json_t *json, struct fixture_price *ret_price, struct nb_err *err)
{
    json_error_t at;
    const char *check_in = "2026-11-25";
    int nights = 0, rooms = 1, bedrooms = 1, mixed = 0, card = 0;
    json_int_t tier = 0, stay = 0;
    json_t *points = NULL;
    if (!UNPACK(json, &at, "{s?s, s?i, s?i, s?i, s?I, s?I, s?o, s?b, s?b}", "check_in", &check_in,
                "nights", &nights, "rooms", &rooms, "bedrooms", &bedrooms, "night_tier", &tier,
                "stay_points", &stay, "night_points", &points, "points_and_cash", &mixed,
                "member_card", &card)) {
        return odd(err, "ask", at.text);
    }
    ret_price->ask =
        (struct nb_price_ask){.night_count = (uint16_t)nights,
                              .rooms = (uint16_t)rooms,
                              .bedrooms = (uint16_t)bedrooms,
                              .adults = 1,
                              .flags = (uint16_t)((mixed ? NB_PRICE_POINTS_AND_CASH : 0) |
                                                  (card ? NB_PRICE_MEMBER_CARD : 0)),
                              .night_tier = tier,
                              .stay_points = stay};
    return read_day(check_in, &ret_price->ask.check_in, err) && read_nights(points, ret_price, err);
}

bool fixture_read_event(json_t *json, struct nb_event *ret_event, struct nb_response *ret_response,
                        json_t **ret_body, json_t **ret_effect, struct nb_err *err)
{
    json_error_t at;
    const char *kind = NULL, *failure = NULL, *sent = NULL;
    int status = 0, later = 0;
    *ret_event = (struct nb_event){0};
    *ret_body = NULL;
    if (!UNPACK(json, &at, "{s:s, s?i, s?i, s?o, s?s, s?s, s:o}", "event", &kind, "status", &status,
                "retry_after_ms", &later, "body", ret_body, "failure", &failure, "sent", &sent,
                "effect", ret_effect)) {
        return odd(err, "event", at.text);
    }
    if (!read_word(&plugin_event_names, kind, &ret_event->kind, err) ||
        !read_word(&plugin_failure_names, failure, &ret_event->failure, err) ||
        !read_word(&plugin_sent_names, sent, &ret_event->sent, err)) {
        return false;
    }
    if (ret_event->kind == NB_EVENT_RESPONSE) {
        *ret_response =
            (struct nb_response){.status = (uint32_t)status, .retry_after_ms = (uint32_t)later};
        ret_event->response = ret_response;
    }
    return true;
}

char *fixture_read_lines(json_t *lines, struct nb_err *err)
{
    struct nb_buf text;
    nb_buf_init(&text, NB_TREE_BYTES_MAX);
    size_t count = json_array_size(lines);
    for (size_t i = 0; i < count; i++) {
        const char *line = json_string_value(json_array_get(lines, i));
        if (line == NULL) {
            nb_buf_fini(&text);
            (void)odd(err, "statement", "a line that is no text");
            return NULL;
        }
        nb_buf_printf(&text, "%s\n", line);
    }
    if (!nb_buf_ok(&text, err)) {
        nb_buf_fini(&text);
        return NULL;
    }
    return nb_buf_take(&text);
}

/* Answers -------------------------------------------------------------------------------------- */

static void put_text(json_t *object, const char *name, const char *text)
{
    if (text != NULL) {
        json_object_set_new(object, name, json_string(text));
    }
}

static void put_integer(json_t *object, const char *name, int64_t number)
{
    json_object_set_new(object, name, json_integer(number));
}

static void put_day(json_t *object, const char *name, int32_t day)
{
    char text[NB_NIGHT_TEXT];
    if (day >= 0 && day < 73049) {
        nb_night_format((struct night){day}, text);
        put_text(object, name, text);
    }
}

static void put_instant(json_t *object, const char *name, int64_t us)
{
    char text[NB_INSTANT_TEXT];
    if (us > 0 && us < INT64_C(7258118400000000)) {
        nb_instant_format((struct nb_instant){us}, text);
        put_text(object, name, text);
    }
}

static json_t *of_nights(const int64_t *points, uint32_t count)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++) {
        json_array_append_new(array, json_integer(points[i]));
    }
    return array;
}

static json_t *of_facts(const struct nb_facts *facts)
{
    json_t *object = json_object();
    put_day(object, "check_in", facts->check_in);
    put_day(object, "check_out", facts->check_out);
    put_integer(object, "rooms", facts->rooms);
    put_integer(object, "points", facts->points);
    put_integer(object, "points_returned", facts->points_returned);
    put_integer(object, "retry_after_ms", facts->retry_after_ms);
    put_integer(object, "cash_rows", facts->cash_count);
    put_integer(object, "lines", facts->line_count);
    put_instant(object, "cancel_by", facts->cancel_by_us);
    put_instant(object, "expires_at", facts->expires_at_us);
    put_instant(object, "returns_at", facts->returns_at_us);
    put_text(object, "confirmation", facts->confirmation);
    put_text(object, "reference", facts->reference);
    put_text(object, "property_code", facts->property_code);
    put_text(object, "quote_id", facts->quote_id);
    put_text(object, "policy_version", facts->policy_version);
    json_object_set_new(object, "nights", of_nights(facts->night_points, facts->night_count));
    return object;
}

static json_t *of_request(const struct nb_request *request)
{
    json_t *object = json_pack(
        "{s:o, s:b, s:b}", "request",
        json_sprintf("%s %s", plugin_name_of(&plugin_method_names, request->method), request->path),
        "write", (int)request->is_write, "repeat", (int)request->safe_to_repeat);
    if (request->body_type == NB_BODY_JSON) {
        json_object_set_new(object, "body", json_loads(request->body, 0, NULL));
    } else {
        put_text(object, "body", request->body);
    }
    return object;
}

json_t *fixture_of_effect(const struct nb_effect *effect)
{
    switch ((enum nb_effect_kind)effect->kind) {
    case NB_EFFECT_REQUEST:
        return of_request(&effect->request);
    case NB_EFFECT_WAIT:
        return json_pack("{s:I}", "wait_ms", (json_int_t)effect->wait_ms);
    case NB_EFFECT_DONE:
        return json_pack("{s:s, s:o}", "done",
                         plugin_name_of(&plugin_outcome_names, effect->outcome), "facts",
                         of_facts(&effect->facts));
    case NB_EFFECT_FAIL:
        return json_pack("{s:s}", "fail", plugin_name_of(&plugin_fail_names, effect->fail_kind));
    case NB_EFFECT_NONE:
    case NB_EFFECT_COUNT:
        break;
    }
    return json_object();
}

json_t *fixture_of_price(const struct nb_price *price)
{
    if (price->reason != NB_PRICE_REASON_NONE) {
        return json_pack("{s:s}", "reason",
                         plugin_name_of(&plugin_price_reason_names, price->reason));
    }
    return json_pack("{s:I, s:I, s:o}", "total_points", (json_int_t)price->total_points,
                     "free_nights", (json_int_t)price->free_nights, "nights",
                     of_nights(price->night_points, price->night_count));
}

json_t *fixture_of_statement(const struct nb_statement *statement)
{
    json_t *lines = json_array();
    for (uint32_t i = 0; i < statement->line_count; i++) {
        const struct nb_statement_line *line = &statement->lines[i];
        json_t *object =
            json_pack("{s:s, s:I}", "kind", plugin_name_of(&plugin_activity_names, line->kind),
                      "points", (json_int_t)line->points);
        put_day(object, "posted_on", line->posted_on);
        put_day(object, "check_in", line->check_in);
        put_day(object, "check_out", line->check_out);
        put_text(object, "property_code", line->property_code);
        put_text(object, "description", line->description);
        json_array_append_new(lines, object);
    }
    return json_pack("{s:I, s:o}", "skipped", (json_int_t)statement->skipped, "lines", lines);
}

static void quote(const json_t *json, char *ret_text, size_t bytes)
{
    size_t count = json == NULL ? 0 : json_dumpb(json, ret_text, bytes - 1, JSON_ENCODE_ANY);
    count = count < bytes ? count : bytes - 1;
    ret_text[count] = '\0';
    if (json == NULL) {
        memcpy(ret_text, "nothing", sizeof("nothing"));
    }
}

bool fixture_matches(json_t *wanted, json_t *found, struct nb_err *err)
{
    const char *name;
    json_t *value;
    json_object_foreach(wanted, name, value)
    {
        json_t *other = json_object_get(found, name);
        if (strcmp(name, "facts") == 0) {
            if (!fixture_matches(value, other, err)) {
                return false;
            }
        } else if (other == NULL || !json_equal(value, other)) {
            char want[80], have[80];
            quote(value, want, sizeof(want));
            quote(other, have, sizeof(have));
            return nb_err_set(err, NB_ERR_INVALID, "fixture", "%.40s: wanted %s, found %s", name,
                              want, have);
        }
    }
    return true;
}
