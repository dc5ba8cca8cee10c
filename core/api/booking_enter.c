/*
 * POST /v1/requests/{id}/bookings/enter: what was booked by hand while the system was down ("02:10,
 * confirmation X, by whom") takes the same capacity, points and counters as any other booking, at
 * once. What the books cannot carry is refused with its reason.
 */
#include "core/api/answer.h"
#include "core/api/booking_refusal.h"
#include "core/api/booking_view.h"
#include "core/api/guest_secrets.h"
#include "core/base/mem.h"
#include "core/store/booking.h"

#include <stdlib.h>
#include <string.h>

static const char *const placing_roles[] = {"specialist", "coordinator", "supervisor", "director",
                                            NULL};

static const struct http_field household_item[] = {{.type = HTTP_INTEGER, .min = 0, .max = 99}};
static const struct http_fields household_items = {NULL, household_item, 1};

static const struct http_field enter_field[] = {
    {.name = "unit",
     .type = HTTP_PUBLIC_ID,
     .nullable = true,
     .about = "Units of a shelter or a partner hotel that reports rooms; or property."},
    {.name = "property",
     .type = HTTP_PUBLIC_ID,
     .nullable = true,
     .about = "The hotel; or unit.",
     .example = "8d3a1f52-6f0e-4a57-9d9e-3f6a3c1b2e70"},
    {.name = "check_in", .type = HTTP_NIGHT, .required = true},
    {.name = "check_out", .type = HTTP_NIGHT, .required = true},
    {.name = "units",
     .type = HTTP_INTEGER,
     .required = true,
     .min = 1,
     .max = 999,
     .about = "Rooms or beds."},
    {.name = "households",
     .type = HTTP_ARRAY,
     .required = true,
     .min = 1,
     .max = 100,
     .of = &household_items,
     .about = "Positions of the households of the request, from 0."},
    {.name = "account",
     .type = HTTP_PUBLIC_ID,
     .nullable = true,
     .about = "The points account that paid, with points."},
    {.name = "points", .type = HTTP_INTEGER, .nullable = true, .min = 1, .max = 1000000000},
    {.name = "counter_key",
     .type = HTTP_TEXT,
     .nullable = true,
     .min = 1,
     .max = 32,
     .about = "The program's yearly counter that it used.",
     .example = "gifted_stay"},
    {.name = "cash_minor",
     .type = HTTP_INTEGER,
     .nullable = true,
     .min = 0,
     .max = 10000000000,
     .about = "Cash that is owed, in minor units of currency."},
    {.name = "currency", .type = HTTP_TEXT, .nullable = true, .min = 3, .max = 3, .example = "USD"},
    {.name = "cancel_by", .type = HTTP_INSTANT, .nullable = true},
    {.name = "confirmation",
     .type = HTTP_TEXT,
     .nullable = true,
     .secret = true,
     .min = 1,
     .max = 64,
     .about = "The program's number."},
    {.name = "confirmation_again",
     .type = HTTP_TEXT,
     .nullable = true,
     .secret = true,
     .min = 1,
     .max = 64},
    {.name = "booked_at", .type = HTTP_INSTANT, .required = true},
    {.name = "booked_by",
     .type = HTTP_ENUM,
     .required = true,
     .words = placing_roles,
     .about = "The right of whoever made the call."},
};
API_FIELDS(enter_fields, "EnteredBooking", enter_field);

struct enter_work {
    struct store_enter enter;
    struct public_id reference;
    struct public_id account;
    char *entry; /* owned */
    struct nb_buf sealed;
    uint8_t prints[API_PRINTS_MAX * VAULT_PRINT_BYTES];
};

static void drop(struct enter_work *work)
{
    free(work->entry);
    nb_buf_fini(&work->sealed);
}

