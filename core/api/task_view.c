#include "core/api/task_view.h"

#include "core/api/answer.h"
#include "core/api/task_script.h"
#include "core/base/mem.h"

static const char *const states[] = {"open", "claimed", "done", "dropped", NULL};
const char *const api_task_roles[] = {"specialist", "coordinator", "supervisor",
                                      "director",   "admin",       NULL};

const char *const api_task_handovers[] = {
    "not_mine", "no_time", "line_busy", "needs_supervisor", "end_of_shift", "not_clear", NULL};

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

/* One list of what a task shows with and without its script. */
#define TASK                                                                                       \
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},                                      \
        {.name = "kind", .type = HTTP_TEXT, .required = true, .example = "unmet_need"},            \
        {.name = "for_role", .type = HTTP_ENUM, .words = api_task_roles, .required = true},        \
        {.name = "state", .type = HTTP_ENUM, .words = states, .required = true},                   \
        {.name = "due_at", .type = HTTP_INSTANT, .required = true},                                \
        {.name = "request", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},           \
        {.name = "booking", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},           \
        {.name = "detail",                                                                         \
         .type = HTTP_JSON,                                                                        \
         .required = true,                                                                         \
         .about = "Coded facts that the person needs; no guest, no number."},                      \
        {.name = "claim", .type = HTTP_OBJECT, .of = &claim, .required = true, .nullable = true},  \
        {.name = "created_at", .type = HTTP_INSTANT, .required = true},                            \
        {.name = "done_at", .type = HTTP_INSTANT, .required = true, .nullable = true},             \
        {.name = "result", .type = HTTP_TEXT, .required = true, .nullable = true},                 \
    {                                                                                              \
        .name = "handover", .type = HTTP_TEXT, .required = true, .nullable = true,                 \
        .about = "Why it was last given back."                                                     \
    }

static const struct http_field task_fields[] = {TASK};
const struct http_fields api_task_fields = {"Task", task_fields, NB_COUNT(task_fields)};

static const struct http_field work_fields[] = {
    TASK,
    {.name = "script",
     .type = HTTP_OBJECT,
     .required = true,
     .nullable = true,
     .of = &api_script_fields,
     .about = "For the one who holds the claim; each look at it stands in the audit log."},
};
const struct http_fields api_task_work_fields = {"TaskWork", work_fields, NB_COUNT(work_fields)};

/* Roles whose tasks the caller may take. *ret_count of them. */
static const char *const *roles_of(const struct api_call *call, size_t *ret_count)
{
    /* The placing roles stand in rising order, as in enum api_role; admin is a world of its own. */
    if (call->actor.role == API_ADMIN) {
        *ret_count = 1;
        return &api_task_roles[4];
    }
    *ret_count = (size_t)call->actor.role - API_SPECIALIST + 1;
    NB_ASSERT(*ret_count >= 1 && *ret_count <= 4);
    return api_task_roles;
}

void api_task_keys(struct api_call *call, store_keys_fn done)
{
    size_t count = 0;
    const char *const *roles = roles_of(call, &count);

    store_task_keys(api_store(call), call->actor.pool, call->actor.hotline, roles, count, call->id,
                    done, call);
}

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

/* What a plugin wrote for the person is shown as the script, and to that person. */
static json_t *facts_json(const struct store_task *row)
{
    json_t *facts = json_loads(row->detail, 0, NULL);

    NB_ASSERT(json_is_object(facts));
    (void)json_object_del(facts, "script");
    return facts;
}

json_t *api_task_json(const struct store_task *row)
{
    json_t *json = json_pack("{s:s, s:s, s:s}", "kind", row->kind, "for_role", row->for_role,
                             "state", row->state);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "due_at", api_json_instant(row->due_at));
    api_put(json, "request", row->has_request ? api_json_id(row->request) : json_null());
    api_put(json, "booking", row->has_booking ? api_json_id(row->booking) : json_null());
    api_put(json, "detail", facts_json(row));
    api_put(json, "claim", claim_json(row));
    api_put(json, "created_at", api_json_instant(row->created_at));
    api_put(json, "done_at", row->done ? api_json_instant(row->done_at) : json_null());
    api_put(json, "result", api_json_text(row->result));
    api_put(json, "handover", api_json_text(row->handover));
    return json;
}
