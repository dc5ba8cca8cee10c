/* Calls of the store against a server that does what the script says: when they are repeated, and
 * what is then said of them. */
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"
#include "core/store/call.h"
#include "core/store/request.h"
#include "core/store/search_record.h"
#include "tests/support/scripted_pq.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(store, .timeout = 20);

static const struct pg_statement book = {.name = "book", .text = "-", .param_count = 1};

struct bed {
    struct loop *loop;
    struct loop_timer patience;
    struct store *store;
    int answered;
    int awaited;
    bool in_call; /* a function of the store is on the stack */
    struct store_result result;
    char first_param[32];
    int64_t txid[8];
    void (*then)(struct bed *bed);
};

typedef void (*booked_fn)(void *data, const struct store_result *result, const char *first_param);

static void on_booked(void *data, const struct store_result *result, const char *first_param)
{
    struct bed *bed = data;

    cr_assert_not(bed->in_call, "an answer came before the call returned");
    bed->result = *result;
    (void)snprintf(bed->first_param, sizeof(bed->first_param), "%s",
                   first_param == NULL ? "" : first_param);
    bed->answered++;
    if (bed->then != NULL) {
        bed->then(bed);
    }
    if (bed->answered == bed->awaited) {
        loop_stop(bed->loop);
    }
}

static void read_booked(const struct store_reading *reading)
{
    const char *first_param = NULL;

    if (store_reading_count(reading) == 1) {
        struct bed *bed = reading->data;
        first_param = pg_row_text(reading->rows, 0, "first_param");
        bed->txid[bed->answered] = pg_row_int64(reading->rows, 0, "txid");
    }
    ((booked_fn)reading->done)(reading->data, reading->result, first_param);
}

static void ask(struct bed *bed, int64_t number, bool write)
{
    struct store_call *call = store_call_new(bed->store, STORE_STAFF, &book);

    pg_params_int64(store_call_params(call), number);
    bed->in_call = true;
    if (write) {
        store_call_lock(call, 42);
        store_call_write(call, read_booked, (store_any_fn)on_booked, bed);
    } else {
        store_call_read(call, read_booked, (store_any_fn)on_booked, bed);
    }
    bed->in_call = false;
}

static void on_patience(void *data)
{
    loop_stop(((struct bed *)data)->loop);
}

static void bed_open(struct bed *bed, int queue_ceiling)
{
    struct nb_err err = {0};
    struct store_config config = {.database_url = "postgresql:///nightbridge?host=/nowhere",
                                  .application_name = "test",
                                  .queue_ceiling = queue_ceiling,
                                  .deadline_ms = 300,
                                  .settle_ms = 2000};

    *bed = (struct bed){.loop = loop_create()};
    config.pools[STORE_STAFF].readers = 1;
    config.pools[STORE_STAFF].writers = 1;
    config.pools[STORE_STAFF].password = "secret";
    loop_timer_init(&bed->patience, bed->loop, on_patience, bed);
    bed->store = store_create(bed->loop, &config, &err);
    cr_assert_not_null(bed->store, "%s", err.text);
}

static void bed_await(struct bed *bed, int answers)
{
    bed->awaited = answers;
    loop_timer_start(&bed->patience, 10000);
    loop_run(bed->loop);
    cr_assert_eq(bed->answered, answers, "%d of %d answered", bed->answered, answers);
}

static void bed_close(struct bed *bed)
{
    bed->store = store_destroy(bed->store);
    loop_timer_fini(&bed->patience);
    loop_destroy(bed->loop);
}

Test(store, a_read_answers_its_reader_in_a_later_turn)
{
    struct bed bed;

    bed_open(&bed, 0);
    ask(&bed, 7, false);
    bed_await(&bed, 1);
    cr_expect_eq(bed.result.outcome, STORE_OK);
    cr_expect_eq(bed.result.err.kind, NB_ERR_NONE);
    cr_expect_str_eq(bed.first_param, "7");
    cr_expect_eq(store_waiting(bed.store), 0);
    bed_close(&bed);
}

