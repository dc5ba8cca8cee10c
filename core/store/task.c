#include "core/store/task.h"

#include "core/store/optional.h"

static void take_task(const struct pg_rows *rows, int i, struct store_task *task)
{
    task->id = pg_row_public_id(rows, i, "public_id");
    task->kind = pg_row_text(rows, i, "kind");
    task->for_role = pg_row_text(rows, i, "for_role");
    task->state = pg_row_text(rows, i, "state");
    task->due_at = pg_row_instant(rows, i, "due_at");
    task->has_request = store_take_id(rows, i, "request_id", &task->request);
    task->has_booking = store_take_id(rows, i, "booking_id", &task->booking);
    task->detail = pg_row_text(rows, i, "detail");
    task->claimed = store_take_id(rows, i, "claimed_by", &task->claimed_by);
    task->claimed_by_name = pg_row_text(rows, i, "claimed_by_name");
    task->leased = store_take_instant(rows, i, "lease_until", &task->lease_until);
    task->fencing_token = pg_row_int64(rows, i, "fencing_token");
    task->created_at = pg_row_instant(rows, i, "created_at");
    task->done = store_take_instant(rows, i, "done_at", &task->done_at);
    task->result = pg_row_text(rows, i, "result");
    task->handover = pg_row_text(rows, i, "handover");
}

static void read_tasks(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_task *tasks = store_reading_rows(reading, sizeof(*tasks));

    for (int i = 0; i < count; i++) {
        take_task(reading->rows, i, &tasks[i]);
    }
    ((store_tasks_fn)reading->done)(reading->data, reading->result, tasks, (size_t)count);
}

void store_task_list(struct store *store, enum store_role role,
                     const struct store_task_filter *filter, const struct store_page *page,
                     store_tasks_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_task_list);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, filter->actor.v);
    store_params_id(params, filter->one);
    pg_params_text(params, filter->state);
    pg_params_text(params, filter->for_role);
    pg_params_bool(params, filter->mine);
    store_page_params(params, page);
    store_call_look(call, read_tasks, (store_any_fn)done, data);
}

void store_task_keys(struct store *store, enum store_role role, struct hotline_id hotline,
                     const char *const *roles, size_t role_count, struct public_id task,
                     store_keys_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_task_keys);

    store_params_key(store_call_params(call), hotline.v);
    pg_params_text_array(store_call_params(call), roles, role_count);
    pg_params_public_id(store_call_params(call), task);
    store_call_read(call, store_lock_keys_reader, (store_any_fn)done, data);
}

void store_task_claim(struct store *store, enum store_role role,
                      const struct store_operation *operation, struct public_id task,
                      const struct store_lock_keys *keys, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_task_claim, operation);

    pg_params_public_id(store_call_params(call), task);
    store_lock_keys_take(call, keys);
    store_operation_send(call, done, data);
}

void store_task_release(struct store *store, enum store_role role,
                        const struct store_operation *operation, struct public_id task,
                        int64_t token, const char *handover, const struct store_lock_keys *keys,
                        store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_task_release, operation);

    pg_params_public_id(store_call_params(call), task);
    pg_params_int64(store_call_params(call), token);
    pg_params_text(store_call_params(call), handover);
    store_lock_keys_take(call, keys);
    store_operation_send(call, done, data);
}

void store_task_hand_over(struct store *store, const struct store_operation *operation,
                          const struct store_hand_over *hand_over,
                          const struct store_lock_keys *keys, store_write_fn done, void *data)
{
    struct store_call *call =
        store_operation_call(store, STORE_STAFF, &sql_task_hand_over, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, hand_over->task);
    pg_params_int64(params, hand_over->token);
    pg_params_public_id(params, hand_over->to);
    pg_params_text(params, hand_over->why);
    store_lock_keys_take(call, keys);
    store_operation_send(call, done, data);
}

static void read_work(const struct store_reading *reading)
{
    const struct pg_rows *rows = reading->rows;
    store_task_work_fn done = (store_task_work_fn)reading->done;
    struct store_task_work work = {0};

    if (store_reading_count(reading) == 0) {
        done(reading->data, reading->result, NULL);
        return;
    }
    work.kind = pg_row_text(rows, 0, "kind");
    work.has_booking = store_take_id(rows, 0, "reference", &work.reference);
    if (work.has_booking) {
        work.has_account = store_take_id(rows, 0, "account", &work.account);
        work.check_in = pg_row_night(rows, 0, "check_in");
        work.check_out = pg_row_night(rows, 0, "check_out");
        work.units = pg_row_int64(rows, 0, "units");
        work.points = pg_row_int64_or(rows, 0, "points", 0);
        work.guest = pg_row_public_id(rows, 0, "guest");
        work.wrapped_key = store_reading_bytes(reading, 0, "wrapped_key");
    }
    done(reading->data, reading->result, &work);
}

void store_task_work(struct store *store, struct hotline_id hotline, struct public_id task,
                     store_task_work_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_task_work);

    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), task);
    store_call_read(call, read_work, (store_any_fn)done, data);
}

void store_task_done(struct store *store, enum store_role role,
                     const struct store_operation *operation, const struct store_task_end *end,
                     const struct store_lock_keys *keys, store_write_fn done, void *data)
{
    struct store_call *call = store_operation_call(store, role, &sql_task_done, operation);
    struct pg_params *params = store_call_params(call);

    pg_params_public_id(params, end->task);
    pg_params_int64(params, end->token);
    pg_params_json(params, end->result);
    pg_params_bytes(params, end->confirmation.bytes, end->confirmation.count);
    pg_params_bytes(params, end->prints.bytes, end->prints.count);
    store_lock_keys_take(call, keys);
    store_operation_send(call, done, data);
}
