/*
 * Capacity: provider people say how many units they have, hotline staff enter what they were told
 * by phone. A report never takes away what is already promised.
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/store/capacity.h"

#define REPORTERS (API_STAFF | API_BIT(API_PROVIDER))
#define NIGHTS_DEFAULT 14
#define NIGHTS_MOST 400

static const char *const sources[] = {"console", "phone", "api", NULL};
static const char *const all_sources[] = {"console", "phone", "api", "import", NULL};
static const char *const unit_kinds[] = {"bed", "room", NULL};

static const struct http_field new_report_fields[] = {
    {.name = "unit", .type = HTTP_PUBLIC_ID, .required = true, .about = "As GET lists them."},
    {.name = "from_night", .type = HTTP_NIGHT, .required = true, .example = "2031-01-15"},
    {.name = "to_night",
     .type = HTTP_NIGHT,
     .required = true,
     .about = "The last night, included.",
     .example = "2031-01-21"},
    {.name = "capacity",
     .type = HTTP_INTEGER,
     .max = 10000,
     .required = true,
     .about = "Units on each of these nights, taken ones included.",
     .example = "6"},
    {.name = "source",
     .type = HTTP_ENUM,
     .words = sources,
     .about = "How it was said; phone for hotline staff and api for others when left out."},
};
API_FIELDS(new_report, "NewCapacityReport", new_report_fields);

static const struct http_field report_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "unit", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "from_night", .type = HTTP_NIGHT, .required = true},
    {.name = "to_night", .type = HTTP_NIGHT, .required = true},
    {.name = "capacity", .type = HTTP_INTEGER, .required = true},
    {.name = "source", .type = HTTP_ENUM, .words = all_sources, .required = true},
    {.name = "reported_at", .type = HTTP_INSTANT, .required = true},
};
API_FIELDS(report, "CapacityReport", report_fields);

static const struct http_field night_fields[] = {
    {.name = "night", .type = HTTP_NIGHT, .required = true},
    {.name = "capacity", .type = HTTP_INTEGER, .required = true},
    {.name = "held", .type = HTTP_INTEGER, .required = true},
    {.name = "occupied", .type = HTTP_INTEGER, .required = true},
    {.name = "free", .type = HTTP_INTEGER, .required = true},
};
API_FIELDS(unit_night, "UnitNight", night_fields);

static const struct http_field unit_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "name", .type = HTTP_TEXT, .required = true},
    {.name = "place", .type = HTTP_TEXT, .required = true, .about = "The service or hotel."},
    {.name = "provider", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "rooms_or_beds", .type = HTTP_ENUM, .words = unit_kinds, .required = true},
    {.name = "active", .type = HTTP_BOOLEAN, .required = true},
    {.name = "last_reported_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
    {.name = "tonight", .type = HTTP_NIGHT, .required = true, .about = "The place's own date."},
    {.name = "nights",
     .type = HTTP_ARRAY,
     .of = &unit_night,
     .max = NIGHTS_MOST,
     .required = true,
     .about = "A night that is not there was never reported."},
};
API_FIELDS(unit, "CapacityUnit", unit_fields);

static const struct http_field unit_query_fields[] = {
    {.name = "unit", .type = HTTP_PUBLIC_ID, .about = "Only this unit."},
    {.name = "provider", .type = HTTP_PUBLIC_ID, .about = "Only units of this provider."},
    {.name = "from_night",
     .type = HTTP_NIGHT,
     .required = true,
     .about = "First night to show.",
     .example = "2031-01-15"},
    {.name = "to_night",
     .type = HTTP_NIGHT,
     .about = "Last night to show, at most 399 after the first; 13 after it when left out."},
};
API_FIELDS(unit_query, "CapacityQuery", unit_query_fields);

/* --- reading --- */

static json_t *unit_json(const struct store_unit *row)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:b}", "name", row->name, "place", row->place_name,
                             "rooms_or_beds", row->rooms_or_beds, "active", (int)row->active);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "provider", api_json_id(row->provider));
    api_put(json, "last_reported_at",
            row->reported ? api_json_instant(row->last_reported_at) : json_null());
    api_put(json, "tonight", api_json_night(row->tonight));
    api_put(json, "nights", json_loads(row->nights, 0, NULL));
    return json;
}

