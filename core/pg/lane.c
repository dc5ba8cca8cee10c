#include "core/pg/lane.h"

#include "core/base/mem.h"
#include "core/pg/lane_text.h"

#include <string.h>

#define LANE_MAGIC 0x4c414e45u
/* Elements of calls that are sent as one statement, together. What has no room is cut, which the
 * server refuses as no JSON; each call is then repeated by itself. */
#define JOINED_BYTES ((size_t)8 * 1024 * 1024)

void lane_list_push(struct lane_list *list, struct lane_call *call)
{
    call->next = NULL;
    call->prev = list->last;
    *(list->last == NULL ? &list->first : &list->last->next) = call;
    list->last = call;
    list->count++;
}

static void list_push_first(struct lane_list *list, struct lane_call *call)
{
    call->prev = NULL;
    call->next = list->first;
    *(list->first == NULL ? &list->last : &list->first->prev) = call;
    list->first = call;
    list->count++;
}

void lane_list_remove(struct lane_list *list, struct lane_call *call)
{
    *(call->prev == NULL ? &list->first : &call->prev->next) = call->next;
    *(call->next == NULL ? &list->last : &call->next->prev) = call->prev;
    call->next = NULL;
    call->prev = NULL;
    list->count--;
}

static struct lane_call *list_pop_first(struct lane_list *list)
{
    struct lane_call *call = list->first;

    if (call != NULL) {
        lane_list_remove(list, call);
    }
    return call;
}

static struct lane_call *list_pop_last(struct lane_list *list)
{
    struct lane_call *call = list->last;

    if (call != NULL) {
        lane_list_remove(list, call);
    }
    return call;
}

static void drop_result(struct lane_call *call)
{
    PQclear(call->result);
    call->result = NULL;
}

/* What came back since the last sync beside the calls' own results. */
static void clear_segment(struct lane *lane)
{
    PQclear(lane->failure);
    lane->failure = NULL;
    PQclear(lane->joined);
    lane->joined = NULL;
}

static const char *field_of(const PGresult *result, int field)
{
    const char *text = PQresultErrorField(result, field);

    return text == NULL ? "" : text;
}

void lane_give_up(const struct lane_pool *pool, struct lane_call *call, enum nb_err_kind why)
{
    const struct pg_answer answer = {
        .outcome = call->unsettled ? PG_UNKNOWN : PG_UNAVAILABLE,
        .why = why,
        .sqlstate = "",
        .constraint = "",
    };

    drop_result(call);
    pool->answered(pool->data, call, &answer);
}

/* After a sync without an error: it is committed. */
static void answer_done(struct lane *lane, struct lane_call *call, int only, bool unproven)
{
    PGresult *result = call->result;
    const struct pg_answer answer = {
        .outcome = PG_DONE,
        .rows = {.result = only > 0 ? lane->joined : result, .only = only},
        .durability_unproven = unproven,
        .sqlstate = "",
        .constraint = "",
    };

    NB_ASSERT(answer.rows.result != NULL);
    call->result = NULL;
    lane->pool.answered(lane->pool.data, call, &answer);
    PQclear(result);
}

/* After a sync that undid this call alone. An error of the repetition tells nothing about the first
 * execution, whose connection was lost. */
static void answer_refused(struct lane *lane, struct lane_call *call)
{
    const struct pg_answer answer = {
        .outcome = call->unsettled ? PG_UNKNOWN : PG_REFUSED,
        .why = call->unsettled ? NB_ERR_UNAVAILABLE : NB_ERR_NONE,
        .sqlstate = field_of(lane->failure, PG_DIAG_SQLSTATE),
        .constraint = field_of(lane->failure, PG_DIAG_CONSTRAINT_NAME),
    };

    drop_result(call);
    lane->pool.answered(lane->pool.data, call, &answer);
}

static void wait_again(struct lane_call *call)
{
    drop_result(call);
    call->lane = NULL;
    list_push_first(call->queue, call);
}

/* An exception undid every call up to this sync: each is repeated by itself, in order. */
static void undo_segment(struct lane *lane, struct lane_call *last)
{
    lane->pool.stats->groups_undone++;
    while (last != NULL) {
        struct lane_call *before = last->prev;
        lane_list_remove(&lane->in_flight, last);
        last->alone = true;
        wait_again(last);
        last = before;
    }
}

/* only: the row that is the call's answer, or 0 for a result of its own. */
static void finish_one(struct lane *lane, int only, bool unproven)
{
    struct lane_call *call = list_pop_first(&lane->in_flight);

    NB_ASSERT(call != NULL);
    call->lane = NULL;
    if (lane->failure == NULL) {
        answer_done(lane, call, only, unproven);
    } else {
        answer_refused(lane, call);
    }
}

