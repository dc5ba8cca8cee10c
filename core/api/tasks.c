/*
 * Tasks: what waits for a person, the most urgent first.
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/store/task.h"

#define TAKERS (API_STAFF | API_BIT(API_ADMIN))

static const char *const roles[] = {"specialist", "coordinator", "supervisor",
                                    "director",   "admin",       NULL};
static const char *const states[] = {"open", "claimed", "done", "dropped", NULL};
static const char *const wanted_states[] = {"live",    "open", "claimed", "done",
                                            "dropped", "all",  NULL};

static const struct http_field claim_fields[] = {
    {.name = "by", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "name", .type = HTTP_TEXT, .required = true, .about = "As colleagues know them."},
    {.name = "until",
     .type = HTTP_INSTANT,
     .required = true,
     .nullable = true,
     .about = "When it may be taken by somebody else."},
    {.name = "token",
     .type = HTTP_INTEGER,
     .required = true,
     .about = "Shown when the task is ended: an older claim ends nothing."},
};
API_FIELDS(claim, "TaskClaim", claim_fields);

static const struct http_field task_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "kind", .type = HTTP_TEXT, .required = true, .example = "unmet_need"},
    {.name = "for_role", .type = HTTP_ENUM, .words = roles, .required = true},
    {.name = "state", .type = HTTP_ENUM, .words = states, .required = true},
    {.name = "due_at", .type = HTTP_INSTANT, .required = true},
    {.name = "request", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "booking", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "detail",
     .type = HTTP_JSON,
     .required = true,
     .about = "Coded facts that the person needs; no guest, no number."},
    {.name = "claim", .type = HTTP_OBJECT, .of = &claim, .required = true, .nullable = true},
    {.name = "created_at", .type = HTTP_INSTANT, .required = true},
    {.name = "done_at", .type = HTTP_INSTANT, .required = true, .nullable = true},
    {.name = "result", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "handover",
     .type = HTTP_TEXT,
     .required = true,
     .nullable = true,
     .about = "Why it was last given back."},
};
API_FIELDS(task, "Task", task_fields);

static const struct http_field query_fields[] = {
    {.name = "state", .type = HTTP_ENUM, .words = wanted_states, .about = "live when left out."},
    {.name = "for_role", .type = HTTP_ENUM, .words = roles},
    {.name = "mine", .type = HTTP_BOOLEAN, .about = "Only those that you have claimed."},
};
API_FIELDS(task_query, "TaskQuery", query_fields);

static json_t *claim_json(const struct store_task *row)
{
    if (!row->claimed) {
        return json_null();
    }
    json_t *json =
        json_pack("{s:s, s:I}", "name", row->claimed_by_name, "token", row->fencing_token);
    api_put(json, "by", api_json_id(row->claimed_by));
    api_put(json, "until", row->leased ? api_json_instant(row->lease_until) : json_null());
    return json;
}

static json_t *task_json(const struct store_task *row)
{
    json_t *json = json_pack("{s:s, s:s, s:s}", "kind", row->kind, "for_role", row->for_role,
                             "state", row->state);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "due_at", api_json_instant(row->due_at));
    api_put(json, "request", row->has_request ? api_json_id(row->request) : json_null());
    api_put(json, "booking", row->has_booking ? api_json_id(row->booking) : json_null());
    api_put(json, "detail", json_loads(row->detail, 0, NULL));
    api_put(json, "claim", claim_json(row));
    api_put(json, "created_at", api_json_instant(row->created_at));
    api_put(json, "done_at", row->done ? api_json_instant(row->done_at) : json_null());
    api_put(json, "result", api_json_text(row->result));
    api_put(json, "handover", api_json_text(row->handover));
    return json;
}

static void on_tasks(void *data, const struct store_result *result, const struct store_task *rows,
                     size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, task_json(&rows[i]), rows[i].due_at.us, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_tasks(struct api_call *call)
{
    const char *state = api_text(call->query, "state");
    const struct store_task_filter filter = {.actor = call->actor.user,
                                             .state = state == NULL ? "live" : state,
                                             .for_role = api_text(call->query, "for_role"),
                                             .mine = api_bool(call->query, "mine", false)};
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_task_list(api_store(call), call->actor.pool, &filter, &page->asked, on_tasks, call);
    }
}

static void on_task(void *data, const struct store_result *result, const struct store_task *rows,
                    size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, task_json(&rows[0]));
}

static void show_task(struct api_call *call)
{
    const struct store_task_filter filter = {
        .actor = call->actor.user, .one = &call->id, .state = "all"};

    store_task_list(api_store(call), call->actor.pool, &filter, &(struct store_page){.limit = 1},
                    on_task, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/tasks",
     .roles = TAKERS,
     .summary = "What waits for a person, the most urgent first.",
     .query = &task_query,
     .answer = &task,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_tasks},
    {.method = HTTP_GET,
     .pattern = "/v1/tasks/{id}",
     .roles = TAKERS,
     .summary = "One task.",
     .answer = &task,
     .success = 200,
     .handle = show_task},
};
API_ROUTES(api_tasks_routes, "Tasks", routes);
