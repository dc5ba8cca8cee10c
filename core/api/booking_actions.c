/*
 * What staff record of a booking: it is cancelled, the desk knows, the guest was told, came, left,
 * did not come or was turned away; and which of two bookings of one need survives. One flow for
 * all: the locks are asked for, the act is written, the booking is shown.
 */
#include "core/api/answer.h"
#include "core/api/booking_view.h"
#include "core/base/mem.h"
#include "core/store/booking.h"

static const char *const cancel_reasons[] = {"guest_choice", "found_elsewhere", "unsafe", "mistake",
                                             "no_contact",   "closed",          "other",  NULL};
static const char *const left_reasons[] = {"guest_choice", "found_elsewhere", "unsafe",
                                           "next_place",   "other",           NULL};
static const char *const refused_reasons[] = {"no_room",   "id_document", "card",  "age",
                                              "not_known", "conduct",     "other", NULL};
static const char *const contacts[] = {"front_desk",   "manager",       "night_audit",
                                       "reservations", "shelter_staff", NULL};

static const struct http_field cancel_field[] = {
    {.name = "reason", .type = HTTP_ENUM, .required = true, .words = cancel_reasons},
};
API_FIELDS(cancel_fields, "BookingCancel", cancel_field);

static const struct http_field desk_field[] = {
    {.name = "contact",
     .type = HTTP_ENUM,
     .required = true,
     .words = contacts,
     .about = "The role of who answered there; no name."},
    {.name = "alias_known",
     .type = HTTP_BOOLEAN,
     .required = true,
     .example = "true",
     .about = "True: the desk knows by what name the guest will ask."},
    {.name = "no_calls_no_visitors",
     .type = HTTP_BOOLEAN,
     .required = true,
     .example = "true",
     .about = "True: the desk puts no calls through and lets no visitors up."},
};
API_FIELDS(desk_fields, "DeskConfirmation", desk_field);

static const struct http_field left_field[] = {
    {.name = "early",
     .type = HTTP_BOOLEAN,
     .about = "True: before the last night; the nights that are left are given back where that is "
              "possible."},
    {.name = "reason", .type = HTTP_ENUM, .nullable = true, .words = left_reasons},
};
API_FIELDS(left_fields, "CheckOut", left_field);

static const struct http_field refused_field[] = {
    {.name = "reason", .type = HTTP_ENUM, .required = true, .words = refused_reasons},
};
API_FIELDS(refused_fields, "RefusedAtDesk", refused_field);

struct act_work {
    enum store_booking_act act;
    const char *word;
};

static void on_acted(void *data, const struct store_result *result, const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        api_booking_show(call, call->id);
    }
}

static void on_keys(void *data, const struct store_result *result,
                    const struct store_lock_keys *keys)
{
    struct api_call *call = data;
    const struct act_work *work = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (keys == NULL) {
        api_refuse_absent(call);
        return;
    }
    store_booking_act(api_store(call), &call->operation, call->id, work->act, work->word, keys,
                      on_acted, call);
}

static void act(struct api_call *call, enum store_booking_act act, const char *word)
{
    struct act_work *work = api_alloc(call, sizeof(*work));

    work->act = act;
    work->word = word;
    call->state = work;
    store_booking_keys(api_store(call), call->actor.hotline, call->id, on_keys, call);
}

static void cancel(struct api_call *call)
{
    act(call, STORE_BOOKING_CANCEL, api_text(call->body, "reason"));
}

/* The gate before anybody travels: a desk that does not know the alias, or that would put calls
 * through, is not confirmed. */
static void confirm_desk(struct api_call *call)
{
    if (!api_bool(call->body, "alias_known", false)) {
        api_refuse_field(call, "/alias_known", "true: nobody travels before the desk knows");
    } else if (!api_bool(call->body, "no_calls_no_visitors", false)) {
        api_refuse_field(call, "/no_calls_no_visitors",
                         "true: nobody travels before the desk knows");
    } else {
        act(call, STORE_BOOKING_DESK_CONFIRM, api_text(call->body, "contact"));
    }
}

static void tell_guest(struct api_call *call)
{
    act(call, STORE_BOOKING_GUEST_TOLD, NULL);
}

static void check_in(struct api_call *call)
{
    act(call, STORE_BOOKING_CHECK_IN, NULL);
}

static void check_out(struct api_call *call)
{
    bool early = api_bool(call->body, "early", false);

    act(call, early ? STORE_BOOKING_LEAVE_EARLY : STORE_BOOKING_CHECK_OUT,
        api_text(call->body, "reason"));
}

static void no_show(struct api_call *call)
{
    act(call, STORE_BOOKING_NO_SHOW, NULL);
}

static void refuse_at_desk(struct api_call *call)
{
    act(call, STORE_BOOKING_REFUSE_AT_DESK, api_text(call->body, "reason"));
}

static void survive(struct api_call *call)
{
    act(call, STORE_BOOKING_SURVIVES, NULL);
}

#define ACTION(path, who, words, fields, handler)                                                  \
    {                                                                                              \
        .method = HTTP_POST, .pattern = "/v1/bookings/{id}/" path, .roles = (who),                 \
        .flags = API_VERSIONED, .summary = (words), .body = (fields),                              \
        .answer = &api_booking_fields, .success = 200, .handle = (handler)                         \
    }

static const struct api_route routes[] = {
    ACTION("cancel", API_STAFF, "Cancel; what is in flight is cancelled as soon as it is known",
           &cancel_fields, cancel),
    ACTION("desk-confirmation", API_STAFF,
           "The front desk expects the guest; nobody travels before", &desk_fields, confirm_desk),
    ACTION("guest-told", API_STAFF, "The guest knows where to go", NULL, tell_guest),
    ACTION("check-in", API_STAFF, "The guest is in the room", NULL, check_in),
    ACTION("check-out", API_STAFF, "The guest has left", &left_fields, check_out),
    ACTION("no-show", API_STAFF, "The guest did not come before the night audit", NULL, no_show),
    ACTION("refused-at-desk", API_STAFF, "The desk turned the guest away", &refused_fields,
           refuse_at_desk),
    ACTION("survives", API_LEADERS,
           "Of two bookings of one need this one stands; the other is cancelled", NULL, survive),
};
API_ROUTES(api_booking_actions_routes, "Bookings", routes);
