/* The pool against a server that does what the script says: what is lost, when, and what is then
 * known of it. */
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"
#include "core/pg/pool.h"
#include "tests/support/scripted_pq.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(pg_pool, .timeout = 20);

#define CALLS_MAX 64

static const struct pg_statement identity = {.name = "identity", .text = "-", .param_count = 0};
static const struct pg_statement lock = {.name = "lock", .text = "-", .param_count = 1};
static const struct pg_statement book = {.name = "book", .text = "-", .param_count = 1};
static const struct pg_statement bad = {.name = "bad", .text = "-", .param_count = 0};

/* What came of one call. */
struct told {
    struct bed *bed;
    int times;
    int order;
    enum pg_outcome outcome;
    enum nb_err_kind why;
    bool unproven;
    int64_t txid;
    char sqlstate[6];
    char constraint[32];
    char first_param[32];
};

/* The test bed. */
struct bed {
    struct loop *loop;
    struct loop_timer patience;
    struct nb_arena *arena;
    struct pg_conninfo *conninfo;
    struct pg_cluster cluster;
    struct pg_pool *pool;
    struct pg_params params[CALLS_MAX];
    struct told told[CALLS_MAX];
    int answered;
    int awaited;
};

static void stop(void *data)
{
    loop_stop(((struct bed *)data)->loop);
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

static struct pg_pool_config usual(void)
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

static void bed_open_at(struct bed *bed, const char *url, struct pg_pool_config config)
{
    const struct pg_role role = {.user = "staff", .password = "secret"};
    struct nb_err err;

    *bed = (struct bed){.loop = loop_create(), .arena = nb_arena_create(1 << 20)};
    loop_timer_init(&bed->patience, bed->loop, stop, bed);
    cr_assert(pg_conninfo_parse(url, &role, &bed->conninfo, &err), "%s", err.text);
    config.conninfo = bed->conninfo;
    config.cluster = &bed->cluster;
    bed->pool = pg_pool_create(bed->loop, &config);
}

static void bed_open(struct bed *bed, struct pg_pool_config config)
{
    bed_open_at(bed, "postgresql:///nightbridge?host=/nowhere", config);
}

static void bed_close(struct bed *bed)
{
    pg_pool_destroy(bed->pool);
    pg_conninfo_destroy(bed->conninfo);
    loop_timer_fini(&bed->patience);
    loop_destroy(bed->loop);
    nb_arena_destroy(bed->arena);
}

static void bed_run_ms(struct bed *bed, int64_t ms)
{
    bed->awaited = -1;
    loop_timer_start(&bed->patience, ms);
    loop_run(bed->loop);
}

static void bed_await(struct bed *bed, int answers)
{
    bed->awaited = answers;
    loop_timer_start(&bed->patience, 10000);
    loop_run(bed->loop);
    cr_assert_eq(bed->answered, answers, "%d of %d answered", bed->answered, answers);
}

/* Call number n: book(n), or bad(). */
static struct pg_call call_of(struct bed *bed, int n, const struct pg_statement *statement)
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

static void submit(struct bed *bed, const struct pg_call *call)
{
    struct nb_err err;

    cr_assert(pg_pool_submit(bed->pool, call, &err), "%s", err.text);
}

static void submit_books(struct bed *bed, int first, int count, bool idempotent)
{
    for (int n = first; n < first + count; n++) {
        struct pg_call call = call_of(bed, n, &book);
        call.idempotent = idempotent;
        submit(bed, &call);
    }
}

Test(pg_pool, calls_that_wait_share_one_transaction_in_order)
{
    struct bed bed;

    bed_open(&bed, usual());
    submit_books(&bed, 0, 3, true);
    bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);book(2);sync;");
    for (int n = 0; n < 3; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].order, n + 1);
        cr_assert_eq(bed.told[n].txid, bed.told[0].txid);
        cr_assert_eq(bed.told[n].first_param[0], '0' + n);
    }
    bed_close(&bed);
}

Test(pg_pool, a_group_holds_at_most_32_calls)
{
    struct bed bed;

    bed_open(&bed, usual());
    submit_books(&bed, 0, 40, true);
    bed_await(&bed, 40);
    cr_assert_eq(bed.told[31].txid, bed.told[0].txid);
    cr_assert_neq(bed.told[32].txid, bed.told[0].txid);
    cr_assert_eq(bed.told[39].txid, bed.told[32].txid);
    cr_assert_eq(pg_pool_stats(bed.pool).groups, 2);
    bed_close(&bed);
}

