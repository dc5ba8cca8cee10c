#include "tests/unit/pg/pool_bed.h"

#include <stdio.h>
#include <string.h>

static const struct pg_statement identity = {.name = "identity", .text = "-", .param_count = 0};
static const struct pg_statement lock = {.name = "lock", .text = "-", .param_count = 1};
const struct pg_statement pool_book = {.name = "book", .text = "-", .param_count = 1};
const struct pg_statement pool_bad = {.name = "bad", .text = "-", .param_count = 0};

static void stop(void *data)
{
    loop_stop(((struct pool_bed *)data)->loop);
}

static void on_done(void *data, const struct pg_answer *answer)
{
    struct told *told = data;

    told->times++;
    told->order = ++told->bed->answered;
    told->outcome = answer->outcome;
    told->why = answer->why;
    told->unproven = answer->durability_unproven;
    snprintf(told->sqlstate, sizeof(told->sqlstate), "%s", answer->sqlstate);
    snprintf(told->constraint, sizeof(told->constraint), "%s", answer->constraint);
    if (answer->outcome == PG_DONE) {
        told->txid = pg_row_int64(&answer->rows, 0, "txid");
        snprintf(told->first_param, sizeof(told->first_param), "%s",
                 pg_row_text(&answer->rows, 0, "first_param"));
    }
    if (told->bed->answered == told->bed->awaited) {
        loop_stop(told->bed->loop);
    }
}

struct pg_pool_config pool_usual(void)
{
    return (struct pg_pool_config){
        .identity = &identity,
        .lock = &lock,
        .writers = 1,
        .deadline_ms = 2000,
        .connect_timeout_ms = 100,
        .backoff = {.first_ms = 1, .ceiling_ms = 4},
    };
}

void pool_bed_open_at(struct pool_bed *bed, const char *url, struct pg_pool_config config)
{
    const struct pg_role role = {.user = "staff", .password = "secret"};
    struct nb_err err;

    *bed = (struct pool_bed){.loop = loop_create(), .arena = nb_arena_create(1 << 20)};
    loop_timer_init(&bed->patience, bed->loop, stop, bed);
    cr_assert(pg_conninfo_parse(url, &role, &bed->conninfo, &err), "%s", err.text);
    config.conninfo = bed->conninfo;
    config.cluster = &bed->cluster;
    bed->pool = pg_pool_create(bed->loop, &config);
}

void pool_bed_open(struct pool_bed *bed, struct pg_pool_config config)
{
    pool_bed_open_at(bed, "postgresql:///nightbridge?host=/nowhere", config);
}

void pool_bed_close(struct pool_bed *bed)
{
    pg_pool_destroy(bed->pool);
    pg_conninfo_destroy(bed->conninfo);
    loop_timer_fini(&bed->patience);
    loop_destroy(bed->loop);
    nb_arena_destroy(bed->arena);
}

void pool_bed_run_ms(struct pool_bed *bed, int64_t ms)
{
    bed->awaited = -1;
    loop_timer_start(&bed->patience, ms);
    loop_run(bed->loop);
}

void pool_bed_await(struct pool_bed *bed, int answers)
{
    bed->awaited = answers;
    loop_timer_start(&bed->patience, 10000);
    loop_run(bed->loop);
    cr_assert_eq(bed->answered, answers, "%d of %d answered", bed->answered, answers);
}

struct pg_call pool_bed_call(struct pool_bed *bed, int n, const struct pg_statement *statement)
{
    struct pg_params *params = &bed->params[n];

    bed->told[n].bed = bed;
    pg_params_init(params, bed->arena);
    if (statement->param_count == 1) {
        pg_params_int64(params, n);
    }
    return (struct pg_call){.statement = statement,
                            .params = params,
                            .group = true,
                            .idempotent = true,
                            .done = on_done,
                            .data = &bed->told[n]};
}

void pool_bed_submit(struct pool_bed *bed, const struct pg_call *call)
{
    struct nb_err err;

    cr_assert(pg_pool_submit(bed->pool, call, &err), "%s", err.text);
}

void pool_bed_books(struct pool_bed *bed, int first, int count, bool idempotent)
{
    for (int n = first; n < first + count; n++) {
        struct pg_call call = pool_bed_call(bed, n, &pool_book);
        call.idempotent = idempotent;
        pool_bed_submit(bed, &call);
    }
}
