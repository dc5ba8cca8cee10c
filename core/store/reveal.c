#include "core/store/reveal.h"

#include "core/base/mem.h"
#include "core/store/optional.h"

#include <string.h>

static enum store_reveal_outcome outcome_of(const char *word)
{
    static const char *const words[] = {
        [STORE_REVEALED] = "revealed",
        [STORE_REVEAL_NOT_FOUND] = "not_found",
        [STORE_REVEAL_NOT_CLAIMED] = "not_claimed",
        [STORE_REVEAL_QUOTA] = "quota",
    };

    for (size_t i = STORE_REVEALED; i < NB_COUNT(words); i++) {
        if (strcmp(words[i], word) == 0) {
            return (enum store_reveal_outcome)i;
        }
    }
    NB_ASSERT(!"an outcome of a reveal that nobody knows");
    return STORE_REVEAL_NONE;
}

static void read_guest(const struct store_reading *reading, struct store_reveal *reveal)
{
    reveal->guest = pg_row_public_id(reading->rows, 0, "guest");
    reveal->alias = pg_row_text(reading->rows, 0, "alias");
    reveal->wrapped_key = store_reading_bytes(reading, 0, "wrapped_key");
    reveal->given_name = store_reading_bytes(reading, 0, "given_name");
    reveal->surname = store_reading_bytes(reading, 0, "surname");
    reveal->confirmation = store_reading_bytes(reading, 0, "confirmation");
    reveal->reference = pg_row_public_id(reading->rows, 0, "reference");
}

static void read_place(const struct store_reading *reading, struct store_reveal *reveal)
{
    const struct pg_rows *rows = reading->rows;

    reveal->place_name = pg_row_text(rows, 0, "place_name");
    reveal->place_kind = pg_row_text(rows, 0, "place_kind");
    reveal->unit_name = pg_row_text(rows, 0, "unit_name");
    reveal->address = pg_row_text(rows, 0, "address");
    reveal->sealed_address = store_reading_bytes(reading, 0, "sealed_address");
    reveal->address_of = pg_row_public_id(rows, 0, "address_of");
    reveal->confidential = pg_row_bool(rows, 0, "confidential");
    reveal->postal_code = pg_row_text(rows, 0, "postal_code");
    reveal->region = pg_row_text(rows, 0, "region");
    reveal->country = pg_row_text(rows, 0, "country");
    reveal->zone = pg_row_text(rows, 0, "zone");
    reveal->hotline = pg_row_public_id(rows, 0, "hotline");
    reveal->hotline_key = store_reading_bytes(reading, 0, "hotline_key");
}

static void read_stay(const struct store_reading *reading, struct store_reveal *reveal)
{
    const struct pg_rows *rows = reading->rows;

    reveal->program = pg_row_text(rows, 0, "program");
    reveal->property_code = pg_row_text(rows, 0, "property_code");
    reveal->account = store_id_or_null(reading, 0, "account");
    reveal->phone_only = pg_row_bool(rows, 0, "phone_only");
    reveal->check_in = pg_row_night(rows, 0, "check_in");
    reveal->check_out = pg_row_night(rows, 0, "check_out");
    reveal->units = pg_row_int64(rows, 0, "units");
    reveal->points = pg_row_int64_or(rows, 0, "points", 0);
    reveal->cancel_by = store_instant_or_null(reading, 0, "cancel_by");
    reveal->version = pg_row_int64(rows, 0, "version");
}

static void read_reveal(const struct store_reading *reading)
{
    store_reveal_fn done = (store_reveal_fn)reading->done;
    struct store_reveal reveal = {0};

    if (reading->rows == NULL) {
        done(reading->data, reading->result, NULL);
        return;
    }
    reveal.outcome = outcome_of(pg_row_text(reading->rows, 0, "outcome"));
    if (reveal.outcome == STORE_REVEALED) {
        read_guest(reading, &reveal);
        read_place(reading, &reveal);
        read_stay(reading, &reveal);
    }
    done(reading->data, reading->result, &reveal);
}

static struct store_call *reveal_call(struct store *store, const struct pg_statement *statement,
                                      const struct store_revealer *by, struct public_id subject)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, statement);

    pg_params_int64(store_call_params(call), by->actor.v);
    pg_params_text(store_call_params(call), by->role);
    pg_params_int64(store_call_params(call), by->hotline.v);
    pg_params_public_id(store_call_params(call), subject);
    return call;
}

void store_reveal_booking(struct store *store, const struct store_revealer *by,
                          struct public_id booking, const char *reason, store_reveal_fn done,
                          void *data)
{
    struct store_call *call = reveal_call(store, &sql_booking_reveal, by, booking);

    pg_params_text(store_call_params(call), reason);
    store_call_read(call, read_reveal, (store_any_fn)done, data);
}

void store_reveal_task(struct store *store, const struct store_revealer *by, struct public_id task,
                       store_reveal_fn done, void *data)
{
    store_call_read(reveal_call(store, &sql_task_reveal, by, task), read_reveal, (store_any_fn)done,
                    data);
}
