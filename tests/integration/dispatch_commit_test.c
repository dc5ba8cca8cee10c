/*
 * A booking that goes out by machine, and everything that can go wrong on the way: real PostgreSQL,
 * real plugin hosts, a real dispatch process, and the rehearsal gateway over HTTP. At the end both
 * books are compared.
 */
#include "tests/support/dispatch/bed.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dispatch_commit, .timeout = 300);

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

Test(dispatch_commit, confirms_cancels_and_gives_the_points_back)
{
    struct bed_booking stay, other;
    open_with(NULL);
    bed_book(&bed, NULL, &stay);
    bed_book(&bed, &(struct bed_choice){.program = "wyndham"}, &other);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "confirmed", "marriott");
    bed_expect_why(&bed, &other, "confirmed", "wyndham");
    bed_compare_books(&bed, NULL);
    bed_cancel(&bed, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "cancelled", "marriott");
    bed_compare_books(&bed, NULL);
    close_all();
}

/* No program is special to the dispatcher: each is confirmed, found again and cancelled. */
static void book_lose_and_cancel(const char *program)
{
    const struct bed_choice choice = {.program = program};
    struct bed_booking stay, lost;
    open_with(NULL);
    bed_book(&bed, &choice, &stay);
    bed_prepare(&bed, &choice, &lost);
    bed_fault(&bed, &lost, "commit", "lost_answer", 1, 0);
    bed_choose(&bed, &choice, &lost);
    bed_play(&bed, BED_HOPS);
    bed_expect_why(&bed, &stay, "confirmed", "in time");
    bed_expect_why(&bed, &lost, "confirmed", "found by its reference");
    cr_assert_eq(bed_applied(&bed, "lost_answer"), 1);
    cr_assert_eq(bed_held_there(&bed, &lost, "confirmed"), 1, "booked once");
    bed_compare_books(&bed, NULL);
    bed_cancel(&bed, &stay);
    bed_settle(&bed);
    bed_expect_why(&bed, &stay, "cancelled", "in time");
    bed_compare_books(&bed, NULL);
    close_all();
}

Test(dispatch_commit, choice_is_booked_found_after_a_lost_answer_and_cancelled)
{
    book_lose_and_cancel("choice");
}

Test(dispatch_commit, ihg_is_booked_found_after_a_lost_answer_and_cancelled)
{
    book_lose_and_cancel("ihg");
}

/* Whatever becomes of one answer, the place is confirmed once, here and there. */
struct misfortune {
    const char *operation;
    const char *fault;
    int times;
    int64_t delay_ms;
    const char *why;
};

static void suffer(const struct misfortune *row)
{
    struct bed_booking stay;
    char why[128];
    snprintf(why, sizeof(why), "%s on %s: %s", row->fault, row->operation, row->why);
    int64_t before = bed_applied(&bed, row->fault);
    bed_prepare(&bed, NULL, &stay);
    if (strcmp(row->operation, "read") == 0) {
        bed_fault(&bed, &stay, "commit", "lost_answer", 1, 0);
    }
    bed_fault(&bed, &stay, row->operation, row->fault, row->times, row->delay_ms);
    bed_choose(&bed, NULL, &stay);
    bed_play(&bed, BED_HOPS);
    bed_faults_clear(&bed);
    cr_assert_geq(bed_applied(&bed, row->fault), before + row->times, "%s: it never happened", why);
    bed_expect_why(&bed, &stay, "confirmed", why);
    cr_assert_eq(bed_held_there(&bed, &stay, "confirmed"), 1, "%s", why);
}

