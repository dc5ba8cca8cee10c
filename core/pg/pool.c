#include "core/pg/pool.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"
#include "core/pg/lane.h"

#define POOL_MAGIC 0x504f4f4cu
#define LANES_MAX 64

#define DEFAULT_QUEUE_CEILING 4096
#define DEFAULT_DEADLINE_MS 5000
#define DEFAULT_CONNECT_TIMEOUT_MS 3000
#define DEFAULT_BACKOFF_FIRST_MS 50
#define DEFAULT_BACKOFF_CEILING_MS 5000

struct pg_pool {
    unsigned magic;
    struct loop *loop;
    struct pg_pool_config config;
    bool closing;
    bool awake;    /* send_what_waits is queued for the end of the turn */
    int answering; /* depth of `done` callbacks */
    struct pg_pool_stats stats;
    struct lane *readers;
    struct lane *writers;
    struct lane_list singles;   /* wait for any reader */
    struct lane_list *groups;   /* one for each writer */
    struct lane_call *oldest;   /* of all calls; deadlines rise with age */
    struct lane_call *newest;   /* of all calls */
    struct lane_call *spare;    /* linked by next */
    struct loop_timer deadline; /* not later than the oldest call's */
};

static void age_add(struct pg_pool *pool, struct lane_call *call)
{
    call->newer = NULL;
    call->older = pool->newest;
    *(pool->newest == NULL ? &pool->oldest : &pool->newest->newer) = call;
    pool->newest = call;
}

static void age_remove(struct pg_pool *pool, struct lane_call *call)
{
    *(call->older == NULL ? &pool->oldest : &call->older->newer) = call->newer;
    *(call->newer == NULL ? &pool->newest : &call->newer->older) = call->older;
}

static struct lane_call *call_new(struct pg_pool *pool)
{
    struct lane_call *call = pool->spare;

    if (call == NULL) {
        return nb_alloc(sizeof(*call));
    }
    pool->spare = call->next;
    return call;
}

static void count_outcome(struct pg_pool_stats *stats, enum pg_outcome outcome)
{
    switch (outcome) {
    case PG_DONE:
        stats->done++;
        return;
    case PG_REFUSED:
        stats->refused++;
        return;
    case PG_UNAVAILABLE:
        stats->unavailable++;
        return;
    case PG_UNKNOWN:
        stats->unknown++;
        return;
    case PG_OUTCOME_NONE:
        break;
    }
    NB_ASSERT(!"an answer without an outcome");
}

/* The call is off the lane's lists; its memory may serve the next one that `done` submits. */
static void on_answered(void *data, struct lane_call *call, const struct pg_answer *answer)
{
    struct pg_pool *pool = data;
    pg_done_fn done = call->call.done;
    void *done_data = call->call.data;

    NB_CHECK_MAGIC(pool, POOL_MAGIC);
    NB_ASSERT(call->lane == NULL && call->result == NULL);
    count_outcome(&pool->stats, answer->outcome);
    pool->stats.waiting--;
    age_remove(pool, call);
    call->next = pool->spare;
    pool->spare = call;
    pool->answering++;
    done(done_data, answer);
    pool->answering--;
}

/* The reader with the fewest calls in flight, so that a slow statement holds up the fewest. */
static struct lane *idlest_reader(struct pg_pool *pool)
{
    struct lane *best = NULL;

    for (int i = 0; i < pool->config.readers; i++) {
        struct lane *lane = &pool->readers[i];
        if (lane_has_room(lane) &&
            (best == NULL || lane->in_flight.count < best->in_flight.count)) {
            best = lane;
        }
    }
    return best;
}

/* What waits is shared out among the readers that are free, so that a segment is not longer than it
 * must be. */
static int fair_share(const struct pg_pool *pool)
{
    int free_readers = 0;

    for (int i = 0; i < pool->config.readers; i++) {
        free_readers += lane_has_room(&pool->readers[i]);
    }
    return free_readers == 0 ? 0 : (pool->singles.count + free_readers - 1) / free_readers;
}

static void give_up_waiting(struct pg_pool *pool, struct lane_call *call, enum nb_err_kind why)
{
    const struct lane_pool answer_to = {.answered = on_answered, .data = pool};

    lane_list_remove(call->queue, call);
    lane_give_up(&answer_to, call, why);
}

/* What has hardly any time left, after the server was away, would soon close its connection over
 * all that share it. The first of a queue is its oldest. */
static void give_up_late(struct pg_pool *pool, struct lane_list *queue, struct nb_mono now)
{
    while (queue->first != NULL &&
           nb_mono_ms_between(now, queue->first->deadline) < pool->config.least_ms) {
        give_up_waiting(pool, queue->first, NB_ERR_TIMEOUT);
    }
}

