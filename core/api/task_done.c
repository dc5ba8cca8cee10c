/*
 * POST /v1/tasks/{id}/done: what a person found or did. A confirmation number is typed twice, or it
 * is not taken; points that differ from what was held are typed twice as well; nights and rooms
 * must be those that were asked for. The number is sealed before it leaves this process.
 */
#include "core/api/answer.h"
#include "core/api/guest_secrets.h"
#include "core/api/repeat.h"
#include "core/api/task_view.h"
#include "core/base/mem.h"
#include "core/store/task.h"

#include <stdlib.h>
#include <string.h>

static const char *const outcomes[] = {
    "confirmed", "refused",           "unclear",   "found",   "absent",   "wait",   "cancelled",
    "accepted",  "declined",          "no_answer", "primary", "covering", "placed", "reported",
    "handled",   "already_cancelled", NULL};
static const char *const reasons[] = {"sold_out",
                                      "restricted",
                                      "redemption_refused",
                                      "needs_card",
                                      "insufficient_points",
                                      "member_invalid",
                                      "hotel_invalid",
                                      "price_changed",
                                      "policy_changed",
                                      NULL};
static const char *const contacts[] = {"front_desk",   "manager",       "night_audit",
                                       "reservations", "shelter_staff", NULL};

static const struct http_field done_field[] = {
    {.name = "token",
     .type = HTTP_INTEGER,
     .required = true,
     .min = 1,
     .max = INT64_MAX,
     .about = "Of your claim; an older one ends nothing."},
    {.name = "outcome",
     .type = HTTP_ENUM,
     .required = true,
     .words = outcomes,
     .about = "What was found or done; which words fit depends on the kind of the task. unclear is "
              "never a refusal: somebody reads until it is known."},
    {.name = "reason",
     .type = HTTP_ENUM,
     .nullable = true,
     .words = reasons,
     .about = "Of a refused booking: what the program said."},
    {.name = "confirmation",
     .type = HTTP_TEXT,
     .nullable = true,
     .secret = true,
     .min = 1,
     .max = 64,
     .about = "The program's number."},
    {.name = "confirmation_again",
     .type = HTTP_TEXT,
     .nullable = true,
     .secret = true,
     .min = 1,
     .max = 64,
     .about = "The same, read back and typed once more."},
    {.name = "points",
     .type = HTTP_INTEGER,
     .nullable = true,
     .min = 0,
     .max = 1000000000,
     .about = "Points that the program took for the whole stay."},
    {.name = "points_again",
     .type = HTTP_INTEGER,
     .nullable = true,
     .min = 0,
     .max = 1000000000,
     .about = "Needed when they are not the points that are held."},
    {.name = "check_in", .type = HTTP_NIGHT, .nullable = true, .about = "As it was read back."},
    {.name = "check_out", .type = HTTP_NIGHT, .nullable = true, .about = "As it was read back."},
    {.name = "units",
     .type = HTTP_INTEGER,
     .nullable = true,
     .min = 1,
     .max = 1000,
     .about = "Rooms, as they were read back."},
    {.name = "cancel_by",
     .type = HTTP_INSTANT,
     .nullable = true,
     .about = "Until when it may be cancelled without losing points."},
    {.name = "points_returned",
     .type = HTTP_INTEGER,
     .nullable = true,
     .min = 0,
     .max = 1000000000,
     .about = "Of a cancellation: points that come back."},
    {.name = "contact",
     .type = HTTP_ENUM,
     .nullable = true,
     .words = contacts,
     .about = "Of a desk that was called: the role of who answered."},
};
API_FIELDS(done_fields, "TaskResult", done_field);

struct done_work {
    struct store_lock_keys keys;
    struct nb_buf sealed;
    uint8_t prints[API_PRINTS_MAX * VAULT_PRINT_BYTES];
    size_t prints_count;
};

static bool has_number(const struct api_call *call)
{
    return api_given(call->body, "confirmation");
}

