/*
 * The drafts of core/store/request.h, and the hotline's key that seals them.
 */
#include "core/store/call.h"
#include "core/store/request.h"

void store_draft_save(struct store *store, const struct store_operation *operation,
                      struct public_id id, int64_t match_version, const uint8_t *sealed,
                      size_t bytes, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, STORE_STAFF, &sql_draft_save, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, id);
    if (match_version == STORE_DRAFT_NEW) {
        pg_params_null(params);
    } else {
        pg_params_int64(params, match_version);
    }
    pg_params_bytes(params, sealed, bytes);
    store_operation_send(call, done, data);
}

void store_draft_drop(struct store *store, const struct store_operation *operation,
                      struct public_id id, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, STORE_STAFF, &sql_draft_drop, operation);

    pg_params_public_id(store_call_params(call), id);
    store_operation_send(call, done, data);
}

static void read_draft(const struct store_reading *reading)
{
    store_draft_fn done = (store_draft_fn)reading->done;
    const struct pg_rows *rows = reading->rows;
    struct store_draft draft = {0};

    if (store_reading_count(reading) == 0) {
        done(reading->data, reading->result, NULL);
        return;
    }
    draft.id = pg_row_public_id(rows, 0, "public_id");
    draft.version = pg_row_int64(rows, 0, "version");
    draft.updated_at = pg_row_instant(rows, 0, "updated_at");
    draft.sealed = pg_row_bytes(rows, 0, "sealed", reading->arena, &draft.bytes);
    draft.hotline = pg_row_public_id(rows, 0, "hotline_public_id");
    draft.hotline_key =
        pg_row_bytes(rows, 0, "hotline_key", reading->arena, &draft.hotline_key_bytes);
    done(reading->data, reading->result, &draft);
}

void store_draft_find(struct store *store, struct user_id user, struct public_id id,
                      store_draft_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_draft_find);

    pg_params_int64(store_call_params(call), user.v);
    pg_params_public_id(store_call_params(call), id);
    store_call_read(call, read_draft, (store_any_fn)done, data);
}

static void read_drafts(const struct store_reading *reading)
{
    store_drafts_fn done = (store_drafts_fn)reading->done;
    const struct pg_rows *rows = reading->rows;
    int count = store_reading_count(reading);
    struct store_draft *drafts =
        nb_arena_alloc(reading->arena, ((size_t)count + 1) * sizeof(*drafts));

    NB_ASSERT(drafts != NULL);
    for (int i = 0; i < count; i++) {
        drafts[i].id = pg_row_public_id(rows, i, "public_id");
        drafts[i].sort = pg_row_int64(rows, i, "sort");
        drafts[i].version = pg_row_int64(rows, i, "version");
        drafts[i].updated_at = pg_row_instant(rows, i, "updated_at");
    }
    done(reading->data, reading->result, rows == NULL ? NULL : drafts, (size_t)count);
}

void store_draft_list(struct store *store, struct user_id user, const struct store_page *page,
                      store_drafts_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_draft_list);

    pg_params_int64(store_call_params(call), user.v);
    store_page_params(store_call_params(call), page);
    store_call_read(call, read_drafts, (store_any_fn)done, data);
}

static void read_hotline_key(const struct store_reading *reading)
{
    store_hotline_key_fn done = (store_hotline_key_fn)reading->done;
    struct public_id hotline = {{0}};
    const uint8_t *wrapped = NULL;
    size_t bytes = 0;

    if (store_reading_count(reading) == 1) {
        hotline = pg_row_public_id(reading->rows, 0, "public_id");
        wrapped = pg_row_bytes(reading->rows, 0, "sealed_key", reading->arena, &bytes);
    }
    done(reading->data, reading->result, hotline, wrapped, bytes);
}

void store_hotline_key(struct store *store, struct hotline_id hotline, store_hotline_key_fn done,
                       void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_hotline_key);

    pg_params_int64(store_call_params(call), hotline.v);
    store_call_read(call, read_hotline_key, (store_any_fn)done, data);
}
