#include "core/store/search_record.h"

#include "core/store/call.h"
#include "core/store/lock_key.h"

void store_search_record(struct store *store, const struct store_operation *operation,
                         const struct store_search_record *record, store_write_fn done, void *data)
{
    struct store_call *call =
        store_operation_call(store, STORE_STAFF, &sql_search_record, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, record->request);
    pg_params_int64(params, record->request_version);
    pg_params_public_id(params, record->id);
    pg_params_int64(params, record->considered);
    pg_params_int64(params, record->offered);
    pg_params_json(params, record->refusal_counts);
    pg_params_text(params, record->refused_kinds);
    pg_params_int64_array(params, record->refused_ids, record->refused_count);
    pg_params_int64_array(params, record->refused_distances, record->refused_count);
    pg_params_int64_array(params, record->refused_sets, record->refused_count);
    pg_params_text_array(params, record->reason_sets, record->set_count);
    pg_params_text(params, record->options);
    pg_params_text(params, record->further);
    pg_params_json(params, record->allocation);
    pg_params_int64_array(params, record->left_over, record->left_over_count);
    pg_params_int64(params, record->people_left);
    store_call_lock(call, store_lock_key("request", record->request_id.v));
    store_operation_send(call, done, data);
}

/* --- one search --- */

static void read_search(const struct store_reading *reading)
{
    store_search_fn done = (store_search_fn)reading->done;
    const struct pg_rows *rows = reading->rows;
    struct store_search search = {0};

    if (store_reading_count(reading) == 0) {
        done(reading->data, reading->result, NULL);
        return;
    }
    search.id = pg_row_public_id(rows, 0, "public_id");
    search.request = pg_row_public_id(rows, 0, "request_public_id");
    search.made_at = pg_row_instant(rows, 0, "made_at");
    search.expires_at = pg_row_instant(rows, 0, "expires_at");
    search.considered = pg_row_int64(rows, 0, "considered");
    search.offered = pg_row_int64(rows, 0, "offered");
    search.recorded = pg_row_int64(rows, 0, "recorded");
    search.refusal_counts = pg_row_text(rows, 0, "refusal_counts");
    search.allocation = pg_row_text(rows, 0, "allocation");
    search.stale = pg_row_bool(rows, 0, "stale");
    search.unaccompanied_minor = pg_row_bool(rows, 0, "unaccompanied_minor");
    search.author_role = pg_row_text(rows, 0, "author_role");
    done(reading->data, reading->result, &search);
}

void store_search_find(struct store *store, struct hotline_id hotline, struct public_id id,
                       store_search_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_find);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), id);
    store_call_read(call, read_search, (store_any_fn)done, data);
}

static void read_recorded(const struct store_reading *reading)
{
    store_search_further_fn done = (store_search_further_fn)reading->done;

    done(reading->data, reading->result,
         store_reading_count(reading) == 0 ? -1
                                           : pg_row_int64_or(reading->rows, 0, "recorded", -1));
}

void store_search_further(struct store *store, struct hotline_id hotline, struct public_id id,
                          store_search_further_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_further);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), id);
    /* Alone: it locks the row of the search, and a group would take such locks in any order. */
    store_call_read(call, read_recorded, (store_any_fn)done, data);
}

/* --- options --- */

static void read_costs(const struct pg_rows *rows, int i, struct store_option *option)
{
    option->points = pg_row_int64_or(rows, i, "points", 0);
    option->night_points = pg_row_text(rows, i, "night_points");
    option->free_nights = pg_row_int64(rows, i, "free_nights");
    option->usable_after = pg_row_int64_or(rows, i, "usable_after", 0);
    option->rooms_per_booking = pg_row_int64_or(rows, i, "rooms_per_booking", 0);
    option->has_cash = !pg_row_is_null(rows, i, "cash_minor");
    option->cash_minor = pg_row_int64_or(rows, i, "cash_minor", 0);
    option->currency = pg_row_text(rows, i, "currency");
    option->has_cancel_by = !pg_row_is_null(rows, i, "cancel_by");
    if (option->has_cancel_by) {
        option->cancel_by = pg_row_instant(rows, i, "cancel_by");
        option->cancel_by_local = pg_row_text(rows, i, "cancel_by_local");
        option->cancel_by_passed = pg_row_bool(rows, i, "cancel_by_passed");
    }
}

