#include "core/store/call.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/loop/turn.h"
#include "core/store/private.h"

#include <string.h>

#define CALL_MAGIC 0x53434c4cu

struct store_call {
    unsigned magic;
    struct store_call *next;
    struct store *store;
    struct nb_arena *arena;
    struct pg_pool *pool;
    struct pg_params params;
    struct pg_call call;
    store_read_fn read;
    store_any_fn done;
    void *data;
    struct nb_mono until; /* a write of unknown outcome is sent again before this */
    bool unsettled;       /* an earlier attempt may have committed */
    struct nb_err err;    /* why it could not be sent */
};

struct store_call *store_call_new(struct store *store, enum store_role role,
                                  const struct pg_statement *statement)
{
    struct store_call *call = store->spare;

    NB_ASSERT(store->pools[role] != NULL);
    if (call != NULL) {
        store->spare = call->next;
        store->spare_count--;
    } else {
        call = nb_alloc(sizeof(*call));
        call->arena = nb_arena_create(STORE_CALL_BYTES);
    }
    call->magic = CALL_MAGIC;
    call->next = NULL;
    call->store = store;
    call->pool = store->pools[role];
    call->unsettled = false;
    call->call = (struct pg_call){.statement = statement, .params = &call->params, .data = call};
    pg_params_init(&call->params, call->arena);
    return call;
}

struct pg_params *store_call_params(struct store_call *call)
{
    NB_CHECK_MAGIC(call, CALL_MAGIC);
    return &call->params;
}

void store_params_key(struct pg_params *params, int64_t key)
{
    if (key == 0) {
        pg_params_null(params);
    } else {
        pg_params_int64(params, key);
    }
}

void store_params_id(struct pg_params *params, const struct public_id *id)
{
    if (id == NULL) {
        pg_params_null(params);
    } else {
        pg_params_public_id(params, *id);
    }
}

void store_call_lock(struct store_call *call, int64_t lock_key)
{
    NB_CHECK_MAGIC(call, CALL_MAGIC);
    NB_ASSERT(call->call.lock_key_count < PG_LOCK_KEYS_MAX);
    if (call->call.lock_key_count == 0) {
        call->call.route = (uint64_t)lock_key;
    }
    call->call.lock_keys[call->call.lock_key_count++] = lock_key;
}

static void call_free(struct store_call *call)
{
    nb_arena_destroy(call->arena);
    call->magic = 0;
    nb_free(call);
}

static void retire(struct store_call *call)
{
    struct store *store = call->store;

    if (store->closing || store->spare_count == STORE_SPARE_CALLS) {
        call_free(call);
        return;
    }
    nb_arena_reset(call->arena);
    call->next = store->spare;
    store->spare = call;
    store->spare_count++;
}

static void tell(struct store_call *call, const struct store_result *result,
                 const struct pg_rows *rows)
{
    call->read(&(struct store_reading){.result = result,
                                       .rows = rows,
                                       .arena = call->arena,
                                       .done = call->done,
                                       .data = call->data});
    retire(call);
}

/* Nothing of this attempt was sent; an earlier one may have been. */
static void tell_unsent(struct store_call *call)
{
    const struct store_result result = {
        .outcome = call->unsettled ? STORE_UNKNOWN : STORE_UNAVAILABLE, .err = call->err};

    tell(call, &result, NULL);
}

static void tell_all_unsent(void *data)
{
    struct store *store = data;

    while (store->unsent != NULL) {
        struct store_call *call = store->unsent;
        store->unsent = call->next;
        tell_unsent(call);
    }
}

static void submit(struct store_call *call)
{
    struct store *store = call->store;

    if (pg_params_ok(&call->params, &call->err) &&
        pg_pool_submit(call->pool, &call->call, &call->err)) {
        return;
    }
    if (store->unsent == NULL && !store->closing) {
        loop_next_turn(store->loop, tell_all_unsent, store);
    }
    call->next = store->unsent;
    store->unsent = call;
}

static enum store_outcome outcome_of(const struct store_call *call, enum pg_outcome outcome)
{
    switch (outcome) {
    case PG_DONE:
        return STORE_OK;
    case PG_REFUSED:
        /* An error of a later attempt tells nothing of the first. */
        return call->unsettled ? STORE_UNKNOWN : STORE_REFUSED;
    case PG_UNAVAILABLE:
        return call->unsettled ? STORE_UNKNOWN : STORE_UNAVAILABLE;
    case PG_UNKNOWN:
        return STORE_UNKNOWN;
    case PG_OUTCOME_NONE:
        break;
    }
    NB_ASSERT(!"an answer without an outcome");
    return STORE_NONE;
}

