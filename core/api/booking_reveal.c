/*
 * POST /v1/bookings/{id}/reveal: the only answer that says where a booking is, under what name and
 * number. Counted and audited with its reason before anything is shown; nothing of it is kept.
 */
#include "core/api/answer.h"
#include "core/api/guest_secrets.h"
#include "core/api/reveal.h"
#include "core/base/mem.h"
#include "core/store/reveal.h"

static const char *const reasons[] = {"tell_guest",  "desk_call", "rebooking",  "incident",
                                      "supervision", "emergency", "settlement", NULL};

static const struct http_field wish_field[] = {
    {.name = "reason",
     .type = HTTP_ENUM,
     .required = true,
     .words = reasons,
     .about = "Why it has to be seen; it stands in the audit log."},
};
API_FIELDS(wish_fields, "RevealWish", wish_field);

static const struct http_field place_field[] = {
    {.name = "name", .type = HTTP_TEXT, .required = true, .nullable = true, .secret = true},
    {.name = "kind", .type = HTTP_TEXT, .required = true, .example = "points_hotel"},
    {.name = "unit", .type = HTTP_TEXT, .required = true, .nullable = true, .secret = true},
    {.name = "property_code",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .secret = true},
    {.name = "address",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .secret = true,
     .max = 1000,
     .about = "Of a confidential place only once it is confirmed."},
    {.name = "postal_code", .type = HTTP_TEXT, .required = true, .nullable = true, .secret = true},
    {.name = "region", .type = HTTP_TEXT, .required = true, .nullable = true, .secret = true},
    {.name = "country", .type = HTTP_TEXT, .required = true},
    {.name = "zone", .type = HTTP_TEXT, .required = true, .example = "America/Chicago"},
    {.name = "confidential", .type = HTTP_BOOLEAN, .required = true},
};
API_FIELDS(place_fields, "RevealedPlace", place_field);

static const struct http_field guest_field[] = {
    {.name = "alias", .type = HTTP_TEXT, .required = true, .secret = true},
    {.name = "given_name", .type = HTTP_TEXT, .required = true, .nullable = true, .secret = true},
    {.name = "surname", .type = HTTP_TEXT, .required = true, .nullable = true, .secret = true},
};
API_FIELDS(guest_fields, "RevealedGuest", guest_field);

static const struct http_field answer_field[] = {
    {.name = "booking", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "place", .type = HTTP_OBJECT, .required = true, .of = &place_fields},
    {.name = "guest", .type = HTTP_OBJECT, .required = true, .of = &guest_fields},
    {.name = "confirmation",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .secret = true,
     .about = "The program's number, once there is one."},
    {.name = "check_in", .type = HTTP_NIGHT, .required = true},
    {.name = "check_out", .type = HTTP_NIGHT, .required = true},
    {.name = "cancel_by", .type = HTTP_INSTANT, .required = true, .nullable = true},
};
API_FIELDS(answer_fields, "Revealed", answer_field);

static json_t *place_json(const struct store_reveal *reveal,
                          const struct api_guest_secrets *secrets)
{
    json_t *json = json_object();
    const char *sealed = api_secret_text(secrets->address);

    api_put(json, "name", api_json_text(reveal->place_name));
    api_put(json, "kind", json_string(reveal->place_kind));
    api_put(json, "unit", api_json_text(reveal->unit_name));
    api_put(json, "property_code", api_json_text(reveal->property_code));
    api_put(json, "address", api_json_text(sealed != NULL ? sealed : reveal->address));
    api_put(json, "postal_code", api_json_text(reveal->postal_code));
    api_put(json, "region", api_json_text(reveal->region));
    api_put(json, "country", json_string(reveal->country));
    api_put(json, "zone", json_string(reveal->zone));
    api_put(json, "confidential", json_boolean(reveal->confidential));
    return json;
}

static json_t *reveal_json(struct public_id booking, const struct store_reveal *reveal,
                           const struct api_guest_secrets *secrets)
{
    json_t *json = json_object();
    json_t *guest = json_object();

    api_put(guest, "alias", json_string(reveal->alias));
    api_put(guest, "given_name", api_json_text(api_secret_text(secrets->given_name)));
    api_put(guest, "surname", api_json_text(api_secret_text(secrets->surname)));
    api_put(json, "booking", api_json_id(booking));
    api_put(json, "place", place_json(reveal, secrets));
    api_put(json, "guest", guest);
    api_put(json, "confirmation", api_json_text(api_secret_text(secrets->confirmation)));
    api_put(json, "check_in", api_json_night(reveal->check_in));
    api_put(json, "check_out", api_json_night(reveal->check_out));
    api_put(json, "cancel_by",
            reveal->cancel_by == NULL ? json_null() : api_json_instant(*reveal->cancel_by));
    return json;
}

static void show(struct api_call *call, const struct store_reveal *reveal)
{
    struct api_guest_secrets secrets;
    struct http_problem problem;
    struct nb_err err = {0};
    json_t *json = NULL;

    if (api_guest_secrets_open(api_keys(call), reveal, &secrets, &err)) {
        json = reveal_json(call->id, reveal, &secrets);
    }
    api_guest_secrets_close(&secrets);
    if (json != NULL) {
        api_answer(call, json);
        return;
    }
    http_problem_of_err(&problem, &err);
    if (err.kind == NB_ERR_NOT_FOUND) {
        http_problem_init(&problem, 410, "guest_erased", "The guest's data was erased for good.");
    }
    api_answer_problem(call, &problem);
}

struct store_revealer api_revealer(const struct api_call *call)
{
    return (struct store_revealer){.actor = call->actor.user,
                                   .role = api_role_name(call->actor.role),
                                   .hotline = call->actor.hotline};
}

void api_reveal_refuse(struct api_call *call, enum store_reveal_outcome outcome)
{
    switch (outcome) {
    case STORE_REVEAL_NOT_CLAIMED:
        api_refuse(call, 409, "not_claimed", "Claim the task first: its script is for one person.");
        return;
    case STORE_REVEAL_QUOTA:
        api_refuse(call, 429, "reveal_quota",
                   "So much was shown to you within this hour that no more is; a supervisor can "
                   "look instead.");
        return;
    case STORE_REVEAL_NOT_FOUND:
    case STORE_REVEALED:
    case STORE_REVEAL_NONE:
        break;
    }
    api_refuse_absent(call);
}

static void on_revealed(void *data, const struct store_result *result,
                        const struct store_reveal *reveal)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (reveal->outcome != STORE_REVEALED) {
        api_reveal_refuse(call, reveal->outcome);
        return;
    }
    show(call, reveal);
}

static void reveal(struct api_call *call)
{
    const struct store_revealer by = api_revealer(call);

    store_reveal_booking(api_store(call), &by, call->id, api_text(call->body, "reason"),
                         on_revealed, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/bookings/{id}/reveal",
     .roles = API_STAFF,
     .summary = "Where it is, and under what name and number",
     .about = "Each call is counted and stands in the audit log with its reason; a repeated "
              "Idempotency-Key is a call of its own. There is a quota an hour.",
     .body = &wish_fields,
     .answer = &answer_fields,
     .success = 200,
     .handle = reveal},
};
API_ROUTES(api_reveal_routes, "Bookings", routes);
