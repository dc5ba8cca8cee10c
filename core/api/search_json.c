#include "core/api/search_json.h"

#include "core/api/option_json.h"

#include <string.h>

static const struct http_field household_row[] = {{.type = HTTP_INTEGER, .max = 99}};
API_FIELDS(household, "GroupHousehold", household_row);

static const struct http_field suggestion_rows[] = {
    {.name = "option", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "units", .type = HTTP_INTEGER, .required = true},
    {.name = "households", .type = HTTP_ARRAY, .of = &household, .required = true},
};
API_FIELDS(suggestion, "GroupSuggestion", suggestion_rows);

static const struct http_field allocation_rows[] = {
    {.name = "suggested", .type = HTTP_ARRAY, .of = &suggestion, .required = true},
    {.name = "people_placed", .type = HTTP_INTEGER, .required = true},
    {.name = "people_left", .type = HTTP_INTEGER, .required = true},
    {.name = "left_over",
     .type = HTTP_ARRAY,
     .of = &household,
     .required = true,
     .about = "Households for whom nothing was found: unmet need, which a person owns."},
};
API_FIELDS(allocation, "GroupAllocation", allocation_rows);

static const struct http_field search_rows[] = {
    {.name = "id",
     .type = HTTP_PUBLIC_ID,
     .required = true,
     .nullable = true,
     .about = "Null for a preview."},
    {.name = "request", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "made_at", .type = HTTP_INSTANT, .required = true},
    {.name = "expires_at",
     .type = HTTP_INSTANT,
     .required = true,
     .nullable = true,
     .about = "A choice after this is stale."},
    {.name = "stale",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "The time is over, or the request was changed: search again."},
    {.name = "considered", .type = HTTP_INTEGER, .required = true, .about = "Places in reach."},
    {.name = "offered", .type = HTTP_INTEGER, .required = true},
    {.name = "refused",
     .type = HTTP_ARRAY,
     .of = &api_refusal_count_fields,
     .required = true,
     .about = "How many places each reason refuses; the places stand in /refusals."},
    {.name = "allocation",
     .type = HTTP_OBJECT,
     .of = &allocation,
     .required = true,
     .nullable = true,
     .about = "For a party that may split: who could sleep where."},
    {.name = "unaccompanied_minor",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "True: no hotel is offered; the youth route was started."},
    {.name = "options",
     .type = HTTP_ARRAY,
     .of = &api_option_fields,
     .required = true,
     .about = "The first page, the best first; the others stand in /options."},
};
const struct http_fields api_search_fields = {.title = "Search",
                                              .fields = search_rows,
                                              .count =
                                                  sizeof(search_rows) / sizeof(search_rows[0])};

json_t *api_options_json(const struct store_option *options, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        NB_ASSERT(json_array_append_new(list, api_option_json(&options[i])) == 0);
    }
    return list;
}

bool api_is_author(const struct api_call *call, const char *author_role)
{
    return strcmp(api_role_name(call->actor.role), author_role) == 0;
}

json_t *api_search_json(const struct api_call *call, const struct store_search *search)
{
    json_t *json = json_pack("{s:I, s:I, s:b, s:b}", "considered", (json_int_t)search->considered,
                             "offered", (json_int_t)search->offered, "stale", search->stale,
                             "unaccompanied_minor", search->unaccompanied_minor);

    api_put(json, "id", api_json_id(search->id));
    api_put(json, "request", api_json_id(search->request));
    api_put(json, "made_at", api_json_instant(search->made_at));
    api_put(json, "expires_at", api_json_instant(search->expires_at));
    api_put(
        json, "refused",
        api_refusal_counts_json(search->refusal_counts, api_is_author(call, search->author_role)));
    api_put(json, "allocation",
            search->allocation == NULL ? json_null() : json_loads(search->allocation, 0, NULL));
    return json;
}

json_t *api_preview_json(const struct api_call *call, const struct search_preview *preview)
{
    json_t *json = json_pack("{s:I, s:I, s:b, s:b}", "considered", (json_int_t)preview->considered,
                             "offered", (json_int_t)preview->offered, "stale", false,
                             "unaccompanied_minor", preview->unaccompanied_minor);

    api_put(json, "id", json_null());
    api_put(json, "request", api_json_id(call->id));
    api_put(json, "made_at", api_json_instant(preview->at));
    api_put(json, "expires_at", json_null());
    api_put(json, "refused",
            api_refusal_counts_json(preview->refusal_counts,
                                    api_is_author(call, preview->author_role)));
    api_put(json, "allocation",
            preview->allocation == NULL ? json_null() : json_loads(preview->allocation, 0, NULL));
    api_put(json, "options", api_options_json(preview->options, preview->option_count));
    return json;
}
