/*
 * One call of a statement, and what came of it: the vocabulary between core/store and core/pg/pool.
 * Invariant: an outcome is never guessed. What was sent and not confirmed is PG_UNKNOWN.
 */
#ifndef NB_PG_CALL_H
#define NB_PG_CALL_H

#include "core/base/err.h"
#include "core/pg/params.h"
#include "core/pg/rows.h"
#include "core/pg/statement.h"

#include <stdbool.h>
#include <stdint.h>

/* A group of bookings names a key for each place that it takes from, and one for its request. */
#define PG_LOCK_KEYS_MAX 160

enum pg_outcome {
    PG_OUTCOME_NONE = 0,
    PG_DONE,        /* committed; rows are there */
    PG_REFUSED,     /* PostgreSQL raised an error, and nothing of the call has an effect */
    PG_UNAVAILABLE, /* never sent, or known to have had no effect: it may be sent again */
    PG_UNKNOWN,     /* sent, and whether it committed is not known: send the same operation again */
};

struct pg_answer {
    enum pg_outcome outcome;
    enum nb_err_kind why;     /* for PG_UNAVAILABLE and PG_UNKNOWN; TIMEOUT: the deadline passed */
    struct pg_rows rows;      /* for PG_DONE; borrowed, gone when the callback returns */
    bool durability_unproven; /* committed, but a standby may not have it: do nothing outside yet */
    const char *sqlstate;     /* five characters after an SQL error, else empty */
    const char *constraint; /* name of the constraint that was violated, else empty; never DETAIL */
};

/* Called exactly once for each call taken, from the loop; may submit further calls. */
typedef void (*pg_done_fn)(void *data, const struct pg_answer *answer);

struct pg_call {
    const struct pg_statement *statement;
    const struct pg_params *params; /* NULL for none; lives, with its values, until `done` */
    /* The same call may be executed twice with one effect: a read, or a write led by its operation
     * key. After a lost connection it is sent once more by itself. */
    bool idempotent;
    /* Goes to a writer and shares one transaction with calls that wait there too. It must report a
     * refusal as a returned value: an exception costs the whole group a repetition, one by one. */
    bool group;
    /* With `group`, of a statement whose one parameter is a JSON array and which answers a row for
     * each element, in order: params holds one element, never NULL. Calls of the statement that
     * wait together are sent as one, alone in their transaction, and each is answered with its own
     * row; after an exception each is repeated as an array of one. The statement takes its locks
     * itself: lock_keys has none. */
    bool joins;
    /* Changes nothing and is quick: goes to a reader, several that wait together with one sync. Not
     * with `group`. */
    bool look;
    uint64_t route; /* of a group call: calls of one route (a unit, an account) keep their order */
    int lock_key_count;
    int64_t lock_keys[PG_LOCK_KEYS_MAX]; /* advisory locks the group takes first, in sorted order */
    pg_done_fn done;
    void *data;
};

/* True for PG_DONE; else fills err with what the caller should decide: CONFLICT (also for a
 * violated constraint), INVALID, AUTH, LIMIT, UNAVAILABLE, TIMEOUT (unknown), BUG. */
bool pg_answer_ok(const struct pg_answer *answer, struct nb_err *err) NB_MUST_CHECK;

#endif
