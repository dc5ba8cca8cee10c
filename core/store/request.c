#include "core/store/request.h"

#include "core/store/call.h"
#include "core/store/hex.h"
#include "core/store/lock_key.h"

#include <string.h>

static void add_secrets(struct pg_params *params, const struct store_secret *secrets, size_t count)
{
    const char *kinds[STORE_SECRETS_MAX];
    const char *sealed[STORE_SECRETS_MAX];

    NB_ASSERT(count <= STORE_SECRETS_MAX);
    for (size_t i = 0; i < count; i++) {
        kinds[i] = secrets[i].kind;
        sealed[i] = store_hex(params->arena, secrets[i].sealed, secrets[i].bytes);
        params->failed = params->failed || sealed[i] == NULL;
    }
    pg_params_text_array(params, kinds, count);
    pg_params_text_array(params, sealed, count);
}

/* The number that nb.situation_lock makes of the first fingerprint: its bytes after the epoch. */
static int64_t situation_number(const struct vault_print *print)
{
    uint64_t number = 0;

    for (size_t i = 4; i < 12; i++) {
        number = number << 8 | print->bytes[i];
    }
    return (int64_t)number;
}

void store_request_open(struct store *store, const struct store_operation *operation,
                        const struct store_request_open *open, store_write_fn done, void *data)
{
    struct store_call *call =
        store_operation_call(store, STORE_STAFF, &sql_request_open, operation);
    struct pg_params *params = store_call_params(call);
    const char *prints[STORE_PRINTS_MAX];

    NB_ASSERT(open->print_count <= STORE_PRINTS_MAX);
    for (size_t i = 0; i < open->print_count; i++) {
        prints[i] = store_hex(params->arena, open->prints[i].bytes, sizeof(open->prints[i].bytes));
        params->failed = params->failed || prints[i] == NULL;
    }
    pg_params_text(params, open->role);
    pg_params_json(params, open->facts);
    pg_params_public_id(params, open->guest);
    pg_params_text(params, open->alias);
    pg_params_bytes(params, open->wrapped_key, VAULT_WRAPPED_BYTES);
    pg_params_int64(params, open->epoch);
    add_secrets(params, open->secrets, open->secret_count);
    pg_params_text_array(params, prints, open->print_count);
    if (open->print_count > 0) {
        store_call_lock(call, store_lock_key("situation", situation_number(&open->prints[0])));
    }
    store_operation_send(call, done, data);
}

