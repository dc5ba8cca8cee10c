/*
 * Referrals: a provider sees the offers made to it and answers them; staff of the hotline see the
 * same of theirs, and may record an answer that they heard by phone.
 * Invariant: a provider is told who would come and what they need, and by what name they will ask
 * once it accepted; nothing else of the request, and nothing of other providers' offers.
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/base/mem.h"
#include "core/store/referral.h"

#define ANSWERERS (API_STAFF | API_BIT(API_PROVIDER))

static const char *const states[] = {"offered", "accepted",  "declined",
                                     "expired", "withdrawn", NULL};
static const char *const reasons[] = {
    "full",     "household_rules",  "gender_rule", "age",   "safety",
    "staffing", "cannot_meet_need", "closed",      "other", NULL};
static const char *const sides[] = {"client", "provider", NULL};

static const struct http_field age_item[] = {{.type = HTTP_INTEGER, .min = 0, .max = 17}};
static const struct http_fields age_items = {NULL, age_item, 1};
static const struct http_field household_field[] = {
    {.name = "adults", .type = HTTP_INTEGER, .required = true},
    {.name = "children_ages", .type = HTTP_ARRAY, .required = true, .of = &age_items},
};
API_FIELDS(household_fields, "OfferedHousehold", household_field);

static const struct http_field language_item[] = {{.type = HTTP_TEXT}};
static const struct http_fields language_items = {NULL, language_item, 1};

static const struct http_field party_field[] = {
    {.name = "households", .type = HTTP_ARRAY, .required = true, .of = &household_fields},
    {.name = "urgency", .type = HTTP_TEXT, .required = true, .example = "crisis"},
    {.name = "gender",
     .type = HTTP_TEXT,
     .required = true,
     .about = "As the guest says, for the rules of the house.",
     .example = "unsaid"},
    {.name = "pets", .type = HTTP_INTEGER, .required = true},
    {.name = "service_animals", .type = HTTP_INTEGER, .required = true},
    {.name = "accessible",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "True: an accessible room is needed."},
    {.name = "languages", .type = HTTP_ARRAY, .required = true, .of = &language_items},
};
API_FIELDS(party_fields, "OfferedParty", party_field);

static const struct http_field cash_field[] = {
    {.name = "minor", .type = HTTP_INTEGER, .required = true, .about = "Minor units."},
    {.name = "currency", .type = HTTP_TEXT, .required = true, .about = "ISO 4217."},
};
API_FIELDS(cash_fields, "OfferedCash", cash_field);

static const struct http_field offer_field[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "booking",
     .type = HTTP_PUBLIC_ID,
     .required = true,
     .nullable = true,
     .about = "For staff of the hotline only, as request."},
    {.name = "request", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "unit",
     .type = HTTP_PUBLIC_ID,
     .required = true,
     .nullable = true,
     .about = "The provider's own units that are held; for the provider only, as property."},
    {.name = "property", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "state", .type = HTTP_ENUM, .required = true, .words = states},
    {.name = "offered_at", .type = HTTP_INSTANT, .required = true},
    {.name = "expires_at",
     .type = HTTP_INSTANT,
     .required = true,
     .about = "When silence leads to the next step."},
    {.name = "cap_at",
     .type = HTTP_INSTANT,
     .required = true,
     .about = "When silence becomes a no."},
    {.name = "renewals", .type = HTTP_INTEGER, .required = true},
    {.name = "check_in", .type = HTTP_NIGHT, .required = true},
    {.name = "check_out", .type = HTTP_NIGHT, .required = true},
    {.name = "nights", .type = HTTP_INTEGER, .required = true},
    {.name = "units", .type = HTTP_INTEGER, .required = true, .about = "Rooms or beds."},
    {.name = "cash",
     .type = HTTP_OBJECT,
     .required = true,
     .nullable = true,
     .of = &cash_fields,
     .about = "What the hotline pays."},
    {.name = "party", .type = HTTP_OBJECT, .required = true, .of = &party_fields},
    {.name = "alias",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .about = "By what name they will ask; told to the provider once it accepted."},
    {.name = "decline_reason",
     .type = HTTP_ENUM,
     .required = true,
     .nullable = true,
     .words = reasons},
    {.name = "declined_by_side",
     .type = HTTP_ENUM,
     .required = true,
     .nullable = true,
     .words = sides},
    {.name = "answered_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
};
API_FIELDS(offer_fields, "Referral", offer_field);

static const struct http_field list_query[] = {
    {.name = "state", .type = HTTP_ENUM, .words = states, .about = "Only those in this state."},
};
API_FIELDS(list_fields, "ReferralFilter", list_query);

static const struct http_field accept_field[] = {
    {.name = "heard_by_phone",
     .type = HTTP_BOOLEAN,
     .about = "For staff: true, somebody of the provider said so on the phone.",
     .example = "true"},
};
API_FIELDS(accept_fields, "ReferralAcceptance", accept_field);

static const struct http_field decline_field[] = {
    {.name = "reason", .type = HTTP_ENUM, .required = true, .words = reasons},
    {.name = "side",
     .type = HTTP_ENUM,
     .required = true,
     .words = sides,
     .about = "Who declined: the client (the guest does not want it) or the provider."},
    {.name = "heard_by_phone",
     .type = HTTP_BOOLEAN,
     .about = "For staff: true, somebody of the provider said so on the phone.",
     .example = "true"},
};
API_FIELDS(decline_fields, "ReferralDecline", decline_field);

static struct store_offers_of offers_of(const struct api_call *call)
{
    struct store_offers_of of = {.pool = call->actor.pool};

    if (call->actor.role == API_PROVIDER) {
        of.provider = call->actor.provider;
    } else {
        of.hotline = call->actor.hotline;
    }
    return of;
}

static json_t *id_or_null(const struct public_id *id)
{
    return id == NULL ? json_null() : api_json_id(*id);
}

static json_t *party_json(const struct store_offer *offer)
{
    json_t *json = json_object();
    json_t *households = json_loads(offer->households, 0, NULL);
    json_t *languages = json_loads(offer->languages, 0, NULL);
    json_t *shown = json_array();
    size_t i;
    const json_t *household;

    NB_ASSERT(households != NULL && languages != NULL);
    json_array_foreach(households, i, household)
    {
        json_t *one = json_object();
        const json_t *ages = json_object_get(household, "children_ages");
        api_put(one, "adults", json_integer(api_int(household, "adults", 0)));
        api_put(one, "children_ages", ages == NULL ? json_array() : json_deep_copy(ages));
        NB_ASSERT(json_array_append_new(shown, one) == 0);
    }
    json_decref(households);
    api_put(json, "households", shown);
    api_put(json, "urgency", json_string(offer->urgency));
    api_put(json, "gender", json_string(offer->gender));
    api_put(json, "pets", json_integer(offer->pets));
    api_put(json, "service_animals", json_integer(offer->service_animals));
    api_put(json, "accessible", json_boolean(offer->accessible));
    api_put(json, "languages", languages);
    return json;
}

static json_t *cash_json(const struct store_offer *offer)
{
    if (!offer->has_cash) {
        return json_null();
    }
    json_t *json = json_object();
    api_put(json, "minor", json_integer(offer->cash_minor));
    api_put(json, "currency", json_string(offer->currency));
    return json;
}

static json_t *offer_json(const struct store_offer *offer)
{
    json_t *json = json_object();

    api_put(json, "id", api_json_id(offer->id));
    api_put(json, "booking", id_or_null(offer->booking));
    api_put(json, "request", id_or_null(offer->request));
    api_put(json, "unit", id_or_null(offer->unit));
    api_put(json, "property", id_or_null(offer->property));
    api_put(json, "state", json_string(offer->state));
    api_put(json, "offered_at", api_json_instant(offer->offered_at));
    api_put(json, "expires_at", api_json_instant(offer->expires_at));
    api_put(json, "cap_at", api_json_instant(offer->cap_at));
    api_put(json, "renewals", json_integer(offer->renewals));
    api_put(json, "check_in", api_json_night(offer->check_in));
    api_put(json, "check_out", api_json_night(offer->check_out));
    api_put(json, "nights", json_integer(nb_nights_between(offer->check_in, offer->check_out)));
    api_put(json, "units", json_integer(offer->units));
    api_put(json, "cash", cash_json(offer));
    api_put(json, "party", party_json(offer));
    api_put(json, "alias", api_json_text(offer->alias));
    api_put(json, "decline_reason", api_json_text(offer->decline_reason));
    api_put(json, "declined_by_side", api_json_text(offer->declined_by_side));
    api_put(json, "answered_at",
            offer->answered_at == NULL ? json_null() : api_json_instant(*offer->answered_at));
    return json;
}

static void on_list(void *data, const struct store_result *result, const struct store_offer *offers,
                    size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, offer_json(&offers[i]), offers[i].offered_at.us, offers[i].id);
    }
    api_page_answer(call, page);
}

static void list(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);
    struct store_offers_of of = offers_of(call);

    if (page != NULL) {
        store_referral_list(api_store(call), &of, api_text(call->query, "state"), &page->asked,
                            on_list, call);
    }
}

static void on_one(void *data, const struct store_result *result, const struct store_offer *offers,
                   size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, offer_json(&offers[0]));
}

static void show(struct api_call *call)
{
    struct store_offers_of of = offers_of(call);

    store_referral_find(api_store(call), &of, call->id, on_one, call);
}

/* --- answers --- */

