/*
 * Cancelling by machine: whatever becomes of the call, the place is gone there and the points are
 * back once; and references that should not exist are found and ended.
 */
#include "tests/support/dispatch/bed.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dispatch_cancel, .timeout = 300);

static struct bed bed;
static struct bed_worker worker;

static void open_with(const char *settings)
{
    bed_open(&bed, &(struct bed_options){.settings = settings});
    bed_worker_start(&bed, &worker);
}

static void close_all(void)
{
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_close(&bed);
}

/* What the clock does when a reference is to be read again. */
static void reread(void)
{
    (void)bed_number(&bed, "select nb.attempt_reread(100)");
    bed_play(&bed, BED_HOPS);
}

Test(dispatch_cancel, survives_every_fault_with_the_points_back_once)
{
    static const struct {
        const char *fault;
        const char *why;
    } rows[] = {
        {"drop_before", "nothing was done, and nobody said so"},
        {"half_open", "no answer in time, and no effect"},
        {"gone", "a 503 without a word"},
        {"throttle_zero", "later"},
        {"throttle_garbage", "later"},
        {"redirect", "never followed"},
        {"late_effect", "gone after our deadline"},
        {"error_but_done", "a 500 that cancelled"},
        {"slow", "slower than we wait"},
        {"lost_answer", "closed after the effect"},
        {"reset", "reset after the effect"},
        {"truncated_json", "half an answer"},
        {"garbage", "a page for people"},
        {"huge_body", "1 GB of body"},
        {"not_http", "bytes"},
    };
    open_with(BED_PATIENT);
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct bed_booking stay;
        int64_t before = bed_applied(&bed, rows[i].fault);
        bed_book(&bed, NULL, &stay);
        bed_settle(&bed);
        bed_expect_why(&bed, &stay, "confirmed", rows[i].why);
        bed_fault(&bed, &stay, "cancel", rows[i].fault, 1, 1300);
        bed_cancel(&bed, &stay);
        bed_play(&bed, BED_HOPS);
        bed_expect_why(&bed, &stay, "cancelled", rows[i].why);
        bed_advance(&bed, 130);
        reread();
        cr_assert_eq(bed_applied(&bed, rows[i].fault), before + 1, "%s", rows[i].fault);
        cr_assert_eq(bed_held_there(&bed, &stay, "cancelled"), 1, "%s", rows[i].why);
    }
    bed_compare_books(&bed, NULL);
    close_all();
}

Test(dispatch_cancel, tells_a_person_when_the_program_says_cancelled_and_keeps_it)
{
    struct bed_booking stay;
    open_with(BED_PATIENT);
    bed_book(&bed, NULL, &stay);
    bed_settle(&bed);
    bed_fault(&bed, &stay, "cancel", "cancel_ignored", 1, 0);
    bed_cancel(&bed, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "cancelled", "it said so");
    for (int i = 0; i < 3; i++) {
        bed_advance(&bed, 130);
        reread();
    }
    cr_assert_eq(bed_tasks(&bed, &stay, "cancel_stuck"), 1, "it is still there, twice asked");
    cr_assert_eq(bed_calls(&bed, "marriott", "cancel"), 2);
    bed_check_invariants(&bed);
    close_all();
}

Test(dispatch_cancel, asks_the_other_side_only_when_it_may_know_of_the_booking)
{
    struct bed_booking early;
    bed_open(&bed, NULL);
    bed_book(&bed, NULL, &early);
    bed_cancel(&bed, &early);
    bed_expect_why(&bed, &early, "cancelled", "nobody outside knows of it");
    bed_worker_start(&bed, &worker);
    bed_settle(&bed);
    cr_assert_eq(bed_calls(&bed, "marriott", "commit") + bed_calls(&bed, "marriott", "cancel"), 0);
    bed_compare_books(&bed, NULL);
    close_all();
}

Test(dispatch_cancel, ends_what_it_does_not_know_by_its_own_reference)
{
    struct bed_booking stay, never;
    open_with(BED_PATIENT);
    bed_prepare(&bed, NULL, &stay);
    bed_fault(&bed, &stay, "commit", "lost_answer", 1, 0);
    bed_fault(&bed, &stay, "read", "hidden", 1, 0);
    bed_choose(&bed, NULL, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "unknown", "not known yet");
    bed_cancel(&bed, &stay);
    bed_play(&bed, BED_HOPS);
    bed_expect_why(&bed, &stay, "cancelled", "it existed");
    bed_prepare(&bed, NULL, &never);
    bed_fault(&bed, &never, "commit", "drop_before", 1, 0);
    bed_choose(&bed, NULL, &never);
    bed_settle(&bed);
    bed_expect_why(&bed, &never, "unknown", "not known yet");
    bed_cancel(&bed, &never);
    bed_play(&bed, BED_HOPS);
    bed_expect_why(&bed, &never, "cancelled",
                   "a 404 is one negative read, two over the window are proof");
    bed_compare_books(&bed, NULL);
    close_all();
}

