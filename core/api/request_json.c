#include "core/api/request_json.h"

#include "core/api/request_fields.h"

#include <stdlib.h>
#include <string.h>

static const char *const states[] = {"draft", "open", "placed", "unmet", "closed", NULL};

static const struct http_field where_rows[] = {
    {.name = "label",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .about = "What was typed: a postal code or a city.",
     .example = "06103"},
    {.name = "country", .type = HTTP_ENUM, .words = api_country_words, .required = true},
    {.name = "region", .type = HTTP_TEXT, .required = true, .nullable = true, .example = "CT"},
    {.name = "zone", .type = HTTP_TEXT, .required = true, .example = "America/New_York"},
};
API_FIELDS(where, "RequestPlace", where_rows);

static const struct http_field word_row[] = {{.type = HTTP_TEXT}};
API_FIELDS(word, "Word", word_row);

static const char *const placing_roles[] = {"specialist", "coordinator", "supervisor", "director",
                                            NULL};
static const struct http_field approval_rows[] = {
    {.name = "by", .type = HTTP_ENUM, .words = placing_roles, .required = true, .nullable = true},
    {.name = "long_stay_reason",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "True: the booking needs a coded reason for so long a stay."},
};
API_FIELDS(approval, "ApprovalNeeded", approval_rows);

static const struct http_field request_rows[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "state", .type = HTTP_ENUM, .words = states, .required = true},
    {.name = "urgency", .type = HTTP_ENUM, .words = api_urgency_words, .required = true},
    {.name = "place", .type = HTTP_OBJECT, .of = &where, .required = true},
    {.name = "check_in",
     .type = HTTP_TEXT,
     .required = true,
     .about = "tonight (each place's own), or a date.",
     .example = "tonight"},
    {.name = "first_night",
     .type = HTTP_NIGHT,
     .required = true,
     .about = "The date that is where the request is from; a place in another zone may differ."},
    {.name = "nights", .type = HTTP_INTEGER, .required = true},
    {.name = "households",
     .type = HTTP_ARRAY,
     .min = 1,
     .max = 100,
     .of = &api_household_fields,
     .required = true},
    {.name = "gender", .type = HTTP_ENUM, .words = api_gender_words, .required = true},
    {.name = "may_split", .type = HTTP_BOOLEAN, .required = true},
    {.name = "service_animals", .type = HTTP_INTEGER, .required = true},
    {.name = "pets", .type = HTTP_INTEGER, .required = true},
    {.name = "accessible", .type = HTTP_BOOLEAN, .required = true},
    {.name = "languages", .type = HTTP_ARRAY, .of = &word, .required = true},
    {.name = "id_documents", .type = HTTP_ARRAY, .of = &word, .required = true},
    {.name = "has_card", .type = HTTP_BOOLEAN, .required = true},
    {.name = "account_watched", .type = HTTP_BOOLEAN, .required = true},
    {.name = "avoid_background_check", .type = HTTP_BOOLEAN, .required = true},
    {.name = "wishes", .type = HTTP_ARRAY, .of = &word, .required = true},
    {.name = "places_to_avoid",
     .type = HTTP_INTEGER,
     .required = true,
     .nullable = true,
     .about = "How many; null for all but their author's role."},
    {.name = "min_distance_m", .type = HTTP_INTEGER, .required = true},
    {.name = "max_distance_m", .type = HTTP_INTEGER, .required = true},
    {.name = "channel", .type = HTTP_ENUM, .words = api_channel_words, .required = true},
    {.name = "asked_by", .type = HTTP_ENUM, .words = api_asked_by_words, .required = true},
    {.name = "asking_provider", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "shares_back", .type = HTTP_ENUM, .words = api_shares_back_words, .required = true},
    {.name = "safe_contact_mode",
     .type = HTTP_ENUM,
     .words = api_contact_mode_words,
     .required = true},
    {.name = "child_involved", .type = HTTP_BOOLEAN, .required = true},
    {.name = "immediate_violence", .type = HTTP_BOOLEAN, .required = true},
    {.name = "consents_to_report", .type = HTTP_BOOLEAN, .required = true},
    {.name = "unaccompanied_minor",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "True: never a hotel; the youth route and a report were started."},
    {.name = "needs_approval",
     .type = HTTP_OBJECT,
     .of = &approval,
     .required = true,
     .nullable = true,
     .about = "Null when you may book so many nights; else who may."},
    {.name = "open_tasks", .type = HTTP_ARRAY, .of = &word, .required = true},
    {.name = "repeat_of", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "last_search", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "opened_at", .type = HTTP_INSTANT, .required = true},
    {.name = "next_action_at",
     .type = HTTP_INSTANT,
     .required = true,
     .nullable = true,
     .about = "When somebody or something looks again; null once it is closed."},
};
const struct http_fields api_shown_request_fields = {.title = "Request",
                                                     .fields = request_rows,
                                                     .count = sizeof(request_rows) /
                                                              sizeof(request_rows[0])};

