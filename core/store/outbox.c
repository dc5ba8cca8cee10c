#include "core/store/outbox.h"

#include "core/base/mem.h"
#include "core/store/call.h"
#include "core/store/lock_key.h"

#include <stdlib.h>
#include <string.h>

/* Claiming ------------------------------------------------------------------------------------- */

static enum store_work_kind kind_of(const char *word)
{
    return strcmp(word, "commit") == 0   ? STORE_WORK_COMMIT
           : strcmp(word, "read") == 0   ? STORE_WORK_READ
           : strcmp(word, "cancel") == 0 ? STORE_WORK_CANCEL
                                         : STORE_WORK_NONE;
}

static struct store_sealed sealed_of(const struct store_reading *reading, int row,
                                     const char *column)
{
    struct store_sealed sealed = {NULL, 0};
    sealed.bytes = pg_row_bytes(reading->rows, row, column, reading->arena, &sealed.count);
    return sealed;
}

/* "7 12": ages of the children, youngest first. */
static int read_ages(const char *text, int ret_ages[STORE_WORK_CHILDREN])
{
    int count = 0;
    while (text != NULL && *text != '\0' && count < STORE_WORK_CHILDREN) {
        char *end = NULL;
        ret_ages[count++] = (int)strtol(text, &end, 10);
        text = *end == ' ' ? end + 1 : end;
    }
    return count;
}

static void read_guest(const struct store_reading *reading, int row, struct store_work *work)
{
    work->guest = pg_row_public_id(reading->rows, row, "guest_public_id");
    work->alias = pg_row_text(reading->rows, row, "alias");
    work->wrapped_key = sealed_of(reading, row, "wrapped_key");
    work->given_name = sealed_of(reading, row, "sealed_given_name");
    work->surname = sealed_of(reading, row, "sealed_surname");
    work->confirmation = sealed_of(reading, row, "sealed_confirmation");
    work->state = sealed_of(reading, row, "sealed_state");
}

static void read_stay(const struct pg_rows *rows, int row, struct store_work *work)
{
    work->reference = pg_row_public_id(rows, row, "reference");
    work->property_code = pg_row_text(rows, row, "property_code");
    work->zone = pg_row_text(rows, row, "zone");
    work->check_in = pg_row_night(rows, row, "check_in");
    work->check_out = pg_row_night(rows, row, "check_out");
    work->today = pg_row_night(rows, row, "today");
    work->now = pg_row_instant(rows, row, "now");
    work->rooms = (int)pg_row_int64(rows, row, "rooms");
    work->adults = (int)pg_row_int64(rows, row, "adults");
    work->child_count = read_ages(pg_row_text(rows, row, "child_ages"), work->child_ages);
    work->points = pg_row_int64(rows, row, "points");
    work->accept_higher = pg_row_int64(rows, row, "accept_higher");
}

static void read_one(const struct store_reading *reading, int row, struct store_work *work)
{
    const struct pg_rows *rows = reading->rows;
    work->outbox.v = pg_row_int64(rows, row, "outbox_id");
    work->outbox_public = pg_row_public_id(rows, row, "outbox_public_id");
    work->token = pg_row_int64(rows, row, "lease_token");
    work->kind = kind_of(pg_row_text(rows, row, "kind"));
    work->assisted = pg_row_bool(rows, row, "assisted");
    work->phone_only = pg_row_bool(rows, row, "phone_only");
    work->tries = pg_row_int64(rows, row, "tries");
    work->request.v = pg_row_int64(rows, row, "request_id");
    work->account.v = pg_row_int64(rows, row, "account_id");
    work->account_public = pg_row_public_id(rows, row, "account_public_id");
    work->program = pg_row_text(rows, row, "program_code");
    read_stay(rows, row, work);
    read_guest(reading, row, work);
}

