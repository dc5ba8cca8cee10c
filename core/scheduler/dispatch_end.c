/*
 * The ends of an operation, each one call of the store; whatever comes of that call, this process
 * has nothing more to do with it: what was not written is found by the end of the lease.
 */
#include "core/scheduler/dispatch_private.h"

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/model/retry.h"

#include <string.h>
#include <sys/random.h>

#define FACTS_MAX 16384

static uint64_t random_word(void)
{
    uint64_t word = 0;
    NB_ASSERT(getrandom(&word, sizeof(word), 0) == (ssize_t)sizeof(word));
    return word;
}

static void on_end(void *data, const struct store_result *result, enum store_outbox_answer answer)
{
    struct operation *operation = data;
    if (operation_is_orphan(operation)) {
        return;
    }
    NB_ASSERT(operation->state == OPERATION_ENDING);
    struct dispatch *dispatch = operation->dispatch;
    bool follows = operation->follows;
    if (result->outcome != STORE_OK || answer != STORE_OUTBOX_DONE) {
        operation_lost(operation, result);
        return;
    }
    if (operation->moved_points) {
        dispatch_balance_moved(dispatch, operation);
    }
    operation_abandon(operation);
    if (follows) {
        dispatch_look(dispatch);
    }
}

static int64_t retry_ms(const struct operation *operation, const struct nb_facts *facts)
{
    const struct store_dispatch_limits *limits = &operation->dispatch->limits;
    const struct model_retry_policy policy = {
        .wait = {.first_ms = limits->retry_first_ms, .ceiling_ms = limits->retry_ceiling_ms},
        .asked_most_ms = limits->retry_asked_ms};
    uint32_t tried = operation->work.tries > 1 ? (uint32_t)operation->work.tries - 1 : 0;
    int64_t own_ms = model_retry_wait_ms(&policy, tried, random_word());
    int64_t asked_ms = facts == NULL ? 0 : (int64_t)facts->retry_after_ms;
    return model_retry_after_ms(&policy, asked_ms, own_ms);
}

/* The number is sealed, and its fingerprints tell whether it is new; nothing else keeps it. */
static bool seal_confirmation(const struct operation *operation, const char *number,
                              struct nb_buf *sealed, struct store_outbox_end *end,
                              struct nb_err *err)
{
    end->print_count = operation_prints(operation, number, end->prints);
    return operation_seal_confirmation(operation, number, sealed, err);
}

void operation_end(struct operation *operation, const struct dispatch_verdict *verdict,
                   const struct nb_facts *facts)
{
    struct nb_buf text, sealed = {0};
    struct nb_err err;
    struct store_outbox_end end = {.outcome = verdict->outcome,
                                   .retry_ms = retry_ms(operation, facts)};
    bool confirmed = facts != NULL && strcmp(verdict->outcome, "confirmed") == 0;
    nb_buf_init(&text, FACTS_MAX);
    dispatch_facts_write(facts, verdict, &text);
    if (confirmed) {
        bool kept = seal_confirmation(operation, facts->confirmation, &sealed, &end, &err);
        NB_ASSERT(kept); /* a confirmation is far below the vault's ceiling */
        end.confirmation = (struct store_sealed){(const uint8_t *)sealed.data, sealed.length};
    }
    nb_log(NB_LOG_DEBUG, "dispatch_ended", NB_NUMBER("outbox", operation->work.outbox.v),
           NB_NUMBER("token", operation->work.token), NB_TEXT("outcome", verdict->outcome),
           NB_TEXT("why", verdict->why == NULL ? "" : verdict->why));
    end.facts = text.failed ? "{}" : nb_buf_str(&text);
    dispatch_metrics_count_end(&operation->dispatch->metrics, operation->work.kind,
                               verdict->outcome);
    operation->follows = !confirmed;
    operation->moved_points = confirmed || strcmp(verdict->outcome, "cancelled") == 0;
    operation_set_state(operation, OPERATION_ENDING);
    store_outbox_done(operation->dispatch->role->store, &operation->ref, &end, on_end, operation);
    nb_buf_fini(&sealed);
    nb_buf_fini(&text);
}

void operation_give_back(struct operation *operation, int64_t wait_ms, bool counted)
{
    if (operation->balance) {
        operation_balance_end(operation, NULL);
        return;
    }
    if (operation->wrote_before) {
        /* An earlier request of this operation may have had its effect. */
        struct dispatch_verdict verdict = {.outcome = "unknown", .why = "refused_here"};
        operation_end(operation, &verdict, NULL);
        return;
    }
    operation_set_state(operation, OPERATION_ENDING);
    store_outbox_give_back(operation->dispatch->role->store, &operation->ref, wait_ms, counted,
                           on_end, operation);
}

void operation_wait(struct operation *operation, int64_t wait_ms)
{
    struct nb_buf sealed = {0};
    struct nb_err err;
    bool ok = operation_seal_state(operation, &sealed, &err);
    NB_ASSERT(ok);
    operation_set_state(operation, OPERATION_ENDING);
    store_outbox_wait(operation->dispatch->role->store, &operation->ref, wait_ms,
                      (struct store_sealed){(const uint8_t *)sealed.data, sealed.length}, on_end,
                      operation);
    nb_buf_fini(&sealed);
}

void operation_lost(struct operation *operation, const struct store_result *result)
{
    bool stale = result->outcome == STORE_OK;
    http_metric_add(operation->dispatch->metrics.lease_losses, stale ? 1 : 0);
    nb_log(stale ? NB_LOG_WARN : NB_LOG_ERROR,
           stale ? "dispatch_lease_lost" : "dispatch_not_written",
           NB_NUMBER("outbox", operation->work.outbox.v), NB_NUMBER("token", operation->work.token),
           NB_TEXT("code", stale ? "stale" : result->err.code));
    operation_abandon(operation);
}
