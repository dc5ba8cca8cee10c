/* A pool's groups and singles: how calls travel together, and what is known of one whose answer was
 * lost, whose group was undone, or whose commit failed. */
#include "tests/unit/pg/pool_bed.h"

TestSuite(pg_pool, .timeout = 20);

Test(pg_pool, calls_that_wait_share_one_transaction_in_order)
{
    struct pool_bed bed;

    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 3, true);
    pool_bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);book(2);sync;");
    for (int n = 0; n < 3; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].order, n + 1);
        cr_assert_eq(bed.told[n].txid, bed.told[0].txid);
        cr_assert_eq(bed.told[n].first_param[0], '0' + n);
    }
    pool_bed_close(&bed);
}

Test(pg_pool, a_group_holds_at_most_32_calls)
{
    struct pool_bed bed;

    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 40, true);
    pool_bed_await(&bed, 40);
    cr_assert_eq(bed.told[31].txid, bed.told[0].txid);
    cr_assert_neq(bed.told[32].txid, bed.told[0].txid);
    cr_assert_eq(bed.told[39].txid, bed.told[32].txid);
    cr_assert_eq(pg_pool_stats(bed.pool).groups, 2);
    pool_bed_close(&bed);
}

Test(pg_pool, a_group_begins_with_its_locks_sorted_and_each_once)
{
    struct pool_bed bed;
    const int64_t keys[2][3] = {{7, -5, INT64_MIN}, {INT64_MAX, 7, 0}};

    pool_bed_open(&bed, pool_usual());
    for (int n = 0; n < 2; n++) {
        struct pg_call call = pool_bed_call(&bed, n, &pool_book);
        memcpy(call.lock_keys, keys[n], sizeof(keys[n]));
        call.lock_key_count = 3;
        pool_bed_submit(&bed, &call);
    }
    pool_bed_await(&bed, 2);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;prepare lock;lock({-9223372036854775808,-5,0,"
                                        "7,9223372036854775807});book(0);book(1);sync;");
    pool_bed_close(&bed);
}

static void join_books(struct pool_bed *bed, int first, int count)
{
    for (int n = first; n < first + count; n++) {
        struct pg_call call = pool_bed_call(bed, n, &pool_book);
        call.joins = true;
        pool_bed_submit(bed, &call);
    }
}

static const struct scripted_column joined_row[3][4] = {
    {{"statement", "book"}, {"first_param", "x"}, {"txid", "1"}, {NULL, NULL}},
    {{"statement", "book"}, {"first_param", "y"}, {"txid", "1"}, {NULL, NULL}},
    {{"statement", "book"}, {"first_param", "z"}, {"txid", "1"}, {NULL, NULL}},
};
static const struct scripted_column *const joined_rows[] = {joined_row[0], joined_row[1],
                                                            joined_row[2]};

Test(pg_pool, calls_that_join_are_one_statement_and_each_has_its_row)
{
    struct pool_bed bed;

    scripted_pq_rows("book", 3, joined_rows);
    pool_bed_open(&bed, pool_usual());
    join_books(&bed, 0, 3);
    struct pg_call plain = pool_bed_call(&bed, 3, &pool_bad);
    pool_bed_submit(&bed, &plain);
    pool_bed_await(&bed, 4);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book([0,1,2]);sync;prepare bad;bad();sync;");
    for (int n = 0; n < 3; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].first_param[0], 'x' + n);
        cr_assert_eq(bed.told[n].order, n + 1);
    }
    cr_assert_neq(bed.told[3].txid, bed.told[0].txid, "nothing else is in their transaction");
    pool_bed_close(&bed);
}

Test(pg_pool, joined_calls_that_were_undone_are_repeated_one_by_one)
{
    struct pool_bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_RAISE, .sqlstate = "23505"});
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_ANSWER});
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_RAISE, .sqlstate = "23505"});
    pool_bed_open(&bed, pool_usual());
    join_books(&bed, 0, 3);
    pool_bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book([0,1,2]);sync;"
                                        "book([0]);sync;book([1]);sync;book([2]);sync;");
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert_eq(bed.told[1].outcome, PG_REFUSED);
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    pool_bed_close(&bed);
}

Test(pg_pool, joined_calls_that_were_lost_are_repeated_together)
{
    struct pool_bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE_AT_COMMIT});
    scripted_pq_rows("book", 3, joined_rows);
    pool_bed_open(&bed, pool_usual());
    join_books(&bed, 0, 3);
    pool_bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(),
                     "prepare book;book([0,1,2]);sync;prepare book;book([0,1,2]);sync;");
    for (int n = 0; n < 3; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].first_param[0], 'x' + n);
    }
    pool_bed_close(&bed);
}

Test(pg_pool, joined_calls_whose_commit_fails_have_no_answer_of_it)
{
    struct pool_bed bed;

    scripted_pq_segment(
        (struct scripted_segment){.act = SCRIPTED_RAISE_AT_COMMIT, .sqlstate = "40001"});
    pool_bed_open(&bed, pool_usual());
    join_books(&bed, 0, 2);
    pool_bed_await(&bed, 2);
    cr_assert_str_eq(scripted_pq_log(),
                     "prepare book;book([0,1]);sync;book([0]);sync;book([1]);sync;");
    for (int n = 0; n < 2; n++) {
        cr_assert_eq(bed.told[n].outcome, PG_DONE);
        cr_assert_eq(bed.told[n].first_param[1], '0' + n, "its own, of the repetition");
    }
    pool_bed_close(&bed);
}

