/*
 * Workers that are killed, stopped, woken, told to go, or in each other's way: work is done once,
 * and a process that lost its lease sends nothing and changes nothing.
 */
#include "tests/support/dispatch/bed.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dispatch_worker, .timeout = 300);

/* After one call the next one of the account waits three seconds: it stands written and not sent.
 */
#define SLOW_PACE "('rate_per_minute', null::bigint, '20'), ('rate_burst', null::bigint, '1')"
#define LEASE_S 6
#define SHORT_LEASE "('lease_ms', 6000, null::text)"

static struct bed bed;

static bool said(const struct bed_worker *worker, const char *event)
{
    char *log = bed_worker_log(worker);
    bool found = strstr(log, event) != NULL;
    free(log);
    return found;
}

/* The commit is written and may leave any moment; nothing has. */
static bool commit_is_written(const struct bed_booking *booking)
{
    return bed_number(&bed,
                      "select count(*) from nb.gateway_exchange e join nb.outbox_operation o using "
                      "(outbox_id) where o.booking_id = %" PRId64 " and e.operation = 'commit'",
                      booking->id) == 1;
}

static void lapse(void)
{
    bed_advance(&bed, LEASE_S + 1);
    (void)bed_number(&bed, "select lapsed from nb.outbox_sweep()");
    bed_hint(&bed);
}

Test(dispatch_worker, killed_in_mid_call_is_recovered_by_reading)
{
    struct bed_booking stay;
    struct bed_worker first, second;
    bed_open(&bed, &(struct bed_options){.settings = SHORT_LEASE});
    bed_worker_start(&bed, &first);
    bed_prepare(&bed, NULL, &stay);
    bed_fault(&bed, &stay, "commit", "slow", 1, 6000);
    bed_choose(&bed, NULL, &stay);
    HOUSE_UNTIL(10, bed_held_there(&bed, &stay, "confirmed") == 1);
    bed_worker_kill(&first, SIGKILL);
    bed_expect_state(&bed, &stay, "dispatching");
    lapse();
    bed_expect_state(&bed, &stay, "unknown");
    bed_worker_start(&bed, &second);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &stay), "confirmed") == 0);
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), 1, "it was sent once");
    bed_compare_books(&bed, NULL);
    cr_assert_eq(bed_worker_stop(&second), 0);
    bed_close(&bed);
}

Test(dispatch_worker, killed_before_anything_had_an_effect_is_simply_done_by_another)
{
    struct bed_booking stay;
    struct bed_worker first, second;
    bed_open(&bed, &(struct bed_options){.settings = SHORT_LEASE});
    bed_worker_start(&bed, &first);
    bed_prepare(&bed, NULL, &stay);
    bed_fault(&bed, &stay, "quote", "half_open", 1, 0);
    bed_choose(&bed, NULL, &stay);
    HOUSE_UNTIL(10, bed_calls(&bed, "marriott", "quote") == 1);
    bed_worker_kill(&first, SIGKILL);
    lapse();
    bed_expect_state(&bed, &stay, "held");
    bed_worker_start(&bed, &second);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &stay), "confirmed") == 0);
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.booking_event where event = "
                                  "'lose_answer'"),
                 0, "a question that was lost leaves nothing unknown");
    bed_compare_books(&bed, NULL);
    cr_assert_eq(bed_worker_stop(&second), 0);
    bed_close(&bed);
}

Test(dispatch_worker, stopped_past_its_lease_and_woken_sends_nothing)
{
    struct bed_booking stay;
    struct bed_worker sleeper, other;
    bed_open(&bed, &(struct bed_options){.settings = SLOW_PACE ", " SHORT_LEASE});
    bed_worker_start(&bed, &sleeper);
    bed_book(&bed, NULL, &stay);
    HOUSE_UNTIL(10, commit_is_written(&stay));
    bed_worker_kill(&sleeper, SIGSTOP);
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), 0, "it was stopped in time");
    int64_t since = house_now_ms();
    lapse();
    bed_expect_state(&bed, &stay, "unknown");
    bed_worker_start(&bed, &other);
    HOUSE_UNTIL(LEASE_S + 2, house_now_ms() - since > LEASE_S * 1000);
    bed_worker_kill(&sleeper, SIGCONT);
    HOUSE_UNTIL(10, said(&sleeper, "dispatch_lease_lost"));
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), 0, "it woke, and sent nothing");
    bed_play(&bed, 6);
    bed_expect_state(&bed, &stay, "confirmed");
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), 1, "the other one did it, once");
    bed_compare_books(&bed, NULL);
    cr_assert_eq(bed_worker_stop(&sleeper), 0);
    cr_assert_eq(bed_worker_stop(&other), 0);
    bed_close(&bed);
}

