#include "core/store/booking.h"

#include "core/base/mem.h"
#include "core/store/booking_private.h"
#include "core/store/optional.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

static void read_stay(const struct pg_rows *rows, int row, struct store_booking *booking)
{
    booking->place_kind = pg_row_text(rows, row, "place_kind");
    booking->transport = pg_row_text(rows, row, "transport");
    booking->program = pg_row_text(rows, row, "program");
    booking->check_in = pg_row_night(rows, row, "check_in");
    booking->check_out = pg_row_night(rows, row, "check_out");
    booking->units = pg_row_int64(rows, row, "units");
    booking->households = pg_row_text(rows, row, "households");
    booking->has_points = !pg_row_is_null(rows, row, "points");
    booking->points = pg_row_int64_or(rows, row, "points", 0);
    booking->has_cash = !pg_row_is_null(rows, row, "cash_minor");
    booking->cash_minor = pg_row_int64_or(rows, row, "cash_minor", 0);
    booking->currency = pg_row_text(rows, row, "currency");
    booking->points_reason = pg_row_text(rows, row, "points_reason");
    booking->long_stay_reason = pg_row_text(rows, row, "long_stay_reason");
    booking->allowed_next = pg_row_bool(rows, row, "allowed_next");
    booking->price_tolerance_points = pg_row_int64(rows, row, "price_tolerance_points");
}

/* What booking/book answers as well: all but whose it is. */
static void read_state(const struct store_reading *reading, int row, struct store_booking *booking)
{
    const struct pg_rows *rows = reading->rows;

    booking->role = pg_row_text(rows, row, "role");
    booking->state = pg_row_text(rows, row, "state");
    read_stay(rows, row, booking);
    booking->hold_expires_at = store_instant_or_null(reading, row, "hold_expires_at");
    booking->cancel_by = store_instant_or_null(reading, row, "cancel_by");
    booking->desk_confirmed_at = store_instant_or_null(reading, row, "desk_confirmed_at");
    booking->desk_contact = pg_row_text(rows, row, "desk_contact");
    booking->guest_told_at = store_instant_or_null(reading, row, "guest_told_at");
    booking->next_action_at = store_instant_or_null(reading, row, "next_action_at");
    booking->created_at = pg_row_instant(rows, row, "created_at");
    booking->version = pg_row_int64(rows, row, "version");
}

void store_booking_summary(const struct store_reading *reading, int row,
                           struct store_booking *booking)
{
    const struct pg_rows *rows = reading->rows;

    *booking = (struct store_booking){0};
    booking->id = pg_row_public_id(rows, row, "id");
    booking->request = pg_row_public_id(rows, row, "request");
    booking->group = store_id_or_null(reading, row, "group_id");
    booking->group_kind = pg_row_text(rows, row, "group_kind");
    booking->covers = store_id_or_null(reading, row, "covers");
    read_state(reading, row, booking);
}

static void read_bookings(const struct store_reading *reading)
{
    store_bookings_fn done = (store_bookings_fn)reading->done;
    size_t count = (size_t)store_reading_count(reading);
    struct store_booking *bookings = store_reading_rows(reading, sizeof(*bookings));

    for (size_t i = 0; i < count; i++) {
        store_booking_summary(reading, (int)i, &bookings[i]);
    }
    done(reading->data, reading->result, bookings, count);
}

void store_booking_of_request(struct store *store, struct hotline_id hotline,
                              struct public_id request, const struct store_page *page,
                              store_bookings_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_booking_of_request);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), request);
    store_page_params(store_call_params(call), page);
    store_call_look(call, read_bookings, (store_any_fn)done, data);
}

void store_booking_made(struct store *store, struct hotline_id hotline, struct public_id made,
                        store_bookings_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_booking_made);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), made);
    store_call_look(call, read_bookings, (store_any_fn)done, data);
}

static void read_book(const struct store_reading *reading)
{
    store_book_fn done = (store_book_fn)reading->done;
    struct store_booking made = {0};

    if (reading->rows == NULL) {
        done(reading->data, reading->result, NULL, NULL);
        return;
    }
    struct store_write write = store_write_read(reading->rows);
    bool fresh = !pg_row_is_null(reading->rows, 0, "id");
    if (fresh) {
        made.id = pg_row_public_id(reading->rows, 0, "id");
        read_state(reading, 0, &made);
    }
    done(reading->data, reading->result, &write, fresh ? &made : NULL);
}

