/*
 * What was sent on one connection in pipeline mode, and what must still come back for it:
 * statements prepared on demand, a queue of expected results, and the draining of them. It neither
 * connects nor waits; core/pg/connection does. Invariant: the head of the queue is the command
 * whose results libpq gives next.
 */
#ifndef NB_PG_STREAM_H
#define NB_PG_STREAM_H

#include "core/pg/params.h"
#include "core/pg/statement.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

/* Statements one connection may have prepared. */
#define PG_STREAM_STATEMENTS 512

enum pg_expected_kind {
    PG_EXPECT_NONE = 0,
    PG_EXPECT_PREPARED,
    PG_EXPECT_ROWS,
    PG_EXPECT_SYNC,
};

struct pg_expected {
    enum pg_expected_kind kind;
    bool seen; /* a result came; the NULL that ends it did not */
    void *tag;
    size_t slot; /* of the statement, for PG_EXPECT_PREPARED */
};

struct pg_slot {
    const struct pg_statement *statement;
    bool prepared; /* or on its way in the pipeline */
};

/* Where results go. Neither is called from inside libpq; either may stop the stream. */
struct pg_sink {
    /* Takes result. tag is NULL for a statement being prepared and for a failing commit. */
    void (*result)(void *data, void *tag, PGresult *result);
    /* Everything since the last sync is final: committed, or undone if any result was an error.
     * unproven: PostgreSQL warned that a standby may not have it. */
    void (*synced)(void *data, bool unproven);
};

struct pg_stream {
    PGconn *pq; /* borrowed */
    struct pg_sink sink;
    void *data;
    bool stopped; /* set by the owner: deliver nothing more */
    bool warned;  /* since the last sync */
    struct pg_expected *ring;
    size_t capacity; /* a power of two */
    size_t first;
    size_t count;
    struct pg_slot slots[PG_STREAM_STATEMENTS]; /* open addressing by the statement's address */
    size_t slots_used;
};

/* pq: connected, non-blocking, in pipeline mode; borrowed until _fini. Installs a notice receiver
 * that keeps quiet (libpq's own would write to standard error). */
void pg_stream_init(struct pg_stream *stream, PGconn *pq, const struct pg_sink *sink, void *data);
/* Accepts a zeroed struct. Results still expected are never delivered. */
void pg_stream_fini(struct pg_stream *stream);

/* Each queues for sending; false when the connection is broken. _execute prepares first what this
 * connection has not seen, params may be NULL for none. Nothing is kept of params. */
bool pg_stream_prepare(struct pg_stream *stream,
                       const struct pg_statement *statement) NB_MUST_CHECK;
bool pg_stream_execute(struct pg_stream *stream, const struct pg_statement *statement,
                       const struct pg_params *params, void *tag) NB_MUST_CHECK;
bool pg_stream_sync(struct pg_stream *stream) NB_MUST_CHECK;

/* Reads what has arrived and delivers it to the sink; false when the connection is broken. */
bool pg_stream_read(struct pg_stream *stream) NB_MUST_CHECK;

#endif
