/*
 * POST /v1/requests/{id}/reveal: how staff speak of the guest, how they may be reached, and, to the
 * role that wrote them, the places to avoid. Counted and audited with its reason first.
 */
#include "core/store/request_reveal.h"

#include "core/api/answer.h"
#include "core/api/guest_secrets.h"
#include "core/api/reveal.h"
#include "core/scheduler/guest_seal.h"
#include "core/vault/context.h"
#include "core/vault/seal.h"

static const char *const reasons[] = {"call_back",   "safety_check", "incident",
                                      "supervision", "emergency",    NULL};

static const struct http_field wish_rows[] = {
    {.name = "reason",
     .type = HTTP_ENUM,
     .required = true,
     .words = reasons,
     .about = "Why it has to be seen; it stands in the audit log."},
};
API_FIELDS(wish_fields, "RequestRevealWish", wish_rows);

static const struct http_field zone_rows[] = {
    {.name = "latitude", .type = HTTP_NUMBER, .required = true, .secret = true},
    {.name = "longitude", .type = HTTP_NUMBER, .required = true, .secret = true},
    {.name = "radius_m", .type = HTTP_INTEGER, .required = true, .secret = true},
};
API_FIELDS(zone_fields, "RevealedPlaceToAvoid", zone_rows);

static const struct http_field answer_rows[] = {
    {.name = "request", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "alias", .type = HTTP_TEXT, .required = true, .secret = true},
    {.name = "safe_contact", .type = HTTP_TEXT, .required = true, .nullable = true, .secret = true},
    {.name = "avoid_places",
     .type = HTTP_ARRAY,
     .of = &zone_fields,
     .required = true,
     .nullable = true,
     .secret = true,
     .about = "Null for all but their author's role."},
};
API_FIELDS(answer_fields, "RevealedRequest", answer_rows);

static bool open_contact(struct vault_keys *keys, const struct store_request_reveal *reveal,
                         json_t **ret_contact, struct nb_err *err)
{
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    VAULT_AUTOSECRET struct vault_secret *plain = NULL;
    char context[VAULT_CONTEXT_TEXT];

    if (reveal->safe_contact.bytes == NULL) {
        *ret_contact = json_null();
        return true;
    }
    vault_context_guest_data(reveal->guest, "safe_contact", context);
    if (!api_guest_key_open(keys, reveal->guest, reveal->wrapped_key, &key, err) ||
        !vault_open(key, context, reveal->safe_contact.bytes, reveal->safe_contact.count,
                    VAULT_KIND_GUEST, &plain, err)) {
        return false;
    }
    *ret_contact = api_json_text(api_secret_text(plain));
    return true;
}

static bool open_zones(struct vault_keys *keys, const struct store_request_reveal *reveal,
                       json_t *list, struct nb_err *err)
{
    for (size_t i = 0; i < reveal->zone_count; i++) {
        json_t *zone = NULL;
        if (!guest_open_zone(keys, reveal->guest, reveal->wrapped_key, reveal->zones[i],
                             VAULT_FOR_PERSON, &zone, err)) {
            return false;
        }
        NB_ASSERT(json_array_append_new(list, zone) == 0);
    }
    return true;
}

static void show(struct api_call *call, const struct store_request_reveal *reveal)
{
    json_t *contact = NULL;
    json_t *zones = reveal->author ? json_array() : json_null();
    struct http_problem problem;
    struct nb_err err;

    if (!open_contact(api_keys(call), reveal, &contact, &err) ||
        !open_zones(api_keys(call), reveal, zones, &err)) {
        json_decref(contact);
        json_decref(zones);
        http_problem_of_err(&problem, &err);
        api_answer_problem(call, &problem);
        return;
    }
    json_t *json = json_object();
    api_put(json, "request", api_json_id(call->id));
    api_put(json, "alias", json_string(reveal->alias));
    api_put(json, "safe_contact", contact);
    api_put(json, "avoid_places", zones);
    api_answer(call, json);
}

static void on_revealed(void *data, const struct store_result *result,
                        const struct store_request_reveal *reveal)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (reveal->outcome != STORE_REVEALED) {
        api_reveal_refuse(call, reveal->outcome);
        return;
    }
    if (reveal->wrapped_key.bytes == NULL) {
        api_refuse(call, 410, "guest_erased", "The guest's data was erased for good.");
        return;
    }
    show(call, reveal);
}

static void reveal_request(struct api_call *call)
{
    const struct store_revealer by = api_revealer(call);

    store_request_reveal(api_store(call), &by, call->id, api_text(call->body, "reason"),
                         on_revealed, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/requests/{id}/reveal",
     .roles = API_STAFF,
     .summary = "How the guest is called and may be reached, and what they must keep away from.",
     .about = "Each call is counted and stands in the audit log with its reason; a repeated "
              "Idempotency-Key is a call of its own. There is a quota an hour.",
     .body = &wish_fields,
     .answer = &answer_fields,
     .success = 200,
     .handle = reveal_request},
};
API_ROUTES(api_request_reveal_routes, "Requests", routes);