static void on_units(void *data, const struct store_result *result, const struct store_unit *rows,
                     size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, unit_json(&rows[i]), 0, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_units(struct api_call *call)
{
    struct store_unit_filter filter = {.actor = call->actor.user};
    struct public_id one;
    struct public_id provider;
    struct api_page *page = api_page_begin(call);

    if (page == NULL) {
        return;
    }
    filter.one = api_id(call->query, "unit", &one) ? &one : NULL;
    filter.provider = api_id(call->query, "provider", &provider) ? &provider : NULL;
    (void)api_night(call->query, "from_night", &filter.from_night);
    if (!api_night(call->query, "to_night", &filter.to_night)) {
        filter.to_night = nb_night_add(filter.from_night, NIGHTS_DEFAULT - 1);
    }
    int32_t nights = nb_nights_between(filter.from_night, filter.to_night) + 1;
    if (nights < 1 || nights > NIGHTS_MOST) {
        api_refuse(call, 400, "query_errors", "to_night lies 0 to %d nights after from_night.",
                   NIGHTS_MOST - 1);
        return;
    }
    store_capacity_units(api_store(call), call->actor.pool, &filter, &page->asked, on_units, call);
}

/* --- reporting --- */

static json_t *report_json(const struct store_report *row)
{
    json_t *json = json_pack("{s:I, s:s}", "capacity", row->capacity, "source", row->source);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "unit", api_json_id(row->unit));
    api_put(json, "from_night", api_json_night(row->from_night));
    api_put(json, "to_night", api_json_night(row->to_night));
    api_put(json, "reported_at", api_json_instant(row->reported_at));
    return json;
}

static void on_report(void *data, const struct store_result *result, const struct store_report *row)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (row == NULL) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, report_json(row));
}

static void on_recorded(void *data, const struct store_result *result,
                        const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        store_capacity_report(api_store(call), call->actor.pool, call->actor.user, write->resource,
                              on_report, call);
    }
}

static const char *source_of(const struct api_call *call)
{
    const char *said = api_text(call->body, "source");

    if (said != NULL) {
        return said;
    }
    return call->actor.role == API_PROVIDER ? "api" : "phone";
}

/* The unit's internal key, which its lock is made of. */
static void on_unit(void *data, const struct store_result *result, const struct store_unit *rows,
                    size_t count)
{
    struct api_call *call = data;
    struct store_new_report given = {0};

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_field(call, "/unit", "there is no such unit on which you may report");
        return;
    }
    given.unit = rows[0].unit;
    given.unit_public = rows[0].id;
    (void)api_night(call->body, "from_night", &given.from_night);
    (void)api_night(call->body, "to_night", &given.to_night);
    given.capacity = api_int(call->body, "capacity", 0);
    given.source = source_of(call);
    store_capacity_record(api_store(call), call->actor.pool, &call->operation, &given, on_recorded,
                          call);
}

static void record(struct api_call *call)
{
    struct public_id one;
    struct store_unit_filter filter = {.actor = call->actor.user, .one = &one};

    (void)api_id(call->body, "unit", &one);
    store_capacity_units(api_store(call), call->actor.pool, &filter,
                         &(struct store_page){.limit = 1}, on_unit, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/capacity",
     .roles = REPORTERS,
     .summary = "Units on which you may report, with what is known of a range of nights.",
     .query = &unit_query,
     .answer = &unit,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_units},
    {.method = HTTP_POST,
     .pattern = "/v1/capacity",
     .roles = REPORTERS,
     .summary = "Sets the units of a range of nights.",
     .about = "409 below_promised when more is promised already on one of the nights: nothing "
              "changes then.",
     .body = &new_report,
     .answer = &report,
     .success = 201,
     .handle = record},
    {.method = HTTP_PUT,
     .pattern = "/v1/capacity",
     .roles = REPORTERS,
     .summary = "Sets the units of a range of nights; the key is optional, for a second time "
                "changes nothing.",
     .body = &new_report,
     .answer = &report,
     .success = 201,
     .handle = record},
};
API_ROUTES(api_capacity_routes, "Capacity", routes);