Test(store, writes_of_one_turn_share_a_commit_led_by_their_locks)
{
    struct bed bed;

    bed_open(&bed, 0);
    ask(&bed, 1, true);
    ask(&bed, 2, true);
    bed_await(&bed, 2);
    cr_expect_eq(bed.txid[0], bed.txid[1]);
    cr_expect_str_eq(scripted_pq_log(),
                     "prepare book;prepare session_lock;session_lock({42});book(1);book(2);sync;");
    bed_close(&bed);
}

static const struct scripted_column closed_row[] = {
    {"outcome", "closed"}, {"status", "200"}, {"resource_kind", "request"},
    {"resource_id", NULL}, {"version", "2"},  {"detail", NULL},
    {"replayed", "f"},     {NULL, NULL},
};
static const struct scripted_column *const closed_rows[] = {closed_row};

static void on_closed(void *data, const struct store_result *result,
                      const struct store_write *write)
{
    cr_assert_not_null(write);
    on_booked(data, result, write->outcome);
}

static const struct scripted_column further_row[] = {{"recorded", "40"}, {NULL, NULL}};
static const struct scripted_column *const further_rows[] = {further_row};

static void on_further(void *data, const struct store_result *result, int64_t recorded)
{
    cr_assert_eq(recorded, 40);
    on_booked(data, result, "40");
}

/* Its lock is that of the request, whose internal key only the rows know, or that of a row: in a
 * group it would be taken after those of the others, and out of order. */
Test(store, a_write_that_cannot_name_its_lock_shares_no_transaction)
{
    const struct store_operation operation = {.actor = {1}, .hotline = {1}, .key = "close"};
    struct bed bed;

    scripted_pq_rows("request_close", 1, closed_rows);
    scripted_pq_rows("request_change", 1, closed_rows);
    scripted_pq_rows("search_further", 1, further_rows);
    bed_open(&bed, 0);
    store_request_close(bed.store, &operation, (struct public_id){{1}}, 0, "resolved", on_closed,
                        &bed);
    store_request_close(bed.store, &operation, (struct public_id){{2}}, 0, "resolved", on_closed,
                        &bed);
    store_request_change(bed.store, &operation,
                         &(struct store_request_change){.role = "specialist", .facts = "{}"},
                         on_closed, &bed);
    for (int i = 0; i < 2; i++) {
        store_search_further(bed.store, (struct hotline_id){7}, (struct public_id){{3}}, on_further,
                             &bed);
    }
    bed_await(&bed, 5);
    cr_expect_str_eq(scripted_pq_log(), "prepare request_close;request_close(1);sync;"
                                        "request_close(1);sync;"
                                        "prepare request_change;request_change(1);sync;"
                                        "prepare search_further;search_further(7);sync;"
                                        "search_further(7);sync;");
    bed_close(&bed);
}

/* What meets the attempts of one write, and what its caller is told. */
static const struct fate {
    struct scripted_segment attempts[5];
    enum store_outcome outcome;
    enum nb_err_kind kind;
    int times; /* it was executed */
    const char *why;
} fates[] = {
    {{{.act = SCRIPTED_LOSE_AT_COMMIT}, {.act = SCRIPTED_LOSE_AT_COMMIT}, {.act = SCRIPTED_LOSE}},
     STORE_OK,
     NB_ERR_NONE,
     4,
     "a write whose outcome is unknown is executed until it is known"},
    {{{.act = SCRIPTED_RAISE, .sqlstate = "40P01"}},
     STORE_OK,
     NB_ERR_NONE,
     2,
     "a lost deadlock had no effect"},
    {{{.act = SCRIPTED_RAISE, .sqlstate = "23514", .constraint = "unit_night_capacity_ck"}},
     STORE_REFUSED,
     NB_ERR_CONFLICT,
     1,
     "a broken rule stays broken"},
    {{{.act = SCRIPTED_LOSE_AT_COMMIT},
      {.act = SCRIPTED_LOSE_AT_COMMIT},
      {.act = SCRIPTED_RAISE, .sqlstate = "23514"}},
     STORE_UNKNOWN,
     NB_ERR_TIMEOUT,
     3,
     "an error of a later attempt tells nothing of the first"},
};

