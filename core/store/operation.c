#include "core/store/operation.h"

#include "gen/statements.h"

struct store_write store_write_read(const struct pg_rows *rows)
{
    struct store_write write = {
        .outcome = pg_row_text(rows, 0, "outcome"),
        .status = (int)pg_row_int64(rows, 0, "status"),
        .resource_kind = pg_row_text(rows, 0, "resource_kind"),
        .has_resource = !pg_row_is_null(rows, 0, "resource_id"),
        .version = pg_row_int64_or(rows, 0, "version", 0),
        .detail = pg_row_text(rows, 0, "detail"),
        .replayed = pg_row_bool(rows, 0, "replayed"),
    };
    if (write.has_resource) {
        write.resource = pg_row_public_id(rows, 0, "resource_id");
    }
    return write;
}

static void read_write(const struct store_reading *reading)
{
    store_write_fn done = (store_write_fn)reading->done;

    if (reading->rows == NULL || store_reading_count(reading) == 0) {
        done(reading->data, reading->result, NULL);
        return;
    }
    struct store_write write = store_write_read(reading->rows);
    done(reading->data, reading->result, &write);
}

struct store_call *store_operation_call(struct store *store, enum store_role role,
                                        const struct pg_statement *statement,
                                        const struct store_operation *operation)
{
    struct store_call *call = store_call_new(store, role, statement);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, operation->actor.v);
    store_params_key(params, operation->hotline.v);
    pg_params_text(params, operation->key);
    pg_params_bytes(params, operation->fingerprint.bytes, sizeof(operation->fingerprint.bytes));
    return call;
}

void store_operation_send(struct store_call *call, store_write_fn done, void *data)
{
    store_call_write(call, read_write, (store_any_fn)done, data);
}

void store_operation_send_alone(struct store_call *call, store_write_fn done, void *data)
{
    store_call_read(call, read_write, (store_any_fn)done, data);
}

void store_operation_find(struct store *store, enum store_role role,
                          const struct store_operation *operation, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_operation_find, operation);

    store_call_read(call, read_write, (store_any_fn)done, data);
}