Test(pg_pool, a_group_begins_with_its_locks_sorted_and_each_once)
{
    struct bed bed;
    const int64_t keys[2][3] = {{7, -5, INT64_MIN}, {INT64_MAX, 7, 0}};

    bed_open(&bed, usual());
    for (int n = 0; n < 2; n++) {
        struct pg_call call = call_of(&bed, n, &book);
        memcpy(call.lock_keys, keys[n], sizeof(keys[n]));
        call.lock_key_count = 3;
        submit(&bed, &call);
    }
    bed_await(&bed, 2);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;prepare lock;lock({-9223372036854775808,-5,0,"
                                        "7,9223372036854775807});book(0);book(1);sync;");
    bed_close(&bed);
}

Test(pg_pool, a_statement_is_prepared_once_on_each_connection)
{
    struct bed bed;

    bed_open(&bed, usual());
    submit_books(&bed, 0, 1, true);
    bed_await(&bed, 1);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE});
    submit_books(&bed, 1, 1, true);
    bed_await(&bed, 2);
    cr_assert_str_eq(scripted_pq_log(),
                     "prepare book;book(0);sync;book(1);sync;prepare book;book(1);sync;");
    bed_close(&bed);
}

/* The same loss, at every moment at which an answer may be missing. */
static const struct loss {
    enum scripted_act first;
    enum scripted_act second;
    bool idempotent;
    enum pg_outcome outcome;
    int connects;
    const char *why;
} losses[] = {
    {SCRIPTED_LOSE, SCRIPTED_ANSWER, true, PG_DONE, 2, "it is executed again, once"},
    {SCRIPTED_LOSE_AT_COMMIT, SCRIPTED_ANSWER, true, PG_DONE, 2, "rows without a sync are nothing"},
    {SCRIPTED_LOSE, SCRIPTED_ANSWER, false, PG_UNKNOWN, 1, "twice might be two effects"},
    {SCRIPTED_LOSE_AT_COMMIT, SCRIPTED_ANSWER, false, PG_UNKNOWN, 1, "it may have committed"},
    {SCRIPTED_LOSE, SCRIPTED_LOSE, true, PG_UNKNOWN, 2, "no third time"},
    {SCRIPTED_LOSE_AT_COMMIT, SCRIPTED_RAISE, true, PG_UNKNOWN, 2,
     "an error of the repetition tells nothing of the first time"},
};

static void check_loss(const struct loss *loss, bool group)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    scripted_pq_reset();
    config.readers = group ? 0 : 1;
    config.writers = group ? 1 : 0;
    bed_open(&bed, config);
    scripted_pq_segment((struct scripted_segment){.act = loss->first});
    scripted_pq_segment((struct scripted_segment){.act = loss->second, .sqlstate = "40P01"});
    struct pg_call call = call_of(&bed, 0, &book);
    call.group = group;
    call.idempotent = loss->idempotent;
    submit(&bed, &call);
    bed_await(&bed, 1);
    cr_expect_eq(bed.told[0].outcome, loss->outcome, "%s", loss->why);
    cr_expect_eq(scripted_pq_connects(), loss->connects, "%s", loss->why);
    bed_close(&bed);
    cr_expect_eq(bed.told[0].times, 1, "%s", loss->why);
}

Test(pg_pool, an_answer_lost_on_the_way_is_never_guessed)
{
    for (size_t i = 0; i < NB_COUNT(losses); i++) {
        check_loss(&losses[i], true);
        check_loss(&losses[i], false);
    }
}

Test(pg_pool, a_lost_group_is_repeated_as_one_group_in_its_order)
{
    struct bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE_AT_COMMIT});
    bed_open(&bed, usual());
    submit_books(&bed, 0, 3, true);
    bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);book(2);sync;"
                                        "prepare book;book(0);book(1);book(2);sync;");
    cr_assert_eq(pg_pool_stats(bed.pool).repeated, 3);
    bed_close(&bed);
}

Test(pg_pool, an_exception_undoes_the_group_and_its_calls_are_repeated_one_by_one)
{
    const struct scripted_segment raise = {.act = SCRIPTED_RAISE,
                                           .statement = "bad",
                                           .sqlstate = "23505",
                                           .constraint = "booking_one_live"};
    struct bed bed;

    scripted_pq_segment(raise);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_ANSWER});
    scripted_pq_segment(raise);
    bed_open(&bed, usual());
    submit_books(&bed, 0, 1, true);
    struct pg_call call = call_of(&bed, 1, &bad);
    submit(&bed, &call);
    submit_books(&bed, 2, 1, true);
    bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;prepare bad;book(0);bad();book(2);sync;"
                                        "book(0);sync;bad();sync;book(2);sync;");
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert_eq(bed.told[1].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[1].sqlstate, "23505");
    cr_assert_str_eq(bed.told[1].constraint, "booking_one_live");
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    bed_close(&bed);
}

