#include "core/api/booking_view.h"

#include "core/api/answer.h"
#include "core/base/mem.h"
#include "core/model/next_action.h"

#include <string.h>

const char *const api_points_reasons[] = {"guest_choice", "unsafe", "too_far",
                                          "refused_them", "rules",  NULL};

const char *const api_long_stay_reasons[] = {"next_place_awaited", "next_place_dated",
                                             "unsafe_to_move",     "unfit_to_move",
                                             "no_other_place",     NULL};

static const char *const kinds[] = {"shelter", "partner_hotel", "points_hotel", NULL};
static const char *const transports[] = {"referral", "gateway", "assisted", NULL};
static const char *const roles[] = {"primary", "covering", NULL};
static const char *const group_kinds[] = {"family", "group", NULL};
static const char *const doers[] = {"staff", "provider", "system", "supervisor", NULL};
static const char *const desk_contacts[] = {"front_desk",   "manager",       "night_audit",
                                            "reservations", "shelter_staff", NULL};
static const char *const attempt_states[] = {
    "ready", "sent", "unknown", "confirmed", "refused", "absent", "cancelled", "expired", NULL};
static const char *const referral_states[] = {"offered", "accepted",  "declined",
                                              "expired", "withdrawn", NULL};
static const char *const task_states[] = {"open", "claimed", "done", "dropped", NULL};

static const struct http_field cash_field[] = {
    {.name = "minor", .type = HTTP_INTEGER, .required = true, .about = "Minor units."},
    {.name = "currency",
     .type = HTTP_TEXT,
     .required = true,
     .min = 3,
     .max = 3,
     .about = "ISO 4217.",
     .example = "USD"},
};
static const struct http_fields cash_fields = {"Cash", cash_field, NB_COUNT(cash_field)};

static const struct http_field next_field[] = {
    {.name = "action",
     .type = HTTP_ENUM,
     .required = true,
     .words = model_next_action_words,
     .about = "What happens next."},
    {.name = "by", .type = HTTP_ENUM, .required = true, .words = doers, .about = "Who does it."},
    {.name = "due_at",
     .type = HTTP_INSTANT,
     .required = true,
     .nullable = true,
     .about = "Until when; then it is escalated."},
};
static const struct http_fields next_fields = {"NextAction", next_field, NB_COUNT(next_field)};

static const struct http_field attempt_field[] = {
    {.name = "number",
     .type = HTTP_INTEGER,
     .required = true,
     .about = "1, 2, ...: one for each candidate."},
    {.name = "state", .type = HTTP_ENUM, .required = true, .words = attempt_states},
    {.name = "transport", .type = HTTP_ENUM, .required = true, .words = transports},
    {.name = "outcome",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .about = "The other side's answer, in the vocabulary of all programs.",
     .example = "sold_out"},
    {.name = "created_at", .type = HTTP_INSTANT, .required = true},
    {.name = "ended_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
};
static const struct http_fields attempt_fields = {"BookingAttempt", attempt_field,
                                                  NB_COUNT(attempt_field)};

static const struct http_field event_field[] = {
    {.name = "at", .type = HTTP_INSTANT, .required = true},
    {.name = "event", .type = HTTP_TEXT, .required = true, .example = "accept"},
    {.name = "from", .type = HTTP_TEXT, .required = true, .example = "offered"},
    {.name = "to", .type = HTTP_TEXT, .required = true, .example = "confirmed"},
    {.name = "why",
     .type = HTTP_TEXT,
     .required = true,
     .about = "The reason, from the table of the lifecycle.",
     .example = "the provider takes the party"},
    {.name = "by",
     .type = HTTP_TEXT,
     .required = true,
     .about = "Under which right it was done, or the process.",
     .example = "specialist"},
    {.name = "attempt",
     .type = HTTP_INTEGER,
     .required = true,
     .nullable = true,
     .about = "Number of the attempt that it belongs to."},
};
static const struct http_fields event_fields = {"BookingEvent", event_field, NB_COUNT(event_field)};

static const struct http_field referral_field[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "state", .type = HTTP_ENUM, .required = true, .words = referral_states},
    {.name = "offered_at", .type = HTTP_INSTANT, .required = true},
    {.name = "expires_at", .type = HTTP_INSTANT, .required = true},
    {.name = "cap_at",
     .type = HTTP_INSTANT,
     .required = true,
     .about = "When the offer ends whatever happens."},
    {.name = "renewals",
     .type = HTTP_INTEGER,
     .required = true,
     .about = "How often it was asked again."},
    {.name = "decline_reason",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .example = "full"},
    {.name = "declined_by_side",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .example = "provider"},
    {.name = "answered_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
};
static const struct http_fields referral_fields = {"BookingReferral", referral_field,
                                                   NB_COUNT(referral_field)};

static const struct http_field task_field[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "kind", .type = HTTP_TEXT, .required = true, .example = "assisted_commit"},
    {.name = "state", .type = HTTP_ENUM, .required = true, .words = task_states},
    {.name = "for_role", .type = HTTP_TEXT, .required = true, .example = "supervisor"},
    {.name = "due_at", .type = HTTP_INSTANT, .required = true},
};
static const struct http_fields task_fields = {"BookingTask", task_field, NB_COUNT(task_field)};

