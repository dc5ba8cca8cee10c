/*
 * The directory: who offers places, and the decision that makes one of them eligible. A place that
 * is not vetted is never offered.
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/store/directory.h"

#define READERS (API_STAFF | API_BIT(API_ADMIN))
#define DECIDERS (API_LEADERS | API_BIT(API_ADMIN))

static const char *const vetting_states[] = {"applied", "vetted", "suspended", NULL};
static const char *const decisions[] = {"vetted", "suspended", NULL};
static const char *const provider_kinds[] = {"shelter", "service", "law_enforcement",
                                             "hotline", "hotel",   NULL};
static const char *const card_rules[] = {"none_needed", "form_accepted", "guest_card", NULL};

static const struct http_field provider_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "name", .type = HTTP_TEXT, .required = true},
    {.name = "kind", .type = HTTP_ENUM, .words = provider_kinds, .required = true},
    {.name = "vetting_state", .type = HTTP_ENUM, .words = vetting_states, .required = true},
    {.name = "vetted_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
    {.name = "country", .type = HTTP_TEXT, .required = true, .example = "US"},
    {.name = "notify_channel", .type = HTTP_TEXT, .required = true, .example = "console"},
    {.name = "created_at", .type = HTTP_INSTANT, .required = true},
    {.name = "services", .type = HTTP_INTEGER, .required = true, .about = "Not closed."},
};
API_FIELDS(provider, "Provider", provider_fields);

static const struct http_field word_item[] = {{.name = NULL, .type = HTTP_TEXT}};
static const struct http_fields words = {.fields = word_item, .count = 1};

static const struct http_field safety_fields[] = {
    {.name = "policy", .type = HTTP_BOOLEAN, .required = true, .nullable = true},
    {.name = "training", .type = HTTP_BOOLEAN, .required = true, .nullable = true},
    {.name = "reporting", .type = HTTP_BOOLEAN, .required = true, .nullable = true},
    {.name = "sourcing", .type = HTTP_BOOLEAN, .required = true, .nullable = true},
};
API_FIELDS(safety, "SafetyChecklist", safety_fields);

static const struct http_field property_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "name", .type = HTTP_TEXT, .required = true},
    {.name = "brand", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "program", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "company", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "country", .type = HTTP_TEXT, .required = true},
    {.name = "region", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "postal_code", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "zone", .type = HTTP_TEXT, .required = true, .example = "America/Chicago"},
    {.name = "zone_confirmed", .type = HTTP_BOOLEAN, .required = true},
    {.name = "card_rule", .type = HTTP_ENUM, .words = card_rules, .required = true},
    {.name = "takes_no_id", .type = HTTP_BOOLEAN, .required = true},
    {.name = "accepted_id", .type = HTTP_ARRAY, .of = &words, .required = true},
    {.name = "min_check_in_age", .type = HTTP_INTEGER, .required = true},
    {.name = "guest_cap", .type = HTTP_INTEGER, .required = true},
    {.name = "safety",
     .type = HTTP_OBJECT,
     .of = &safety,
     .required = true,
     .about = "Four points; null is not known."},
    {.name = "vetting_state", .type = HTTP_ENUM, .words = vetting_states, .required = true},
    {.name = "vetted_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
    {.name = "last_verified_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
};
API_FIELDS(property, "Property", property_fields);

static const struct http_field decision_fields[] = {
    {.name = "decision", .type = HTTP_ENUM, .words = decisions, .required = true},
};
API_FIELDS(decision, "VettingDecision", decision_fields);

static const struct http_field provider_query_fields[] = {
    {.name = "vetting_state", .type = HTTP_ENUM, .words = vetting_states},
    {.name = "kind", .type = HTTP_ENUM, .words = provider_kinds},
};
API_FIELDS(provider_query, "ProviderQuery", provider_query_fields);

static const struct http_field property_query_fields[] = {
    {.name = "vetting_state", .type = HTTP_ENUM, .words = vetting_states},
    {.name = "program", .type = HTTP_TEXT, .max = 20, .about = "Code of a loyalty program."},
};
API_FIELDS(property_query, "PropertyQuery", property_query_fields);

/* --- rendering --- */

static json_t *instant_or_null(bool there, struct nb_instant at)
{
    return there ? api_json_instant(at) : json_null();
}

static json_t *provider_json(const struct store_provider *row)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "name", row->name, "kind", row->kind,
                             "vetting_state", row->vetting_state, "country", row->country,
                             "notify_channel", row->notify_channel, "services", row->services);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "vetted_at", instant_or_null(row->vetted, row->vetted_at));
    api_put(json, "created_at", api_json_instant(row->created_at));
    return json;
}

static json_t *answer_json(enum store_answer_word answer)
{
    return answer == STORE_ANSWER_UNKNOWN ? json_null() : json_boolean(answer == STORE_ANSWER_YES);
}

static json_t *safety_json(const struct store_property *row)
{
    json_t *json = json_object();

    api_put(json, "policy", answer_json(row->policy));
    api_put(json, "training", answer_json(row->training));
    api_put(json, "reporting", answer_json(row->reporting));
    api_put(json, "sourcing", answer_json(row->sourcing));
    return json;
}

