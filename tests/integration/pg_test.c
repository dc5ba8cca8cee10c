/*
 * core/pg against a real PostgreSQL: what a scripted server cannot show, that a group is one
 * transaction, that libpq's pipeline gives what the stream expects, and that every value survives.
 * The server is the one that NIGHTBRIDGE_TEST_URL names (any role that may create a table); without
 * it these tests are skipped.
 */
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"
#include "core/pg/notify.h"
#include "core/pg/pool.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(pg_server, .timeout = 300);

#define MANY 10000

#define STATEMENT(label, sql, params)                                                              \
    static const struct pg_statement label = {.name = #label, .text = sql, .param_count = params}

STATEMENT(identity,
          "select system_identifier::text, timeline_id as timeline, pg_is_in_recovery() as "
          "in_recovery from pg_control_system(), pg_control_checkpoint()",
          0);
STATEMENT(lock, "select pg_advisory_xact_lock(k) from unnest($1::bigint[]) k", 1);
STATEMENT(txid, "select pg_current_xact_id()::text as txid, $1::bigint as number", 1);
STATEMENT(divide, "select 1 / $1::int as quotient", 1);
STATEMENT(holds,
          "select count(*) as held from pg_locks where locktype = 'advisory' and pid = "
          "pg_backend_pid() and (classid::bigint << 32 | objid::bigint) = any($1::bigint[])",
          1);
STATEMENT(make_table,
          "create table if not exists pg_test_once (n int, constraint pg_test_once_unique "
          "unique (n) deferrable initially deferred)",
          0);
STATEMENT(drop_table, "drop table if exists pg_test_once", 0);
STATEMENT(insert_twice, "insert into pg_test_once select 1 from generate_series(1, 2)", 0);
STATEMENT(suicide, "select pg_terminate_backend(pg_backend_pid()) as gone", 0);
STATEMENT(doze, "select pg_sleep(5)", 0);
STATEMENT(hog, "select pg_advisory_xact_lock(4711), pg_sleep(50)", 0);
STATEMENT(grab, "select pg_advisory_xact_lock(4711)", 0);
STATEMENT(
    kill_listeners,
    "select count(pg_terminate_backend(pid)) as n from pg_stat_activity where application_name "
    "= 'pg_test_listener' and datname = current_database()",
    0);
STATEMENT(listen, "listen pg_test_hint", 0);
STATEMENT(tell, "select pg_notify('pg_test_hint', $1)", 1);
STATEMENT(echo,
          "select $1::bigint as int64, $2::bool as bool, $3::text as text, $4::text as nothing, "
          "$5::bytea as bytes, $6::uuid as id, $7::date as night, $8::timestamptz as instant, "
          "($9::bigint[])[2] as number, ($10::text[])[1] as quoted, "
          "cardinality($11::uuid[]) as ids, ($12::jsonb)->>'a' as member",
          12);

struct bed;

struct told {
    struct bed *bed;
    int times;
    enum pg_outcome outcome;
    enum nb_err_kind why;
    int64_t number;
    char txid[32];
    char sqlstate[6];
    char constraint[64];
};

struct bed {
    struct loop *loop;
    struct loop_timer patience;
    struct nb_arena *arena;
    struct pg_conninfo *conninfo;
    struct pg_conninfo *listener;
    struct pg_cluster cluster;
    struct pg_pool *pool;
    struct pg_params *params;
    struct told *told;
    int answered;
    int awaited;
    int hints;
    char hint[32];
};

static void stop(void *data)
{
    loop_stop(((struct bed *)data)->loop);
}

static void answered(struct bed *bed)
{
    bed->answered++;
    if (bed->answered == bed->awaited) {
        loop_stop(bed->loop);
    }
}

static void on_done(void *data, const struct pg_answer *answer)
{
    struct told *told = data;

    told->times++;
    told->outcome = answer->outcome;
    told->why = answer->why;
    snprintf(told->sqlstate, sizeof(told->sqlstate), "%s", answer->sqlstate);
    snprintf(told->constraint, sizeof(told->constraint), "%s", answer->constraint);
    answered(told->bed);
}

static void on_txid(void *data, const struct pg_answer *answer)
{
    struct told *told = data;

    if (answer->outcome == PG_DONE) {
        snprintf(told->txid, sizeof(told->txid), "%s", pg_row_text(&answer->rows, 0, "txid"));
        told->number = pg_row_int64(&answer->rows, 0, "number");
    }
    on_done(data, answer);
}

static struct pg_pool_config usual(void)
{
    return (struct pg_pool_config){
        .identity = &identity, .lock = &lock, .readers = 1, .writers = 2, .deadline_ms = 30000};
}

static void bed_open(struct bed *bed, struct pg_pool_config config)
{
    const char *url = getenv("NIGHTBRIDGE_TEST_URL");
    const struct pg_role role = {.application_name = "pg_test"};
    const struct pg_role listener = {.application_name = "pg_test_listener"};
    struct nb_err err;

    if (url == NULL) {
        cr_skip_test("NIGHTBRIDGE_TEST_URL names no server");
    }
    *bed = (struct bed){.loop = loop_create(), .arena = nb_arena_create((size_t)64 << 20)};
    bed->params = nb_alloc_array(MANY, sizeof(*bed->params));
    bed->told = nb_alloc_array(MANY, sizeof(*bed->told));
    loop_timer_init(&bed->patience, bed->loop, stop, bed);
    cr_assert(pg_conninfo_parse(url, &role, &bed->conninfo, &err), "%s", err.text);
    cr_assert(pg_conninfo_parse(url, &listener, &bed->listener, &err), "%s", err.text);
    config.conninfo = bed->conninfo;
    config.cluster = &bed->cluster;
    bed->pool = pg_pool_create(bed->loop, &config);
}

static void bed_close(struct bed *bed)
{
    pg_pool_destroy(bed->pool);
    pg_conninfo_destroy(bed->conninfo);
    pg_conninfo_destroy(bed->listener);
    loop_timer_fini(&bed->patience);
    loop_destroy(bed->loop);
    nb_arena_destroy(bed->arena);
    nb_free(bed->params);
    nb_free(bed->told);
}

static void bed_await(struct bed *bed, int answers)
{
    bed->awaited = answers;
    if (bed->answered < answers) {
        loop_timer_start(&bed->patience, 40000);
        loop_run(bed->loop);
    }
    cr_assert_eq(bed->answered, answers, "%d of %d answered: %s", bed->answered, answers,
                 pg_pool_last_error(bed->pool)->text);
}

static struct pg_call call_of(struct bed *bed, int n, const struct pg_statement *statement,
                              pg_done_fn done)
{
    bed->told[n].bed = bed;
    pg_params_init(&bed->params[n], bed->arena);
    if (statement->param_count == 1) {
        pg_params_int64(&bed->params[n], n);
    }
    return (struct pg_call){
        .statement = statement, .params = &bed->params[n], .done = done, .data = &bed->told[n]};
}

static void submit(struct bed *bed, const struct pg_call *call)
{
    struct nb_err err;

    cr_assert(pg_pool_submit(bed->pool, call, &err), "%s", err.text);
}

static void run(struct bed *bed, int n, const struct pg_statement *statement)
{
    struct pg_call call = call_of(bed, n, statement, on_done);

    submit(bed, &call);
    bed_await(bed, n + 1);
}

static void submit_group(struct bed *bed, int n, const struct pg_statement *statement,
                         pg_done_fn done)
{
    struct pg_call call = call_of(bed, n, statement, done);

    call.group = true;
    call.idempotent = true;
    call.lock_keys[0] = n % 5;
    call.lock_key_count = 1;
    submit(bed, &call);
}

Test(pg_server, a_group_of_32_is_one_transaction)
{
    struct bed bed;

    bed_open(&bed, usual());
    for (int n = 0; n < 40; n++) {
        submit_group(&bed, n, &txid, on_txid);
    }
    bed_await(&bed, 40);
    for (int n = 0; n < 40; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].number, n);
        cr_assert_str_eq(bed.told[n].txid, bed.told[n < 32 ? 0 : 32].txid);
    }
    cr_assert_str_neq(bed.told[0].txid, bed.told[32].txid);
    bed_close(&bed);
}