static void send_what_waits(void *data)
{
    struct pg_pool *pool = data;
    struct nb_mono now = nb_mono_now();
    struct lane *reader;

    NB_CHECK_MAGIC(pool, POOL_MAGIC);
    pool->awake = false;
    give_up_late(pool, &pool->singles, now);
    for (int i = 0; i < pool->config.writers; i++) {
        give_up_late(pool, &pool->groups[i], now);
        if (pool->groups[i].first != NULL && lane_has_room(&pool->writers[i])) {
            lane_send(&pool->writers[i], 0);
        }
    }
    while (pool->singles.first != NULL && (reader = idlest_reader(pool)) != NULL) {
        lane_send(reader, fair_share(pool));
    }
}

/* Once a turn, after its callbacks: what a turn brings goes out together, libpq is never entered
 * from a `done`, and the wait for it is none. */
static void wake(void *data)
{
    struct pg_pool *pool = data;

    if (!pool->awake && !pool->closing) {
        pool->awake = true;
        loop_next_turn(pool->loop, send_what_waits, pool);
    }
}

static void start_deadline(struct pg_pool *pool, struct nb_mono now)
{
    if (pool->oldest != NULL) {
        /* One in flight whose connection is being dropped is overdue until the turn ends. */
        int64_t left_ms = nb_mono_ms_between(now, pool->oldest->deadline);
        loop_timer_start(&pool->deadline, left_ms < 1 ? 1 : left_ms + 1);
    }
}

/* What waits is answered; for what is in flight the socket is closed, and its lane answers. */
static void on_deadline(void *data)
{
    struct pg_pool *pool = data;
    struct nb_mono now = nb_mono_now();
    struct lane_call *call = pool->oldest;

    NB_CHECK_MAGIC(pool, POOL_MAGIC);
    while (call != NULL && nb_mono_ms_between(now, call->deadline) <= 0) {
        struct lane_call *newer = call->newer;
        if (call->lane != NULL) {
            pg_connection_drop(call->lane->connection);
        } else {
            give_up_waiting(pool, call, NB_ERR_TIMEOUT);
        }
        call = newer;
    }
    start_deadline(pool, now);
}

bool pg_pool_submit(struct pg_pool *pool, const struct pg_call *call, struct nb_err *err)
{
    NB_CHECK_MAGIC(pool, POOL_MAGIC);
    NB_ASSERT(call->statement != NULL && call->done != NULL);
    NB_ASSERT(call->lock_key_count >= 0 && call->lock_key_count <= PG_LOCK_KEYS_MAX);
    NB_ASSERT(!call->joins || (call->group && call->lock_key_count == 0 &&
                               call->statement->param_count == 1 && call->params->count == 1));
    NB_ASSERT((call->group ? pool->config.writers : pool->config.readers) > 0);
    if (pool->closing) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "database_unavailable",
                          "the connections to the database are being closed");
    }
    if (pool->stats.waiting >= pool->config.queue_ceiling) {
        pool->stats.limited++;
        return nb_err_set(err, NB_ERR_LIMIT, "database_busy",
                          "too many calls wait for the database; try again in a moment");
    }
    struct lane_call *own = call_new(pool);
    struct nb_mono now = nb_mono_now();
    *own = (struct lane_call){
        .call = *call,
        .deadline = nb_mono_add_ms(now, pool->config.deadline_ms),
        .queue = call->group ? &pool->groups[call->route % (uint64_t)pool->config.writers]
                             : &pool->singles,
    };
    age_add(pool, own);
    lane_list_push(own->queue, own);
    pool->stats.submitted++;
    pool->stats.waiting++;
    /* Not restarted for each call: it fires at the oldest one's time and looks again. */
    if (!loop_timer_running(&pool->deadline)) {
        start_deadline(pool, now);
    }
    wake(pool);
    return true;
}

static void set_defaults(struct pg_pool_config *config)
{
    NB_ASSERT(config->readers >= 0 && config->readers <= LANES_MAX);
    NB_ASSERT(config->writers >= 0 && config->writers <= LANES_MAX);
    NB_ASSERT(config->readers + config->writers > 0);
    if (config->queue_ceiling == 0) {
        config->queue_ceiling = DEFAULT_QUEUE_CEILING;
    }
    if (config->deadline_ms == 0) {
        config->deadline_ms = DEFAULT_DEADLINE_MS;
    }
    if (config->least_ms == 0) {
        config->least_ms = config->deadline_ms / 10;
    }
    if (config->connect_timeout_ms == 0) {
        config->connect_timeout_ms = DEFAULT_CONNECT_TIMEOUT_MS;
    }
    if (config->backoff.first_ms == 0) {
        config->backoff = (struct nb_backoff){.first_ms = DEFAULT_BACKOFF_FIRST_MS,
                                              .ceiling_ms = DEFAULT_BACKOFF_CEILING_MS};
    }
}

