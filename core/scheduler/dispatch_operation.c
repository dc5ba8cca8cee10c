/*
 * One operation from claim to end. State moves along one table; whatever an operation waits for
 * comes back exactly once.
 */
#include "core/scheduler/dispatch_private.h"

#include "core/base/log.h"
#include "core/base/mem.h"

#include <string.h>

static bool may_follow(enum operation_state from, enum operation_state to)
{
    static const bool table[OPERATION_OVER + 1][OPERATION_OVER + 1] = {
        [OPERATION_NONE] = {[OPERATION_STEPPING] = true, [OPERATION_ENDING] = true},
        [OPERATION_STEPPING] = {[OPERATION_SAVING] = true,
                                [OPERATION_PACED] = true, /* a balance is not written down */
                                [OPERATION_SENDING] = true,
                                [OPERATION_STEPPING] = true,
                                [OPERATION_ENDING] = true},
        [OPERATION_SAVING] = {[OPERATION_PACED] = true,
                              [OPERATION_SENDING] = true,
                              [OPERATION_STEPPING] = true,
                              [OPERATION_ENDING] = true,
                              [OPERATION_OVER] = true},
        [OPERATION_PACED] = {[OPERATION_PACED] = true,
                             [OPERATION_SENDING] = true,
                             [OPERATION_STEPPING] = true,
                             [OPERATION_ENDING] = true},
        [OPERATION_SENDING] = {[OPERATION_STEPPING] = true},
        [OPERATION_ENDING] = {[OPERATION_OVER] = true},
    };
    return table[from][to];
}

void operation_set_state(struct operation *operation, enum operation_state state)
{
    NB_ASSERT(may_follow(operation->state, state));
    operation->state = state;
}

static const char *copy_text(struct nb_arena *arena, const char *text)
{
    const char *copy = text == NULL ? NULL : nb_arena_strndup(arena, text, strlen(text));
    NB_ASSERT(text == NULL || copy != NULL); /* columns of limited length */
    return copy;
}

static struct store_sealed copy_sealed(struct nb_arena *arena, struct store_sealed sealed)
{
    uint8_t *copy = sealed.bytes == NULL ? NULL : nb_arena_alloc(arena, sealed.count);
    if (copy != NULL) {
        memcpy(copy, sealed.bytes, sealed.count);
    }
    return (struct store_sealed){copy, copy == NULL ? 0 : sealed.count};
}

static void copy_work(struct operation *operation, const struct store_work *work)
{
    struct nb_arena *arena = operation->arena;
    struct store_work *mine = &operation->work;
    *mine = *work;
    mine->program = copy_text(arena, work->program);
    mine->property_code = copy_text(arena, work->property_code);
    mine->zone = copy_text(arena, work->zone);
    mine->alias = copy_text(arena, work->alias);
    mine->wrapped_key = copy_sealed(arena, work->wrapped_key);
    mine->given_name = copy_sealed(arena, work->given_name);
    mine->surname = copy_sealed(arena, work->surname);
    mine->confirmation = copy_sealed(arena, work->confirmation);
    mine->state = copy_sealed(arena, work->state);
}

static uint32_t kind_of(enum store_work_kind kind)
{
    switch (kind) {
    case STORE_WORK_COMMIT:
        return NB_OPERATION_COMMIT;
    case STORE_WORK_READ:
        return NB_OPERATION_READ;
    case STORE_WORK_CANCEL:
        return NB_OPERATION_CANCEL;
    case STORE_WORK_NONE:
        break;
    }
    return NB_OPERATION_NONE;
}

/* What the plugin is told. Never a name or a number that opens a door: those stay placeholders. */
static void ask(struct operation *operation)
{
    const struct store_work *work = &operation->work;
    struct nb_operation *asked = &operation->asked;
    nb_public_id_format(work->reference, operation->reference);
    *asked = (struct nb_operation){
        .kind = kind_of(work->kind),
        .check_in = work->check_in.day,
        .check_out = work->check_out.day,
        .rooms = (uint16_t)work->rooms,
        .adults = (uint16_t)work->adults,
        .child_count = (uint16_t)work->child_count,
        .accept_higher =
            work->accept_higher > UINT32_MAX ? UINT32_MAX : (uint32_t)work->accept_higher,
        .points_total = work->points,
        .reference = operation->reference,
        .property_code = work->property_code,
        .confirmation = operation->confirmation == NULL ? NULL : "{{booking.confirmation}}",
    };
    for (int i = 0; i < work->child_count; i++) {
        asked->child_ages[i] = (uint8_t)work->child_ages[i];
    }
}

