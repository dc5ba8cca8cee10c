/*
 * The same dispatcher in the other dialect: a program whose gateway speaks OpenTravel is booked,
 * found again and cancelled as any other, whatever becomes of one answer.
 */
#include "tests/support/dispatch/bed.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(dispatch_opentravel, .timeout = 300);

static const struct bed_choice wyndham = {.program = "wyndham"};
static struct bed bed;
static struct bed_worker worker;

static void open_bed(void)
{
    bed_open(&bed, &(struct bed_options){.settings = BED_PATIENT, .opentravel = true});
    bed_worker_start(&bed, &worker);
}

static void close_all(void)
{
    json_t *log = reh_process_control(&bed.gateway, "GET", "log", NULL);
    cr_assert_eq(json_integer_value(json_object_get(log, "redirects_followed")), 0);
    cr_assert_eq(json_object_size(json_object_get(log, "unexpected_fields")), 0);
    json_decref(log);
    bed_compare_books(&bed, NULL);
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_close(&bed);
}

struct misfortune {
    const char *operation;
    const char *fault;
    int times;
    int64_t delay_ms;
    const char *why;
};

/* Whatever becomes of one answer, the place is confirmed once, here and there. */
static void suffer(const struct misfortune *row)
{
    struct bed_booking stay;
    char why[128];
    snprintf(why, sizeof(why), "%s on %s: %s", row->fault, row->operation, row->why);
    int64_t before = bed_applied(&bed, row->fault);
    bed_prepare(&bed, &wyndham, &stay);
    if (strcmp(row->operation, "read") == 0) {
        bed_fault(&bed, &stay, "commit", "lost_answer", 1, 0);
    }
    bed_fault(&bed, &stay, row->operation, row->fault, row->times, row->delay_ms);
    bed_choose(&bed, &wyndham, &stay);
    bed_play(&bed, BED_HOPS);
    bed_faults_clear(&bed);
    cr_assert_geq(bed_applied(&bed, row->fault), before + row->times, "%s: it never happened", why);
    bed_expect_why(&bed, &stay, "confirmed", why);
    cr_assert_eq(bed_held_there(&bed, &stay, "confirmed"), 1, "%s", why);
}

Test(dispatch_opentravel, books_finds_after_a_lost_answer_and_cancels)
{
    struct bed_booking stay;
    open_bed();
    bed_book(&bed, &wyndham, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "confirmed", "in time");
    suffer(&(struct misfortune){"commit", "lost_answer", 1, 0, "found by its reference"});
    bed_cancel(&bed, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "cancelled", "in time");
    cr_assert_eq(bed_held_there(&bed, &stay, "cancelled"), 1);
    close_all();
}

Test(dispatch_opentravel, survives_every_fault_of_a_commit_with_one_booking)
{
    static const struct misfortune rows[] = {
        {"commit", "drop_before", 1, 0, "proved absent, sent again under the same reference"},
        {"commit", "half_open", 1, 0, "no answer in time, and no effect"},
        {"commit", "gone", 1, 0, "a 503 without a word"},
        {"commit", "throttle", 1, 0, "later, as asked"},
        {"commit", "throttle_garbage", 1, 0, "later, by our own patience"},
        {"commit", "redirect", 1, 0, "never followed"},
        {"commit", "own_key_conflict_before", 1, 0, "a twin that does not exist"},
        {"commit", "late_effect", 1, 1500, "the effect comes after our deadline"},
        {"commit", "pending_late", 1, 5000, "pending, and then a booking"},
        {"commit", "lagging_read", 1, 60000, "the answer counts, not what reads say"},
        {"commit", "error_but_done", 1, 0, "a 500 that booked"},
        {"commit", "no_number", 1, 0, "a success without a number"},
        {"commit", "foreign_number", 1, 0, "somebody else's reference and number"},
        {"commit", "own_key_conflict", 1, 0, "a duplicate of our own, after the effect"},
        {"commit", "wrong_nights", 1, 0, "the answer is about other nights"},
        {"commit", "wrong_property", 1, 0, "the answer is about another house"},
        {"commit", "slow", 1, 1500, "slower than we wait"},
        {"commit", "reset", 1, 0, "reset after the effect"},
        {"commit", "trickle", 1, 300, "a byte at a time"},
        {"commit", "huge_body", 1, 0, "1 GB of body"},
        {"commit", "truncated_json", 1, 0, "half an answer"},
        {"commit", "deep_json", 1, 0, "no XML"},
        {"commit", "garbage", 1, 0, "a page for people"},
        {"commit", "not_http", 1, 0, "bytes"},
    };
    open_bed();
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        suffer(&rows[i]);
    }
    close_all();
}

static const char *const of_any_answer[] = {
    "drop_before",    "half_open", "gone",        "throttle_zero", "redirect",
    "error_but_done", "slow",      "lost_answer", "reset",         "truncated_json",
    "deep_json",      "garbage",   "not_http",    "late_effect"};

Test(dispatch_opentravel, asks_again_whatever_becomes_of_a_question)
{
    open_bed();
    for (size_t i = 0; i < NB_COUNT(of_any_answer); i++) {
        suffer(&(struct misfortune){"quote", of_any_answer[i], 1, 1200, "a price"});
        suffer(&(struct misfortune){"read", of_any_answer[i], 1, 1200, "a read"});
    }
    suffer(&(struct misfortune){"quote", "wrong_nights", 1, 0, "a price for another stay"});
    suffer(&(struct misfortune){"quote", "wrong_property", 1, 0, "a price for another house"});
    suffer(&(struct misfortune){"read", "hidden", 2, 0, "absent, absent, then found"});
    cr_assert_eq(bed_calls(&bed, "wyndham", "commit"), 2 * NB_COUNT(of_any_answer) + 3,
                 "each was sent once");
    close_all();
}

Test(dispatch_opentravel, cancels_once_whatever_becomes_of_the_answer)
{
    static const char *const faults[] = {"drop_before", "half_open",      "gone",
                                         "late_effect", "error_but_done", "slow",
                                         "lost_answer", "truncated_json", "garbage"};
    open_bed();
    for (size_t i = 0; i < NB_COUNT(faults); i++) {
        struct bed_booking stay;
        bed_book(&bed, &wyndham, &stay);
        bed_settle(&bed);
        bed_expect_why(&bed, &stay, "confirmed", faults[i]);
        bed_fault(&bed, &stay, "cancel", faults[i], 1, 1300);
        bed_cancel(&bed, &stay);
        bed_play(&bed, BED_HOPS);
        bed_expect_why(&bed, &stay, "cancelled", faults[i]);
        bed_advance(&bed, 130);
        (void)bed_number(&bed, "select nb.attempt_reread(100)");
        bed_play(&bed, BED_HOPS);
        cr_assert_eq(bed_held_there(&bed, &stay, "cancelled"), 1, "%s", faults[i]);
    }
    close_all();
}
