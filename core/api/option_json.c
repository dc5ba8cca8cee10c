#include "core/api/option_json.h"

#include "core/api/request_json.h"
#include "core/model/ranking.h"

#include <string.h>

static const char *const kinds[] = {"shelter", "partner_hotel", "points_hotel", NULL};
static const char *const classes[] = {"specialized", "adjacent", "hotel", "general", NULL};
static const char *const transports[] = {"referral", "gateway", "assisted", NULL};
static const char *const levels[] = {"none", "low", "medium", "high", NULL};
static const char *const freshnesses[] = {"fresh", "ageing", "stale", NULL};

static const struct http_field index_row[] = {{.type = HTTP_INTEGER, .min = 0, .max = 99}};
API_FIELDS(household_index, "HouseholdIndex", index_row);
static const struct http_field points_row[] = {{.type = HTTP_INTEGER}};
API_FIELDS(points_of_night, "PointsOfNight", points_row);
static const struct http_field flag_row[] = {{.type = HTTP_TEXT}};
API_FIELDS(flag, "Flag", flag_row);

static const struct http_field price_rows[] = {
    {.name = "points",
     .type = HTTP_INTEGER,
     .required = true,
     .nullable = true,
     .about = "Of all rooms and nights; null when no points are needed.",
     .example = "60000"},
    {.name = "night_points",
     .type = HTTP_ARRAY,
     .of = &points_of_night,
     .max = 400,
     .required = true,
     .nullable = true,
     .about = "By night, all rooms; a free night is 0."},
    {.name = "free_nights", .type = HTTP_INTEGER, .required = true},
    {.name = "leaves",
     .type = HTTP_INTEGER,
     .required = true,
     .nullable = true,
     .about = "Points of the account that the request could still use afterwards."},
    {.name = "cash_minor",
     .type = HTTP_INTEGER,
     .required = true,
     .nullable = true,
     .about = "Of all rooms and nights, in minor units, from the hotline's budget."},
    {.name = "currency", .type = HTTP_TEXT, .required = true, .nullable = true, .example = "USD"},
};
API_FIELDS(price, "OptionPrice", price_rows);

static const struct http_field risk_reason_rows[] = {
    {.name = "reason", .type = HTTP_TEXT, .required = true, .example = "card_form"},
    {.name = "sentence", .type = HTTP_TEXT, .required = true},
};
API_FIELDS(risk_reason, "RiskReason", risk_reason_rows);

static const struct http_field risk_rows[] = {
    {.name = "level", .type = HTTP_ENUM, .words = levels, .required = true},
    {.name = "reasons", .type = HTTP_ARRAY, .of = &risk_reason, .required = true},
};
API_FIELDS(risk, "CheckInRisk", risk_rows);

static const struct http_field freshness_rows[] = {
    {.name = "word", .type = HTTP_ENUM, .words = freshnesses, .required = true},
    {.name = "reported_at",
     .type = HTTP_INSTANT,
     .required = true,
     .nullable = true,
     .about = "Time of the capacity report, or when the price was seen."},
};
API_FIELDS(freshness, "Freshness", freshness_rows);

static const struct http_field cancel_rows[] = {
    {.name = "at", .type = HTTP_INSTANT, .required = true},
    {.name = "zone", .type = HTTP_TEXT, .required = true, .example = "America/Chicago"},
    {.name = "local",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .about = "The same moment on the clock of the house; null in a preview.",
     .example = "2026-11-24 16:00"},
    {.name = "passed",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "True: it is over; cancelling costs what the house asks."},
};
API_FIELDS(cancel_by, "CancelBy", cancel_rows);

#define CRITERION(word)                                                                            \
    {                                                                                              \
        .name = (word), .type = HTTP_INTEGER, .max = 1000                                          \
    }