static json_t *property_json(const struct store_property *row)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:b, s:s, s:b, s:I, s:I, s:s}", "name", row->name,
                             "country", row->country, "zone", row->zone, "zone_confirmed",
                             (int)row->zone_confirmed, "card_rule", row->card_rule, "takes_no_id",
                             (int)row->takes_no_id, "min_check_in_age", row->min_check_in_age,
                             "guest_cap", row->guest_cap, "vetting_state", row->vetting_state);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "brand", api_json_text(row->brand));
    api_put(json, "program", api_json_text(row->program));
    api_put(json, "company", api_json_text(row->company));
    api_put(json, "region", api_json_text(row->region));
    api_put(json, "postal_code", api_json_text(row->postal_code));
    api_put(json, "accepted_id", json_loads(row->accepted_id, 0, NULL));
    api_put(json, "safety", safety_json(row));
    api_put(json, "vetted_at", instant_or_null(row->vetted, row->vetted_at));
    api_put(json, "last_verified_at", instant_or_null(row->verified, row->last_verified_at));
    return json;
}

/* --- providers --- */

static void on_providers(void *data, const struct store_result *result,
                         const struct store_provider *rows, size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, provider_json(&rows[i]), 0, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_providers(struct api_call *call)
{
    const struct store_directory_filter filter = {.vetting_state =
                                                      api_text(call->query, "vetting_state"),
                                                  .word = api_text(call->query, "kind")};
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_directory_providers(api_store(call), call->actor.pool, &filter, &page->asked,
                                  on_providers, call);
    }
}

static void on_provider(void *data, const struct store_result *result,
                        const struct store_provider *rows, size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, provider_json(&rows[0]));
}

static void show_provider(struct api_call *call)
{
    store_directory_providers(api_store(call), call->actor.pool,
                              &(struct store_directory_filter){.one = &call->id},
                              &(struct store_page){.limit = 1}, on_provider, call);
}

/* --- properties --- */

static void on_properties(void *data, const struct store_result *result,
                          const struct store_property *rows, size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, property_json(&rows[i]), 0, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_properties(struct api_call *call)
{
    const struct store_directory_filter filter = {.vetting_state =
                                                      api_text(call->query, "vetting_state"),
                                                  .word = api_text(call->query, "program")};
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_directory_properties(api_store(call), call->actor.pool, &filter, &page->asked,
                                   on_properties, call);
    }
}

static void on_property(void *data, const struct store_result *result,
                        const struct store_property *rows, size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, property_json(&rows[0]));
}

static void show_property(struct api_call *call)
{
    store_directory_properties(api_store(call), call->actor.pool,
                               &(struct store_directory_filter){.one = &call->id},
                               &(struct store_page){.limit = 1}, on_property, call);
}

/* --- vetting --- */

static void on_provider_decided(void *data, const struct store_result *result,
                                const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        show_provider(call);
    }
}

static void vet_provider(struct api_call *call)
{
    const struct store_decision given = {
        .kind = "provider", .subject = call->id, .decision = api_text(call->body, "decision")};

    store_directory_decide(api_store(call), call->actor.pool, &call->operation, &given,
                           on_provider_decided, call);
}

static void on_property_decided(void *data, const struct store_result *result,
                                const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        show_property(call);
    }
}

static void vet_property(struct api_call *call)
{
    const struct store_decision given = {
        .kind = "property", .subject = call->id, .decision = api_text(call->body, "decision")};

    store_directory_decide(api_store(call), call->actor.pool, &call->operation, &given,
                           on_property_decided, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/directory/providers",
     .roles = READERS,
     .summary = "Organizations of the directory.",
     .query = &provider_query,
     .answer = &provider,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_providers},
    {.method = HTTP_GET,
     .pattern = "/v1/directory/providers/{id}",
     .roles = READERS,
     .summary = "One organization.",
     .answer = &provider,
     .success = 200,
     .handle = show_provider},
    {.method = HTTP_POST,
     .pattern = "/v1/directory/providers/{id}/vet",
     .roles = DECIDERS,
     .summary = "Vets or suspends an organization; nobody decides on their own.",
     .body = &decision,
     .answer = &provider,
     .success = 200,
     .handle = vet_provider},
    {.method = HTTP_GET,
     .pattern = "/v1/directory/properties",
     .roles = READERS,
     .summary = "Hotels of the directory.",
     .query = &property_query,
     .answer = &property,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_properties},
    {.method = HTTP_GET,
     .pattern = "/v1/directory/properties/{id}",
     .roles = READERS,
     .summary = "One hotel.",
     .answer = &property,
     .success = 200,
     .handle = show_property},
    {.method = HTTP_POST,
     .pattern = "/v1/directory/properties/{id}/vet",
     .roles = DECIDERS,
     .summary = "Vets or suspends a hotel.",
     .body = &decision,
     .answer = &property,
     .success = 200,
     .handle = vet_property},
};
API_ROUTES(api_directory_routes, "Directory", routes);
