#include "core/store/request_reveal.h"

#include "core/store/hex.h"
#include "core/store/optional.h"

#include <string.h>

static enum store_reveal_outcome outcome_of(const char *word)
{
    if (strcmp(word, "revealed") == 0) {
        return STORE_REVEALED;
    }
    return strcmp(word, "quota") == 0 ? STORE_REVEAL_QUOTA : STORE_REVEAL_NOT_FOUND;
}

static void read_reveal(const struct store_reading *reading)
{
    store_request_reveal_fn done = (store_request_reveal_fn)reading->done;
    const struct pg_rows *rows = reading->rows;
    struct store_request_reveal reveal = {0};

    if (rows == NULL) {
        done(reading->data, reading->result, NULL);
        return;
    }
    reveal.outcome = outcome_of(pg_row_text(rows, 0, "outcome"));
    if (reveal.outcome == STORE_REVEALED) {
        reveal.guest = pg_row_public_id(rows, 0, "guest");
        reveal.alias = pg_row_text(rows, 0, "alias");
        reveal.wrapped_key = store_reading_bytes(reading, 0, "wrapped_key");
        reveal.safe_contact = store_reading_bytes(reading, 0, "safe_contact");
        reveal.author = !pg_row_is_null(rows, 0, "zones");
        reveal.zone_count = store_hex_items(pg_row_text(rows, 0, "zones"), reading->arena,
                                            reveal.zones, STORE_REQUEST_ZONES_MAX);
    }
    done(reading->data, reading->result, &reveal);
}

void store_request_reveal(struct store *store, const struct store_revealer *by,
                          struct public_id request, const char *reason,
                          store_request_reveal_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_request_reveal);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, by->actor.v);
    pg_params_text(params, by->role);
    pg_params_int64(params, by->hotline.v);
    pg_params_public_id(params, request);
    pg_params_text(params, reason);
    store_call_read(call, read_reveal, (store_any_fn)done, data);
}
