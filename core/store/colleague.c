#include "core/store/colleague.h"

#include "core/store/call.h"

static void read_colleagues(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_colleague *rows = store_reading_rows(reading, sizeof(*rows));

    for (int i = 0; i < count; i++) {
        rows[i].id = pg_row_public_id(reading->rows, i, "public_id");
        rows[i].name = pg_row_text(reading->rows, i, "display_name");
        rows[i].role = pg_row_text(reading->rows, i, "role");
    }
    ((store_colleagues_fn)reading->done)(reading->data, reading->result, rows, (size_t)count);
}

void store_colleague_list(struct store *store, struct hotline_id hotline, store_colleagues_fn done,
                          void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_colleague_list);

    pg_params_int64(store_call_params(call), hotline.v);
    store_call_look(call, read_colleagues, (store_any_fn)done, data);
}
