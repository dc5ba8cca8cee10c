/*
 * Tasks: what waits for a person, the most urgent first. Somebody claims one under a lease, with a
 * token that the end of it must name, and gives it back or ends it (task_done.c).
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/api/repeat.h"
#include "core/api/task_view.h"

#define TAKERS (API_STAFF | API_BIT(API_ADMIN))

static const char *const wanted_states[] = {"live",    "open", "claimed", "done",
                                            "dropped", "all",  NULL};

static const struct http_field query_fields[] = {
    {.name = "state", .type = HTTP_ENUM, .words = wanted_states, .about = "live when left out."},
    {.name = "for_role", .type = HTTP_ENUM, .words = api_task_roles},
    {.name = "mine", .type = HTTP_BOOLEAN, .about = "Only those that you have claimed."},
};
API_FIELDS(task_query, "TaskQuery", query_fields);

static const struct http_field release_field[] = {
    {.name = "token",
     .type = HTTP_INTEGER,
     .required = true,
     .min = 1,
     .max = INT64_MAX,
     .about = "Of your claim."},
    {.name = "why",
     .type = HTTP_ENUM,
     .required = true,
     .words = api_task_handovers,
     .about = "For whoever takes it next."},
};
API_FIELDS(release_fields, "TaskRelease", release_field);

static void on_tasks(void *data, const struct store_result *result, const struct store_task *rows,
                     size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, api_task_json(&rows[i]), rows[i].due_at.us, rows[i].id);
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

static void on_written(void *data, const struct store_result *result,
                       const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        api_task_show(call);
    }
}

static void on_claim_keys(void *data, const struct store_result *result,
                          const struct store_lock_keys *keys)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (keys == NULL) {
        api_refuse_absent_if_new(call, on_written);
        return;
    }
    store_task_claim(api_store(call), call->actor.pool, &call->operation, call->id, keys,
                     on_written, call);
}

static void claim(struct api_call *call)
{
    api_task_keys(call, on_claim_keys);
}

static void on_release_keys(void *data, const struct store_result *result,
                            const struct store_lock_keys *keys)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (keys == NULL) {
        api_refuse_absent_if_new(call, on_written);
        return;
    }
    store_task_release(api_store(call), call->actor.pool, &call->operation, call->id,
                       api_int(call->body, "token", 0), api_text(call->body, "why"), keys,
                       on_written, call);
}

static void release(struct api_call *call)
{
    api_task_keys(call, on_release_keys);
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/tasks",
     .roles = TAKERS,
     .summary = "What waits for a person, the most urgent first.",
     .query = &task_query,
     .answer = &api_task_fields,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_tasks},
    {.method = HTTP_GET,
     .pattern = "/v1/tasks/{id}",
     .roles = TAKERS,
     .summary = "One task; for the one who holds its claim with its script",
     .answer = &api_task_work_fields,
     .success = 200,
     .handle = api_task_show},
    {.method = HTTP_POST,
     .pattern = "/v1/tasks/{id}/claim",
     .roles = TAKERS,
     .summary = "Take a task under a lease",
     .about = "One person at a time. A lease that ends gives most tasks back; a call to a program "
              "that nobody ended becomes an unknown outcome, which a supervisor owns.",
     .answer = &api_task_work_fields,
     .success = 200,
     .handle = claim},
    {.method = HTTP_POST,
     .pattern = "/v1/tasks/{id}/release",
     .roles = TAKERS,
     .summary = "Give a task back, nothing done",
     .body = &release_fields,
     .answer = &api_task_work_fields,
     .success = 200,
     .handle = release},
};
API_ROUTES(api_tasks_routes, "Tasks", routes);