static const struct http_field household_item[] = {
    {.type = HTTP_INTEGER, .min = 0, .max = 99, .about = "Position in the request's households."}};
static const struct http_fields household_items = {NULL, household_item, 1};

static const struct http_field group_field[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "kind",
     .type = HTTP_ENUM,
     .required = true,
     .words = group_kinds,
     .about = "family: all or nothing across its bookings; group: many households."},
};
static const struct http_fields group_fields = {"BookingGroupName", group_field,
                                                NB_COUNT(group_field)};

/* One list of what a summary and a whole booking share. */
#define SUMMARY                                                                                    \
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},                                      \
        {.name = "request", .type = HTTP_PUBLIC_ID, .required = true},                             \
        {.name = "group",                                                                          \
         .type = HTTP_OBJECT,                                                                      \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .of = &group_fields},                                                                     \
        {.name = "role", .type = HTTP_ENUM, .required = true, .words = roles},                     \
        {.name = "covers",                                                                         \
         .type = HTTP_PUBLIC_ID,                                                                   \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .about = "The booking of unknown outcome that this one covers for."},                     \
        {.name = "state", .type = HTTP_TEXT, .required = true, .example = "confirmed"},            \
        {.name = "place_kind",                                                                     \
         .type = HTTP_ENUM,                                                                        \
         .required = true,                                                                         \
         .words = kinds,                                                                           \
         .about = "What kind of place; which one is given by reveal."},                            \
        {.name = "transport", .type = HTTP_ENUM, .required = true, .words = transports},           \
        {.name = "program",                                                                        \
         .type = HTTP_TEXT,                                                                        \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .example = "wyndham"},                                                                    \
        {.name = "check_in", .type = HTTP_NIGHT, .required = true},                                \
        {.name = "check_out", .type = HTTP_NIGHT, .required = true},                               \
        {.name = "nights", .type = HTTP_INTEGER, .required = true},                                \
        {.name = "units", .type = HTTP_INTEGER, .required = true, .about = "Rooms or beds."},      \
        {.name = "households", .type = HTTP_ARRAY, .required = true, .of = &household_items},      \
        {.name = "points", .type = HTTP_INTEGER, .required = true, .nullable = true},              \
        {.name = "cash",                                                                           \
         .type = HTTP_OBJECT,                                                                      \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .of = &cash_fields},                                                                      \
        {.name = "points_reason",                                                                  \
         .type = HTTP_ENUM,                                                                        \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .words = api_points_reasons,                                                              \
         .about = "Why points are spent although a suitable shelter was free."},                   \
        {.name = "long_stay_reason",                                                               \
         .type = HTTP_ENUM,                                                                        \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .words = api_long_stay_reasons,                                                           \
         .about = "Why the stay goes on for so long."},                                            \
        {.name = "allow_next",                                                                     \
         .type = HTTP_BOOLEAN,                                                                     \
         .required = true,                                                                         \
         .about = "True: the next candidate of the search may be taken without asking."},          \
        {.name = "price_tolerance_points", .type = HTTP_INTEGER, .required = true},                \
        {.name = "hold_expires_at", .type = HTTP_INSTANT, .required = true, .nullable = true},     \
        {.name = "cancel_by",                                                                      \
         .type = HTTP_INSTANT,                                                                     \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .about = "Until when it may be cancelled without losing anything."},                      \
        {.name = "desk_confirmed_at", .type = HTTP_INSTANT, .required = true, .nullable = true},   \
        {.name = "desk_contact",                                                                   \
         .type = HTTP_ENUM,                                                                        \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .words = desk_contacts},                                                                  \
        {.name = "guest_told_at", .type = HTTP_INSTANT, .required = true, .nullable = true},       \
        {.name = "next",                                                                           \
         .type = HTTP_OBJECT,                                                                      \
         .required = true,                                                                         \
         .nullable = true,                                                                         \
         .of = &next_fields},                                                                      \
        {.name = "created_at", .type = HTTP_INSTANT, .required = true},                            \
    {                                                                                              \
        .name = "version", .type = HTTP_INTEGER, .required = true                                  \
    }