/* The calls up to the first `last` are one transaction. */
static void finish_segment(struct lane *lane, bool unproven)
{
    struct lane_call *last = lane->in_flight.first;

    while (last != NULL && !last->last) {
        last = last->next;
    }
    NB_ASSERT(last != NULL);
    if (lane->failure != NULL && last != lane->in_flight.first) {
        undo_segment(lane, last);
        return;
    }
    NB_ASSERT(lane->joined == NULL || PQntuples(lane->joined) == lane->in_flight.count);
    /* `last` itself is gone with its answer. */
    bool more = true;
    for (int row = 1; more; row++) {
        more = lane->in_flight.first != last;
        finish_one(lane, lane->joined == NULL ? 0 : row, unproven);
    }
}

static void on_result(void *data, void *tag, PGresult *result)
{
    struct lane *lane = data;
    struct lane_call *call = tag;
    ExecStatusType status = PQresultStatus(result);

    NB_CHECK_MAGIC(lane, LANE_MAGIC);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        if (lane->failure == NULL) {
            lane->failure = result;
        } else {
            PQclear(result);
        }
    } else if (call != NULL && call->call.joins) {
        NB_ASSERT(call->lane == lane && lane->joined == NULL);
        lane->joined = result;
    } else if (call != NULL) {
        NB_ASSERT(call->lane == lane && call->result == NULL);
        call->result = result;
    } else {
        PQclear(result);
    }
}

static void on_synced(void *data, bool unproven)
{
    struct lane *lane = data;

    NB_CHECK_MAGIC(lane, LANE_MAGIC);
    if (lane->group_most < LANE_GROUP_MAX) {
        lane->group_most *= 2;
    }
    finish_segment(lane, unproven);
    clear_segment(lane);
    lane->pool.wake(lane->pool.data);
}

/* Whether it committed is not known. An idempotent call in time is executed once more: it either
 * meets what the first execution left, or the first one never happened. */
static bool may_repeat(const struct lane_call *call, struct nb_mono now)
{
    return call->call.idempotent && !call->unsettled && nb_mono_ms_between(now, call->deadline) > 0;
}

static void settle_lost(struct lane *lane, struct lane_call *call, struct nb_mono now)
{
    bool in_time = nb_mono_ms_between(now, call->deadline) > 0;

    call->lane = NULL;
    call->unsettled = true;
    lane_give_up(&lane->pool, call, in_time ? NB_ERR_UNAVAILABLE : NB_ERR_TIMEOUT);
}

static void on_lost(void *data)
{
    struct lane *lane = data;
    struct lane_list lost = lane->in_flight;
    struct lane_list hopeless = {.first = NULL};
    struct nb_mono now = nb_mono_now();
    struct lane_call *call;

    NB_CHECK_MAGIC(lane, LANE_MAGIC);
    if (lost.count > 0) {
        lane->group_most = LANE_GROUP_LEAST;
    }
    lane->in_flight = (struct lane_list){.first = NULL};
    clear_segment(lane);
    lane->pool.stats->connections_lost++;
    while ((call = list_pop_last(&lost)) != NULL) {
        if (may_repeat(call, now)) {
            call->unsettled = true;
            lane->pool.stats->repeated++;
            wait_again(call);
        } else {
            list_push_first(&hopeless, call);
        }
    }
    while ((call = list_pop_first(&hopeless)) != NULL) {
        settle_lost(lane, call, now);
    }
    lane->pool.wake(lane->pool.data);
}

static void on_ready(void *data)
{
    struct lane *lane = data;

    NB_CHECK_MAGIC(lane, LANE_MAGIC);
    lane->pool.wake(lane->pool.data);
}

static struct lane_call *take(struct lane *lane)
{
    struct lane_call *call = list_pop_first(lane->queue);

    NB_ASSERT(call != NULL);
    call->lane = lane;
    call->last = false;
    lane_list_push(&lane->in_flight, call);
    return call;
}

/* Looks share a sync: a round trip, a send on each side, a transaction. */
static bool shares(const struct lane_call *call)
{
    return call != NULL && call->call.look && !call->alone;
}

/* Prepares stand before the first statement, so that an error in one call does not also undo the
 * preparing of another. */
static void send_calls(struct lane *lane, struct lane_call *first)
{
    for (struct lane_call *call = first; call != NULL; call = call->next) {
        pg_connection_prepare(lane->connection, call->call.statement);
    }
    for (struct lane_call *call = first; call != NULL; call = call->next) {
        pg_connection_execute(lane->connection, call->call.statement, call->call.params, call);
    }
    lane->in_flight.last->last = true;
    pg_connection_sync(lane->connection);
}