static const struct http_field reason_rows[] = {
    CRITERION("language"),  CRITERION("wishes"),    CRITERION("distance"),
    CRITERION("one_stay"),  CRITERION("checklist"), CRITERION("check_in_risk"),
    CRITERION("freshness"), CRITERION("cost"),      CRITERION("expiring"),
    CRITERION("reserve"),
};
API_FIELDS(reasons, "RankingReasons", reason_rows);

static const struct http_field option_rows[] = {
    {.name = "id",
     .type = HTTP_PUBLIC_ID,
     .required = true,
     .about = "What a booking names; of a preview nothing can be booked."},
    {.name = "rank", .type = HTTP_INTEGER, .required = true, .about = "From 1, the best first."},
    {.name = "kind", .type = HTTP_ENUM, .words = kinds, .required = true},
    {.name = "class",
     .type = HTTP_ENUM,
     .words = classes,
     .required = true,
     .about = "Specialized and adjacent shelters stand before hotels, general ones after them."},
    {.name = "place", .type = HTTP_TEXT, .required = true, .about = "Name for staff."},
    {.name = "unit",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .about = "Which of its rooms or beds."},
    {.name = "transport", .type = HTTP_ENUM, .words = transports, .required = true},
    {.name = "program", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "check_in",
     .type = HTTP_NIGHT,
     .required = true,
     .about = "First night, a date at the place."},
    {.name = "check_out", .type = HTTP_NIGHT, .required = true},
    {.name = "units", .type = HTTP_INTEGER, .required = true, .about = "Rooms or beds."},
    {.name = "bookings",
     .type = HTTP_INTEGER,
     .required = true,
     .about = "How many bookings they take; several are held and undone together."},
    {.name = "households",
     .type = HTTP_ARRAY,
     .of = &household_index,
     .required = true,
     .about = "Which households of the request would sleep there, from 0."},
    {.name = "distance_m", .type = HTTP_INTEGER, .required = true},
    {.name = "price", .type = HTTP_OBJECT, .of = &price, .required = true},
    {.name = "check_in_risk", .type = HTTP_OBJECT, .of = &risk, .required = true},
    {.name = "freshness", .type = HTTP_OBJECT, .of = &freshness, .required = true},
    {.name = "cancel_by",
     .type = HTTP_OBJECT,
     .of = &cancel_by,
     .required = true,
     .nullable = true,
     .about = "Free cancellation until then; null when nothing is agreed."},
    {.name = "score", .type = HTTP_INTEGER, .required = true},
    {.name = "reasons",
     .type = HTTP_OBJECT,
     .of = &reasons,
     .required = true,
     .about = "Each criterion from 0 to 1000, before its weight."},
    {.name = "reason_needed",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "True: points would be spent although a suitable shelter is free. What is suggested "
              "for a group needs a reason only when its shelters are not booked with it."},
    {.name = "flags", .type = HTTP_ARRAY, .of = &flag, .required = true},
};
const struct http_fields api_option_fields = {.title = "Option",
                                              .fields = option_rows,
                                              .count =
                                                  sizeof(option_rows) / sizeof(option_rows[0])};

static const struct http_field why_rows[] = {
    {.name = "reason", .type = HTTP_TEXT, .required = true, .example = "no_capacity"},
    {.name = "sentence", .type = HTTP_TEXT, .required = true},
};
API_FIELDS(why, "WhyNot", why_rows);

static const struct http_field refusal_rows[] = {
    {.name = "id",
     .type = HTTP_PUBLIC_ID,
     .required = true,
     .about = "Of the kind of unit, or of the hotel."},
    {.name = "kind", .type = HTTP_ENUM, .words = kinds, .required = true},
    {.name = "place", .type = HTTP_TEXT, .required = true},
    {.name = "unit", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "distance_m", .type = HTTP_INTEGER, .required = true},
    {.name = "why_not",
     .type = HTTP_ARRAY,
     .of = &why,
     .min = 1,
     .required = true,
     .about = "The first is the one that is counted."},
};
const struct http_fields api_refusal_fields = {.title = "RefusedPlace",
                                               .fields = refusal_rows,
                                               .count =
                                                   sizeof(refusal_rows) / sizeof(refusal_rows[0])};

