/*
 * One task as the person who works on it sees it: with the plugin's script, its placeholders
 * replaced. Whoever does not hold the claim gets the same without.
 */
#include "core/api/answer.h"
#include "core/api/guest_secrets.h"
#include "core/api/reveal.h"
#include "core/api/task_script.h"
#include "core/api/task_view.h"
#include "core/config/accounts.h"

#include <string.h>

/* The task, while its secrets are asked for. */
struct task_shown {
    json_t *json;   /* owned */
    json_t *script; /* owned; as the plugin wrote it, NULL for none */
};

static void answer_shown(struct api_call *call, json_t *script)
{
    struct task_shown *shown = call->state;

    api_put(shown->json, "script", script);
    json_decref(shown->script);
    api_answer(call, shown->json);
}

static void drop_shown(struct api_call *call)
{
    struct task_shown *shown = call->state;

    json_decref(shown->json);
    json_decref(shown->script);
}

static struct api_script_account account_of(const struct api_call *call, const struct public_id *id)
{
    const struct config_accounts *accounts = api_accounts(call);
    const struct config_account *account =
        accounts == NULL || id == NULL ? NULL : config_accounts_find(accounts, *id);

    if (account == NULL) {
        return (struct api_script_account){0};
    }
    return (struct api_script_account){.member = api_secret_text(account->member),
                                       .holder = api_secret_text(account->holder),
                                       .phone = api_secret_text(account->phone)};
}

/* NULL when it cannot be opened: the guest was erased. */
static json_t *replaced(const struct api_call *call, const struct store_reveal *reveal)
{
    const struct task_shown *shown = call->state;
    struct api_script_account account = account_of(call, reveal->account);
    struct api_guest_secrets secrets;
    struct nb_err err = {0};
    json_t *script = NULL;

    if (api_guest_secrets_open(api_keys(call), reveal, &secrets, &err)) {
        script = api_script_json(shown->script, reveal, &secrets, &account);
    }
    api_guest_secrets_close(&secrets);
    return script;
}

static void on_revealed(void *data, const struct store_result *result,
                        const struct store_reveal *reveal)
{
    struct api_call *call = data;

    if (result->outcome != STORE_OK || reveal->outcome == STORE_REVEAL_QUOTA) {
        drop_shown(call);
        if (api_result_ok(call, result)) {
            api_reveal_refuse(call, STORE_REVEAL_QUOTA);
        }
        return;
    }
    /* The claim may have ended since the task was read. */
    json_t *script = reveal->outcome == STORE_REVEALED ? replaced(call, reveal) : NULL;
    answer_shown(call, script == NULL ? json_null() : script);
}

static json_t *script_of(const struct store_task *task)
{
    json_t *detail = json_loads(task->detail, 0, NULL);
    json_t *script = json_incref(json_object_get(detail, "script"));

    json_decref(detail);
    return script;
}

/* An administrator's tasks are about accounts and properties, never about a guest. */
static bool is_mine(const struct api_call *call, const struct store_task *task)
{
    return call->actor.pool == STORE_STAFF && strcmp(task->state, "claimed") == 0 &&
           task->claimed &&
           memcmp(&task->claimed_by, &call->actor.user_public, sizeof(task->claimed_by)) == 0;
}

static void on_task(void *data, const struct store_result *result, const struct store_task *tasks,
                    size_t count)
{
    struct api_call *call = data;
    struct task_shown *shown = api_alloc(call, sizeof(*shown));

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    call->state = shown;
    shown->json = api_task_json(&tasks[0]);
    shown->script = script_of(&tasks[0]);
    if (shown->script == NULL || !is_mine(call, &tasks[0])) {
        answer_shown(call, json_null());
        return;
    }
    const struct store_revealer by = api_revealer(call);
    store_reveal_task(api_store(call), &by, call->id, on_revealed, call);
}

void api_task_show(struct api_call *call)
{
    const struct store_task_filter filter = {
        .actor = call->actor.user, .one = &call->id, .state = "all"};

    store_task_list(api_store(call), call->actor.pool, &filter, &(struct store_page){.limit = 1},
                    on_task, call);
}