static void on_entered(void *data, const struct store_result *result,
                       const struct store_write *write)
{
    struct api_call *call = data;

    if (result->outcome == STORE_OK && api_booking_refused(call, write)) {
        return;
    }
    /* A write is there whenever its result is good; the analyzer does not see that far. */
    if (api_write_ok(call, result, write) && write != NULL) {
        api_booking_show(call, write->resource);
    }
}

static bool seal_number(struct api_call *call, const struct store_enter_plan *plan,
                        struct nb_err *err)
{
    struct enter_work *work = call->state;
    const char *number = api_text(call->body, "confirmation");
    struct api_guest_secrets secrets = {0};

    if (number == NULL) {
        return true;
    }
    bool sealed =
        api_guest_key_open(api_keys(call), plan->guest, plan->wrapped_key, &secrets.key, err) &&
        api_confirmation_seal(&secrets, work->reference, number, &work->sealed, err);
    api_guest_secrets_close(&secrets);
    if (!sealed) {
        return false;
    }
    work->enter.confirmation =
        (struct store_bytes){(const uint8_t *)work->sealed.data, work->sealed.length};
    work->enter.prints.bytes = work->prints;
    work->enter.prints.count =
        api_confirmation_prints(api_keys(call), work->account, number, work->prints);
    return true;
}

/* What is owned is given back before the call is answered: the answer takes the memory of work. */
static void on_plan(void *data, const struct store_result *result,
                    const struct store_enter_plan *plan)
{
    struct api_call *call = data;
    struct enter_work *work = call->state;
    struct http_problem problem;
    struct nb_err err = {0};
    bool sealed = plan != NULL && seal_number(call, plan, &err);

    if (sealed) {
        store_booking_enter(api_store(call), &call->operation, &work->enter, &plan->keys,
                            on_entered, call);
    }
    drop(work);
    if (plan != NULL && !sealed) {
        http_problem_of_err(&problem, &err);
        api_answer_problem(call, &problem);
    } else if (plan == NULL && api_result_ok(call, result)) {
        api_refuse_absent(call);
    }
}

/* Everything but the number, and under which reference its attempt will stand: the number is sealed
 * for that. */
static char *entry_text(const struct api_call *call, struct public_id reference)
{
    json_t *entry = json_copy(call->body);

    (void)json_object_del(entry, "confirmation");
    (void)json_object_del(entry, "confirmation_again");
    api_put(entry, "reference", api_json_id(reference));
    char *text = json_dumps(entry, JSON_COMPACT);
    json_decref(entry);
    NB_ASSERT(text != NULL);
    return text;
}

static bool input_fits(struct api_call *call)
{
    const char *number = api_text(call->body, "confirmation");
    const char *again = api_text(call->body, "confirmation_again");

    if (api_given(call->body, "unit") == api_given(call->body, "property")) {
        api_refuse_field(call, "/unit", "either unit or property");
    } else if (number != NULL && (again == NULL || strcmp(number, again) != 0)) {
        api_refuse_field(call, "/confirmation_again",
                         "the confirmation number once more, exactly as before");
    } else if (number != NULL && !api_given(call->body, "account")) {
        api_refuse_field(call, "/account", "the points account that the number belongs to");
    } else {
        return true;
    }
    return false;
}

static void enter(struct api_call *call)
{
    struct enter_work *work = api_alloc(call, sizeof(*work));

    if (!input_fits(call)) {
        return;
    }
    call->state = work;
    work->reference = nb_public_id_random();
    (void)api_id(call->body, "account", &work->account);
    work->entry = entry_text(call, work->reference);
    work->enter.request = call->id;
    work->enter.entry = work->entry;
    store_booking_enter_plan(api_store(call), call->actor.hotline, call->id, work->entry, on_plan,
                             call);
}

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/requests/{id}/bookings/enter",
     .roles = API_STAFF,
     .flags = API_VERSIONED,
     .summary = "Enter what was booked by hand while the system was down",
     .body = &enter_fields,
     .answer = &api_booking_fields,
     .success = 201,
     .handle = enter},
};
API_ROUTES(api_booking_enter_routes, "Bookings", routes);
