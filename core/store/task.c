#include "core/store/task.h"

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
    store_call_read(call, read_tasks, (store_any_fn)done, data);
}
