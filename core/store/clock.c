#include "core/store/clock.h"

#include "core/base/mem.h"
#include "core/pg/sql_files.h"
#include "core/store/call.h"

#include <string.h>

#define INVARIANTS "invariants.sql"

static const struct pg_statement *const sweeps[STORE_SWEEPS] = {
    [STORE_SWEEP_HOLDS] = &sql_clock_holds,       [STORE_SWEEP_REFERRALS] = &sql_clock_referrals,
    [STORE_SWEEP_TASKS] = &sql_clock_tasks,       [STORE_SWEEP_UNTAKEN] = &sql_clock_untaken,
    [STORE_SWEEP_BOOKINGS] = &sql_clock_bookings, [STORE_SWEEP_REQUESTS] = &sql_clock_requests,
    [STORE_SWEEP_REREADS] = &sql_clock_rereads,   [STORE_SWEEP_POINTS] = &sql_clock_points,
    [STORE_SWEEP_AUDIT] = &sql_clock_audit,
};

/* As sql/queries/clock/lags.sql names them. */
static const char *const words[STORE_SWEEPS] = {
    [STORE_SWEEP_HOLDS] = "holds",       [STORE_SWEEP_REFERRALS] = "referrals",
    [STORE_SWEEP_TASKS] = "tasks",       [STORE_SWEEP_UNTAKEN] = "untaken",
    [STORE_SWEEP_BOOKINGS] = "bookings", [STORE_SWEEP_REQUESTS] = "requests",
    [STORE_SWEEP_REREADS] = "rereads",   [STORE_SWEEP_POINTS] = "points",
    [STORE_SWEEP_AUDIT] = "audit",
};

static void read_swept(const struct store_reading *reading)
{
    int64_t rows = store_reading_count(reading) == 1 ? pg_row_int64(reading->rows, 0, "swept") : 0;

    ((store_sweep_fn)reading->done)(reading->data, reading->result, rows);
}

void store_clock_sweep(struct store *store, enum store_sweep sweep, int64_t most,
                       store_sweep_fn done, void *data)
{
    NB_ASSERT(sweep > STORE_SWEEP_NONE && sweep < STORE_SWEEPS);
    struct store_call *call = store_call_new(store, STORE_CLOCK, sweeps[sweep]);

    pg_params_int64(store_call_params(call), most);
    store_call_read(call, read_swept, (store_any_fn)done, data);
}

static enum store_sweep sweep_of_word(const char *word)
{
    for (int i = 1; i < STORE_SWEEPS; i++) {
        if (strcmp(words[i], word) == 0) {
            return (enum store_sweep)i;
        }
    }
    return STORE_SWEEP_NONE;
}

static void read_lags(const struct store_reading *reading)
{
    struct store_lags lags = {0};

    for (int row = 0; row < store_reading_count(reading); row++) {
        enum store_sweep sweep = sweep_of_word(pg_row_text(reading->rows, row, "sweep"));
        NB_ASSERT(sweep != STORE_SWEEP_NONE);
        lags.lag_ms[sweep] = pg_row_int64(reading->rows, row, "lag_ms");
    }
    ((store_lags_fn)reading->done)(reading->data, reading->result,
                                   reading->rows == NULL ? NULL : &lags);
}

void store_clock_lags(struct store *store, store_lags_fn done, void *data)
{
    store_call_read(store_call_new(store, STORE_CHECK, &sql_clock_lags), read_lags,
                    (store_any_fn)done, data);
}

/* The file that tests and operators run as well: one statement, so it can be prepared as it is. */
static const struct pg_statement *invariants(void)
{
    static struct pg_statement statement = {.name = "invariants"};

    for (size_t i = 0; i < sql_file_count && statement.text == NULL; i++) {
        if (strcmp(sql_files[i].path, INVARIANTS) == 0) {
            statement.text = (const char *)sql_files[i].bytes;
        }
    }
    NB_ASSERT(statement.text != NULL);
    return &statement;
}

static void read_broken(const struct store_reading *reading)
{
    store_broken_fn done = (store_broken_fn)reading->done;
    size_t count = (size_t)store_reading_count(reading);
    struct store_broken_rule *broken =
        nb_arena_alloc(reading->arena, (count + 1) * sizeof(*broken));

    NB_ASSERT(broken != NULL);
    for (size_t i = 0; i < count; i++) {
        broken[i].invariant = pg_row_text(reading->rows, (int)i, "invariant");
        broken[i].subject = pg_row_text(reading->rows, (int)i, "subject");
    }
    done(reading->data, reading->result, broken, count);
}

void store_clock_invariants(struct store *store, store_broken_fn done, void *data)
{
    store_call_read(store_call_new(store, STORE_CHECK, invariants()), read_broken,
                    (store_any_fn)done, data);
}
