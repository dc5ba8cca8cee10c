/*
 * One blocking connection for a command line that does one thing after another: whole SQL files,
 * COPY from memory, single statements. Never in a process that has a loop to turn.
 * Invariant: it belongs to the primary, and no error text carries a value or a DETAIL.
 */
#ifndef NB_PG_DIRECT_H
#define NB_PG_DIRECT_H

#include "core/base/err.h"
#include "core/pg/conninfo.h"
#include "core/pg/params.h"
#include "core/pg/rows.h"
#include "core/pg/sql_files.h"
#include "core/pg/statement.h"

struct pg_direct;

/* Tries the endpoints in order, timeout_ms each (whole seconds), and takes the first that is no
 * standby. NB_ERR_UNAVAILABLE says why the last one was not; AUTH when a password was refused. */
bool pg_direct_open(struct pg_conninfo *conninfo, int64_t timeout_ms, struct pg_direct **ret_direct,
                    struct nb_err *err) NB_MUST_CHECK;
/* Accepts NULL, returns NULL. What was begun and not committed is undone. */
struct pg_direct *pg_direct_close(struct pg_direct *direct);

/* Rows are borrowed until the next call. params may be NULL. ret_rows may be NULL. A failed
 * statement gives CONFLICT, INVALID, AUTH, UNAVAILABLE or BUG; code is the SQLSTATE or the name of
 * the violated constraint. */
bool pg_direct_ask(struct pg_direct *direct, const struct pg_statement *statement,
                   const struct pg_params *params, struct pg_rows *ret_rows,
                   struct nb_err *err) NB_MUST_CHECK;

/* Runs every statement of the file. copy is what its COPY FROM STDIN gets, NULL when it has none; a
 * file has at most one. Errors name the file and the line. */
bool pg_direct_run(struct pg_direct *direct, const struct sql_file *file,
                   const struct sql_file *copy, struct nb_err *err) NB_MUST_CHECK;

/* Transactions around calls of _run and _ask. A connection that closes without a commit undoes. */
bool pg_direct_begin(struct pg_direct *direct, struct nb_err *err) NB_MUST_CHECK;
bool pg_direct_commit(struct pg_direct *direct, struct nb_err *err) NB_MUST_CHECK;

#endif
