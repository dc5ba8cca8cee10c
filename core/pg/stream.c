#include "core/pg/stream.h"

#include "core/base/mem.h"

#include <string.h>

#define RING_START 64
/* Far above what lanes keep in flight; more is a bug. */
#define RING_CEILING 4096

/* A commit that no standby confirmed: "canceling wait for synchronous replication". The session
 * raises client_min_messages to warning, and functions of ours do not warn. */
static const char unproven_sqlstate[] = "01000";

static void on_notice(void *data, const PGresult *notice)
{
    struct pg_stream *stream = data;
    const char *sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);

    if (sqlstate != NULL && strcmp(sqlstate, unproven_sqlstate) == 0) {
        stream->warned = true;
    }
}

void pg_stream_init(struct pg_stream *stream, PGconn *pq, const struct pg_sink *sink, void *data)
{
    *stream = (struct pg_stream){.pq = pq, .sink = *sink, .data = data, .capacity = RING_START};
    stream->ring = nb_alloc_array(stream->capacity, sizeof(*stream->ring));
    (void)PQsetNoticeReceiver(pq, on_notice, stream);
}

void pg_stream_fini(struct pg_stream *stream)
{
    nb_free(stream->ring);
    *stream = (struct pg_stream){.stopped = true};
}

static struct pg_expected *head(const struct pg_stream *stream)
{
    return &stream->ring[stream->first & (stream->capacity - 1)];
}

static void grow(struct pg_stream *stream)
{
    size_t capacity = stream->capacity * 2;
    struct pg_expected *ring = nb_alloc_array(capacity, sizeof(*ring));

    NB_ASSERT(capacity <= RING_CEILING);
    for (size_t i = 0; i < stream->count; i++) {
        ring[i] = stream->ring[(stream->first + i) & (stream->capacity - 1)];
    }
    nb_free(stream->ring);
    stream->ring = ring;
    stream->capacity = capacity;
    stream->first = 0;
}

static void expect(struct pg_stream *stream, struct pg_expected expected)
{
    if (stream->count == stream->capacity) {
        grow(stream);
    }
    stream->ring[(stream->first + stream->count) & (stream->capacity - 1)] = expected;
    stream->count++;
}

static void pop(struct pg_stream *stream)
{
    stream->first++;
    stream->count--;
}

static struct pg_slot *slot_of(struct pg_stream *stream, const struct pg_statement *statement)
{
    size_t at = ((uintptr_t)statement >> 3) * 0x9e3779b97f4a7c15u >> 20;

    for (;; at++) {
        struct pg_slot *slot = &stream->slots[at % PG_STREAM_STATEMENTS];
        if (slot->statement == statement) {
            return slot;
        }
        if (slot->statement == NULL) {
            /* Some stay empty, so that every search ends. */
            NB_ASSERT(stream->slots_used < PG_STREAM_STATEMENTS - PG_STREAM_STATEMENTS / 8);
            stream->slots_used++;
            slot->statement = statement;
            return slot;
        }
    }
}

bool pg_stream_prepare(struct pg_stream *stream, const struct pg_statement *statement)
{
    struct pg_slot *slot = slot_of(stream, statement);

    if (slot->prepared) {
        return true;
    }
    if (!PQsendPrepare(stream->pq, statement->name, statement->text, 0, NULL)) {
        return false;
    }
    slot->prepared = true;
    expect(stream, (struct pg_expected){.kind = PG_EXPECT_PREPARED,
                                        .slot = (size_t)(slot - stream->slots)});
    return true;
}

bool pg_stream_execute(struct pg_stream *stream, const struct pg_statement *statement,
                       const struct pg_params *params, void *tag)
{
    int count = params == NULL ? 0 : params->count;

    NB_ASSERT(count == statement->param_count);
    if (!pg_stream_prepare(stream, statement)) {
        return false;
    }
    if (!PQsendQueryPrepared(stream->pq, statement->name, count, count == 0 ? NULL : params->values,
                             count == 0 ? NULL : params->lengths,
                             count == 0 ? NULL : params->formats, 0)) {
        return false;
    }
    expect(stream, (struct pg_expected){.kind = PG_EXPECT_ROWS, .tag = tag});
    return true;
}

bool pg_stream_sync(struct pg_stream *stream)
{
    if (!PQpipelineSync(stream->pq)) {
        return false;
    }
    expect(stream, (struct pg_expected){.kind = PG_EXPECT_SYNC});
    return true;
}

static bool is_error(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

static void deliver(struct pg_stream *stream, PGresult *result)
{
    struct pg_expected *expected = head(stream);

    expected->seen = true;
    if (expected->kind == PG_EXPECT_PREPARED && is_error(result)) {
        /* Not prepared after all (or skipped after an earlier error): the next use tries again. */
        stream->slots[expected->slot].prepared = false;
    }
    stream->sink.result(stream->data, expected->tag, result);
}

static void finish_segment(struct pg_stream *stream, PGresult *result)
{
    bool unproven = stream->warned;

    NB_ASSERT(head(stream)->kind == PG_EXPECT_SYNC);
    PQclear(result);
    stream->warned = false;
    pop(stream);
    stream->sink.synced(stream->data, unproven);
}

/* NULL ends the results of one command; after an error at commit time there is one more of them,
 * before the sync itself. False for one that ends nothing: libpq has lost what we wait for. */
static bool end_command(struct pg_stream *stream)
{
    struct pg_expected *expected = head(stream);

    if (!expected->seen) {
        return false;
    }
    expected->seen = false;
    if (expected->kind != PG_EXPECT_SYNC) {
        pop(stream);
    }
    return true;
}

bool pg_stream_read(struct pg_stream *stream)
{
    bool alive = PQconsumeInput(stream->pq) == 1;

    /* What had arrived before the end is delivered still: a sync in it is a commit that we know. */
    while (!stream->stopped && stream->count > 0 && !PQisBusy(stream->pq)) {
        PGresult *result = PQgetResult(stream->pq);
        if (result == NULL) {
            if (!end_command(stream)) {
                return false;
            }
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            finish_segment(stream, result);
        } else {
            deliver(stream, result);
        }
    }
    return alive && PQstatus(stream->pq) == CONNECTION_OK;
}