static void on_answered(void *data, const struct store_result *result,
                        const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        show(call);
    }
}

static void on_keys(void *data, const struct store_result *result,
                    const struct store_lock_keys *keys)
{
    struct api_call *call = data;
    const struct store_referral_answer *answer = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (keys == NULL) {
        api_refuse_absent(call);
        return;
    }
    store_referral_answer(api_store(call), call->actor.pool, &call->operation, answer, keys,
                          on_answered, call);
}

static void answer(struct api_call *call, bool accept)
{
    struct store_referral_answer *answer = api_alloc(call, sizeof(*answer));
    struct store_offers_of of = offers_of(call);
    bool staff = call->actor.role != API_PROVIDER;

    call->state = answer;
    if (staff != api_bool(call->body, "heard_by_phone", false)) {
        api_refuse_field(call, "/heard_by_phone",
                         staff ? "true: staff record what somebody of the provider said"
                               : "left out: a provider answers for itself");
        return;
    }
    answer->referral = call->id;
    answer->accept = accept;
    answer->reason = accept ? NULL : api_text(call->body, "reason");
    answer->side = accept ? NULL : api_text(call->body, "side");
    store_referral_keys(api_store(call), &of, call->id, on_keys, call);
}

static void accept(struct api_call *call)
{
    answer(call, true);
}

