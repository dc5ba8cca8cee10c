/*
 * Bookings: one is made by naming an option of a search, and is shown without its place. Not here:
 * what is done with it afterwards (booking_actions.c, booking_reveal.c).
 * Invariant: only the body is judged here. Whether it may be booked, and by whom, nb.book decides
 * under its locks.
 */
#include "core/api/answer.h"
#include "core/api/booking_refusal.h"
#include "core/api/booking_view.h"
#include "core/api/page.h"
#include "core/base/mem.h"
#include "core/store/booking.h"
#include "core/store/request.h"

#include <string.h>

/* --- POST /v1/requests/{id}/bookings --- */

static const struct http_field option_item[] = {{.type = HTTP_PUBLIC_ID}};
static const struct http_fields option_items = {NULL, option_item, 1};

static const struct http_field book_field[] = {
    {.name = "option",
     .type = HTTP_PUBLIC_ID,
     .about = "The option of a search that is booked.",
     .example = "7e0b5f6c-31c2-4f6e-9d64-0c4f5f2d8a11"},
    {.name = "options",
     .type = HTTP_ARRAY,
     .min = 1,
     .max = STORE_OPTIONS_MAX,
     .of = &option_items,
     .about = "Several, for several households: all are held or none. Instead of option."},
    {.name = "reason",
     .type = HTTP_ENUM,
     .nullable = true,
     .words = api_points_reasons,
     .about = "Needed when points are spent while a suitable shelter is free."},
    {.name = "long_stay_reason",
     .type = HTTP_ENUM,
     .nullable = true,
     .words = api_long_stay_reasons,
     .about = "Needed when the stay goes beyond the nights that need one: seven, unless the house "
              "says otherwise."},
    {.name = "allow_next",
     .type = HTTP_BOOLEAN,
     .about = "True: when this place falls through, the next of the same search may be taken."},
    {.name = "price_tolerance_points",
     .type = HTTP_INTEGER,
     .min = 0,
     .max = 1000000,
     .about = "How much dearer it may have become at the moment of booking."},
    {.name = "covers",
     .type = HTTP_PUBLIC_ID,
     .nullable = true,
     .about = "A booking of unknown outcome that this one covers for meanwhile."},
};
API_FIELDS(book_fields, "BookingWish", book_field);

struct booking_work {
    struct public_id options[STORE_OPTIONS_MAX];
    struct public_id covers;
    struct store_book wish;
};

static void on_made(void *data, const struct store_result *result,
                    const struct store_booking *bookings, size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, api_bookings_made_json(bookings, count));
}

static void on_booked(void *data, const struct store_result *result,
                      const struct store_write *write, const struct store_booking *made)
{
    struct api_call *call = data;
    const struct booking_work *work = call->state;

    if (result->outcome == STORE_OK && api_booking_refused(call, write)) {
        return;
    }
    /* A write is there whenever its result is good; the analyzer does not see that far. */
    if (!api_write_ok(call, result, write) || write == NULL) {
        return;
    }
    if (made != NULL) {
        struct store_booking booking = *made;
        booking.request = call->id;
        booking.covers = work->wish.covers;
        api_answer(call, api_bookings_made_json(&booking, 1));
    } else {
        store_booking_made(api_store(call), call->actor.hotline, write->resource, on_made, call);
    }
}

/* False: neither or both were named, or one twice; the call has been answered. */
static bool read_options(struct api_call *call, struct booking_work *work)
{
    const json_t *several = json_object_get(call->body, "options");
    size_t count = json_array_size(several);

    if (api_given(call->body, "option") == (several != NULL)) {
        api_refuse_field(call, "/option", "either option or options");
        return false;
    }
    if (api_id(call->body, "option", &work->options[0])) {
        count = 1;
    }
    for (size_t i = 0; i < json_array_size(several); i++) {
        NB_ASSERT(
            nb_public_id_parse(json_string_value(json_array_get(several, i)), &work->options[i]));
        for (size_t k = 0; k < i; k++) {
            if (memcmp(&work->options[k], &work->options[i], sizeof(work->options[i])) == 0) {
                api_refuse_field(call, "/options", "each option once");
                return false;
            }
        }
    }
    work->wish.options = work->options;
    work->wish.option_count = count;
    return true;
}

static void book(struct api_call *call)
{
    struct booking_work *work = api_alloc(call, sizeof(*work));

    call->state = work;
    if (!read_options(call, work)) {
        return;
    }
    work->wish.role = api_role_name(call->actor.role);
    work->wish.request = call->id;
    work->wish.reason = api_text(call->body, "reason");
    work->wish.long_stay_reason = api_text(call->body, "long_stay_reason");
    work->wish.allow_next = api_bool(call->body, "allow_next", false);
    work->wish.tolerance_points = api_int(call->body, "price_tolerance_points", 0);
    if (api_id(call->body, "covers", &work->covers)) {
        work->wish.covers = &work->covers;
    }
    store_booking_book(api_store(call), &call->operation, &work->wish, on_booked, call);
}

/* --- GET --- */

static void show(struct api_call *call)
{
    api_booking_show(call, call->id);
}

static void on_request(void *data, const struct store_result *result,
                       const struct store_request *request)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (request == NULL) {
        api_refuse_absent(call);
        return;
    }
    api_page_answer(call, call->state);
}

/* A request without bookings and one that is not there look the same here. */
static void on_list(void *data, const struct store_result *result,
                    const struct store_booking *bookings, size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        store_request_find(api_store(call), call->actor.hotline, api_role_name(call->actor.role),
                           call->id, on_request, call);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, api_booking_summary_json(&bookings[i]), bookings[i].created_at.us,
                     bookings[i].id);
    }
    api_page_answer(call, page);
}

static void list(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_booking_of_request(api_store(call), call->actor.hotline, call->id, &page->asked,
                                 on_list, call);
    }
}

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/requests/{id}/bookings",
     .roles = API_STAFF,
     .summary = "Book a place",
     .about = "Holds everything that the option needs, or nothing: capacity of every night, or "
              "points and the program's yearly counters. A search is good for a few minutes; an "
              "older option, or one whose price has moved, is refused as stale. A longer stay than "
              "your right allows is refused with 403, which says how many nights it does allow and "
              "who may book more.",
     .body = &book_fields,
     .answer = &api_bookings_made_fields,
     .success = 201,
     .handle = book},
    {.method = HTTP_GET,
     .pattern = "/v1/requests/{id}/bookings",
     .roles = API_STAFF,
     .summary = "Bookings of a request, oldest first",
     .answer = &api_booking_summary_fields,
     .shape = API_PAGE,
     .success = 200,
     .handle = list},
    {.method = HTTP_GET,
     .pattern = "/v1/bookings/{id}",
     .roles = API_STAFF,
     .flags = API_VERSIONED,
     .summary = "A booking, its timeline and what comes next",
     .about = "Never says where: that takes a reveal, which is audited.",
     .answer = &api_booking_fields,
     .success = 200,
     .handle = show},
};
API_ROUTES(api_bookings_routes, "bookings", routes);
