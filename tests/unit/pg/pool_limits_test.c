/* A pool at its limits: deadlines, a full queue, the end, servers that are slow or no primary any
 * more, and single statements over several readers. */
#include "tests/unit/pg/pool_bed.h"

TestSuite(pg_pool_limits, .timeout = 20);

Test(pg_pool_limits, the_deadline_closes_the_socket_and_the_outcome_is_unknown)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.deadline_ms = 50;
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    pool_bed_open(&bed, config);
    pool_bed_books(&bed, 0, 1, true);
    pool_bed_await(&bed, 1);
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    cr_assert_eq(bed.told[0].why, NB_ERR_TIMEOUT);
    pool_bed_books(&bed, 1, 1, true);
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[1].outcome, PG_DONE, "a new connection serves the next call");
    cr_assert_eq(scripted_pq_connects(), 2);
    pool_bed_close(&bed);
}

Test(pg_pool_limits, a_call_that_never_left_is_unavailable_after_its_deadline)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.deadline_ms = 50;
    scripted_pq_server((struct scripted_server){.refuses = true});
    pool_bed_open(&bed, config);
    pool_bed_books(&bed, 0, 2, true);
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[0].outcome, PG_UNAVAILABLE);
    cr_assert_eq(bed.told[1].why, NB_ERR_TIMEOUT);
    cr_assert_not(pg_pool_ready(bed.pool));
    cr_assert_eq(pg_pool_last_error(bed.pool)->kind, NB_ERR_UNAVAILABLE);
    cr_assert_str_empty(scripted_pq_log());
    pool_bed_close(&bed);
}

Test(pg_pool_limits, a_call_with_hardly_any_time_left_is_not_sent)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.least_ms = config.deadline_ms = 5000;
    pool_bed_open(&bed, config);
    pool_bed_books(&bed, 0, 2, true);
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[0].outcome, PG_UNAVAILABLE);
    cr_assert_eq(bed.told[1].why, NB_ERR_TIMEOUT);
    cr_assert_str_empty(scripted_pq_log());
    cr_assert_eq(pg_pool_stats(bed.pool).connections_lost, 0);
    pool_bed_close(&bed);
}

Test(pg_pool_limits, a_full_queue_refuses_and_takes_again_when_there_is_room)
{
    struct pg_pool_config config = pool_usual();
    struct nb_err err;
    struct pool_bed bed;

    config.queue_ceiling = 2;
    pool_bed_open(&bed, config);
    pool_bed_books(&bed, 0, 2, true);
    struct pg_call call = pool_bed_call(&bed, 2, &pool_book);
    cr_assert_not(pg_pool_submit(bed.pool, &call, &err));
    cr_assert_eq(err.kind, NB_ERR_LIMIT);
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[2].times, 0);
    pool_bed_books(&bed, 2, 1, true);
    pool_bed_await(&bed, 3);
    cr_assert_eq(pg_pool_stats(bed.pool).limited, 1);
    pool_bed_close(&bed);
}

Test(pg_pool_limits, what_is_left_at_the_end_is_handed_back)
{
    struct pool_bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 1, true);
    pool_bed_run_ms(&bed, 30);
    pool_bed_books(&bed, 1, 1, true);
    pool_bed_run_ms(&bed, 10);
    pool_bed_close(&bed);
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    cr_assert_eq(bed.told[1].outcome, PG_UNAVAILABLE);
    cr_assert_eq(bed.told[0].times + bed.told[1].times, 2);
}

Test(pg_pool_limits, a_primary_left_behind_by_a_failover_is_refused)
{
    struct scripted_server server = {.system_identifier = "42", .timeline = 2};
    struct pool_bed bed;

    scripted_pq_server(server);
    server.timeline = 1;
    scripted_pq_server(server);
    scripted_pq_server(server);
    server.timeline = 3;
    scripted_pq_server(server);
    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 1, true);
    pool_bed_await(&bed, 1);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE});
    pool_bed_books(&bed, 1, 1, true);
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[1].outcome, PG_DONE);
    cr_assert_eq(scripted_pq_connects(), 4, "two attempts met the old primary");
    cr_assert_eq(bed.cluster.timeline, 3);
    pool_bed_close(&bed);
}