static const struct http_field count_rows[] = {
    {.name = "reason", .type = HTTP_TEXT, .required = true, .example = "not_vetted"},
    {.name = "sentence", .type = HTTP_TEXT, .required = true},
    {.name = "places", .type = HTTP_INTEGER, .required = true},
};
const struct http_fields api_refusal_count_fields = {.title = "RefusalCount",
                                                     .fields = count_rows,
                                                     .count = sizeof(count_rows) /
                                                              sizeof(count_rows[0])};

/* --- options --- */

static json_t *number_or_null(bool there, int64_t value)
{
    return there ? json_integer(value) : json_null();
}

static json_t *price_json(const struct store_option *option)
{
    bool points = option->points > 0;
    json_t *json = json_object();

    api_put(json, "points", number_or_null(points, option->points));
    api_put(json, "night_points",
            points && option->night_points != NULL ? api_numbers_json(option->night_points)
                                                   : json_null());
    api_put(json, "free_nights", json_integer(option->free_nights));
    api_put(json, "leaves", number_or_null(points, option->usable_after));
    api_put(json, "cash_minor", number_or_null(option->has_cash, option->cash_minor));
    api_put(json, "currency", api_json_text(option->currency));
    return json;
}

static const char *risk_sentence(const char *word)
{
    for (int i = 0; i < MODEL_RISK_COUNT; i++) {
        if (strcmp(model_risk_word((enum model_risk)i), word) == 0) {
            return model_risk_sentence((enum model_risk)i);
        }
    }
    return "";
}

static json_t *risk_json(const struct store_option *option)
{
    json_t *words = api_words_json(option->risk_reasons);
    json_t *list = json_array();
    json_t *word;
    size_t i;

    json_array_foreach(words, i, word)
    {
        const char *text = json_string_value(word);
        json_t *reason = json_pack("{s:s, s:s}", "reason", text, "sentence", risk_sentence(text));
        NB_ASSERT(json_array_append_new(list, reason) == 0);
    }
    json_decref(words);
    json_t *json = json_pack("{s:s, s:o}", "level", option->risk_level, "reasons", list);
    NB_ASSERT(json != NULL);
    return json;
}

static json_t *cancel_json(const struct store_option *option)
{
    if (!option->has_cancel_by) {
        return json_null();
    }
    json_t *json = json_pack("{s:s}", "zone", option->zone);
    api_put(json, "at", api_json_instant(option->cancel_by));
    api_put(json, "local", api_json_text(option->cancel_by_local));
    api_put(json, "passed", json_boolean(option->cancel_by_passed));
    return json;
}

static json_t *freshness_json(const struct store_option *option)
{
    json_t *json = json_pack("{s:s}", "word", option->freshness);

    api_put(json, "reported_at",
            option->has_reported_at ? api_json_instant(option->reported_at) : json_null());
    return json;
}

static int64_t bookings_of(const struct store_option *option)
{
    int64_t each = option->rooms_per_booking;

    return each <= 0 ? 1 : (option->units + each - 1) / each;
}

static bool has_word(const json_t *words, const char *word)
{
    const json_t *one;
    size_t i;

    json_array_foreach(words, i, one)
    {
        if (strcmp(json_string_value(one), word) == 0) {
            return true;
        }
    }
    return false;
}