Test(dispatch_commit, survives_every_fault_of_a_commit_with_one_booking)
{
    static const struct misfortune rows[] = {
        {"commit", "drop_before", 1, 0, "proved absent, sent again under the same reference"},
        {"commit", "half_open", 1, 0, "no answer in time, and no effect"},
        {"commit", "gone", 1, 0, "a 503 without a word"},
        {"commit", "throttle", 1, 0, "later, as asked"},
        {"commit", "throttle_date", 1, 0, "later, at a date"},
        {"commit", "throttle_garbage", 1, 0, "later, by our own patience"},
        {"commit", "throttle_zero", 1, 0, "at once"},
        {"commit", "redirect", 1, 0, "never followed"},
        {"commit", "redirect_file", 1, 0, "never followed"},
        {"commit", "own_key_conflict_before", 1, 0, "a twin that does not exist"},
        {"commit", "late_effect", 1, 1500, "the effect comes after our deadline"},
        {"commit", "pending_late", 1, 5000, "a 202 that becomes a booking"},
        {"commit", "lagging_read", 1, 60000, "the answer counts, not what reads say"},
        {"commit", "error_but_done", 1, 0, "a 500 that booked"},
        {"commit", "no_number", 1, 0, "a 200 without a number"},
        {"commit", "foreign_number", 1, 0, "somebody else's reference and number"},
        {"commit", "own_key_conflict", 1, 0, "a 409 on our own key, after the effect"},
        {"commit", "wrong_nights", 1, 0, "the answer is about other nights"},
        {"commit", "wrong_property", 1, 0, "the answer is about another house"},
        {"commit", "slow", 1, 1500, "slower than we wait"},
        {"commit", "lost_answer", 1, 0, "closed after the effect"},
        {"commit", "reset", 1, 0, "reset after the effect"},
        {"commit", "trickle", 1, 300, "a byte at a time"},
        {"commit", "huge_header", 1, 0, "1 MB of header"},
        {"commit", "huge_body", 1, 0, "1 GB of body"},
        {"commit", "truncated_json", 1, 0, "half an answer"},
        {"commit", "duplicate_keys", 1, 0, "an answer that reads in two ways"},
        {"commit", "deep_json", 1, 0, "100,000 levels"},
        {"commit", "number_overflow", 1, 0, "1e400 points"},
        {"commit", "garbage", 1, 0, "a page for people"},
        {"commit", "not_http", 1, 0, "bytes"},
    };
    open_with(BED_PATIENT);
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        suffer(&rows[i]);
    }
    bed_compare_books(&bed, NULL);
    json_t *log = reh_process_control(&bed.gateway, "GET", "log", NULL);
    cr_assert_eq(json_integer_value(json_object_get(log, "redirects_followed")), 0);
    cr_assert_eq(json_object_size(json_object_get(log, "unexpected_fields")), 0);
    json_decref(log);
    close_all();
}

static const char *const of_any_answer[] = {
    "drop_before",     "half_open", "gone",           "throttle_zero",  "redirect",
    "error_but_done",  "slow",      "lost_answer",    "reset",          "trickle",
    "huge_header",     "huge_body", "truncated_json", "duplicate_keys", "deep_json",
    "number_overflow", "garbage",   "not_http",       "late_effect"};

Test(dispatch_commit, asks_again_after_every_fault_of_a_quote)
{
    open_with(BED_PATIENT);
    for (size_t i = 0; i < NB_COUNT(of_any_answer); i++) {
        suffer(&(struct misfortune){"quote", of_any_answer[i], 1, 1200, "a question"});
    }
    suffer(&(struct misfortune){"quote", "wrong_nights", 1, 0, "a price for another stay"});
    suffer(&(struct misfortune){"quote", "wrong_property", 1, 0, "a price for another house"});
    bed_compare_books(&bed, NULL);
    close_all();
}

Test(dispatch_commit, reads_until_it_knows_whatever_becomes_of_a_read)
{
    open_with(BED_PATIENT);
    for (size_t i = 0; i < NB_COUNT(of_any_answer); i++) {
        suffer(&(struct misfortune){"read", of_any_answer[i], 1, 1200, "a question"});
    }
    suffer(&(struct misfortune){"read", "hidden", 2, 0, "404, 404, then found: never sent twice"});
    cr_assert_eq(bed_calls(&bed, "marriott", "commit"), NB_COUNT(of_any_answer) + 1);
    bed_compare_books(&bed, NULL);
    close_all();
}
