#include "core/store/directory.h"

#include "core/store/lock_key.h"

static enum store_answer_word answer_of(const struct pg_rows *rows, int row, const char *column)
{
    if (pg_row_is_null(rows, row, column)) {
        return STORE_ANSWER_UNKNOWN;
    }
    return pg_row_bool(rows, row, column) ? STORE_ANSWER_YES : STORE_ANSWER_NO;
}

static void read_providers(const struct store_reading *reading)
{
    const struct pg_rows *rows = reading->rows;
    int count = store_reading_count(reading);
    struct store_provider *providers = store_reading_rows(reading, sizeof(*providers));

    for (int i = 0; i < count; i++) {
        struct store_provider *provider = &providers[i];
        provider->id = pg_row_public_id(rows, i, "public_id");
        provider->name = pg_row_text(rows, i, "name");
        provider->kind = pg_row_text(rows, i, "kind");
        provider->vetting_state = pg_row_text(rows, i, "vetting_state");
        provider->vetted = store_take_instant(rows, i, "vetted_at", &provider->vetted_at);
        provider->country = pg_row_text(rows, i, "country");
        provider->notify_channel = pg_row_text(rows, i, "notify_channel");
        provider->created_at = pg_row_instant(rows, i, "created_at");
        provider->services = pg_row_int64(rows, i, "services");
    }
    ((store_providers_fn)reading->done)(reading->data, reading->result, providers, (size_t)count);
}

static void take_property(const struct pg_rows *rows, int i, struct store_property *property)
{
    property->id = pg_row_public_id(rows, i, "public_id");
    property->name = pg_row_text(rows, i, "name");
    property->brand = pg_row_text(rows, i, "brand_name");
    property->program = pg_row_text(rows, i, "program_code");
    property->company = pg_row_text(rows, i, "company_name");
    property->country = pg_row_text(rows, i, "country");
    property->region = pg_row_text(rows, i, "region");
    property->postal_code = pg_row_text(rows, i, "postal_code");
    property->zone = pg_row_text(rows, i, "zone");
    property->zone_confirmed = pg_row_bool(rows, i, "zone_confirmed");
    property->card_rule = pg_row_text(rows, i, "card_rule");
    property->takes_no_id = pg_row_bool(rows, i, "takes_no_id");
    property->accepted_id = pg_row_text(rows, i, "accepted_id");
    property->min_check_in_age = pg_row_int64(rows, i, "min_check_in_age");
    property->guest_cap = pg_row_int64(rows, i, "guest_cap");
    property->policy = answer_of(rows, i, "has_policy");
    property->training = answer_of(rows, i, "has_training");
    property->reporting = answer_of(rows, i, "has_reporting");
    property->sourcing = answer_of(rows, i, "has_sourcing");
    property->vetting_state = pg_row_text(rows, i, "vetting_state");
    property->vetted = store_take_instant(rows, i, "vetted_at", &property->vetted_at);
    property->verified =
        store_take_instant(rows, i, "last_verified_at", &property->last_verified_at);
}

static void read_properties(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_property *properties = store_reading_rows(reading, sizeof(*properties));

    for (int i = 0; i < count; i++) {
        take_property(reading->rows, i, &properties[i]);
    }
    ((store_properties_fn)reading->done)(reading->data, reading->result, properties, (size_t)count);
}

static struct store_call *filtered_call(struct store *store, enum store_role role,
                                        const struct pg_statement *statement,
                                        const struct store_directory_filter *filter,
                                        const struct store_page *page)
{
    struct store_call *call = store_call_new(store, role, statement);
    struct pg_params *params = store_call_params(call);

    store_params_id(params, filter->one);
    pg_params_text(params, filter->vetting_state);
    pg_params_text(params, filter->word);
    store_page_params(params, page);
    return call;
}

void store_directory_providers(struct store *store, enum store_role role,
                               const struct store_directory_filter *filter,
                               const struct store_page *page, store_providers_fn done, void *data)
{
    store_call_read(filtered_call(store, role, &sql_directory_providers, filter, page),
                    read_providers, (store_any_fn)done, data);
}

void store_directory_properties(struct store *store, enum store_role role,
                                const struct store_directory_filter *filter,
                                const struct store_page *page, store_properties_fn done, void *data)
{
    store_call_read(filtered_call(store, role, &sql_directory_properties, filter, page),
                    read_properties, (store_any_fn)done, data);
}

void store_directory_decide(struct store *store, enum store_role role,
                            const struct store_operation *operation,
                            const struct store_decision *decision, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_directory_decide, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_text(params, decision->kind);
    pg_params_public_id(params, decision->subject);
    pg_params_text(params, decision->decision);
    store_call_lock(call, store_lock_key("directory", 0));
    store_operation_send(call, done, data);
}
