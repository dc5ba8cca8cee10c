#include "core/store/referral.h"

#include "core/base/mem.h"
#include "core/store/optional.h"

static void read_offer(const struct store_reading *reading, int row, struct store_offer *offer)
{
    const struct pg_rows *rows = reading->rows;

    *offer = (struct store_offer){
        .id = pg_row_public_id(rows, row, "id"),
        .booking = store_id_or_null(reading, row, "booking"),
        .request = store_id_or_null(reading, row, "request"),
        .unit = store_id_or_null(reading, row, "unit_id"),
        .property = store_id_or_null(reading, row, "property_id"),
        .state = pg_row_text(rows, row, "state"),
        .offered_at = pg_row_instant(rows, row, "offered_at"),
        .expires_at = pg_row_instant(rows, row, "expires_at"),
        .cap_at = pg_row_instant(rows, row, "cap_at"),
        .renewals = pg_row_int64(rows, row, "renewals"),
        .check_in = pg_row_night(rows, row, "check_in"),
        .check_out = pg_row_night(rows, row, "check_out"),
        .units = pg_row_int64(rows, row, "units"),
        .has_cash = !pg_row_is_null(rows, row, "cash_minor"),
        .cash_minor = pg_row_int64_or(rows, row, "cash_minor", 0),
        .currency = pg_row_text(rows, row, "currency"),
        .households = pg_row_text(rows, row, "households"),
        .urgency = pg_row_text(rows, row, "urgency"),
        .gender = pg_row_text(rows, row, "gender"),
        .pets = pg_row_int64(rows, row, "pets"),
        .service_animals = pg_row_int64(rows, row, "service_animals"),
        .accessible = pg_row_bool(rows, row, "accessible"),
        .languages = pg_row_text(rows, row, "languages"),
        .decline_reason = pg_row_text(rows, row, "decline_reason"),
        .declined_by_side = pg_row_text(rows, row, "declined_by_side"),
        .answered_at = store_instant_or_null(reading, row, "answered_at"),
        .alias = pg_row_text(rows, row, "alias"),
    };
}

static void read_offers(const struct store_reading *reading)
{
    store_offers_fn done = (store_offers_fn)reading->done;
    size_t count = (size_t)store_reading_count(reading);
    struct store_offer *offers = store_reading_rows(reading, sizeof(*offers));

    for (size_t i = 0; i < count; i++) {
        read_offer(reading, (int)i, &offers[i]);
    }
    done(reading->data, reading->result, offers, count);
}

static struct store_call *offers_call(struct store *store, const struct store_offers_of *of)
{
    bool provider = of->pool == STORE_PROVIDER;
    struct store_call *call = store_call_new(
        store, of->pool, provider ? &sql_referral_of_provider : &sql_referral_of_hotline);

    NB_ASSERT((provider ? of->provider.v : of->hotline.v) > 0);
    pg_params_int64(store_call_params(call), provider ? of->provider.v : of->hotline.v);
    return call;
}

void store_referral_list(struct store *store, const struct store_offers_of *of, const char *state,
                         const struct store_page *page, store_offers_fn done, void *data)
{
    struct store_call *call = offers_call(store, of);

    pg_params_text(store_call_params(call), state);
    pg_params_null(store_call_params(call));
    store_page_params(store_call_params(call), page);
    store_call_read(call, read_offers, (store_any_fn)done, data);
}

void store_referral_find(struct store *store, const struct store_offers_of *of,
                         struct public_id referral, store_offers_fn done, void *data)
{
    struct store_call *call = offers_call(store, of);

    pg_params_null(store_call_params(call));
    pg_params_public_id(store_call_params(call), referral);
    store_page_params(store_call_params(call), &(struct store_page){.limit = 1});
    store_call_read(call, read_offers, (store_any_fn)done, data);
}

void store_referral_keys(struct store *store, const struct store_offers_of *of,
                         struct public_id referral, store_keys_fn done, void *data)
{
    struct store_call *call = store_call_new(store, of->pool, &sql_referral_keys);

    store_params_key(store_call_params(call), of->hotline.v);
    store_params_key(store_call_params(call), of->provider.v);
    pg_params_public_id(store_call_params(call), referral);
    store_call_read(call, store_lock_keys_reader, (store_any_fn)done, data);
}

void store_referral_answer(struct store *store, enum store_role pool,
                           const struct store_operation *operation,
                           const struct store_referral_answer *answer,
                           const struct store_lock_keys *keys, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, pool, &sql_referral_answer, operation);

    pg_params_public_id(store_call_params(call), answer->referral);
    pg_params_bool(store_call_params(call), answer->accept);
    pg_params_text(store_call_params(call), answer->reason);
    pg_params_text(store_call_params(call), answer->side);
    store_lock_keys_take(call, keys);
    store_operation_send(call, done, data);
}