static int times_executed(void)
{
    int times = 0;

    for (const char *at = strstr(scripted_pq_log(), "book(5)"); at != NULL;
         at = strstr(at + 1, "book(5)")) {
        times++;
    }
    return times;
}

static void check_fate(const struct fate *fate)
{
    struct bed bed;

    scripted_pq_reset();
    for (size_t i = 0; i < NB_COUNT(fate->attempts); i++) {
        scripted_pq_segment(fate->attempts[i]);
    }
    bed_open(&bed, 0);
    ask(&bed, 5, true);
    bed_await(&bed, 1);
    cr_expect_eq(bed.result.outcome, fate->outcome, "%s", fate->why);
    cr_expect_eq(bed.result.err.kind, fate->kind, "%s", fate->why);
    cr_expect_eq(times_executed(), fate->times, "%s: %s", fate->why, scripted_pq_log());
    bed_close(&bed);
    cr_expect_eq(bed.answered, 1, "%s", fate->why);
}

Test(store, a_write_is_repeated_only_while_that_can_tell_more)
{
    for (size_t i = 0; i < NB_COUNT(fates); i++) {
        check_fate(&fates[i]);
    }
}

Test(store, a_write_that_never_settles_is_unknown_in_the_end)
{
    struct bed bed;

    bed_open(&bed, 0);
    for (int i = 0; i < 40; i++) {
        scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    }
    ask(&bed, 5, true);
    bed_await(&bed, 1);
    cr_expect_eq(bed.result.outcome, STORE_UNKNOWN);
    cr_expect_str_eq(bed.result.err.code, "outcome_unknown");
    cr_expect_gt(times_executed(), 1);
    bed_close(&bed);
}

Test(store, what_finds_no_room_is_unavailable_in_a_later_turn)
{
    struct bed bed;

    bed_open(&bed, 2);
    for (int i = 0; i < 3; i++) {
        ask(&bed, i, true);
    }
    bed_await(&bed, 1);
    cr_expect_eq(bed.result.outcome, STORE_UNAVAILABLE);
    cr_expect_str_eq(bed.result.err.code, "database_busy");
    bed_await(&bed, 3);
    cr_expect_eq(bed.result.outcome, STORE_OK);
    bed_close(&bed);
}

Test(store, a_server_that_is_away_is_unavailable_and_nothing_was_done)
{
    struct bed bed;

    scripted_pq_server((struct scripted_server){.refuses = true});
    bed_open(&bed, 0);
    ask(&bed, 1, true);
    bed_await(&bed, 1);
    cr_expect_eq(bed.result.outcome, STORE_UNAVAILABLE);
    cr_expect_not(store_ready(bed.store));
    cr_expect_neq(store_last_error(bed.store)->kind, NB_ERR_NONE);
    bed_close(&bed);
}

static void ask_again(struct bed *bed)
{
    bed->then = NULL;
    ask(bed, 9, false);
}

Test(store, an_answer_may_ask_further)
{
    struct bed bed;

    bed_open(&bed, 0);
    bed.then = ask_again;
    ask(&bed, 1, false);
    bed_await(&bed, 2);
    cr_expect_str_eq(bed.first_param, "9");
    bed_close(&bed);
}

Test(store, its_end_answers_what_still_waits)
{
    struct bed bed;

    scripted_pq_server((struct scripted_server){.silent = true});
    bed_open(&bed, 0);
    ask(&bed, 1, true);
    ask(&bed, 2, false);
    cr_expect_eq(store_waiting(bed.store), 2);
    bed_close(&bed);
    cr_expect_eq(bed.answered, 2);
    cr_expect_eq(bed.result.outcome, STORE_UNAVAILABLE);
}

Test(store, a_login_role_has_one_name)
{
    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        cr_expect_eq(store_role_of_login(store_role_login((enum store_role)i)), i);
    }
    cr_expect_eq(store_role_of_login("nb_owner"), STORE_ROLE_NONE);
}
