#include "tests/plugins/gateway_cases.h"

#include "core/plugin/placeholder.h"

#include <string.h>

const char *const gateway_plugins[GATEWAY_PLUGINS] = {"choice", "ihg", "marriott", "skeleton",
                                                      "wyndham"};

const struct nb_operation gateway_stay = {.kind = NB_OPERATION_COMMIT,
                                          .check_in = 9825,
                                          .check_out = 9827,
                                          .rooms = 1,
                                          .adults = 2,
                                          .child_count = 2,
                                          .child_ages = {4, 11},
                                          .points_total = 30000,
                                          .reference = REFERENCE,
                                          .property_code = "ABCDE"};

struct nb_operation of_kind(enum nb_operation_kind kind)
{
    struct nb_operation operation = gateway_stay;
    operation.kind = kind;
    return operation;
}

struct nb_operation with_quote(enum nb_operation_kind kind)
{
    struct nb_operation operation = of_kind(kind);
    operation.quote_id = "q-0";
    return operation;
}

json_t *request_body(const struct nb_operation *operation, const struct nb_effect *effect,
                     enum nb_method method, const char *path)
{
    const struct nb_request *request = &effect->request;
    struct nb_err err = {0};
    cr_assert_eq(effect->kind, NB_EFFECT_REQUEST);
    cr_assert_eq(request->method, (uint32_t)method);
    cr_assert_str_eq(request->path, path);
    cr_expect(plugin_text_check(request->path, operation->kind, PLUGIN_PLACE_PATH, &err), "%s",
              err.text);
    cr_expect(request->deadline_ms >= 1000 && request->deadline_ms <= NB_DEADLINE_MS_MAX);
    bool keyed = false;
    for (uint32_t i = 0; i < request->header_count; i++) {
        keyed = keyed || (strcmp(request->headers[i].name, "Idempotency-Key") == 0 &&
                          strcmp(request->headers[i].value, operation->reference) == 0);
    }
    cr_expect_eq(keyed, request->is_write, "a write has our reference as its key, a question none");
    if (request->body == NULL) {
        cr_expect_eq(request->body_type, NB_BODY_NONE);
        return NULL;
    }
    cr_expect_eq(request->body_type, NB_BODY_JSON);
    cr_expect(plugin_text_check(request->body, operation->kind, PLUGIN_PLACE_JSON, &err), "%s",
              err.text);
    json_t *body = json_loads(request->body, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(body, "%s", request->body);
    return body;
}

const char *text_in(json_t *body, const char *name)
{
    const char *text = json_string_value(json_object_get(body, name));
    return text == NULL ? "(none)" : text;
}

void expect_quote_request(const struct nb_operation *operation, const struct nb_effect *effect)
{
    json_t *body = request_body(operation, effect, NB_METHOD_POST, "/v1/quotes");
    cr_expect_eq(effect->request.is_write, 0);
    cr_expect_eq(effect->request.safe_to_repeat, 1, "a price may be asked twice");
    cr_expect_str_eq(text_in(body, "property_code"), "ABCDE");
    cr_expect_str_eq(text_in(body, "check_in"), "2026-11-25");
    cr_expect_str_eq(text_in(body, "check_out"), "2026-11-27");
    cr_expect_str_eq(text_in(body, "member_number"), "{{account.member}}");
    cr_expect_eq(json_integer_value(json_object_get(body, "rooms")), 1);
    cr_expect_eq(json_integer_value(json_object_get(body, "adults")), 2);
    json_t *ages = json_object_get(body, "children_ages");
    cr_expect_eq(json_array_size(ages), 2);
    cr_expect_eq(json_integer_value(json_array_get(ages, 1)), 11);
    cr_expect_null(json_object_get(body, "guest"), "no name for a price");
    json_decref(body);
}

void expect_commit_request(const struct nb_operation *operation, const struct nb_effect *effect,
                           const char *quote_id)
{
    json_t *body = request_body(operation, effect, NB_METHOD_POST, "/v1/reservations");
    cr_expect_eq(effect->request.is_write, 1);
    cr_expect_eq(effect->request.safe_to_repeat, 0, "no library repeats it behind our back");
    cr_expect_str_eq(text_in(body, "reference"), REFERENCE);
    cr_expect_str_eq(text_in(body, "quote_id"), quote_id);
    cr_expect_str_eq(text_in(body, "property_code"), "ABCDE");
    cr_expect_eq(json_integer_value(json_object_get(body, "points_total")), 30000);
    json_t *guest = json_object_get(body, "guest");
    cr_expect_str_eq(text_in(guest, "given_name"), "{{guest.given_name}}");
    cr_expect_str_eq(text_in(guest, "surname"), "{{guest.surname}}");
    json_decref(body);
}

void expect_done(const struct nb_effect *effect, enum nb_outcome outcome, const char *why)
{
    cr_expect_eq(effect->kind, NB_EFFECT_DONE, "%s: effect %u", why, effect->kind);
    cr_expect_eq(effect->outcome, (uint32_t)outcome, "%s: outcome %u", why, effect->outcome);
}

void expect_failed(const struct nb_effect *effect, enum nb_fail_kind kind, const char *why)
{
    cr_expect_eq(effect->kind, NB_EFFECT_FAIL, "%s: effect %u", why, effect->kind);
    cr_expect_eq(effect->fail_kind, (uint32_t)kind, "%s: failure %u", why, effect->fail_kind);
}

void bring(struct inside *inside, const struct nb_operation *operation, bool to_write)
{
    const struct nb_effect *effect = inside_begin(inside, operation);
    if (to_write && effect->request.is_write == 0) {
        inside_respond(inside, operation, 200, QUOTE);
    }
}
