#include "core/pg/connection.h"

#include "core/base/mem.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"
#include "core/pg/resolve.h"
#include "core/pg/rows.h"
#include "core/pg/stream.h"

#include <stdlib.h>
#include <string.h>

#define CONNECTION_MAGIC 0x50474e43u

enum state {
    STATE_NONE = 0,
    STATE_LOOKING_UP,
    STATE_CONNECTING,
    STATE_CHECKING,
    STATE_READY,
    STATE_WAITING,
};

/* The only moves there are. */
static const struct move {
    enum state from;
    enum state to;
    const char *why;
} moves[] = {
    {STATE_NONE, STATE_LOOKING_UP, "created"},
    {STATE_WAITING, STATE_LOOKING_UP, "the back-off is over"},
    {STATE_LOOKING_UP, STATE_CONNECTING, "there are addresses to try"},
    {STATE_LOOKING_UP, STATE_WAITING, "no address, or no answer in time"},
    {STATE_CONNECTING, STATE_CONNECTING, "this endpoint failed, there is another"},
    {STATE_CONNECTING, STATE_CHECKING, "the server let us in"},
    {STATE_CONNECTING, STATE_WAITING, "every endpoint failed"},
    {STATE_CHECKING, STATE_READY, "it is the primary of our cluster"},
    {STATE_CHECKING, STATE_CONNECTING, "not the primary, there is another endpoint"},
    {STATE_CHECKING, STATE_WAITING, "not the primary, and no other endpoint"},
    {STATE_READY, STATE_WAITING, "the connection was lost or dropped"},
};

struct pg_connection {
    unsigned magic;
    struct pg_connection_config config;
    enum state state;
    bool broken;      /* closed as soon as no function of ours is on the stack */
    bool identified;  /* STATE_CHECKING: the identity was accepted */
    bool watch_write; /* what io watches for, besides reading */
    uint32_t failures;
    int64_t timeline;
    int endpoint; /* index of the one being tried */
    struct pg_endpoints endpoints;
    struct pg_resolve *resolve;
    PGconn *pq;
    struct pg_stream stream;
    struct loop_io io;
    struct loop_timer timer; /* back-off while waiting, else the deadline of connecting */
    struct nb_err last_error;
};

static void set_state(struct pg_connection *connection, enum state to)
{
    for (size_t i = 0; i < NB_COUNT(moves); i++) {
        if (moves[i].from == connection->state && moves[i].to == to) {
            connection->state = to;
            return;
        }
    }
    NB_ASSERT(!"a move that is not in the table");
}

static void close_socket(struct pg_connection *connection)
{
    loop_io_stop(&connection->io);
    pg_stream_fini(&connection->stream);
    PQfinish(connection->pq);
    connection->pq = NULL;
    connection->broken = false;
    connection->identified = false;
}

static void wait_and_retry(struct pg_connection *connection)
{
    int64_t delay_ms =
        nb_backoff_ms(&connection->config.backoff, connection->failures, arc4random());

    connection->failures++;
    set_state(connection, STATE_WAITING);
    loop_timer_start(&connection->timer, delay_ms);
}

/* PQconnectPoll may have closed one socket and opened another, even with the same number. */
static void watch_anew(struct pg_connection *connection, bool read, bool write)
{
    connection->watch_write = write;
    loop_io_watch(&connection->io, PQsocket(connection->pq), read, write);
}

static bool start_endpoint(struct pg_connection *connection, const struct pg_endpoint *endpoint)
{
    const char *const *keywords;
    const char *const *values;

    pg_conninfo_params(connection->config.conninfo, endpoint, &keywords, &values);
    connection->pq = PQconnectStartParams(keywords, values, 0);
    NB_ASSERT(connection->pq != NULL);
    if (PQstatus(connection->pq) == CONNECTION_BAD) {
        nb_err_set(&connection->last_error, NB_ERR_UNAVAILABLE, "database_unreachable", "%s",
                   PQerrorMessage(connection->pq));
        close_socket(connection);
        return false;
    }
    watch_anew(connection, false, true);
    loop_timer_start(&connection->timer, connection->config.connect_timeout_ms);
    return true;
}

/* From connection->endpoint on. */
static void connect_next(struct pg_connection *connection)
{
    set_state(connection, STATE_CONNECTING);
    for (; connection->endpoint < connection->endpoints.count; connection->endpoint++) {
        if (start_endpoint(connection, &connection->endpoints.at[connection->endpoint])) {
            return;
        }
    }
    wait_and_retry(connection);
}

static void fail_endpoint(struct pg_connection *connection)
{
    close_socket(connection);
    connection->endpoint++;
    if (connection->endpoint < connection->endpoints.count) {
        connect_next(connection);
    } else {
        wait_and_retry(connection);
    }
}

