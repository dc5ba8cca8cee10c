/*
 * Inside core/store: one call of a statement, from its parameters to the typed `done` of whoever
 * asked. It owns an arena (parameters, and whatever the reader needs) and is sent once; sending
 * gives it away. Repeats a write of unknown outcome by itself.
 */
#ifndef NB_STORE_CALL_H
#define NB_STORE_CALL_H

#include "core/base/arena.h"
#include "core/pg/params.h"
#include "core/pg/rows.h"
#include "core/store/store.h"
#include "gen/statements.h"

/* Parameters and what is read of one answer. */
#define STORE_CALL_BYTES ((size_t)8 * 1024 * 1024)

struct store_call;

/* A `done` of any type on its way through; cast it back to its own type before calling it. */
typedef void (*store_any_fn)(void);

/* Turns the answer into values and calls done(data, ...) with them, in this call. rows is NULL
 * unless result->outcome is STORE_OK. arena lives until it returns. */
struct store_reading {
    const struct store_result *result;
    const struct pg_rows *rows;
    struct nb_arena *arena;
    store_any_fn done;
    void *data;
};
typedef void (*store_read_fn)(const struct store_reading *reading);

/* The role must have a pool here (readers for store_call_read, writers for store_call_write). */
struct store_call *store_call_new(struct store *store, enum store_role role,
                                  const struct pg_statement *statement);
/* Where parameters are added, in order. */
struct pg_params *store_call_params(struct store_call *call);
/* An internal key, or SQL NULL for 0. */
void store_params_key(struct pg_params *params, int64_t key);
/* A public id, or SQL NULL for NULL. */
void store_params_id(struct pg_params *params, const struct public_id *id);
/* An advisory lock (core/store/lock_key.h) that the group takes before this call runs; at most
 * PG_LOCK_KEYS_MAX. The first also chooses the connection: calls of one key keep their order. */
void store_call_lock(struct store_call *call, int64_t lock_key);

/* All take call. A read commits by itself and may be executed twice. A look is a read that changes
 * nothing and is quick, so that it may share a round trip with others. A write shares its commit
 * with others, so the function must answer refusals as values, and be led by an operation key or
 * otherwise harmless to repeat. */
void store_call_read(struct store_call *call, store_read_fn read, store_any_fn done, void *data);
void store_call_look(struct store_call *call, store_read_fn read, store_any_fn done, void *data);
void store_call_write(struct store_call *call, store_read_fn read, store_any_fn done, void *data);
/* A write of a statement that takes a JSON array, of which this call's one parameter is an element:
 * calls that wait together go out as one statement, and each reads its own row as row 0. No locks
 * are named: the statement takes them. route chooses the connection on which it joins others. */
void store_call_join(struct store_call *call, uint64_t route, store_read_fn read, store_any_fn done,
                     void *data);

/* The number of rows; 0 when rows is NULL. */
int store_reading_count(const struct store_reading *reading);
/* Zeroed room for one struct of item_bytes a row, gone with the arena; NULL when there are no rows.
 * Statements bound their rows (a page, a list of programs), so it fits the arena. */
void *store_reading_rows(const struct store_reading *reading, size_t item_bytes);

/* False, and nothing written, where SQL NULL stands. */
bool store_take_id(const struct pg_rows *rows, int row, const char *column,
                   struct public_id *ret_id);
bool store_take_instant(const struct pg_rows *rows, int row, const char *column,
                        struct nb_instant *ret_at);
bool store_take_night(const struct pg_rows *rows, int row, const char *column,
                      struct night *ret_night);

#endif