static void on_pace(void *data)
{
    operation_send(data);
}

struct operation *operation_create(struct dispatch *dispatch, const struct store_work *work,
                                   struct nb_mono lease_until)
{
    struct operation *operation = nb_alloc(sizeof(*operation));
    operation->magic = OPERATION_MAGIC;
    operation->dispatch = dispatch;
    operation->arena = nb_arena_create(DISPATCH_ARENA_BYTES);
    operation->step_arena = nb_arena_create(DISPATCH_ARENA_BYTES);
    operation->begun = nb_mono_now();
    operation->lease_until = lease_until;
    copy_work(operation, work);
    operation->ref = (struct store_outbox_ref){.outbox = work->outbox,
                                               .token = work->token,
                                               .request = work->request,
                                               .account = work->account};
    operation->account = config_accounts_find(dispatch->accounts, work->account_public);
    loop_timer_init(&operation->pace, dispatch->role->loop, on_pace, operation);
    operation->next = dispatch->operations;
    operation->link = &dispatch->operations;
    if (operation->next != NULL) {
        operation->next->link = &operation->next;
    }
    dispatch->operations = operation;
    dispatch->in_flight++;
    return operation;
}

/* Nothing can be sent for this account from here, or nothing can be kept of it: an administrator
 * must act. What has a stored state may have sent something before: that is no refusal. */
static void cannot(struct operation *operation, const char *outcome, const char *why)
{
    bool begun = operation->work.state.bytes != NULL;
    struct dispatch_verdict verdict = {.outcome = begun ? "unknown" : outcome, .why = why};
    operation_end(operation, &verdict, NULL);
}

void operation_start(struct dispatch *dispatch, const struct store_work *work,
                     struct nb_mono lease_until)
{
    struct operation *operation = operation_create(dispatch, work, lease_until);
    struct nb_err err = {0};
    if (work->assisted) {
        ask(operation);
        operation_script(operation);
        return;
    }
    if (operation->account == NULL || operation->account->base_url == NULL) {
        cannot(operation, "unauthorised", "no_credential");
        return;
    }
    if (!operation_open_secrets(operation, &err)) {
        nb_log(NB_LOG_ERROR, "dispatch_cannot_open", NB_TEXT("code", err.code),
               NB_NUMBER("outbox", work->outbox.v));
        cannot(operation, "bad_ask", "sealed");
        return;
    }
    ask(operation);
    /* A stored state means that the plugin asked to be woken. */
    operation_step(
        operation,
        &(struct nb_event){.kind = work->state.bytes == NULL ? NB_EVENT_BEGIN : NB_EVENT_WOKE});
}

void operation_stop(struct operation *operation)
{
    /* What steps or is being saved looks by itself when that is back; what is out comes back, or
     * its lease ends. */
    if (operation->state == OPERATION_PACED) {
        loop_timer_stop(&operation->pace);
        operation_give_back(operation, 0, false);
    }
}

static void destroy(void *data)
{
    struct operation *operation = data;
    operation_close_secrets(operation);
    operation->arena = nb_arena_destroy(operation->arena);
    operation->step_arena = nb_arena_destroy(operation->step_arena);
    explicit_bzero(operation->plugin_state, sizeof(operation->plugin_state));
    operation->magic = 0;
    nb_free(operation);
}

static void unlink_from_role(struct operation *operation)
{
    loop_timer_fini(&operation->pace);
    *operation->link = operation->next;
    if (operation->next != NULL) {
        operation->next->link = operation->link;
    }
    operation->dispatch->in_flight--;
}

void operation_abandon(struct operation *operation)
{
    struct dispatch *dispatch = operation->dispatch;
    NB_CHECK_MAGIC(operation, OPERATION_MAGIC);
    operation_set_state(operation, OPERATION_OVER);
    unlink_from_role(operation);
    loop_defer_free(dispatch->role->loop, operation, destroy);
    dispatch_forget(dispatch);
}

void operation_orphan(struct operation *operation)
{
    NB_CHECK_MAGIC(operation, OPERATION_MAGIC);
    unlink_from_role(operation);
    operation->dispatch = NULL;
    /* The HTTP client forgets what is out; plugin host and store call back later. */
    if (operation->state == OPERATION_PACED || operation->state == OPERATION_SENDING) {
        destroy(operation);
    }
}

bool operation_is_orphan(struct operation *operation)
{
    NB_CHECK_MAGIC(operation, OPERATION_MAGIC);
    if (operation->dispatch != NULL) {
        return false;
    }
    destroy(operation);
    return true;
}