static void read_option(const struct pg_rows *rows, int i, struct store_option *option)
{
    option->id = pg_row_public_id(rows, i, "public_id");
    option->rank = pg_row_int64(rows, i, "rank");
    option->kind = pg_row_text(rows, i, "place_kind");
    option->class = pg_row_text(rows, i, "class");
    option->transport = pg_row_text(rows, i, "transport");
    option->program = pg_row_text(rows, i, "program_code");
    option->place_name = pg_row_text(rows, i, "place_name");
    option->unit_name = pg_row_text(rows, i, "unit_name");
    option->check_in = pg_row_night(rows, i, "check_in");
    option->check_out = pg_row_night(rows, i, "check_out");
    option->units = pg_row_int64(rows, i, "units");
    option->households = pg_row_text(rows, i, "household_indexes");
    read_costs(rows, i, option);
    option->zone = pg_row_text(rows, i, "zone");
    option->distance_m = pg_row_int64(rows, i, "distance_m");
    option->score = pg_row_int64(rows, i, "score");
    option->reasons = pg_row_text(rows, i, "reasons");
    option->risk_level = pg_row_text(rows, i, "risk_level");
    option->risk_reasons = pg_row_text(rows, i, "risk_reasons");
    option->freshness = pg_row_text(rows, i, "freshness");
    option->has_reported_at = !pg_row_is_null(rows, i, "reported_at");
    if (option->has_reported_at) {
        option->reported_at = pg_row_instant(rows, i, "reported_at");
    }
    option->shelter_was_free = pg_row_bool(rows, i, "shelter_was_free");
    option->flags = pg_row_text(rows, i, "flags");
}

static void read_options(const struct store_reading *reading)
{
    store_options_fn done = (store_options_fn)reading->done;
    int count = store_reading_count(reading);
    struct store_option *options =
        nb_arena_alloc(reading->arena, ((size_t)count + 1) * sizeof(*options));

    NB_ASSERT(options != NULL);
    for (int i = 0; i < count; i++) {
        read_option(reading->rows, i, &options[i]);
    }
    done(reading->data, reading->result, reading->rows == NULL ? NULL : options, (size_t)count);
}

void store_search_options(struct store *store, struct hotline_id hotline, struct public_id id,
                          int64_t after, int64_t limit, store_options_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_options);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, hotline.v);
    pg_params_public_id(params, id);
    pg_params_int64(params, after);
    pg_params_int64(params, limit);
    store_call_read(call, read_options, (store_any_fn)done, data);
}

/* --- refused places --- */

static void read_refusals(const struct store_reading *reading)
{
    store_refusals_fn done = (store_refusals_fn)reading->done;
    const struct pg_rows *rows = reading->rows;
    int count = store_reading_count(reading);
    struct store_refusal *refusals =
        nb_arena_alloc(reading->arena, ((size_t)count + 1) * sizeof(*refusals));

    NB_ASSERT(refusals != NULL);
    for (int i = 0; i < count; i++) {
        refusals[i].position = pg_row_int64(rows, i, "position");
        refusals[i].kind = pg_row_text(rows, i, "kind")[0];
        refusals[i].place = pg_row_public_id(rows, i, "public_id");
        refusals[i].place_name = pg_row_text(rows, i, "place_name");
        refusals[i].unit_name = pg_row_text(rows, i, "unit_name");
        refusals[i].distance_m = pg_row_int64(rows, i, "distance_m");
        refusals[i].reasons = pg_row_text(rows, i, "reasons");
    }
    done(reading->data, reading->result, rows == NULL ? NULL : refusals, (size_t)count);
}

void store_search_refusals(struct store *store, struct hotline_id hotline, struct public_id id,
                           int64_t after, int64_t limit, const char *reason, store_refusals_fn done,
                           void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_refusals);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, hotline.v);
    pg_params_public_id(params, id);
    pg_params_int64(params, after);
    pg_params_int64(params, limit);
    pg_params_text(params, reason);
    store_call_read(call, read_refusals, (store_any_fn)done, data);
}