json_t *api_option_json(const struct store_option *option)
{
    json_t *json = json_object();
    json_t *flags = api_words_json(option->flags);

    api_put(json, "id", api_json_id(option->id));
    api_put(json, "rank", json_integer(option->rank));
    api_put(json, "kind", json_string(option->kind));
    api_put(json, "class", json_string(option->class));
    api_put(json, "place", json_string(option->place_name));
    api_put(json, "unit", api_json_text(option->unit_name));
    api_put(json, "transport", json_string(option->transport));
    api_put(json, "program", api_json_text(option->program));
    api_put(json, "check_in", api_json_night(option->check_in));
    api_put(json, "check_out", api_json_night(option->check_out));
    api_put(json, "units", json_integer(option->units));
    api_put(json, "bookings", json_integer(bookings_of(option)));
    api_put(json, "households", api_numbers_json(option->households));
    api_put(json, "distance_m", json_integer(option->distance_m));
    api_put(json, "price", price_json(option));
    api_put(json, "check_in_risk", risk_json(option));
    api_put(json, "freshness", freshness_json(option));
    api_put(json, "cancel_by", cancel_json(option));
    api_put(json, "score", json_integer(option->score));
    api_put(json, "reasons", json_loads(option->reasons, 0, NULL));
    api_put(json, "reason_needed", json_boolean(has_word(flags, "reason_needed")));
    api_put(json, "flags", flags);
    return json;
}

/* --- refused places --- */

static enum model_refusal refusal_of(const char *word, size_t length)
{
    for (int i = 1; i < MODEL_REFUSAL_COUNT; i++) {
        const char *known = model_refusal_word((enum model_refusal)i);
        if (strlen(known) == length && memcmp(known, word, length) == 0) {
            return (enum model_refusal)i;
        }
    }
    return MODEL_REFUSAL_NONE;
}

static uint64_t bits_of(const char *words)
{
    uint64_t bits = 0;

    for (const char *at = words; *at != '\0';) {
        size_t length = strcspn(at, ",");
        bits |= MODEL_REFUSAL_BIT(refusal_of(at, length));
        at += length + (at[length] == ',');
    }
    return bits & ~MODEL_REFUSAL_BIT(MODEL_REFUSAL_NONE);
}

static json_t *why_json(enum model_refusal refusal)
{
    json_t *json = json_pack("{s:s, s:s}", "reason", model_refusal_word(refusal), "sentence",
                             model_refusal_sentence(refusal));

    NB_ASSERT(json != NULL);
    return json;
}

json_t *api_refusal_json(const struct store_refusal *refusal, bool author)
{
    const char *kind = refusal->kind == 's' ? kinds[0] : refusal->kind == 'p' ? kinds[1] : kinds[2];
    json_t *json = json_pack("{s:s, s:s, s:I}", "kind", kind, "place", refusal->place_name,
                             "distance_m", (json_int_t)refusal->distance_m);
    json_t *list = json_array();

    for (uint64_t rest = model_refusals_shown(bits_of(refusal->reasons), author); rest != 0;
         rest &= rest - 1) {
        NB_ASSERT(
            json_array_append_new(list, why_json((enum model_refusal)__builtin_ctzll(rest))) == 0);
    }
    api_put(json, "id", api_json_id(refusal->place));
    api_put(json, "unit", api_json_text(refusal->unit_name));
    api_put(json, "why_not", list);
    return json;
}

json_t *api_refusal_counts_json(const char *counts, bool author)
{
    json_t *object = json_loads(counts, 0, NULL);
    json_t *list = json_array();

    NB_ASSERT(object != NULL);
    for (int i = 1; i < MODEL_REFUSAL_COUNT; i++) {
        enum model_refusal refusal = (enum model_refusal)i;
        json_t *places = json_object_get(object, model_refusal_word(refusal));
        if (places == NULL) {
            continue;
        }
        bool hidden = refusal == MODEL_REFUSAL_ZONE && !author;
        json_t *json = why_json(hidden ? MODEL_REFUSAL_NOT_OFFERED : refusal);
        NB_ASSERT(json_object_set(json, "places", places) == 0);
        NB_ASSERT(json_array_append_new(list, json) == 0);
    }
    json_decref(object);
    return list;
}