/* What was typed twice is the same, and what was read back is what is held. */
static bool read_back(struct api_call *call, const struct store_task_work *work)
{
    const char *number = api_text(call->body, "confirmation");
    const char *again = api_text(call->body, "confirmation_again");
    int64_t points = api_int(call->body, "points", work->points);

    if (number != NULL && (again == NULL || strcmp(number, again) != 0)) {
        api_refuse_field(call, "/confirmation_again",
                         "the confirmation number once more, exactly as before");
        return false;
    }
    if (number != NULL && !work->has_account) {
        api_refuse_field(call, "/confirmation", "left out: this task is not about such a booking");
        return false;
    }
    if (number != NULL && points != work->points &&
        points != api_int(call->body, "points_again", -1)) {
        api_refuse_field(call, "/points_again",
                         "the points once more: they are not those that are held");
        return false;
    }
    return true;
}

/* False with the call answered. */
static bool seal_number(struct api_call *call, const struct store_task_work *work,
                        struct done_work *done)
{
    const char *number = api_text(call->body, "confirmation");
    struct api_guest_secrets secrets = {0};
    struct http_problem problem;
    struct nb_err err = {0};
    bool sealed =
        api_guest_key_open(api_keys(call), work->guest, work->wrapped_key, &secrets.key, &err) &&
        api_confirmation_seal(&secrets, work->reference, number, &done->sealed, &err);

    api_guest_secrets_close(&secrets);
    if (!sealed) {
        http_problem_of_err(&problem, &err);
        api_answer_problem(call, &problem);
        return false;
    }
    done->prints_count =
        api_confirmation_prints(api_keys(call), work->account, number, done->prints);
    return true;
}

/* The report without what must not be read: only fields that the database is to know. */
static char *result_text(const struct api_call *call)
{
    static const char *const kept[] = {"outcome",   "reason",          "points",
                                       "check_in",  "check_out",       "units",
                                       "cancel_by", "points_returned", "contact"};
    json_t *result = json_object();

    for (size_t i = 0; i < NB_COUNT(kept); i++) {
        json_t *value = json_object_get(call->body, kept[i]);
        if (value != NULL && !json_is_null(value)) {
            NB_ASSERT(json_object_set(result, kept[i], value) == 0);
        }
    }
    char *text = json_dumps(result, JSON_COMPACT);
    json_decref(result);
    NB_ASSERT(text != NULL);
    return text;
}

static void on_done(void *data, const struct store_result *result, const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        api_task_show(call);
    }
}

static void send(struct api_call *call)
{
    struct done_work *done = call->state;
    char *text = result_text(call);
    const struct store_task_end end = {
        .task = call->id,
        .token = api_int(call->body, "token", 0),
        .result = text,
        .confirmation = {(const uint8_t *)done->sealed.data, done->sealed.length},
        .prints = {done->prints_count == 0 ? NULL : done->prints, done->prints_count}};

    store_task_done(api_store(call), call->actor.pool, &call->operation, &end, &done->keys, on_done,
                    call);
    nb_buf_fini(&done->sealed);
    free(text);
}

static void on_work(void *data, const struct store_result *result,
                    const struct store_task_work *work)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (work == NULL) {
        api_refuse_absent(call);
        return;
    }
    if (read_back(call, work) && (!has_number(call) || seal_number(call, work, call->state))) {
        send(call);
    }
}

static void on_keys(void *data, const struct store_result *result,
                    const struct store_lock_keys *keys)
{
    struct api_call *call = data;
    struct done_work *done = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (keys == NULL) {
        api_refuse_absent_if_new(call, on_done);
        return;
    }
    done->keys = *keys;
    if (call->actor.pool == STORE_STAFF) {
        store_task_work(api_store(call), call->actor.hotline, call->id, on_work, call);
    } else if (has_number(call)) {
        api_refuse_field(call, "/confirmation", "left out: this task is not about a booking");
    } else {
        send(call);
    }
}

static void done(struct api_call *call)
{
    call->state = api_alloc(call, sizeof(struct done_work));
    api_task_keys(call, on_keys);
}

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/tasks/{id}/done",
     .roles = API_STAFF | API_BIT(API_ADMIN),
     .summary = "End a task with what was found or done",
     .about = "Of a booking made by phone: the number twice, the nights, rooms and points as they "
              "were read back. What does not fit changes nothing, and the task stays yours.",
     .body = &done_fields,
     .answer = &api_task_work_fields,
     .success = 200,
     .handle = done},
};
API_ROUTES(api_task_done_routes, "Tasks", routes);