static void read_work(const struct store_reading *reading)
{
    store_work_fn done = (store_work_fn)reading->done;
    int count = store_reading_count(reading);
    struct store_work *work = NULL;

    if (reading->rows != NULL) {
        work = nb_arena_alloc(reading->arena, ((size_t)count + 1) * sizeof(*work));
        NB_ASSERT(work != NULL && count <= STORE_WORK_MAX);
        for (int i = 0; i < count; i++) {
            read_one(reading, i, &work[i]);
        }
    }
    done(reading->data, reading->result, work, count);
}

void store_outbox_claim(struct store *store, struct public_id key, int most, int64_t lease_ms,
                        store_work_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_DISPATCH, &sql_outbox_claim);
    struct pg_params *params = store_call_params(call);

    NB_ASSERT(most > 0 && most <= STORE_WORK_MAX);
    pg_params_public_id(params, key);
    pg_params_int64(params, most);
    pg_params_int64(params, lease_ms);
    store_call_read(call, read_work, (store_any_fn)done, data);
}

/* One operation -------------------------------------------------------------------------------- */

static void read_answer(const struct store_reading *reading)
{
    enum store_outbox_answer answer = STORE_OUTBOX_NONE;
    if (store_reading_count(reading) == 1) {
        const char *word = pg_row_text(reading->rows, 0, "outcome");
        answer = strcmp(word, "done") == 0 ? STORE_OUTBOX_DONE : STORE_OUTBOX_STALE;
    }
    ((store_outbox_fn)reading->done)(reading->data, reading->result, answer);
}

static struct store_call *begin(struct store *store, const struct pg_statement *statement,
                                const struct store_outbox_ref *ref)
{
    struct store_call *call = store_call_new(store, STORE_DISPATCH, statement);

    pg_params_int64(store_call_params(call), ref->outbox.v);
    pg_params_int64(store_call_params(call), ref->token);
    return call;
}

static void add_sealed(struct store_call *call, struct store_sealed sealed)
{
    pg_params_bytes(store_call_params(call), sealed.bytes, sealed.count);
}

/* Together with others, under the locks that the function takes. */
static void send_grouped(struct store_call *call, const struct store_outbox_ref *ref,
                         store_outbox_fn done, void *data)
{
    store_call_lock(call, store_lock_key("request", ref->request.v));
    store_call_lock(call, store_lock_key("account", ref->account.v));
    store_call_write(call, read_answer, (store_any_fn)done, data);
}

void store_outbox_saved(struct store *store, const struct store_outbox_ref *ref,
                        const struct store_outbox_step *step, store_outbox_fn done, void *data)
{
    struct store_call *call = begin(store, &sql_outbox_saved, ref);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, step->step);
    pg_params_text(params, step->operation);
    pg_params_bool(params, step->may_be_sent);
    pg_params_int64(params, step->lease_ms);
    add_sealed(call, step->state);
    add_sealed(call, step->request);
    send_grouped(call, ref, done, data);
}

void store_outbox_answered(struct store *store, const struct store_outbox_ref *ref,
                           const struct store_outbox_reply *reply, store_outbox_fn done, void *data)
{
    struct store_call *call = begin(store, &sql_outbox_answered, ref);
    struct pg_params *params = store_call_params(call);

    pg_params_int64(params, reply->step);
    pg_params_text(params, reply->sent);
    pg_params_int64(params, reply->http_status);
    pg_params_text(params, reply->failure);
    add_sealed(call, reply->response);
    send_grouped(call, ref, done, data);
}

/* By itself, like giving back: what an end means may need the locks of other bookings' places. */
void store_outbox_done(struct store *store, const struct store_outbox_ref *ref,
                       const struct store_outbox_end *end, store_outbox_fn done, void *data)
{
    struct store_call *call = begin(store, &sql_outbox_done, ref);
    struct pg_params *params = store_call_params(call);

    pg_params_text(params, end->outcome);
    pg_params_json(params, end->facts);
    pg_params_int64(params, end->retry_ms);
    add_sealed(call, end->confirmation);
    pg_params_bytes(params, end->print_count == 0 ? NULL : end->prints,
                    (size_t)end->print_count * sizeof(end->prints[0]));
    store_call_read(call, read_answer, (store_any_fn)done, data);
}

