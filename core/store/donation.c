#include "core/store/donation.h"

#include "core/store/lock_key.h"

static struct store_restriction restriction_of(const struct pg_rows *rows, int row)
{
    return (struct store_restriction){.region = pg_row_text(rows, row, "region"),
                                      .population = pg_row_text(rows, row, "population"),
                                      .purpose = pg_row_text(rows, row, "purpose")};
}

/* --- gifts --- */

static void take_donation(const struct pg_rows *rows, int i, struct store_donation *donation)
{
    donation->id = pg_row_public_id(rows, i, "public_id");
    donation->program = pg_row_text(rows, i, "program_code");
    donation->fund = pg_row_public_id(rows, i, "fund_id");
    donation->fund_name = pg_row_text(rows, i, "fund_name");
    donation->restriction = restriction_of(rows, i);
    donation->points.v = pg_row_int64(rows, i, "points");
    donation->received_on = pg_row_night(rows, i, "received_on");
    donation->expires = !pg_row_is_null(rows, i, "hard_expires_on");
    if (donation->expires) {
        donation->hard_expires_on = pg_row_night(rows, i, "hard_expires_on");
    }
    donation->recorded_at = pg_row_instant(rows, i, "recorded_at");
}

static void read_gifts(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_donation *donations = store_reading_rows(reading, sizeof(*donations));

    for (int i = 0; i < count; i++) {
        take_donation(reading->rows, i, &donations[i]);
    }
    ((store_donations_fn)reading->done)(reading->data, reading->result, donations, (size_t)count);
}

static void read_donations(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_donation *donations = store_reading_rows(reading, sizeof(*donations));

    for (int i = 0; i < count; i++) {
        take_donation(reading->rows, i, &donations[i]);
        donations[i].has_account = true;
        donations[i].account = pg_row_public_id(reading->rows, i, "account_id");
    }
    ((store_donations_fn)reading->done)(reading->data, reading->result, donations, (size_t)count);
}

void store_donation_list(struct store *store, enum store_role role,
                         const struct store_donation_filter *filter, const struct store_page *page,
                         store_donations_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_donation_list);
    struct pg_params *params = store_call_params(call);

    store_params_key(params, filter->hotline.v);
    store_params_id(params, filter->account);
    store_page_params(params, page);
    store_call_read(call, read_donations, (store_any_fn)done, data);
}

void store_donation_find(struct store *store, enum store_role role, struct hotline_id hotline,
                         struct public_id id, store_donations_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_donation_find);

    store_params_key(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), id);
    store_call_read(call, read_donations, (store_any_fn)done, data);
}

void store_donation_gifts(struct store *store, struct user_id partner_user,
                          const struct store_page *page, store_donations_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_PARTNER, &sql_donation_gifts);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, partner_user.v);
    store_page_params(params, page);
    store_call_read(call, read_gifts, (store_any_fn)done, data);
}

void store_donation_record(struct store *store, enum store_role role,
                           const struct store_operation *operation, const struct store_topup *topup,
                           store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_donation_record, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, topup->account_public);
    pg_params_public_id(params, topup->fund);
    pg_params_int64(params, topup->points.v);
    pg_params_night(params, topup->received_on);
    if (topup->expires) {
        pg_params_night(params, topup->hard_expires_on);
    } else {
        pg_params_null(params);
    }
    store_call_lock(call, store_lock_key("account", topup->account.v));
    store_operation_send(call, done, data);
}

/* --- funds --- */

static void read_funds(const struct store_reading *reading)
{
    const struct pg_rows *rows = reading->rows;
    int count = store_reading_count(reading);
    struct store_fund *funds = store_reading_rows(reading, sizeof(*funds));

    for (int i = 0; i < count; i++) {
        funds[i].id = pg_row_public_id(rows, i, "public_id");
        funds[i].name = pg_row_text(rows, i, "name");
        funds[i].campaign = pg_row_text(rows, i, "campaign");
        funds[i].has_partner = !pg_row_is_null(rows, i, "partner_id");
        if (funds[i].has_partner) {
            funds[i].partner = pg_row_public_id(rows, i, "partner_id");
        }
        funds[i].partner_name = pg_row_text(rows, i, "partner_name");
        funds[i].restriction = restriction_of(rows, i);
    }
    ((store_funds_fn)reading->done)(reading->data, reading->result, funds, (size_t)count);
}

void store_fund_list(struct store *store, enum store_role role, const struct public_id *one,
                     const struct store_page *page, store_funds_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_fund_list);
    struct pg_params *params = store_call_params(call);

    store_params_id(params, one);
    store_page_params(params, page);
    store_call_read(call, read_funds, (store_any_fn)done, data);
}

void store_fund_open(struct store *store, enum store_role role,
                     const struct store_operation *operation, const struct store_new_fund *fund,
                     store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_fund_open, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_text(params, fund->name);
    pg_params_text(params, fund->campaign);
    store_params_id(params, fund->partner);
    pg_params_text(params, fund->restriction.region);
    pg_params_text(params, fund->restriction.population);
    pg_params_text(params, fund->restriction.purpose);
    store_operation_send(call, done, data);
}