static void decline(struct api_call *call)
{
    answer(call, false);
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/referrals",
     .roles = ANSWERERS,
     .summary = "Offers made to the provider, or by the hotline, newest first",
     .query = &list_fields,
     .answer = &offer_fields,
     .shape = API_PAGE,
     .success = 200,
     .handle = list},
    {.method = HTTP_GET,
     .pattern = "/v1/referrals/{id}",
     .roles = ANSWERERS,
     .summary = "One offer",
     .answer = &offer_fields,
     .success = 200,
     .handle = show},
    {.method = HTTP_POST,
     .pattern = "/v1/referrals/{id}/accept",
     .roles = ANSWERERS,
     .summary = "Take the party",
     .about = "The place is then occupied for them, and the booking confirmed.",
     .body = &accept_fields,
     .answer = &offer_fields,
     .success = 200,
     .handle = accept},
    {.method = HTTP_POST,
     .pattern = "/v1/referrals/{id}/decline",
     .roles = ANSWERERS,
     .summary = "Decline, with a coded reason",
     .about = "The place is free again. Staff search on, or the next candidate is asked where "
              "that was allowed.",
     .body = &decline_fields,
     .answer = &offer_fields,
     .success = 200,
     .handle = decline},
};
API_ROUTES(api_referrals_routes, "Referrals", routes);
