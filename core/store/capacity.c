#include "core/store/capacity.h"

#include "core/store/lock_key.h"

static void read_units(const struct store_reading *reading)
{
    const struct pg_rows *rows = reading->rows;
    int count = store_reading_count(reading);
    struct store_unit *units = store_reading_rows(reading, sizeof(*units));

    for (int i = 0; i < count; i++) {
        units[i].unit.v = pg_row_int64(rows, i, "unit_type_id");
        units[i].id = pg_row_public_id(rows, i, "public_id");
        units[i].name = pg_row_text(rows, i, "name");
        units[i].place_name = pg_row_text(rows, i, "place_name");
        units[i].provider = pg_row_public_id(rows, i, "provider_id");
        units[i].rooms_or_beds = pg_row_text(rows, i, "rooms_or_beds");
        units[i].active = pg_row_bool(rows, i, "active");
        units[i].reported = !pg_row_is_null(rows, i, "last_reported_at");
        if (units[i].reported) {
            units[i].last_reported_at = pg_row_instant(rows, i, "last_reported_at");
        }
        units[i].tonight = pg_row_night(rows, i, "tonight");
        units[i].nights = pg_row_text(rows, i, "nights");
    }
    ((store_units_fn)reading->done)(reading->data, reading->result, units, (size_t)count);
}

void store_capacity_units(struct store *store, enum store_role role,
                          const struct store_unit_filter *filter, const struct store_page *page,
                          store_units_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_capacity_units);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, filter->actor.v);
    store_params_id(params, filter->one);
    store_params_id(params, filter->provider);
    pg_params_night(params, filter->from_night);
    pg_params_night(params, filter->to_night);
    store_page_params(params, page);
    store_call_read(call, read_units, (store_any_fn)done, data);
}

static void read_report(const struct store_reading *reading)
{
    const struct pg_rows *rows = reading->rows;
    struct store_report report = {0};
    bool found = store_reading_count(reading) == 1;

    if (found) {
        report.id = pg_row_public_id(rows, 0, "public_id");
        report.unit = pg_row_public_id(rows, 0, "unit_id");
        report.source = pg_row_text(rows, 0, "source");
        report.from_night = pg_row_night(rows, 0, "from_night");
        report.to_night = pg_row_night(rows, 0, "to_night");
        report.capacity = pg_row_int64(rows, 0, "capacity");
        report.reported_at = pg_row_instant(rows, 0, "reported_at");
    }
    ((store_report_fn)reading->done)(reading->data, reading->result, found ? &report : NULL);
}

void store_capacity_report(struct store *store, enum store_role role, struct user_id actor,
                           struct public_id report, store_report_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_capacity_report);

    pg_params_int64(store_call_params(call), actor.v);
    pg_params_public_id(store_call_params(call), report);
    store_call_read(call, read_report, (store_any_fn)done, data);
}

void store_capacity_record(struct store *store, enum store_role role,
                           const struct store_operation *operation,
                           const struct store_new_report *report, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_capacity_record, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, report->unit_public);
    pg_params_night(params, report->from_night);
    pg_params_night(params, report->to_night);
    pg_params_int64(params, report->capacity);
    pg_params_text(params, report->source);
    store_call_lock(call, store_lock_key("unit", report->unit.v));
    store_operation_send(call, done, data);
}