/* As nb.booking_wish; gives it. */
static json_t *wish_json(const struct store_operation *operation, const struct store_book *book)
{
    char print[2 * sizeof(operation->fingerprint.bytes) + 3] = "\\x";
    char request[NB_PUBLIC_ID_TEXT];
    char id[NB_PUBLIC_ID_TEXT];
    json_t *options = json_array();

    (void)sodium_bin2hex(print + 2, sizeof(print) - 2, operation->fingerprint.bytes,
                         sizeof(operation->fingerprint.bytes));
    for (size_t i = 0; i < book->option_count; i++) {
        nb_public_id_format(book->options[i], id);
        NB_ASSERT(json_array_append_new(options, json_string(id)) == 0);
    }
    nb_public_id_format(book->request, request);
    if (book->covers != NULL) {
        nb_public_id_format(*book->covers, id);
    }
    return json_pack("{s:I, s:s, s:I, s:s, s:s, s:s, s:o, s:s?, s:s?, s:b, s:I, s:s?}", "actor",
                     (json_int_t)operation->actor.v, "role", book->role, "hotline",
                     (json_int_t)operation->hotline.v, "op_key", operation->key, "print", print,
                     "request", request, "options", options, "reason", book->reason, "covers",
                     book->covers == NULL ? NULL : id, "allow_next", book->allow_next, "tolerance",
                     (json_int_t)book->tolerance_points, "long_stay", book->long_stay_reason);
}

void store_booking_book(struct store *store, const struct store_operation *operation,
                        const struct store_book *book, store_book_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_booking_book);
    json_t *wish = wish_json(operation, book);
    char *text = json_dumps(wish, JSON_COMPACT);

    NB_ASSERT(text != NULL);
    pg_params_json(store_call_params(call), text);
    free(text);
    json_decref(wish);
    /* By random bytes, evenly: which places the choice contends for only its function knows. */
    store_call_join(call, book->request.bytes[0], read_book, (store_any_fn)done, data);
}

static void read_enter_plan(const struct store_reading *reading)
{
    store_enter_plan_fn done = (store_enter_plan_fn)reading->done;
    struct store_enter_plan plan = {0};

    if (store_reading_count(reading) == 0) {
        done(reading->data, reading->result, NULL);
        return;
    }
    plan.guest = pg_row_public_id(reading->rows, 0, "guest");
    plan.wrapped_key = store_reading_bytes(reading, 0, "wrapped_key");
    store_lock_keys_read(pg_row_text(reading->rows, 0, "lock_keys"), &plan.keys);
    done(reading->data, reading->result, &plan);
}

void store_booking_enter_plan(struct store *store, struct hotline_id hotline,
                              struct public_id request, const char *entry, store_enter_plan_fn done,
                              void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_booking_enter_plan);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), request);
    pg_params_json(store_call_params(call), entry);
    store_call_read(call, read_enter_plan, (store_any_fn)done, data);
}

void store_booking_enter(struct store *store, const struct store_operation *operation,
                         const struct store_enter *enter, const struct store_lock_keys *keys,
                         store_write_fn done, void *data)
{
    struct store_call *call =
        store_operation_call(store, STORE_STAFF, &sql_booking_enter, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, enter->request);
    pg_params_json(params, enter->entry);
    pg_params_bytes(params, enter->confirmation.bytes, enter->confirmation.count);
    pg_params_bytes(params, enter->prints.bytes, enter->prints.count);
    store_lock_keys_take(call, keys);
    store_operation_send(call, done, data);
}

void store_booking_keys(struct store *store, struct hotline_id hotline, struct public_id booking,
                        store_keys_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_booking_keys);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), booking);
    store_call_read(call, store_lock_keys_reader, (store_any_fn)done, data);
}

/* How each act is written: by which statement, with its word or as an event. */
static const struct {
    const struct pg_statement *statement;
    bool word;
    const char *event;
} acts[] = {
    [STORE_BOOKING_CANCEL] = {&sql_booking_cancel, true, NULL},
    [STORE_BOOKING_DESK_CONFIRM] = {&sql_booking_desk_confirm, true, NULL},
    [STORE_BOOKING_GUEST_TOLD] = {&sql_booking_guest_told, false, NULL},
    [STORE_BOOKING_CHECK_IN] = {&sql_booking_stay, true, "check_in"},
    [STORE_BOOKING_CHECK_OUT] = {&sql_booking_stay, true, "check_out"},
    [STORE_BOOKING_LEAVE_EARLY] = {&sql_booking_stay, true, "leave_early"},
    [STORE_BOOKING_NO_SHOW] = {&sql_booking_stay, true, "no_show"},
    [STORE_BOOKING_REFUSE_AT_DESK] = {&sql_booking_stay, true, "refuse_at_desk"},
    [STORE_BOOKING_SURVIVES] = {&sql_booking_survives, false, NULL},
};

void store_booking_act(struct store *store, const struct store_operation *operation,
                       struct public_id booking, enum store_booking_act act, const char *word,
                       const struct store_lock_keys *keys, store_write_fn done, void *data)
{
    NB_ASSERT(act > STORE_BOOKING_ACT_NONE && act < NB_COUNT(acts));
    struct store_call *call =
        store_operation_call(store, STORE_STAFF, acts[act].statement, operation);

    pg_params_public_id(store_call_params(call), booking);
    if (acts[act].event != NULL) {
        pg_params_text(store_call_params(call), acts[act].event);
    }
    if (acts[act].word) {
        pg_params_text(store_call_params(call), word);
    }
    store_lock_keys_take(call, keys);
    store_operation_send(call, done, data);
}