Test(dispatch_cancel, posts_the_penalty_when_it_comes_too_late)
{
    struct bed_booking stay;
    open_with(NULL);
    bed_prepare(&bed, NULL, &stay);
    bed_tell(&bed, "policy",
             json_pack("{s:s, s:s, s:i}", "program", "marriott", "property_code", stay.code,
                       "cancel_hours", -24 * 60));
    bed_choose(&bed, NULL, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "confirmed", "booked under hard conditions");
    bed_cancel(&bed, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "cancelled", "nobody comes");
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.finance_exception where kind = "
                                  "'penalty'"),
                 1);
    cr_assert_eq(bed_tasks(&bed, &stay, "cancel_refused"), 1, "staff are told");
    cr_assert_eq(bed_number(&bed, "select sum(spent)::bigint from nb.points_lot"), 40000);
    bed_check_invariants(&bed);
    close_all();
}

Test(dispatch_cancel, finds_a_reference_that_came_to_life_after_it_was_proved_absent)
{
    struct bed_booking stay;
    const struct bed_choice choice = {.second = true};
    open_with(BED_PATIENT ", ('commit_resends', null::bigint, '0')");
    bed_prepare(&bed, &choice, &stay);
    bed_fault(&bed, &stay, "commit", "late_effect", 1, 5000);
    bed_choose(&bed, &choice, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "unknown", "our deadline has passed");
    bed_advance(&bed, 121);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "unknown", "one negative read is no proof");
    bed_advance(&bed, 480);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "confirmed", "the next candidate, inside the same approval");
    cr_assert_eq(bed_held_there(&bed, &stay, "confirmed"), 1, "the late one is still to come");
    HOUSE_UNTIL(10, bed_held_there(&bed, &stay, "confirmed") == 2);
    bed_advance(&bed, 3601);
    reread();
    bed_expect_why(&bed, &stay, "confirmed", "what is found late revives nothing");
    cr_assert_eq(bed_held_there(&bed, &stay, "confirmed"), 1, "and is cancelled there");
    cr_assert_eq(bed_held_there(&bed, &stay, "cancelled"), 1);
    bed_compare_books(&bed, NULL);
    close_all();
}

Test(dispatch_cancel, reads_an_absent_reference_three_times_more_and_then_forgets_it)
{
    struct bed_booking stay;
    open_with(BED_PATIENT ", ('commit_resends', null::bigint, '0')");
    bed_prepare(&bed, NULL, &stay);
    bed_fault(&bed, &stay, "commit", "drop_before", 1, 0);
    bed_choose(&bed, NULL, &stay);
    bed_play(&bed, BED_HOPS);
    bed_expect_why(&bed, &stay, "failed", "absent, and no other candidate was allowed");
    cr_assert_eq(bed_tasks(&bed, &stay, "rebook"), 1);
    int64_t reads = bed_calls(&bed, "marriott", "read");
    for (int days = 0; days < 25; days++) {
        bed_advance(&bed, 86400);
        reread();
    }
    cr_assert_eq(bed_calls(&bed, "marriott", "read"), reads + 3);
    bed_compare_books(&bed, NULL);
    close_all();
}

Test(dispatch_cancel, notices_by_the_balance_what_a_program_did_twice)
{
    struct bed_booking stay;
    const char *open_tasks = "select count(*) from nb.task where kind = 'points_disagree' and "
                             "for_role = 'supervisor' and state = 'open'";
    open_with(BED_PATIENT ", ('balance_ms', 0, null::text)");
    bed_book(&bed, NULL, &stay);
    bed_settle(&bed);
    HOUSE_UNTIL(10, bed_calls(&bed, "marriott", "balance") == 1);
    bed_prepare(&bed, NULL, &stay);
    bed_fault(&bed, &stay, "commit", "effect_twice", 1, 0);
    bed_choose(&bed, NULL, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "confirmed", "its answer is all right");
    cr_assert_eq(bed_held_there(&bed, &stay, "confirmed"), 2, "and it did it twice");
    HOUSE_UNTIL(10, bed_number(&bed, "%s", open_tasks) == 1);
    cr_assert_eq(bed_number(&bed, "select (detail ->> 'here_at_least')::bigint - (detail ->> "
                                  "'there')::bigint from nb.task where kind = 'points_disagree'"),
                 40000, "one stay more than we know of");
    cr_assert_eq(bed_number(&bed, "select sum(spent)::bigint from nb.points_lot"), 80000,
                 "our books hold what was asked for");
    bed_check_invariants(&bed);
    close_all();
}

Test(dispatch_cancel, leaves_to_a_person_what_no_machine_can_tell)
{
    struct bed_booking first, twin, never;
    open_with(BED_PATIENT);
    bed_book(&bed, NULL, &first);
    bed_settle(&bed);
    bed_prepare(&bed, NULL, &twin);
    bed_fault(&bed, &twin, "commit", "same_number", 1, 0);
    bed_choose(&bed, NULL, &twin);
    bed_play(&bed, 4);
    bed_expect_why(&bed, &twin, "unknown", "its number belongs to another booking");
    cr_assert_eq(bed_tasks(&bed, &twin, "unknown_outcome"), 1);
    bed_compare_books(&bed, &twin);
    bed_prepare(&bed, NULL, &never);
    bed_fault(&bed, &never, "commit", "pending_never", 1, 0);
    bed_choose(&bed, NULL, &never);
    int64_t commits = bed_calls(&bed, "marriott", "commit");
    bed_play(&bed, 5);
    bed_expect_why(&bed, &never, "unknown", "accepted, and never decided");
    cr_assert_eq(bed_tasks(&bed, &never, "unknown_outcome"), 1);
    cr_assert_leq(bed_calls(&bed, "marriott", "commit"), commits + 1, "it is never sent again");
    close_all();
}