static void on_resolved(void *data, const struct pg_endpoints *found)
{
    struct pg_connection *connection = data;

    NB_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    connection->resolve = NULL;
    connection->endpoints = *found;
    connection->endpoint = 0;
    if (found->count > 0) {
        connect_next(connection);
        return;
    }
    nb_err_set(&connection->last_error, NB_ERR_UNAVAILABLE, "database_unreachable",
               "no host of the database URL has an address");
    wait_and_retry(connection);
}

static void look_up(struct pg_connection *connection)
{
    const struct pg_endpoints *asked = pg_conninfo_endpoints(connection->config.conninfo);

    set_state(connection, STATE_LOOKING_UP);
    for (int i = 0; i < asked->count; i++) {
        if (pg_endpoint_needs_lookup(&asked->at[i])) {
            loop_timer_start(&connection->timer, connection->config.connect_timeout_ms);
            connection->resolve =
                pg_resolve_start(connection->config.loop, asked, on_resolved, connection);
            return;
        }
    }
    on_resolved(connection, asked);
}

/* A connection on an old timeline must not answer for the cluster any more. */
static bool is_stale(const struct pg_connection *connection)
{
    return connection->state == STATE_READY &&
           connection->timeline < connection->config.cluster->timeline;
}

static void lose(struct pg_connection *connection)
{
    if (connection->state == STATE_CHECKING) {
        if (connection->last_error.kind == NB_ERR_NONE) {
            nb_err_set(&connection->last_error, NB_ERR_UNAVAILABLE, "database_identity",
                       "the database server went away while it was asked which cluster it is");
        }
        fail_endpoint(connection);
        return;
    }
    NB_ASSERT(connection->state == STATE_READY);
    close_socket(connection);
    wait_and_retry(connection);
    connection->config.events.lost(connection->config.data);
}

/* Put off to the end of the turn, when none of the owner's functions is on the stack. */
static void settle_broken(void *data)
{
    struct pg_connection *connection = data;

    NB_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    if (connection->broken) {
        lose(connection);
    }
}

void pg_connection_drop(struct pg_connection *connection)
{
    NB_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    if (connection->pq == NULL || connection->broken) {
        return;
    }
    connection->broken = true;
    connection->stream.stopped = true;
    loop_io_stop(&connection->io);
    loop_next_turn(connection->config.loop, settle_broken, connection);
}

/* True when the connection can go on; sending what is left is watched for. */
static bool flush(struct pg_connection *connection)
{
    int left = PQflush(connection->pq);

    if (left < 0) {
        return false;
    }
    if (connection->watch_write != (left == 1)) {
        watch_anew(connection, true, left == 1);
    }
    return true;
}

static void pass_notifications(struct pg_connection *connection)
{
    PGnotify *notify;

    if (connection->config.events.notified == NULL) {
        return;
    }
    while (!connection->broken && (notify = PQnotifies(connection->pq)) != NULL) {
        connection->config.events.notified(connection->config.data, notify->relname, notify->extra);
        PQfreemem(notify);
    }
}

/* Reads and delivers, then sends what waits. */
static void pump(struct pg_connection *connection)
{
    if (is_stale(connection) || !pg_stream_read(&connection->stream)) {
        lose(connection);
        return;
    }
    pass_notifications(connection);
    if (!connection->broken && !flush(connection)) {
        lose(connection);
    }
}

static void check_identity(struct pg_connection *connection, PGresult *result)
{
    const struct pg_rows rows = {.result = result};

    if (PQresultStatus(result) != PGRES_TUPLES_OK || pg_rows_count(&rows) != 1) {
        const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        nb_err_set(&connection->last_error, NB_ERR_UNAVAILABLE, "database_identity",
                   "the database server does not tell which cluster it is (%s)",
                   sqlstate == NULL ? "no row" : sqlstate);
        return;
    }
    const struct pg_identity identity = {
        .system_identifier = pg_row_text(&rows, 0, "system_identifier"),
        .timeline = pg_row_int64(&rows, 0, "timeline"),
        .in_recovery = pg_row_bool(&rows, 0, "in_recovery"),
    };
    connection->identified =
        pg_cluster_accept(connection->config.cluster, &identity, &connection->last_error);
    connection->timeline = identity.timeline;
}

static void on_result(void *data, void *tag, PGresult *result)
{
    struct pg_connection *connection = data;

    if (connection->state == STATE_READY) {
        connection->config.events.result(connection->config.data, tag, result);
        return;
    }
    if (tag == connection) {
        check_identity(connection, result);
    }
    PQclear(result);
}

