/*
 * Looks at the balance of an account after points moved there: a program that books twice under one
 * reference, or takes more than it says, shows nowhere else before the next statement. A question
 * that changes nothing: it is not written down before it is asked, and when it is not answered the
 * next movement asks again.
 */
#include "core/scheduler/dispatch_private.h"

#include "core/base/mem.h"

#include <string.h>

static bool is_due(const struct dispatch *dispatch, const struct dispatch_pace *pace)
{
    return !pace->balance_out &&
           (!pace->balance_asked ||
            nb_mono_ms_between(pace->balance_at, nb_mono_now()) >= dispatch->limits.balance_ms);
}

void dispatch_balance_moved(struct dispatch *dispatch, const struct operation *operation)
{
    struct dispatch_pace *pace = dispatch_pace_of(dispatch, operation->work.account.v);
    if (dispatch->stopping || operation->account == NULL || !is_due(dispatch, pace)) {
        return;
    }
    pace->balance_out = true;
    pace->balance_asked = true;
    pace->balance_at = nb_mono_now();
    /* Of the work only what says which account it is, and when. */
    const struct store_work *from = &operation->work;
    struct store_work work = {.account = from->account,
                              .account_public = from->account_public,
                              .program = from->program,
                              .zone = from->zone,
                              .today = from->today,
                              .now = from->now};
    struct operation *look =
        operation_create(dispatch, &work, nb_mono_add_ms(nb_mono_now(), dispatch->limits.lease_ms));
    look->balance = true;
    operation_name_account(look);
    look->asked = (struct nb_operation){.kind = NB_OPERATION_BALANCE};
    operation_step(look, &(struct nb_event){.kind = NB_EVENT_BEGIN});
}

static void on_compared(void *data, const struct store_result *result,
                        enum store_outbox_answer answer)
{
    struct operation *look = data;
    (void)result;
    (void)answer; /* a difference is a task in the database */
    if (!operation_is_orphan(look)) {
        operation_abandon(look);
    }
}

void operation_balance_end(struct operation *look, const struct nb_effect *effect)
{
    const struct dispatch_trail *trail = &look->trail;
    bool told = effect != NULL && effect->kind == NB_EFFECT_DONE &&
                effect->outcome == NB_OUTCOME_ANSWERED && effect->facts.points >= 0 &&
                trail->answered && trail->http_status >= 200 && trail->http_status <= 299;
    dispatch_pace_of(look->dispatch, look->work.account.v)->balance_out = false;
    operation_set_state(look, OPERATION_ENDING);
    if (!told) {
        operation_abandon(look);
        return;
    }
    store_outbox_balance(look->dispatch->role->store, look->work.account, effect->facts.points,
                         on_compared, look);
}