/* Of three that wait one after the other, each is late when the next one is not yet. */
Test(pg_pool, joined_calls_that_outlive_a_late_one_have_their_own_rows)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.deadline_ms = 600;
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    pool_bed_open(&bed, config);
    for (int n = 0; n < 3; n++) {
        join_books(&bed, n, 1);
        pool_bed_run_ms(&bed, 150);
    }
    pool_bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book([0]);sync;prepare book;book([1,2]);sync;"
                                        "prepare book;book([2]);sync;");
    cr_assert_eq(bed.told[0].outcome, PG_UNKNOWN);
    cr_assert_eq(bed.told[1].outcome, PG_UNKNOWN);
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    cr_assert_str_eq(bed.told[2].first_param, "[2]");
    pool_bed_close(&bed);
    for (int n = 0; n < 3; n++) {
        cr_assert_eq(bed.told[n].times, 1);
    }
}

Test(pg_pool, a_statement_is_prepared_once_on_each_connection)
{
    struct pool_bed bed;

    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 1, true);
    pool_bed_await(&bed, 1);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE});
    pool_bed_books(&bed, 1, 1, true);
    pool_bed_await(&bed, 2);
    cr_assert_str_eq(scripted_pq_log(),
                     "prepare book;book(0);sync;book(1);sync;prepare book;book(1);sync;");
    pool_bed_close(&bed);
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
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    scripted_pq_reset();
    config.readers = group ? 0 : 1;
    config.writers = group ? 1 : 0;
    pool_bed_open(&bed, config);
    scripted_pq_segment((struct scripted_segment){.act = loss->first});
    scripted_pq_segment((struct scripted_segment){.act = loss->second, .sqlstate = "40P01"});
    struct pg_call call = pool_bed_call(&bed, 0, &pool_book);
    call.group = group;
    call.idempotent = loss->idempotent;
    pool_bed_submit(&bed, &call);
    pool_bed_await(&bed, 1);
    cr_expect_eq(bed.told[0].outcome, loss->outcome, "%s", loss->why);
    cr_expect_eq(scripted_pq_connects(), loss->connects, "%s", loss->why);
    pool_bed_close(&bed);
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
    struct pool_bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE_AT_COMMIT});
    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 3, true);
    pool_bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;book(0);book(1);book(2);sync;"
                                        "prepare book;book(0);book(1);book(2);sync;");
    cr_assert_eq(pg_pool_stats(bed.pool).repeated, 3);
    pool_bed_close(&bed);
}

Test(pg_pool, after_a_loss_groups_are_small_and_grow_again)
{
    struct pool_bed bed;
    struct pg_pool_config config = pool_usual();

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE_AT_COMMIT});
    pool_bed_open(&bed, config);
    pool_bed_books(&bed, 0, 40, true);
    pool_bed_await(&bed, 40);
    cr_expect_eq(bed.told[3].txid, bed.told[0].txid);
    cr_expect_neq(bed.told[4].txid, bed.told[3].txid);
    cr_expect_eq(bed.told[11].txid, bed.told[4].txid);
    cr_expect_neq(bed.told[12].txid, bed.told[11].txid);
    cr_expect_eq(bed.told[27].txid, bed.told[12].txid);
    cr_expect_neq(bed.told[28].txid, bed.told[27].txid);
    cr_expect_eq(pg_pool_stats(bed.pool).groups, 5, "of 32 and lost, then 4, 8, 16 and 12");
    pool_bed_close(&bed);
}

Test(pg_pool, an_exception_undoes_the_group_and_its_calls_are_repeated_one_by_one)
{
    const struct scripted_segment raise = {.act = SCRIPTED_RAISE,
                                           .statement = "bad",
                                           .sqlstate = "23505",
                                           .constraint = "booking_one_live"};
    struct pool_bed bed;

    scripted_pq_segment(raise);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_ANSWER});
    scripted_pq_segment(raise);
    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 1, true);
    struct pg_call call = pool_bed_call(&bed, 1, &pool_bad);
    pool_bed_submit(&bed, &call);
    pool_bed_books(&bed, 2, 1, true);
    pool_bed_await(&bed, 3);
    cr_assert_str_eq(scripted_pq_log(), "prepare book;prepare bad;book(0);bad();book(2);sync;"
                                        "book(0);sync;bad();sync;book(2);sync;");
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert_eq(bed.told[1].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[1].sqlstate, "23505");
    cr_assert_str_eq(bed.told[1].constraint, "booking_one_live");
    cr_assert_eq(bed.told[2].outcome, PG_DONE);
    pool_bed_close(&bed);
}

Test(pg_pool, a_call_whose_commit_fails_is_refused)
{
    struct pg_pool_config config = pool_usual();
    struct pool_bed bed;

    config.readers = 1;
    scripted_pq_segment((struct scripted_segment){
        .act = SCRIPTED_RAISE_AT_COMMIT, .sqlstate = "23514", .constraint = "ledger_balanced"});
    pool_bed_open(&bed, config);
    for (int n = 0; n < 2; n++) {
        struct pg_call call = pool_bed_call(&bed, n, &pool_book);
        call.group = false;
        pool_bed_submit(&bed, &call);
    }
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[0].outcome, PG_REFUSED);
    cr_assert_str_eq(bed.told[0].constraint, "ledger_balanced");
    cr_assert_eq(bed.told[1].outcome, PG_DONE, "the next call has a transaction of its own");
    pool_bed_close(&bed);
}

Test(pg_pool, a_commit_that_no_standby_confirmed_says_so)
{
    struct pool_bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_WARN});
    pool_bed_open(&bed, pool_usual());
    pool_bed_books(&bed, 0, 1, true);
    pool_bed_await(&bed, 1);
    pool_bed_books(&bed, 1, 1, true);
    pool_bed_await(&bed, 2);
    cr_assert_eq(bed.told[0].outcome, PG_DONE);
    cr_assert(bed.told[0].unproven);
    cr_assert_not(bed.told[1].unproven);
    pool_bed_close(&bed);
}