Test(pg_pool, a_call_whose_commit_fails_is_refused)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.readers = 1;
    scripted_pq_segment((struct scripted_segment){
        .act = SCRIPTED_RAISE_AT_COMMIT, .sqlstate = "23514", .constraint = "ledger_balanced"});
    bed_open(&bed, config);
    for (int n = 0; n < 2; n++) {
        struct pg_call call = call_of(&bed, n, &book);
        call.group = false;
        submit(&bed, &call);
    }
    bed_await(&bed, 2);
    cr_assert_eq(bed.told[0].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[0].constraint, "ledger_balanced");
    cr_assert_eq(bed.told[1].outcome, PG_DONE, "the next call has a transaction of its own");
    bed_close(&bed);
}

Test(pg_pool, a_commit_that_no_standby_confirmed_says_so)
{
    struct bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_WARN});
    bed_open(&bed, usual());
    submit_books(&bed, 0, 1, true);
    bed_await(&bed, 1);
    submit_books(&bed, 1, 1, true);
    bed_await(&bed, 2);
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert(bed.told[0].unproven);
    cr_assert_not(bed.told[1].unproven);
    bed_close(&bed);
}

Test(pg_pool, the_deadline_closes_the_socket_and_the_outcome_is_unknown)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.deadline_ms = 50;
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    bed_open(&bed, config);
    submit_books(&bed, 0, 1, true);
    bed_await(&bed, 1);
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    cr_assert_eq(bed.told[0].why, NB_ERR_TIMEOUT);
    submit_books(&bed, 1, 1, true);
    bed_await(&bed, 2);
    cr_assert_eq(bed.told[1].outcome, PG_DONE, "a new connection serves the next call");
    cr_assert_eq(scripted_pq_connects(), 2);
    bed_close(&bed);
}

Test(pg_pool, a_call_that_never_left_is_unavailable_after_its_deadline)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.deadline_ms = 50;
    scripted_pq_server((struct scripted_server){.refuses = true});
    bed_open(&bed, config);
    submit_books(&bed, 0, 2, true);
    bed_await(&bed, 2);
    cr_assert_eq(bed.told[0].outcome, PG_UNAVAILABLE);
    cr_assert_eq(bed.told[1].why, NB_ERR_TIMEOUT);
    cr_assert_not(pg_pool_ready(bed.pool));
    cr_assert_eq(pg_pool_last_error(bed.pool)->kind, NB_ERR_UNAVAILABLE);
    cr_assert_str_empty(scripted_pq_log());
    bed_close(&bed);
}

Test(pg_pool, a_full_queue_refuses_and_takes_again_when_there_is_room)
{
    struct pg_pool_config config = usual();
    struct nb_err err;
    struct bed bed;

    config.queue_ceiling = 2;
    bed_open(&bed, config);
    submit_books(&bed, 0, 2, true);
    struct pg_call call = call_of(&bed, 2, &book);
    cr_assert_not(pg_pool_submit(bed.pool, &call, &err));
    cr_assert_eq(err.kind, NB_ERR_LIMIT);
    bed_await(&bed, 2);
    cr_assert_eq(bed.told[2].times, 0);
    submit_books(&bed, 2, 1, true);
    bed_await(&bed, 3);
    cr_assert_eq(pg_pool_stats(bed.pool).limited, 1);
    bed_close(&bed);
}

Test(pg_pool, what_is_left_at_the_end_is_handed_back)
{
    struct bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    bed_open(&bed, usual());
    submit_books(&bed, 0, 1, true);
    bed_run_ms(&bed, 30);
    submit_books(&bed, 1, 1, true);
    bed_run_ms(&bed, 10);
    bed_close(&bed);
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    cr_assert_eq(bed.told[1].outcome, PG_UNAVAILABLE);
    cr_assert_eq(bed.told[0].times + bed.told[1].times, 2);
}

Test(pg_pool, a_primary_left_behind_by_a_failover_is_refused)
{
    struct scripted_server server = {.system_identifier = "42", .timeline = 2};
    struct bed bed;

    scripted_pq_server(server);
    server.timeline = 1;
    scripted_pq_server(server);
    scripted_pq_server(server);
    server.timeline = 3;
    scripted_pq_server(server);
    bed_open(&bed, usual());
    submit_books(&bed, 0, 1, true);
    bed_await(&bed, 1);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE});
    submit_books(&bed, 1, 1, true);
    bed_await(&bed, 2);
    cr_assert_eq(bed.told[1].outcome, PG_DONE);
    cr_assert_eq(scripted_pq_connects(), 4, "two attempts met the old primary");
    cr_assert_eq(bed.cluster.timeline, 3);
    bed_close(&bed);
}