Test(pg_pool_limits, a_connection_on_an_older_timeline_answers_no_more)
{
    struct scripted_server server = {.system_identifier = "42", .timeline = 2};
    struct pool_bed bed;

    scripted_pq_server(server);
    server.timeline = 3;
    scripted_pq_server(server);
    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 1, true);
    pool_bed_await(&bed, 1);
    /* Another pool of the process has met the new primary. */
    bed.cluster.timeline = 3;
    pool_bed_books(&bed, 1, 1, false);
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[1].outcome, PG_UNKNOWN);
    pool_bed_books(&bed, 2, 1, false);
    pool_bed_await(&bed, 3);
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    pool_bed_close(&bed);
}

Test(pg_pool_limits, a_server_that_does_not_answer_gives_way_to_the_next_one)
{
    struct scripted_server server = {.system_identifier = "42", .timeline = 1, .silent = true};
    struct pool_bed bed;

    scripted_pq_server(server);
    server.silent = false;
    server.in_recovery = true;
    scripted_pq_server(server);
    server.in_recovery = false;
    scripted_pq_server(server);
    pool_bed_open_at(&bed, "postgresql://192.0.2.1,192.0.2.2,192.0.2.3/nightbridge", pool_usual());
    pool_bed_books(&bed, 0, 1, true);
    pool_bed_await(&bed, 1);
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert_str_eq(scripted_pq_last_host(), "192.0.2.3", "silent, then a standby, then this");
    pool_bed_close(&bed);
}

Test(pg_pool_limits, single_statements_spread_over_the_readers)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.readers = 2;
    config.writers = 0;
    pool_bed_open(&bed, config);
    pool_bed_run_ms(&bed, 20);
    cr_assert(pg_pool_ready(bed.pool));
    for (int n = 0; n < 4; n++) {
        struct pg_call call = pool_bed_call(&bed, n, &pool_book);
        call.group = false;
        pool_bed_submit(&bed, &call);
    }
    pool_bed_await(&bed, 4);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);sync;prepare book;book(1);sync;"
                                        "book(2);sync;book(3);sync;");
    pool_bed_close(&bed);
}

static void submit_looks(struct pool_bed *bed, int first, int count,
                         const struct pg_statement *statement)
{
    for (int n = first; n < first + count; n++) {
        struct pg_call call = pool_bed_call(bed, n, statement);
        call.group = false;
        call.look = true;
        pool_bed_submit(bed, &call);
    }
}

Test(pg_pool_limits, looks_that_wait_share_a_sync_and_are_shared_out_among_the_readers)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.readers = 2;
    config.writers = 0;
    pool_bed_open(&bed, config);
    pool_bed_run_ms(&bed, 20);
    submit_looks(&bed, 0, 5, &pool_book);
    pool_bed_await(&bed, 5);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);book(2);sync;"
                                        "prepare book;book(3);book(4);sync;");
    for (int n = 0; n < 5; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].first_param[0], '0' + n);
    }
    pool_bed_close(&bed);
}

Test(pg_pool_limits, a_look_shares_nothing_with_a_call_that_commits_by_itself)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.readers = 1;
    config.writers = 0;
    pool_bed_open(&bed, config);
    submit_looks(&bed, 0, 2, &pool_book);
    struct pg_call call = pool_bed_call(&bed, 2, &pool_book);
    call.group = false;
    pool_bed_submit(&bed, &call);
    submit_looks(&bed, 3, 2, &pool_book);
    pool_bed_await(&bed, 5);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);sync;book(2);sync;"
                                        "book(3);book(4);sync;");
    pool_bed_close(&bed);
}

Test(pg_pool_limits, an_exception_of_one_look_costs_the_others_a_repetition)
{
    const struct scripted_segment raise = {
        .act = SCRIPTED_RAISE, .statement = "bad", .sqlstate = "22012"};
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.readers = 1;
    config.writers = 0;
    scripted_pq_segment(raise);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_ANSWER});
    scripted_pq_segment(raise);
    pool_bed_open(&bed, config);
    submit_looks(&bed, 0, 1, &pool_book);
    submit_looks(&bed, 1, 1, &pool_bad);
    submit_looks(&bed, 2, 1, &pool_book);
    pool_bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;prepare bad;book(0);bad();book(2);sync;"
                                        "book(0);sync;bad();sync;book(2);sync;");
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert_eq(bed.told[1].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[1].sqlstate, "22012");
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    pool_bed_close(&bed);
}