void store_request_change(struct store *store, const struct store_operation *operation,
                          const struct store_request_change *change, store_write_fn done,
                          void *data)
{
    struct store_call *call =
        store_operation_call(store, STORE_STAFF, &sql_request_change, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_text(params, change->role);
    pg_params_public_id(params, change->id);
    pg_params_int64(params, change->match_version);
    pg_params_json(params, change->facts);
    pg_params_text_array(params, change->replaced, change->replaced_count);
    add_secrets(params, change->secrets, change->secret_count);
    store_operation_send_alone(call, done, data);
}

void store_request_close(struct store *store, const struct store_operation *operation,
                         struct public_id id, int64_t match_version, const char *reason,
                         store_write_fn done, void *data)
{
    struct store_call *call =
        store_operation_call(store, STORE_STAFF, &sql_request_close, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, id);
    pg_params_int64(params, match_version);
    pg_params_text(params, reason);
    store_operation_send_alone(call, done, data);
}

/* --- reading --- */

static bool read_id(const struct pg_rows *rows, const char *column, struct public_id *ret_id)
{
    bool there = !pg_row_is_null(rows, 0, column);

    if (there) {
        *ret_id = pg_row_public_id(rows, 0, column);
    }
    return there;
}

static void read_request(const struct store_reading *reading)
{
    store_request_fn done = (store_request_fn)reading->done;
    const struct pg_rows *rows = reading->rows;
    struct store_request request = {0};

    if (store_reading_count(reading) == 0) {
        done(reading->data, reading->result, NULL);
        return;
    }
    request.id = pg_row_public_id(rows, 0, "public_id");
    request.version = pg_row_int64(rows, 0, "version");
    request.state = pg_row_text(rows, 0, "state");
    request.body = pg_row_text(rows, 0, "body");
    request.latitude = pg_row_degrees(rows, 0, "latitude");
    request.longitude = pg_row_degrees(rows, 0, "longitude");
    request.country = pg_row_text(rows, 0, "country");
    request.region = pg_row_text(rows, 0, "region");
    request.zone = pg_row_text(rows, 0, "zone");
    request.check_in = pg_row_night(rows, 0, "check_in");
    request.opened_at = pg_row_instant(rows, 0, "opened_at");
    request.has_next_action = !pg_row_is_null(rows, 0, "next_action_at");
    if (request.has_next_action) {
        request.next_action_at = pg_row_instant(rows, 0, "next_action_at");
    }
    request.unaccompanied_minor = pg_row_bool(rows, 0, "unaccompanied_minor");
    request.author_role = pg_row_text(rows, 0, "author_role");
    request.stay_allowed = pg_row_bool(rows, 0, "stay_allowed");
    request.stay_reason_needed = pg_row_bool(rows, 0, "stay_reason_needed");
    request.stay_by = pg_row_text(rows, 0, "stay_by");
    request.has_repeat_of = read_id(rows, "repeat_of", &request.repeat_of);
    request.has_last_search = read_id(rows, "last_search", &request.last_search);
    request.open_tasks = pg_row_text(rows, 0, "open_tasks");
    request.guest = pg_row_public_id(rows, 0, "guest_public_id");
    request.wrapped_key =
        pg_row_bytes(rows, 0, "wrapped_key", reading->arena, &request.wrapped_bytes);
    request.zone_count = store_hex_items(pg_row_text(rows, 0, "zones"), reading->arena,
                                         request.zones, STORE_REQUEST_ZONES_MAX);
    done(reading->data, reading->result, &request);
}

void store_request_find(struct store *store, struct hotline_id hotline, const char *role,
                        struct public_id id, store_request_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_request_find);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), id);
    pg_params_text(store_call_params(call), role);
    store_call_look(call, read_request, (store_any_fn)done, data);
}

static void read_row(const struct pg_rows *rows, int i, struct store_request_row *row)
{
    row->id = pg_row_public_id(rows, i, "public_id");
    row->sort = pg_row_int64(rows, i, "sort");
    row->state = pg_row_text(rows, i, "state");
    row->urgency = pg_row_text(rows, i, "urgency");
    row->country = pg_row_text(rows, i, "country");
    row->region = pg_row_text(rows, i, "region");
    row->check_in = pg_row_night(rows, i, "check_in");
    row->nights = pg_row_int64(rows, i, "nights");
    row->people = pg_row_int64(rows, i, "people");
    row->opened_at = pg_row_instant(rows, i, "opened_at");
    row->has_next_action = !pg_row_is_null(rows, i, "next_action_at");
    if (row->has_next_action) {
        row->next_action_at = pg_row_instant(rows, i, "next_action_at");
    }
    row->version = pg_row_int64(rows, i, "version");
}

static void read_list(const struct store_reading *reading)
{
    store_request_rows_fn done = (store_request_rows_fn)reading->done;
    int count = store_reading_count(reading);
    struct store_request_row *rows =
        nb_arena_alloc(reading->arena, ((size_t)count + 1) * sizeof(*rows));

    NB_ASSERT(rows != NULL);
    for (int i = 0; i < count; i++) {
        read_row(reading->rows, i, &rows[i]);
    }
    done(reading->data, reading->result, reading->rows == NULL ? NULL : rows, (size_t)count);
}

void store_request_list(struct store *store, struct hotline_id hotline, const char *state,
                        const struct store_page *page, store_request_rows_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_request_list);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_text(store_call_params(call), state);
    store_page_params(store_call_params(call), page);
    store_call_look(call, read_list, (store_any_fn)done, data);
}