static void create_lanes(struct pg_pool *pool)
{
    const struct pg_connection_config connection = {
        .loop = pool->loop,
        .conninfo = pool->config.conninfo,
        .cluster = pool->config.cluster,
        .identity = pool->config.identity,
        .connect_timeout_ms = pool->config.connect_timeout_ms,
        .backoff = pool->config.backoff,
    };
    const struct lane_pool self = {
        .answered = on_answered, .wake = wake, .stats = &pool->stats, .data = pool};

    for (int i = 0; i < pool->config.readers; i++) {
        lane_init(&pool->readers[i], LANE_SINGLES, &connection, NULL, &pool->singles, &self);
    }
    for (int i = 0; i < pool->config.writers; i++) {
        lane_init(&pool->writers[i], LANE_GROUPS, &connection, pool->config.lock, &pool->groups[i],
                  &self);
    }
}

struct pg_pool *pg_pool_create(struct loop *loop, const struct pg_pool_config *config)
{
    struct pg_pool *pool = nb_alloc(sizeof(*pool));

    pool->magic = POOL_MAGIC;
    pool->loop = loop;
    pool->config = *config;
    set_defaults(&pool->config);
    pool->readers = nb_alloc_array((size_t)pool->config.readers, sizeof(*pool->readers));
    pool->writers = nb_alloc_array((size_t)pool->config.writers, sizeof(*pool->writers));
    pool->groups = nb_alloc_array((size_t)pool->config.writers, sizeof(*pool->groups));
    loop_timer_init(&pool->deadline, loop, on_deadline, pool);
    create_lanes(pool);
    return pool;
}

static void free_spare(struct pg_pool *pool)
{
    while (pool->spare != NULL) {
        struct lane_call *next = pool->spare->next;
        nb_free(pool->spare);
        pool->spare = next;
    }
}

struct pg_pool *pg_pool_destroy(struct pg_pool *pool)
{
    if (pool == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(pool, POOL_MAGIC);
    NB_ASSERT(pool->answering == 0);
    pool->closing = true;
    loop_next_turn_forget(pool->loop, pool);
    loop_timer_fini(&pool->deadline);
    for (int i = 0; i < pool->config.readers; i++) {
        lane_fini(&pool->readers[i]);
    }
    for (int i = 0; i < pool->config.writers; i++) {
        lane_fini(&pool->writers[i]);
    }
    while (pool->oldest != NULL) {
        give_up_waiting(pool, pool->oldest, NB_ERR_UNAVAILABLE);
    }
    free_spare(pool);
    nb_free(pool->readers);
    nb_free(pool->writers);
    nb_free(pool->groups);
    pool->magic = 0;
    return nb_free(pool);
}

static int count_ready(const struct lane *lanes, int count)
{
    int ready = 0;

    for (int i = 0; i < count; i++) {
        ready += pg_connection_ready(lanes[i].connection);
    }
    return ready;
}

bool pg_pool_ready(const struct pg_pool *pool)
{
    NB_CHECK_MAGIC(pool, POOL_MAGIC);
    return (pool->config.readers == 0 || count_ready(pool->readers, pool->config.readers) > 0) &&
           (pool->config.writers == 0 || count_ready(pool->writers, pool->config.writers) > 0);
}

static const struct nb_err *first_error(const struct lane *lanes, int count)
{
    for (int i = 0; i < count; i++) {
        if (!pg_connection_ready(lanes[i].connection)) {
            return pg_connection_last_error(lanes[i].connection);
        }
    }
    return NULL;
}

const struct nb_err *pg_pool_last_error(const struct pg_pool *pool)
{
    static const struct nb_err none = {.kind = NB_ERR_NONE};
    const struct nb_err *err = first_error(pool->readers, pool->config.readers);

    if (err == NULL) {
        err = first_error(pool->writers, pool->config.writers);
    }
    return err == NULL ? &none : err;
}

struct pg_pool_stats pg_pool_stats(const struct pg_pool *pool)
{
    NB_CHECK_MAGIC(pool, POOL_MAGIC);
    struct pg_pool_stats stats = pool->stats;

    stats.ready = count_ready(pool->readers, pool->config.readers) +
                  count_ready(pool->writers, pool->config.writers);
    return stats;
}