static const struct http_field summary_field[] = {SUMMARY};
const struct http_fields api_booking_summary_fields = {"BookingSummary", summary_field,
                                                       NB_COUNT(summary_field)};

static const struct http_field booking_field[] = {
    SUMMARY,
    {.name = "attempts", .type = HTTP_ARRAY, .required = true, .of = &attempt_fields},
    {.name = "timeline", .type = HTTP_ARRAY, .required = true, .max = 1000, .of = &event_fields},
    {.name = "tasks", .type = HTTP_ARRAY, .required = true, .of = &task_fields},
    {.name = "referral",
     .type = HTTP_OBJECT,
     .required = true,
     .nullable = true,
     .of = &referral_fields},
};
const struct http_fields api_booking_fields = {"Booking", booking_field, NB_COUNT(booking_field)};

static const struct http_field made_field[] = {
    {.name = "id",
     .type = HTTP_PUBLIC_ID,
     .required = true,
     .about = "Of the booking; of the first of several."},
    {.name = "state", .type = HTTP_TEXT, .required = true, .example = "held"},
    {.name = "group", .type = HTTP_OBJECT, .required = true, .nullable = true, .of = &group_fields},
    {.name = "bookings",
     .type = HTTP_ARRAY,
     .required = true,
     .min = 1,
     .of = &api_booking_summary_fields,
     .about = "A family in a program of one room a booking gets several."},
};
const struct http_fields api_bookings_made_fields = {"BookingsMade", made_field,
                                                     NB_COUNT(made_field)};

static json_t *instant_or_null(const struct nb_instant *at)
{
    return at == NULL ? json_null() : api_json_instant(*at);
}

/* What SQL built from coded facts. */
static json_t *parsed(const char *text)
{
    json_t *json = text == NULL ? json_null() : json_loads(text, JSON_DECODE_ANY, NULL);

    NB_ASSERT(json != NULL);
    return json;
}

static json_t *next_json(const struct store_booking *booking)
{
    enum model_booking_state state = MODEL_BOOKING_NONE;

    NB_ASSERT(model_booking_state_parse(booking->state, &state));
    struct model_next_action next = model_next_action(
        state, model_transport_parse(booking->transport), booking->guest_told_at != NULL);
    if (next.action == NULL) {
        return json_null();
    }
    json_t *json = json_object();
    api_put(json, "action", json_string(next.action));
    api_put(json, "by", json_string(next.by));
    api_put(json, "due_at", instant_or_null(booking->next_action_at));
    return json;
}