static void on_synced(void *data, bool unproven)
{
    struct pg_connection *connection = data;

    if (connection->state == STATE_READY) {
        connection->failures = 0;
        connection->config.events.synced(connection->config.data, unproven);
    } else if (connection->identified) {
        loop_timer_stop(&connection->timer);
        connection->last_error = (struct nb_err){.kind = NB_ERR_NONE};
        set_state(connection, STATE_READY);
        connection->config.events.ready(connection->config.data);
    } else {
        pg_connection_drop(connection);
    }
}

static void begin_check(struct pg_connection *connection)
{
    const struct pg_sink sink = {.result = on_result, .synced = on_synced};

    set_state(connection, STATE_CHECKING);
    pg_stream_init(&connection->stream, connection->pq, &sink, connection);
    if (PQsetnonblocking(connection->pq, 1) != 0 || !PQenterPipelineMode(connection->pq) ||
        !pg_stream_execute(&connection->stream, connection->config.identity, NULL, connection) ||
        !pg_stream_sync(&connection->stream)) {
        fail_endpoint(connection);
        return;
    }
    watch_anew(connection, true, true);
}

static void poll_connect(struct pg_connection *connection)
{
    /* The socket may be closed in there, and must not be watched then. */
    loop_io_stop(&connection->io);
    switch (PQconnectPoll(connection->pq)) {
    case PGRES_POLLING_READING:
        watch_anew(connection, true, false);
        return;
    case PGRES_POLLING_WRITING:
    case PGRES_POLLING_ACTIVE:
        watch_anew(connection, false, true);
        return;
    case PGRES_POLLING_OK:
        begin_check(connection);
        return;
    case PGRES_POLLING_FAILED:
        nb_err_set(&connection->last_error, NB_ERR_UNAVAILABLE, "database_unreachable", "%s",
                   PQerrorMessage(connection->pq));
        fail_endpoint(connection);
        return;
    }
}

static void on_io(void *data, bool readable, bool writable)
{
    struct pg_connection *connection = data;

    (void)readable;
    (void)writable;
    NB_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    if (connection->state == STATE_CONNECTING) {
        poll_connect(connection);
    } else {
        pump(connection);
    }
}

static void on_timer(void *data)
{
    struct pg_connection *connection = data;

    NB_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    if (connection->state == STATE_WAITING) {
        look_up(connection);
        return;
    }
    nb_err_set(&connection->last_error, NB_ERR_TIMEOUT, "database_unreachable",
               "the database server did not answer in time");
    if (connection->state == STATE_LOOKING_UP) {
        connection->resolve = pg_resolve_cancel(connection->resolve);
        wait_and_retry(connection);
    } else {
        fail_endpoint(connection);
    }
}

struct pg_connection *pg_connection_create(const struct pg_connection_config *config)
{
    struct pg_connection *connection = nb_alloc(sizeof(*connection));

    NB_ASSERT(config->identity->param_count == 0);
    connection->magic = CONNECTION_MAGIC;
    connection->config = *config;
    loop_io_init(&connection->io, config->loop, on_io, connection);
    loop_timer_init(&connection->timer, config->loop, on_timer, connection);
    look_up(connection);
    return connection;
}

struct pg_connection *pg_connection_destroy(struct pg_connection *connection)
{
    if (connection == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    connection->resolve = pg_resolve_cancel(connection->resolve);
    loop_next_turn_forget(connection->config.loop, connection);
    close_socket(connection);
    loop_io_fini(&connection->io);
    loop_timer_fini(&connection->timer);
    connection->magic = 0;
    return nb_free(connection);
}

bool pg_connection_ready(const struct pg_connection *connection)
{
    NB_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    return connection->state == STATE_READY && !connection->broken;
}

const struct nb_err *pg_connection_last_error(const struct pg_connection *connection)
{
    return &connection->last_error;
}

void pg_connection_prepare(struct pg_connection *connection, const struct pg_statement *statement)
{
    if (!connection->broken && !pg_stream_prepare(&connection->stream, statement)) {
        pg_connection_drop(connection);
    }
}

void pg_connection_execute(struct pg_connection *connection, const struct pg_statement *statement,
                           const struct pg_params *params, void *tag)
{
    if (!connection->broken && !pg_stream_execute(&connection->stream, statement, params, tag)) {
        pg_connection_drop(connection);
    }
}

void pg_connection_sync(struct pg_connection *connection)
{
    if (connection->broken) {
        return;
    }
    if (is_stale(connection) || !pg_stream_sync(&connection->stream) || !flush(connection)) {
        pg_connection_drop(connection);
    }
}