Test(dispatch_worker, told_to_stop_finishes_what_is_out_and_hands_back_what_is_not)
{
    struct bed_booking out, paced;
    struct bed_worker worker;
    bed_open(&bed, &(struct bed_options){.settings = SLOW_PACE});
    bed_worker_start(&bed, &worker);
    bed_book(&bed, NULL, &paced);
    HOUSE_UNTIL(10, commit_is_written(&paced));
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_expect_state(&bed, &paced, "held");
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.outbox_operation where state = 'ready' "
                                  "and sent = 'no' and tries = 0"),
                 1, "handed back, and not counted as a try");
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), 0);

    bed_prepare(&bed, &(struct bed_choice){.program = "wyndham"}, &out);
    bed_fault(&bed, &out, "commit", "slow", 1, 500);
    bed_worker_start(&bed, &worker);
    bed_choose(&bed, &(struct bed_choice){.program = "wyndham"}, &out);
    HOUSE_UNTIL(10, bed_held_there(&bed, &out, "confirmed") == 1);
    cr_assert_eq(
        bed_number(&bed, "select count(*) from pg_stat_activity where usename = 'nb_dispatch' "
                         "and datname = current_database() and state like 'idle in transaction%%'"),
        0, "no transaction is open while a call is out");
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_expect_state(&bed, &out, "confirmed");
    bed_compare_books(&bed, NULL);
    bed_close(&bed);
}

Test(dispatch_worker, what_was_sent_and_cannot_be_opened_any_more_is_unknown)
{
    struct bed_booking stay;
    struct bed_worker worker;
    bed_open(&bed, NULL);
    bed_prepare(&bed, NULL, &stay);
    bed_choose(&bed, &(struct bed_choice){.quiet = true}, &stay);
    /* Another release wrote it, sent the commit, and put it aside. */
    int64_t outbox =
        bed_number(&bed, "select outbox_id from nb.outbox_claim(nb.random_id(), 1, 60000)");
    (void)bed_number(&bed,
                     "select 1 where nb.outbox_saved(%" PRId64
                     ", 1, 1, 'commit', true, 60000, '\\x01', '\\x02') = 'done'",
                     outbox);
    (void)bed_number(&bed, "select 1 where nb.outbox_wait(%" PRId64 ", 1, 0, '\\x01') = 'done'",
                     outbox);
    bed_expect_state(&bed, &stay, "dispatching");
    bed_worker_start(&bed, &worker);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &stay), "dispatching") != 0);
    bed_expect_state(&bed, &stay, "unknown");
    bed_play(&bed, 6);
    bed_expect_state(&bed, &stay, "confirmed");
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), 1, "read first, then sent once");
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_compare_books(&bed, NULL);
    bed_close(&bed);
}

Test(dispatch_worker, share_the_work_and_do_each_thing_once)
{
    struct bed_booking stays[24];
    struct bed_worker workers[2];
    bed_open(&bed, NULL);
    for (int i = 0; i < 2; i++) {
        bed_worker_start(&bed, &workers[i]);
    }
    (void)bed_number(&bed, "select 1 from nb.dispatch_pause(null, 'by_hand')");
    for (size_t i = 0; i < NB_COUNT(stays); i++) {
        bed_book(&bed, &(struct bed_choice){.program = i % 2 == 0 ? "marriott" : "wyndham"},
                 &stays[i]);
    }
    cr_assert_eq(bed_calls(&bed, "marriott", "quote"), 0, "while paused only reads are sent");
    (void)bed_number(&bed, "select outcome = 'resumed' from nb.dispatch_resume(null, false)");
    bed_settle(&bed);
    for (size_t i = 0; i < NB_COUNT(stays); i++) {
        bed_expect_state(&bed, &stays[i], "confirmed");
    }
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), 12);
    cr_assert_eq(bed_calls(&bed, "wyndham", "commit"), 12);
    for (int i = 0; i < 2; i++) {
        cr_assert(said(&workers[i], "\"outcome\":\"confirmed\""), "worker %d had none", i);
        cr_assert_eq(bed_worker_stop(&workers[i]), 0);
    }
    bed_compare_books(&bed, NULL);
    bed_close(&bed);
}

Test(dispatch_worker, finds_work_that_nobody_told_it_of)
{
    struct bed_booking stay;
    struct bed_worker worker;
    bed_open(&bed, NULL);
    bed_worker_start(&bed, &worker);
    bed_prepare(&bed, NULL, &stay);
    bed_choose(&bed, &(struct bed_choice){.quiet = true}, &stay);
    HOUSE_UNTIL(5, strcmp(bed_state(&bed, &stay), "confirmed") == 0);
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_compare_books(&bed, NULL);
    bed_close(&bed);
}