/* Another attempt may say more: the outcome of this one is not known, or another transaction came
 * first (a deadlock, a lock not granted) and this one had no effect. */
static bool worth_repeating(const struct store_call *call, const struct pg_answer *answer)
{
    bool crossed = answer->outcome == PG_REFUSED && (strncmp(answer->sqlstate, "40", 2) == 0 ||
                                                     strcmp(answer->sqlstate, "55P03") == 0);

    return (answer->outcome == PG_UNKNOWN || crossed) && !call->store->closing &&
           nb_mono_ms_between(nb_mono_now(), call->until) > 0;
}

static void on_done(void *data, const struct pg_answer *answer)
{
    struct store_call *call = data;

    NB_CHECK_MAGIC(call, CALL_MAGIC);
    if (worth_repeating(call, answer)) {
        call->unsettled = call->unsettled || answer->outcome == PG_UNKNOWN;
        submit(call);
        return;
    }
    struct store_result result = {.outcome = outcome_of(call, answer->outcome),
                                  .durability_unproven = answer->durability_unproven};
    const struct pg_answer unknown = {.outcome = PG_UNKNOWN};
    bool ok = pg_answer_ok(result.outcome == STORE_UNKNOWN ? &unknown : answer, &result.err);
    tell(call, &result, ok ? &answer->rows : NULL);
}

static void send(struct store_call *call, store_read_fn read, store_any_fn done, void *data)
{
    NB_CHECK_MAGIC(call, CALL_MAGIC);
    NB_ASSERT(call->params.count == call->call.statement->param_count);
    call->read = read;
    call->done = done;
    call->data = data;
    call->call.done = on_done;
    call->call.idempotent = true;
    call->until = nb_mono_add_ms(nb_mono_now(), call->store->settle_ms);
    submit(call);
}

void store_call_read(struct store_call *call, store_read_fn read, store_any_fn done, void *data)
{
    send(call, read, done, data);
}

void store_call_look(struct store_call *call, store_read_fn read, store_any_fn done, void *data)
{
    call->call.look = true;
    send(call, read, done, data);
}

void store_call_write(struct store_call *call, store_read_fn read, store_any_fn done, void *data)
{
    call->call.group = true;
    send(call, read, done, data);
}

void store_call_join(struct store_call *call, uint64_t route, store_read_fn read, store_any_fn done,
                     void *data)
{
    call->call.group = true;
    call->call.joins = true;
    call->call.route = route;
    send(call, read, done, data);
}

int store_reading_count(const struct store_reading *reading)
{
    return reading->rows == NULL ? 0 : pg_rows_count(reading->rows);
}

void *store_reading_rows(const struct store_reading *reading, size_t item_bytes)
{
    size_t count = (size_t)store_reading_count(reading);

    if (count == 0) {
        return NULL;
    }
    void *items = nb_arena_alloc(reading->arena, count * item_bytes);
    NB_ASSERT(items != NULL);
    return items;
}

bool store_take_id(const struct pg_rows *rows, int row, const char *column,
                   struct public_id *ret_id)
{
    if (pg_row_is_null(rows, row, column)) {
        return false;
    }
    *ret_id = pg_row_public_id(rows, row, column);
    return true;
}

bool store_take_instant(const struct pg_rows *rows, int row, const char *column,
                        struct nb_instant *ret_at)
{
    if (pg_row_is_null(rows, row, column)) {
        return false;
    }
    *ret_at = pg_row_instant(rows, row, column);
    return true;
}

bool store_take_night(const struct pg_rows *rows, int row, const char *column,
                      struct night *ret_night)
{
    if (pg_row_is_null(rows, row, column)) {
        return false;
    }
    *ret_night = pg_row_night(rows, row, column);
    return true;
}

void store_calls_fini(struct store *store)
{
    loop_next_turn_forget(store->loop, store);
    tell_all_unsent(store);
    while (store->spare != NULL) {
        struct store_call *call = store->spare;
        store->spare = call->next;
        call_free(call);
    }
}