static void on_held(void *data, const struct pg_answer *answer)
{
    struct told *told = data;

    cr_assert_eq(answer->outcome, PG_DONE);
    told->number = pg_row_int64(&answer->rows, 0, "held");
    answered(told->bed);
}

Test(pg_server, the_locks_of_the_group_are_held_by_every_call_of_it)
{
    const int64_t keys[] = {41, 7, 99};
    struct bed bed;

    bed_open(&bed, usual());
    bed.told[0].bed = &bed;
    pg_params_init(&bed.params[0], bed.arena);
    pg_params_int64_array(&bed.params[0], keys, 3);
    struct pg_call call = {.statement = &holds,
                           .params = &bed.params[0],
                           .group = true,
                           .lock_keys = {41, 7, 99},
                           .lock_key_count = 3,
                           .done = on_held,
                           .data = &bed.told[0]};
    submit(&bed, &call);
    bed_await(&bed, 1);
    cr_assert_eq(bed.told[0].number, 3);
    bed_close(&bed);
}

Test(pg_server, an_exception_costs_only_the_call_that_raised_it)
{
    struct bed bed;

    bed_open(&bed, usual());
    for (int n = 9; n >= 0; n--) {
        submit_group(&bed, n, &divide, on_done);
    }
    bed_await(&bed, 10);
    cr_assert_eq(bed.told[0].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[0].sqlstate, "22012");
    for (int n = 1; n < 10; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].times, 1);
    }
    cr_assert_eq(pg_pool_stats(bed.pool).groups_undone, 1);
    bed_close(&bed);
}