static void send_singles(struct lane *lane, int most_looks)
{
    bool looks = shares(lane->queue->first);
    struct lane_call *first = take(lane);

    for (int i = 1; looks && i < most_looks && shares(lane->queue->first); i++) {
        take(lane);
    }
    send_calls(lane, first);
}

static bool belong_together(const struct lane_call *first, const struct lane_call *next)
{
    bool same = first->call.statement == next->call.statement;

    return !next->alone && first->call.joins == next->call.joins && (!first->call.joins || same);
}

/* A call to be repeated alone is a group by itself; others go up to the next such call, or to one
 * that does not join as they do. */
static void gather(struct lane *lane)
{
    const struct lane_call *first = take(lane);

    while (!first->alone && lane->in_flight.count < lane->group_most &&
           lane->queue->first != NULL && belong_together(first, lane->queue->first)) {
        take(lane);
    }
}

static void send_text(struct lane *lane, const struct pg_statement *statement, const char *text,
                      size_t length, struct lane_call *call)
{
    struct pg_params params;

    pg_params_init(&params, NULL);
    params.count = 1;
    params.values[0] = text;
    params.lengths[0] = (int)length;
    params.formats[0] = 0;
    pg_connection_execute(lane->connection, statement, &params, call);
}

static void send_joined(struct lane *lane)
{
    struct lane_call *first = lane->in_flight.first;
    struct nb_buf text;

    nb_buf_init(&text, JOINED_BYTES);
    lane_joined_text(first, &text);
    pg_connection_prepare(lane->connection, first->call.statement);
    send_text(lane, first->call.statement, nb_buf_str(&text), text.length, first);
    lane->in_flight.last->last = true;
    pg_connection_sync(lane->connection);
    nb_buf_fini(&text);
}

/* The prepares come first, as in send_calls, then the locks, before the first call; one sync at the
 * end commits all. */
static void send_locked(struct lane *lane)
{
    char keys[LANE_KEYS_TEXT];
    size_t length = lane_keys_text(lane->in_flight.first, keys);

    for (const struct lane_call *call = lane->in_flight.first; call != NULL; call = call->next) {
        pg_connection_prepare(lane->connection, call->call.statement);
    }
    if (length > 0) {
        send_text(lane, lane->lock, keys, length, NULL);
    }
    send_calls(lane, lane->in_flight.first);
}

static void send_group(struct lane *lane)
{
    gather(lane);
    lane->pool.stats->groups++;
    lane->pool.stats->grouped_calls += (uint64_t)lane->in_flight.count;
    if (lane->in_flight.first->call.joins) {
        send_joined(lane);
    } else {
        send_locked(lane);
    }
}

bool lane_has_room(const struct lane *lane)
{
    bool whole = lane->kind == LANE_GROUPS || shares(lane->queue->first);
    int limit = whole ? 1 : LANE_DEPTH;

    return lane->in_flight.count < limit && pg_connection_ready(lane->connection);
}

void lane_send(struct lane *lane, int most_looks)
{
    NB_CHECK_MAGIC(lane, LANE_MAGIC);
    NB_ASSERT(lane_has_room(lane));
    if (lane->kind == LANE_GROUPS) {
        send_group(lane);
    } else {
        send_singles(lane, most_looks < LANE_DEPTH ? most_looks : LANE_DEPTH);
    }
}

void lane_init(struct lane *lane, enum lane_kind kind, const struct pg_connection_config *config,
               const struct pg_statement *lock, struct lane_list *queue,
               const struct lane_pool *pool)
{
    struct pg_connection_config own = *config;

    NB_ASSERT(kind != LANE_GROUPS || (lock != NULL && lock->param_count == 1));
    *lane = (struct lane){.magic = LANE_MAGIC,
                          .kind = kind,
                          .pool = *pool,
                          .lock = lock,
                          .queue = queue,
                          .group_most = LANE_GROUP_MAX};
    own.events = (struct pg_connection_events){
        .ready = on_ready, .result = on_result, .synced = on_synced, .lost = on_lost};
    own.data = lane;
    lane->connection = pg_connection_create(&own);
}

void lane_fini(struct lane *lane)
{
    struct lane_call *call;

    NB_CHECK_MAGIC(lane, LANE_MAGIC);
    lane->connection = pg_connection_destroy(lane->connection);
    clear_segment(lane);
    while ((call = list_pop_first(&lane->in_flight)) != NULL) {
        call->lane = NULL;
        call->unsettled = true;
        lane_give_up(&lane->pool, call, NB_ERR_UNAVAILABLE);
    }
    lane->magic = 0;
}