static void put_price(json_t *json, const struct store_booking *booking)
{
    api_put(json, "points", booking->has_points ? json_integer(booking->points) : json_null());
    if (booking->has_cash) {
        json_t *cash = json_object();
        api_put(cash, "minor", json_integer(booking->cash_minor));
        api_put(cash, "currency", json_string(booking->currency));
        api_put(json, "cash", cash);
    } else {
        api_put(json, "cash", json_null());
    }
    api_put(json, "points_reason", api_json_text(booking->points_reason));
    api_put(json, "long_stay_reason", api_json_text(booking->long_stay_reason));
    api_put(json, "allow_next", json_boolean(booking->allowed_next));
    api_put(json, "price_tolerance_points", json_integer(booking->price_tolerance_points));
}

static json_t *group_json(const struct store_booking *booking)
{
    if (booking->group == NULL) {
        return json_null();
    }
    json_t *json = json_object();
    api_put(json, "id", api_json_id(*booking->group));
    api_put(json, "kind", json_string(booking->group_kind));
    return json;
}

static void put_stay(json_t *json, const struct store_booking *booking)
{
    api_put(json, "place_kind", json_string(booking->place_kind));
    api_put(json, "transport", json_string(booking->transport));
    api_put(json, "program", api_json_text(booking->program));
    api_put(json, "check_in", api_json_night(booking->check_in));
    api_put(json, "check_out", api_json_night(booking->check_out));
    api_put(json, "nights", json_integer(nb_nights_between(booking->check_in, booking->check_out)));
    api_put(json, "units", json_integer(booking->units));
    api_put(json, "households", parsed(booking->households));
}

json_t *api_booking_summary_json(const struct store_booking *booking)
{
    json_t *json = json_object();

    api_put(json, "id", api_json_id(booking->id));
    api_put(json, "request", api_json_id(booking->request));
    api_put(json, "group", group_json(booking));
    api_put(json, "role", json_string(booking->role));
    api_put(json, "covers", booking->covers != NULL ? api_json_id(*booking->covers) : json_null());
    api_put(json, "state", json_string(booking->state));
    put_stay(json, booking);
    put_price(json, booking);
    api_put(json, "hold_expires_at", instant_or_null(booking->hold_expires_at));
    api_put(json, "cancel_by", instant_or_null(booking->cancel_by));
    api_put(json, "desk_confirmed_at", instant_or_null(booking->desk_confirmed_at));
    api_put(json, "desk_contact", api_json_text(booking->desk_contact));
    api_put(json, "guest_told_at", instant_or_null(booking->guest_told_at));
    api_put(json, "next", next_json(booking));
    api_put(json, "created_at", api_json_instant(booking->created_at));
    api_put(json, "version", json_integer(booking->version));
    return json;
}

json_t *api_bookings_made_json(const struct store_booking *bookings, size_t count)
{
    json_t *json = json_object();
    json_t *items = json_array();

    NB_ASSERT(count > 0);
    for (size_t i = 0; i < count; i++) {
        NB_ASSERT(json_array_append_new(items, api_booking_summary_json(&bookings[i])) == 0);
    }
    api_put(json, "id", api_json_id(bookings[0].id));
    api_put(json, "state", json_string(bookings[0].state));
    api_put(json, "group", group_json(&bookings[0]));
    api_put(json, "bookings", items);
    return json;
}

static void on_found(void *data, const struct store_result *result,
                     const struct store_booking *booking)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (booking == NULL) {
        api_refuse_absent(call);
        return;
    }
    const struct api_raw raw[] = {{"attempts", booking->attempts},
                                  {"timeline", booking->timeline},
                                  {"tasks", booking->tasks},
                                  {"referral", booking->referral}};
    api_answer_versioned_with(call, booking->version, api_booking_summary_json(booking), raw,
                              NB_COUNT(raw));
}

void api_booking_show(struct api_call *call, struct public_id booking)
{
    store_booking_find(api_store(call), call->actor.hotline, booking, on_found, call);
}