Test(pg_server, a_constraint_checked_at_commit_refuses_the_call)
{
    struct bed bed;

    bed_open(&bed, usual());
    run(&bed, 0, &drop_table);
    run(&bed, 1, &make_table);
    run(&bed, 2, &insert_twice);
    cr_assert_eq(bed.told[2].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[2].sqlstate, "23505");
    cr_assert_str_eq(bed.told[2].constraint, "pg_test_once_unique");
    submit_group(&bed, 3, &insert_twice, on_done);
    submit_group(&bed, 4, &txid, on_txid);
    bed_await(&bed, 5);
    cr_assert_eq(bed.told[3].outcome, PG_REFUSED);
    cr_assert_eq(bed.told[4].outcome, PG_DONE);
    run(&bed, 5, &drop_table);
    cr_assert_eq(bed.told[5].outcome, PG_DONE);
    bed_close(&bed);
}

Test(pg_server, a_connection_that_dies_with_its_call_leaves_it_unknown)
{
    struct bed bed;

    bed_open(&bed, usual());
    run(&bed, 0, &suicide);
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    run(&bed, 1, &txid);
    cr_assert_eq(bed.told[1].outcome, PG_DONE);
    cr_assert_eq(pg_pool_stats(bed.pool).connections_lost, 1);
    bed_close(&bed);
}

Test(pg_server, the_deadline_does_not_wait_for_the_server)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.deadline_ms = 300;
    bed_open(&bed, config);
    struct nb_mono start = nb_mono_now();
    run(&bed, 0, &doze);
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    cr_assert_eq(bed.told[0].why, NB_ERR_TIMEOUT);
    cr_assert_lt(nb_mono_ms_between(start, nb_mono_now()), 2000);
    bed_close(&bed);
}

Test(pg_server, what_was_given_up_at_its_deadline_does_not_keep_its_locks)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.deadline_ms = 4000;
    bed_open(&bed, config);
    run(&bed, 0, &hog);
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    run(&bed, 1, &grab);
    cr_assert_eq(bed.told[1].outcome, PG_DONE, "the session of the first has ended");
    bed_close(&bed);
}

Test(pg_server, ten_thousand_calls_of_both_kinds_are_each_answered_once)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.queue_ceiling = MANY;
    bed_open(&bed, config);
    struct nb_mono start = nb_mono_now();
    for (int n = 0; n < MANY; n++) {
        struct pg_call call = call_of(&bed, n, &txid, on_txid);
        call.group = n % 2 == 0;
        call.route = (uint64_t)n / 2;
        submit(&bed, &call);
    }
    bed_await(&bed, MANY);
    int64_t took_ms = nb_mono_ms_between(start, nb_mono_now());
    for (int n = 0; n < MANY; n++) {
        cr_assert_eq(bed.told[n].times, 1);
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].number, n, "the answer belongs to the call");
    }
    struct pg_pool_stats stats = pg_pool_stats(bed.pool);
    cr_assert_eq(stats.done, MANY);
    cr_assert_eq(stats.waiting, 0);
    cr_log_info("%d calls in %" PRId64 " ms, %" PRIu64 " groups", MANY, took_ms, stats.groups);
    bed_close(&bed);
}

