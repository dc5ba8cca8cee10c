#include "core/store/account.h"

#include "core/store/call.h"

static struct points points_of(const struct pg_rows *rows, int row, const char *column)
{
    return (struct points){pg_row_int64(rows, row, column)};
}

static void take_account(const struct pg_rows *rows, int i, struct store_account *account)
{
    account->account.v = pg_row_int64(rows, i, "account_id");
    account->id = pg_row_public_id(rows, i, "public_id");
    account->program = pg_row_text(rows, i, "program_code");
    account->label = pg_row_text(rows, i, "label");
    account->kind = pg_row_text(rows, i, "kind");
    account->mode = pg_row_text(rows, i, "mode");
    account->state = pg_row_text(rows, i, "state");
    account->can_quote = pg_row_bool(rows, i, "can_quote");
    account->can_hold = pg_row_bool(rows, i, "can_hold");
    account->can_cancel = pg_row_bool(rows, i, "can_cancel");
    account->can_read = pg_row_bool(rows, i, "can_read");
    account->can_convert = pg_row_bool(rows, i, "can_convert");
    account->phone_only = pg_row_bool(rows, i, "phone_only");
    account->holds_card = pg_row_bool(rows, i, "holds_card");
    account->idles = store_take_night(rows, i, "idle_expires_on", &account->idle_expires_on);
    account->available = points_of(rows, i, "available");
    account->held = points_of(rows, i, "held");
    account->spent = points_of(rows, i, "spent");
    account->gone = points_of(rows, i, "gone");
    account->version = pg_row_int64(rows, i, "version");
    account->counters = pg_row_text(rows, i, "counters");
}

static struct store_account *take_accounts(const struct store_reading *reading, int *ret_count)
{
    struct store_account *accounts = store_reading_rows(reading, sizeof(*accounts));

    *ret_count = store_reading_count(reading);
    for (int i = 0; i < *ret_count; i++) {
        take_account(reading->rows, i, &accounts[i]);
    }
    return accounts;
}

static void read_accounts(const struct store_reading *reading)
{
    int count = 0;
    struct store_account *accounts = take_accounts(reading, &count);

    ((store_accounts_fn)reading->done)(reading->data, reading->result, accounts, (size_t)count);
}

static void read_account(const struct store_reading *reading)
{
    int count = 0;

    ((store_account_fn)reading->done)(reading->data, reading->result,
                                      take_accounts(reading, &count));
}

void store_account_list(struct store *store, enum store_role role, struct hotline_id hotline,
                        const struct store_page *page, store_accounts_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_account_list);
    struct pg_params *params = store_call_params(call);

    store_params_key(params, hotline.v);
    pg_params_null(params);
    store_page_params(params, page);
    store_call_look(call, read_accounts, (store_any_fn)done, data);
}

void store_account_find(struct store *store, enum store_role role, struct hotline_id hotline,
                        struct public_id id, store_account_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_account_list);
    struct pg_params *params = store_call_params(call);

    store_params_key(params, hotline.v);
    pg_params_public_id(params, id);
    store_page_params(params, &(struct store_page){.limit = 1});
    store_call_look(call, read_account, (store_any_fn)done, data);
}

static void take_lot(const struct pg_rows *rows, int i, struct store_lot *lot)
{
    lot->donation = pg_row_public_id(rows, i, "donation_id");
    lot->fund = pg_row_public_id(rows, i, "fund_id");
    lot->fund_name = pg_row_text(rows, i, "fund_name");
    lot->received_on = pg_row_night(rows, i, "received_on");
    lot->received_day = pg_row_int64(rows, i, "received_day");
    lot->expires = store_take_night(rows, i, "hard_expires_on", &lot->hard_expires_on);
    lot->ends = store_take_night(rows, i, "usable_until", &lot->usable_until);
    lot->received = points_of(rows, i, "received");
    lot->available = points_of(rows, i, "available");
    lot->held = points_of(rows, i, "held");
    lot->spent = points_of(rows, i, "spent");
    lot->gone = points_of(rows, i, "gone");
}

static void read_lots(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_lot *lots = store_reading_rows(reading, sizeof(*lots));

    for (int i = 0; i < count; i++) {
        take_lot(reading->rows, i, &lots[i]);
    }
    ((store_lots_fn)reading->done)(reading->data, reading->result, lots, (size_t)count);
}

void store_account_lots(struct store *store, enum store_role role, struct hotline_id hotline,
                        struct public_id id, const struct store_page *page, store_lots_fn done,
                        void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_account_lots);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, id);
    store_params_key(params, hotline.v);
    store_page_params(params, page);
    store_call_look(call, read_lots, (store_any_fn)done, data);
}
