/*
 * A task in the middle of its work goes to a colleague: the claim is theirs at once, under a token
 * of their own. Giving it back would say that nothing was sent, which may not be true on the phone.
 */
#include "core/api/answer.h"
#include "core/api/repeat.h"
#include "core/api/task_view.h"
#include "core/base/mem.h"
#include "core/store/colleague.h"

/* --- colleagues --- */

static const char *const roles[] = {"specialist", "coordinator", "supervisor", "director", NULL};

static const struct http_field colleague_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "name", .type = HTTP_TEXT, .required = true, .about = "As colleagues know them."},
    {.name = "role",
     .type = HTTP_ENUM,
     .words = roles,
     .required = true,
     .nullable = true,
     .about = "The highest right to place people."},
};
API_FIELDS(colleague, "Colleague", colleague_fields);

static void on_colleagues(void *data, const struct store_result *result,
                          const struct store_colleague *rows, size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *json = json_object();
        api_put(json, "id", api_json_id(rows[i].id));
        api_put(json, "name", json_string(rows[i].name));
        api_put(json, "role", api_json_text(rows[i].role));
        NB_ASSERT(json_array_append_new(items, json) == 0);
    }
    api_answer(call, json_pack("{s:o}", "items", items));
}

static void list_colleagues(struct api_call *call)
{
    store_colleague_list(api_store(call), call->actor.hotline, on_colleagues, call);
}

/* --- handing over --- */

static const struct http_field hand_over_field[] = {
    {.name = "token",
     .type = HTTP_INTEGER,
     .required = true,
     .min = 1,
     .max = INT64_MAX,
     .about = "Of your claim."},
    {.name = "to", .type = HTTP_PUBLIC_ID, .required = true, .about = "A colleague."},
    {.name = "why", .type = HTTP_ENUM, .required = true, .words = api_task_handovers},
};
API_FIELDS(hand_over_fields, "TaskHandOver", hand_over_field);

static void on_written(void *data, const struct store_result *result,
                       const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        api_task_show(call);
    }
}

static void on_keys(void *data, const struct store_result *result,
                    const struct store_lock_keys *keys)
{
    struct api_call *call = data;
    struct public_id to;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (keys == NULL) {
        api_refuse_absent_if_new(call, on_written);
        return;
    }
    NB_ASSERT(api_id(call->body, "to", &to));
    store_task_hand_over(api_store(call), &call->operation,
                         &(struct store_hand_over){.task = call->id,
                                                   .token = api_int(call->body, "token", 0),
                                                   .to = to,
                                                   .why = api_text(call->body, "why")},
                         keys, on_written, call);
}

static void hand_over(struct api_call *call)
{
    api_task_keys(call, on_keys);
}

static const struct api_route routes_of_hand_over[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/colleagues",
     .roles = API_STAFF,
     .summary = "Who works at your hotline.",
     .answer = &colleague,
     .shape = API_LIST,
     .success = 200,
     .handle = list_colleagues},
    {.method = HTTP_POST,
     .pattern = "/v1/tasks/{id}/hand-over",
     .roles = API_STAFF,
     .summary = "Hand a claimed task to a colleague",
     .about = "Their lease begins, and your token ends. For work that has begun: giving it back "
              "would say that nothing was sent.",
     .body = &hand_over_fields,
     .answer = &api_task_work_fields,
     .success = 200,
     .handle = hand_over},
};
API_ROUTES(api_task_hand_over_routes, "Handing over", routes_of_hand_over);