void store_outbox_wait(struct store *store, const struct store_outbox_ref *ref, int64_t wait_ms,
                       struct store_sealed state, store_outbox_fn done, void *data)
{
    struct store_call *call = begin(store, &sql_outbox_wait, ref);

    pg_params_int64(store_call_params(call), wait_ms);
    add_sealed(call, state);
    send_grouped(call, ref, done, data);
}

void store_outbox_give_back(struct store *store, const struct store_outbox_ref *ref,
                            int64_t wait_ms, bool counted, store_outbox_fn done, void *data)
{
    struct store_call *call = begin(store, &sql_outbox_give_back, ref);

    pg_params_int64(store_call_params(call), wait_ms);
    pg_params_bool(store_call_params(call), counted);
    store_call_read(call, read_answer, (store_any_fn)done, data);
}

void store_outbox_to_person(struct store *store, const struct store_outbox_ref *ref,
                            const char *script, store_outbox_fn done, void *data)
{
    struct store_call *call = begin(store, &sql_outbox_to_person, ref);

    pg_params_json(store_call_params(call), script);
    send_grouped(call, ref, done, data);
}

void store_outbox_balance(struct store *store, struct account_id account, int64_t points,
                          store_outbox_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_DISPATCH, &sql_outbox_balance);

    pg_params_int64(store_call_params(call), account.v);
    pg_params_int64(store_call_params(call), points);
    store_call_read(call, read_answer, (store_any_fn)done, data);
}

/* The outbox as a whole ------------------------------------------------------------------------ */

static void read_state(const struct store_reading *reading)
{
    struct store_outbox_state state = {0};
    if (store_reading_count(reading) == 1) {
        state.lapsed = pg_row_int64(reading->rows, 0, "lapsed");
        state.unknown_open = pg_row_int64(reading->rows, 0, "unknown_open");
        state.waiting = pg_row_int64(reading->rows, 0, "waiting");
        state.paused = pg_row_bool(reading->rows, 0, "paused");
    }
    ((store_outbox_state_fn)reading->done)(reading->data, reading->result, &state);
}

void store_outbox_sweep(struct store *store, store_outbox_state_fn done, void *data)
{
    store_call_read(store_call_new(store, STORE_DISPATCH, &sql_outbox_sweep), read_state,
                    (store_any_fn)done, data);
}

void store_outbox_begin(struct store *store, store_outbox_state_fn done, void *data)
{
    store_call_read(store_call_new(store, STORE_DISPATCH, &sql_outbox_begin), read_state,
                    (store_any_fn)done, data);
}

static void read_limits(const struct store_reading *reading)
{
    struct store_dispatch_limits limits = {0};
    if (store_reading_count(reading) == 1) {
        const struct pg_rows *rows = reading->rows;
        limits.lease_ms = pg_row_int64(rows, 0, "lease_ms");
        limits.settle_ms = pg_row_int64(rows, 0, "settle_ms");
        limits.retry_first_ms = pg_row_int64(rows, 0, "retry_first_ms");
        limits.retry_ceiling_ms = pg_row_int64(rows, 0, "retry_ceiling_ms");
        limits.retry_asked_ms = pg_row_int64(rows, 0, "retry_asked_ms");
        limits.rate_per_minute = pg_row_int64(rows, 0, "rate_per_minute");
        limits.rate_burst = pg_row_int64(rows, 0, "rate_burst");
        limits.balance_ms = pg_row_int64(rows, 0, "balance_ms");
    }
    ((store_limits_fn)reading->done)(reading->data, reading->result, &limits);
}

void store_outbox_limits(struct store *store, store_limits_fn done, void *data)
{
    store_call_read(store_call_new(store, STORE_DISPATCH, &sql_outbox_limits), read_limits,
                    (store_any_fn)done, data);
}