Test(pg_pool, a_connection_on_an_older_timeline_answers_no_more)
{
    struct scripted_server server = {.system_identifier = "42", .timeline = 2};
    struct bed bed;

    scripted_pq_server(server);
    server.timeline = 3;
    scripted_pq_server(server);
    bed_open(&bed, usual());
    submit_books(&bed, 0, 1, true);
    bed_await(&bed, 1);
    /* Another pool of the process has met the new primary. */
    bed.cluster.timeline = 3;
    submit_books(&bed, 1, 1, false);
    bed_await(&bed, 2);
    cr_assert_eq(bed.told[1].outcome, PG_UNKNOWN);
    submit_books(&bed, 2, 1, false);
    bed_await(&bed, 3);
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    bed_close(&bed);
}

Test(pg_pool, a_server_that_does_not_answer_gives_way_to_the_next_one)
{
    struct scripted_server server = {.system_identifier = "42", .timeline = 1, .silent = true};
    struct bed bed;

    scripted_pq_server(server);
    server.silent = false;
    server.in_recovery = true;
    scripted_pq_server(server);
    server.in_recovery = false;
    scripted_pq_server(server);
    bed_open_at(&bed, "postgresql://192.0.2.1,192.0.2.2,192.0.2.3/nightbridge", usual());
    submit_books(&bed, 0, 1, true);
    bed_await(&bed, 1);
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert_str_eq(scripted_pq_last_host(), "192.0.2.3", "silent, then a standby, then this");
    bed_close(&bed);
}

Test(pg_pool, single_statements_spread_over_the_readers)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.readers = 2;
    config.writers = 0;
    bed_open(&bed, config);
    bed_run_ms(&bed, 20);
    cr_assert(pg_pool_ready(bed.pool));
    for (int n = 0; n < 4; n++) {
        struct pg_call call = call_of(&bed, n, &book);
        call.group = false;
        submit(&bed, &call);
    }
    bed_await(&bed, 4);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);sync;prepare book;book(1);sync;"
                                        "book(2);sync;book(3);sync;");
    bed_close(&bed);
}

static void submit_looks(struct bed *bed, int first, int count,
                         const struct pg_statement *statement)
{
    for (int n = first; n < first + count; n++) {
        struct pg_call call = call_of(bed, n, statement);
        call.group = false;
        call.look = true;
        submit(bed, &call);
    }
}

Test(pg_pool, looks_that_wait_share_a_sync_and_are_shared_out_among_the_readers)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.readers = 2;
    config.writers = 0;
    bed_open(&bed, config);
    bed_run_ms(&bed, 20);
    submit_looks(&bed, 0, 5, &book);
    bed_await(&bed, 5);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);book(2);sync;"
                                        "prepare book;book(3);book(4);sync;");
    for (int n = 0; n < 5; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].first_param[0], '0' + n);
    }
    bed_close(&bed);
}

Test(pg_pool, a_look_shares_nothing_with_a_call_that_commits_by_itself)
{
    struct pg_pool_config config = usual();
    struct bed bed;

    config.readers = 1;
    config.writers = 0;
    bed_open(&bed, config);
    submit_looks(&bed, 0, 2, &book);
    struct pg_call call = call_of(&bed, 2, &book);
    call.group = false;
    submit(&bed, &call);
    submit_looks(&bed, 3, 2, &book);
    bed_await(&bed, 5);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);sync;book(2);sync;"
                                        "book(3);book(4);sync;");
    bed_close(&bed);
}

Test(pg_pool, an_exception_of_one_look_costs_the_others_a_repetition)
{
    const struct scripted_segment raise = {
        .act = SCRIPTED_RAISE, .statement = "bad", .sqlstate = "22012"};
    struct pg_pool_config config = usual();
    struct bed bed;

    config.readers = 1;
    config.writers = 0;
    scripted_pq_segment(raise);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_ANSWER});
    scripted_pq_segment(raise);
    bed_open(&bed, config);
    submit_looks(&bed, 0, 1, &book);
    submit_looks(&bed, 1, 1, &bad);
    submit_looks(&bed, 2, 1, &book);
    bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;prepare bad;book(0);bad();book(2);sync;"
                                        "book(0);sync;bad();sync;book(2);sync;");
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert_eq(bed.told[1].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[1].sqlstate, "22012");
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    bed_close(&bed);
}