Test(dispatch_worker, reads_back_while_it_is_paused)
{
    struct bed_booking lost, waiting;
    struct bed_worker worker;
    char *said_of_it = NULL;
    bed_open(&bed, NULL);
    bed_worker_start(&bed, &worker);
    bed_prepare(&bed, NULL, &lost);
    bed_fault(&bed, &lost, "commit", "lost_answer", 1, 0);
    bed_fault(&bed, &lost, "read", "hidden", 1, 0);
    bed_choose(&bed, NULL, &lost);
    bed_settle(&bed);
    bed_expect_state(&bed, &lost, "unknown");
    cr_assert_eq(HOUSE_RUN(&bed.house, NULL, "pause"), 0);
    bed_book(&bed, NULL, &waiting);
    cr_assert_eq(HOUSE_RUN(&bed.house, &said_of_it, "resume"), 1,
                 "not before every open reference is read back");
    cr_assert_not_null(strstr(said_of_it, "--although-reads-are-open"), "%s", said_of_it);
    free(said_of_it);
    bed_advance(&bed, 121);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &lost), "confirmed") == 0);
    bed_expect_state(&bed, &waiting, "held");
    cr_assert_eq(HOUSE_RUN(&bed.house, NULL, "resume"), 0);
    bed_settle(&bed);
    bed_expect_state(&bed, &waiting, "confirmed");
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_compare_books(&bed, NULL);
    bed_close(&bed);
}

/* Only the dispatcher of this database waits for a standby; there is none. */
static void expect_a_standby(bool expect)
{
    free(house_sql(&bed.house, "alter system set synchronous_standby_names = '%s'",
                   expect ? "ghost" : ""));
    free(house_sql(&bed.house, "select pg_reload_conf()"));
}

/* An administrator who cancels a commit that waits: it reports success, with a warning. */
static int64_t cancel_waiting_commits(void)
{
    return bed_number(&bed,
                      "select count(pg_cancel_backend(pid)) from pg_stat_activity where datname = "
                      "current_database() and usename = 'nb_dispatch' and wait_event = 'SyncRep'");
}

Test(dispatch_worker, calls_nobody_before_it_is_sure_that_what_it_wrote_survives)
{
    struct bed_booking stay;
    struct bed_worker worker;
    bed_open(&bed, NULL);
    free(house_sql(&bed.house,
                   "alter role nb_dispatch in database \"%s\" set synchronous_commit = on",
                   bed.house.database));
    bed_worker_start(&bed, &worker);
    expect_a_standby(true);
    bed_book(&bed, NULL, &stay);
    HOUSE_UNTIL(15, cancel_waiting_commits() >= 0 &&
                        bed_number(&bed, "select count(*) from nb.outbox_operation o join "
                                         "nb.gateway_exchange e using (outbox_id) where o.state = "
                                         "'ready' and o.tries = 0") == 1);
    cr_assert_eq(bed_calls(&bed, "marriott", "quote"), 0, "it was written, and not yet surely");
    bed_expect_state(&bed, &stay, "held");
    expect_a_standby(false);
    bed_advance(&bed, 2);
    HOUSE_UNTIL(15, strcmp(bed_state(&bed, &stay), "confirmed") == 0);
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_compare_books(&bed, NULL);
    bed_close(&bed);
}

/* Nothing that tells who or where stands in what anybody but the guest's key may read. */
static void expect_absent(const char *text, const char *where, const char *needle)
{
    const char *at = strstr(text, needle);
    cr_assert_null(at, "%s holds %s: %.200s", where, needle, at);
}

Test(dispatch_worker, leaves_no_name_and_no_number_behind)
{
    struct bed_booking stay, lost;
    struct bed_worker worker;
    char *dump = NULL, *log = NULL;
    bed_open(&bed, NULL);
    bed_worker_start(&bed, &worker);
    bed_prepare(&bed, NULL, &lost);
    bed_fault(&bed, &lost, "commit", "truncated_json", 1, 0);
    bed_choose(&bed, NULL, &lost);
    bed_book(&bed, NULL, &stay);
    bed_settle(&bed);
    bed_expect_state(&bed, &stay, "confirmed");
    bed_expect_state(&bed, &lost, "confirmed");
    cr_assert_eq(bed_worker_stop(&worker), 0);
    cr_assert_eq(bed_dump(&bed, &dump), 0);
    log = bed_worker_log(&worker);
    json_t *book = reh_process_control(&bed.gateway, "GET", "book", NULL);
    json_t *guest =
        json_object_get(json_array_get(json_object_get(book, "reservations"), 0), "guest");
    cr_assert_str_eq(json_string_value(json_object_get(guest, "given_name")), "Zephyrine",
                     "the desk is told the alias");
    size_t index;
    json_t *reservation;
    json_array_foreach(json_object_get(book, "reservations"), index, reservation)
    {
        const char *number = json_string_value(json_object_get(reservation, "confirmation"));
        expect_absent(dump, "the schema nb", number);
        expect_absent(log, "the log", number);
    }
    expect_absent(dump, "the schema nb", "Zephyrine");
    expect_absent(log, "the log", "Zephyrine");
    expect_absent(log, "the log", REH_CREDENTIAL);
    json_decref(book);
    free(dump);
    free(log);
    bed_close(&bed);
}
