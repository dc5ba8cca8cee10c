#include "core/store/asked.h"

#include "core/store/call.h"

static void read_asked(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_asked *rows = store_reading_rows(reading, sizeof(*rows));

    for (int i = 0; i < count; i++) {
        rows[i].id = pg_row_public_id(reading->rows, i, "public_id");
        rows[i].opened_at = pg_row_instant(reading->rows, i, "opened_at");
        rows[i].check_in = pg_row_night(reading->rows, i, "check_in");
        rows[i].nights = pg_row_int64(reading->rows, i, "nights");
        rows[i].shares_back = pg_row_text(reading->rows, i, "shares_back");
        rows[i].progress = pg_row_text(reading->rows, i, "progress");
    }
    ((store_asked_fn)reading->done)(reading->data, reading->result, rows, (size_t)count);
}

void store_asked_list(struct store *store, struct user_id provider_user,
                      const struct store_page *page, store_asked_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_PROVIDER, &sql_request_asked);

    pg_params_int64(store_call_params(call), provider_user.v);
    store_page_params(store_call_params(call), page);
    store_call_look(call, read_asked, (store_any_fn)done, data);
}