static const struct http_field listed_rows[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "state", .type = HTTP_ENUM, .words = states, .required = true},
    {.name = "urgency", .type = HTTP_ENUM, .words = api_urgency_words, .required = true},
    {.name = "country", .type = HTTP_ENUM, .words = api_country_words, .required = true},
    {.name = "region", .type = HTTP_TEXT, .required = true, .nullable = true, .example = "CT"},
    {.name = "first_night", .type = HTTP_NIGHT, .required = true},
    {.name = "nights", .type = HTTP_INTEGER, .required = true},
    {.name = "people", .type = HTTP_INTEGER, .required = true},
    {.name = "opened_at", .type = HTTP_INSTANT, .required = true},
    {.name = "next_action_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
};
const struct http_fields api_listed_request_fields = {.title = "ListedRequest",
                                                      .fields = listed_rows,
                                                      .count = sizeof(listed_rows) /
                                                               sizeof(listed_rows[0])};

json_t *api_words_json(const char *array)
{
    json_t *list = json_array();
    const char *at = array + 1;

    while (*at != '}' && *at != '\0') {
        size_t length = strcspn(at, ",}");
        NB_ASSERT(json_array_append_new(list, json_stringn(at, length)) == 0);
        at += length + (at[length] == ',');
    }
    return list;
}

json_t *api_numbers_json(const char *array)
{
    json_t *list = json_array();
    const char *at = array + 1;

    while (*at != '}' && *at != '\0') {
        char *end;
        NB_ASSERT(json_array_append_new(list, json_integer(strtoll(at, &end, 10))) == 0);
        at = end + (*end == ',');
    }
    return list;
}

static json_t *place_json(const struct store_request *request, json_t *body)
{
    json_t *place = json_pack("{s:s, s:s}", "country", request->country, "zone", request->zone);

    NB_ASSERT(json_object_set(place, "label", json_object_get(body, "place_label")) == 0);
    NB_ASSERT(json_object_del(body, "place_label") == 0);
    api_put(place, "region", api_json_text(request->region));
    return place;
}

/* By the same rows and rules that the booking is held against. */
static json_t *approval_json(const struct store_request *request)
{
    if (request->stay_allowed) {
        return json_null();
    }
    json_t *json = json_pack("{s:b}", "long_stay_reason", request->stay_reason_needed);
    api_put(json, "by", api_json_text(request->stay_by));
    return json;
}

json_t *api_request_json(const struct api_call *call, const struct store_request *request)
{
    json_t *body = json_loads(request->body, 0, NULL);
    json_t *json = json_object();
    bool author = strcmp(api_role_name(call->actor.role), request->author_role) == 0;

    NB_ASSERT(body != NULL);
    api_put(json, "id", api_json_id(request->id));
    api_put(json, "state", json_string(request->state));
    api_put(json, "place", place_json(request, body));
    api_put(json, "first_night", api_json_night(request->check_in));
    NB_ASSERT(json_object_update(json, body) == 0);
    json_decref(body);
    api_put(json, "places_to_avoid",
            author ? json_integer((json_int_t)request->zone_count) : json_null());
    api_put(json, "unaccompanied_minor", json_boolean(request->unaccompanied_minor));
    api_put(json, "needs_approval", approval_json(request));
    api_put(json, "open_tasks", api_words_json(request->open_tasks));
    api_put(json, "repeat_of",
            request->has_repeat_of ? api_json_id(request->repeat_of) : json_null());
    api_put(json, "last_search",
            request->has_last_search ? api_json_id(request->last_search) : json_null());
    api_put(json, "opened_at", api_json_instant(request->opened_at));
    api_put(json, "next_action_at",
            request->has_next_action ? api_json_instant(request->next_action_at) : json_null());
    return json;
}

json_t *api_listed_request_json(const struct store_request_row *row)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:I, s:I}", "state", row->state, "urgency",
                             row->urgency, "country", row->country, "nights",
                             (json_int_t)row->nights, "people", (json_int_t)row->people);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "region", api_json_text(row->region));
    api_put(json, "first_night", api_json_night(row->check_in));
    api_put(json, "opened_at", api_json_instant(row->opened_at));
    api_put(json, "next_action_at",
            row->has_next_action ? api_json_instant(row->next_action_at) : json_null());
    return json;
}