static void on_echo(void *data, const struct pg_answer *answer)
{
    struct told *told = data;
    const struct pg_rows *rows = &answer->rows;
    char text[NB_INSTANT_TEXT];
    size_t length;

    cr_assert_eq(answer->outcome, PG_DONE, "%s", answer->sqlstate);
    cr_assert_eq(pg_rows_count(rows), 1);
    cr_assert_eq(pg_row_int64(rows, 0, "int64"), INT64_MIN);
    cr_assert(pg_row_bool(rows, 0, "bool"));
    cr_assert_str_eq(pg_row_text(rows, 0, "text"), "caf\u00e9 \\ 'x'");
    cr_assert_null(pg_row_text(rows, 0, "nothing"));
    cr_assert_eq(pg_row_int64_or(rows, 0, "nothing", -7), -7);
    const uint8_t *bytes = pg_row_bytes(rows, 0, "bytes", told->bed->arena, &length);
    cr_assert_eq(length, 3);
    cr_assert_eq(memcmp(bytes, "\0\x7f\xff", 3), 0);
    cr_assert_eq(pg_row_public_id(rows, 0, "id").bytes[15], 0x2a);
    cr_assert_eq(pg_row_night(rows, 0, "night").day, nb_night_of(2028, 2, 29).day);
    nb_instant_format(pg_row_instant(rows, 0, "instant"), text);
    cr_assert_str_eq(text, "2026-11-24T08:00:00.250000Z");
    cr_assert_eq(pg_row_int64(rows, 0, "number"), INT64_MAX);
    cr_assert_str_eq(pg_row_text(rows, 0, "quoted"), "a \"b\\ {c},null");
    cr_assert_eq(pg_row_int64(rows, 0, "ids"), 2);
    cr_assert_str_eq(pg_row_text(rows, 0, "member"), "1");
    on_done(data, answer);
}

static void echo_params(struct pg_params *params, struct nb_arena *arena)
{
    const int64_t numbers[] = {1, INT64_MAX};
    const char *const texts[] = {"a \"b\\ {c},null"};
    const struct public_id ids[] = {nb_public_id_random(), {.bytes = {[15] = 0x2a}}};
    struct nb_instant at;

    cr_assert(nb_instant_parse("2026-11-24T03:00:00.25-05:00", &at, NULL));
    pg_params_init(params, arena);
    pg_params_int64(params, INT64_MIN);
    pg_params_bool(params, true);
    pg_params_text(params, "caf\u00e9 \\ 'x'");
    pg_params_null(params);
    pg_params_bytes(params, "\0\x7f\xff", 3);
    pg_params_public_id(params, ids[1]);
    pg_params_night(params, nb_night_of(2028, 2, 29));
    pg_params_instant(params, at);
    pg_params_int64_array(params, numbers, 2);
    pg_params_text_array(params, texts, 1);
    pg_params_public_id_array(params, ids, 2);
    pg_params_json(params, "{\"a\":1}");
}

Test(pg_server, every_type_comes_back_as_it_was_sent)
{
    struct bed bed;

    bed_open(&bed, usual());
    struct pg_call call = call_of(&bed, 0, &echo, on_echo);
    echo_params(&bed.params[0], bed.arena);
    submit(&bed, &call);
    bed_await(&bed, 1);
    cr_assert_eq(bed.told[0].times, 1);
    bed_close(&bed);
}

static void on_hint(void *data, const char *payload)
{
    struct bed *bed = data;

    bed->hints++;
    snprintf(bed->hint, sizeof(bed->hint), "%s", payload == NULL ? "look" : payload);
    loop_stop(bed->loop);
}

static void await_hint(struct bed *bed, const char *hint)
{
    int before = bed->hints;

    bed->awaited = -1;
    loop_timer_start(&bed->patience, 10000);
    while (bed->hints == before && loop_timer_running(&bed->patience)) {
        loop_run(bed->loop);
    }
    cr_assert_str_eq(bed->hint, hint);
}

Test(pg_server, a_listener_listens_again_after_its_connection_was_lost)
{
    struct bed bed;

    bed_open(&bed, usual());
    struct pg_notify *notify =
        pg_notify_create(bed.loop, &(struct pg_notify_config){
                                       .conninfo = bed.listener,
                                       .cluster = &bed.cluster,
                                       .identity = &identity,
                                       .listen = &listen,
                                       .connect_timeout_ms = 3000,
                                       .backoff = {.first_ms = 10, .ceiling_ms = 100},
                                       .hint = on_hint,
                                       .data = &bed,
                                   });
    await_hint(&bed, "look");
    cr_assert(pg_notify_listening(notify));
    struct pg_call call = call_of(&bed, 0, &tell, on_done);
    submit(&bed, &call);
    await_hint(&bed, "0");
    struct pg_call kill = call_of(&bed, 1, &kill_listeners, on_done);
    submit(&bed, &kill);
    await_hint(&bed, "look");
    cr_assert(pg_notify_listening(notify));
    pg_notify_destroy(notify);
    bed_close(&bed);
}
