/*
 * Definite answers that are no "yes": each word of the vocabulary leads where it should, and the
 * ledger holds exactly what the program took.
 */
#include "tests/support/dispatch/bed.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dispatch_refusal, .timeout = 300);

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
    bed_compare_books(&bed, NULL);
    bed_close(&bed);
}

static int64_t points_of(const struct bed_booking *booking)
{
    return bed_number(&bed, "select points from nb.booking where booking_id = %" PRId64,
                      booking->id);
}

/* The state and outcome of the booking's first attempt. */
static void expect_first_attempt(const struct bed_booking *booking, const char *said)
{
    char *found =
        bed_text(&bed,
                 "select state || ' ' || outcome from nb.booking_attempt where booking_id "
                 "= %" PRId64 " and number = 1",
                 booking->id);
    cr_assert_str_eq(found, said, "%s instead of %s", found, said);
    free(found);
}

/* Prepares, lets this fault fall on the commit, chooses and waits. */
static void meet(const struct bed_choice *choice, const char *fault, struct bed_booking *booking)
{
    bed_prepare(&bed, choice, booking);
    bed_fault(&bed, booking, "commit", fault, 1, 0);
    bed_choose(&bed, choice, booking);
    bed_settle(&bed);
}

Test(dispatch_refusal, takes_the_next_allowed_candidate_when_it_is_sold_out)
{
    struct bed_booking same, other, none;
    open_with(NULL);
    meet(&(struct bed_choice){.second = true}, "sold_out", &same);
    bed_expect_state(&bed, &same, "confirmed");
    expect_first_attempt(&same, "refused sold_out");
    cr_assert_eq(bed_number(&bed,
                            "select count(*) from nb.property p join nb.booking b using "
                            "(property_id) where b.booking_id = %" PRId64
                            " and p.program_property_code = '%s'",
                            same.id, same.next),
                 1);
    meet(&(struct bed_choice){.other = true}, "sold_out", &other);
    bed_expect_state(&bed, &other, "confirmed");
    cr_assert_eq(points_of(&other), 30000, "the other program's price");
    meet(NULL, "sold_out", &none);
    bed_expect_state(&bed, &none, "failed");
    cr_assert_eq(bed_tasks(&bed, &none, "rebook"), 1, "nobody is left without an owner");
    close_all();
}

Test(dispatch_refusal, pays_what_the_program_takes_within_the_tolerance_and_asks_beyond_it)
{
    struct bed_booking within, beyond, quoted, cheaper, conditions;
    const struct bed_choice patient = {.tolerance = 5000};
    open_with(NULL);
    meet(&patient, "price_changed", &within);
    bed_expect_state(&bed, &within, "confirmed");
    cr_assert_eq(points_of(&within), 42000);
    meet(NULL, "price_changed", &beyond);
    bed_expect_state(&bed, &beyond, "held");
    cr_assert_eq(bed_tasks(&bed, &beyond, "ask_again"), 1);
    cr_assert_eq(bed_number(&bed,
                            "select (detail ->> 'points')::bigint from nb.task where booking_id = "
                            "%" PRId64 " and kind = 'ask_again'",
                            beyond.id),
                 42000, "the person is told what it costs now");
    cr_assert_eq(bed_held_there(&bed, &beyond, "confirmed"), 0);

    bed_prepare(&bed, &patient, &quoted);
    bed_tell(&bed, "price",
             json_pack("{s:s, s:s, s:i}", "program", "marriott", "property_code", quoted.code,
                       "points_per_night", 21500));
    bed_choose(&bed, &patient, &quoted);
    bed_prepare(&bed, NULL, &cheaper);
    bed_tell(&bed, "price",
             json_pack("{s:s, s:s, s:i}", "program", "marriott", "property_code", cheaper.code,
                       "points_per_night", 12345));
    bed_choose(&bed, NULL, &cheaper);
    bed_settle(&bed);
    bed_expect_state(&bed, &quoted, "confirmed");
    cr_assert_eq(points_of(&quoted), 43000);
    bed_expect_state(&bed, &cheaper, "confirmed");
    cr_assert_eq(points_of(&cheaper), 24690, "what is not taken is not spent");

    meet(&patient, "policy_changed", &conditions);
    bed_expect_state(&bed, &conditions, "held");
    cr_assert_eq(bed_tasks(&bed, &conditions, "ask_again"), 1, "conditions are always asked");
    close_all();
}

Test(dispatch_refusal, raises_the_alarm_when_the_program_knows_of_fewer_points)
{
    struct bed_booking poor;
    open_with(NULL);
    json_t *account =
        json_pack("{s:s, s:s, s:i}", "program", "marriott", "member_number", "M100", "points", 100);
    bed_tell(&bed, "account", json_incref(account));
    bed_book(&bed, &(struct bed_choice){.second = true}, &poor);
    bed_settle(&bed);
    bed_expect_state(&bed, &poor, "failed");
    cr_assert_eq(bed_tasks(&bed, &poor, "points_disagree"), 1);
    expect_first_attempt(&poor, "refused insufficient_points");
    json_object_set_new(account, "points", json_integer(BED_POINTS));
    bed_tell(&bed, "account", account);
    close_all();
}

Test(dispatch_refusal, stops_using_a_house_that_the_program_does_not_know)
{
    struct bed_booking lost;
    const struct bed_choice choice = {.second = true};
    open_with(NULL);
    bed_prepare(&bed, &choice, &lost);
    strcpy(lost.code, "BOSZZ");
    bed_choose(&bed, &choice, &lost);
    bed_settle(&bed);
    bed_expect_state(&bed, &lost, "confirmed");
    expect_first_attempt(&lost, "refused hotel_invalid");
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.property where program_property_code = "
                                  "'BOSZZ' and vetting_state = 'suspended'"),
                 1);
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.task where kind = 'property_invalid' "
                                  "and for_role = 'admin' and state = 'open'"),
                 1);
    close_all();
}

Test(dispatch_refusal, stops_using_an_account_that_the_program_does_not_know)
{
    struct bed_booking lost;
    bed_open(&bed, NULL);
    bed.opening[0].member = "M999";
    bed_write_accounts(&bed);
    bed_worker_start(&bed, &worker);
    bed_book(&bed, &(struct bed_choice){.second = true, .other = true}, &lost);
    bed_settle(&bed);
    bed_expect_state(&bed, &lost, "confirmed");
    expect_first_attempt(&lost, "refused member_invalid");
    cr_assert_eq(points_of(&lost), 30000, "the second house is of the same account: it is skipped");
    cr_assert_eq(bed_number(&bed,
                            "select count(*) from nb.points_account where state = "
                            "'disabled' and public_id = '%s'",
                            bed.accounts[0]),
                 1);
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.task where kind = 'account_invalid'"),
                 1);
    close_all();
}

Test(dispatch_refusal, opens_the_breaker_on_a_refused_credential_and_tries_again_when_it_is_mended)
{
    struct bed_booking first, second;
    bed_open(&bed, NULL);
    bed.opening[0].bearer = "not-the-credential";
    bed_write_accounts(&bed);
    bed_worker_start(&bed, &worker);
    bed_book(&bed, NULL, &first);
    bed_settle(&bed);
    bed_expect_state(&bed, &first, "held");
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.breaker where state = 'open' and "
                                  "operation = 'commit'"),
                 1);
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.task where kind = 'breaker_open' and "
                                  "for_role = 'admin'"),
                 1);
    bed_book(&bed, NULL, &second);
    bed_settle(&bed);
    cr_assert_eq(bed_number(&bed,
                            "select tries from nb.outbox_operation where booking_id = "
                            "%" PRId64,
                            second.id),
                 0, "nobody knocks while it is open");
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed.opening[0].bearer = REH_CREDENTIAL;
    bed_write_accounts(&bed);
    bed_worker_start(&bed, &worker);
    bed_advance(&bed, 61);
    bed_play(&bed, 3);
    bed_expect_state(&bed, &first, "confirmed");
    bed_expect_state(&bed, &second, "confirmed");
    cr_assert_eq(bed_number(&bed, "select count(*) from nb.breaker where state <> 'closed'"), 0);
    close_all();
}

Test(dispatch_refusal, lets_one_call_try_after_failures_in_a_row_and_reads_go_on_meanwhile)
{
    struct bed_booking lost, failing, waiting;
    open_with("('breaker_failures', null::bigint, '3')");
    bed_prepare(&bed, NULL, &lost);
    bed_fault(&bed, &lost, "commit", "lost_answer", 1, 0);
    bed_fault(&bed, &lost, "read", "hidden", 1, 0);
    bed_choose(&bed, NULL, &lost);
    bed_settle(&bed);
    bed_expect_state(&bed, &lost, "unknown");
    bed_prepare(&bed, NULL, &failing);
    bed_fault(&bed, &failing, "quote", "garbage", 2, 0);
    bed_choose(&bed, NULL, &failing);
    HOUSE_UNTIL(10, bed_number(&bed, "select count(*) from nb.breaker where state = 'open'") == 1);
    bed_book(&bed, NULL, &waiting);
    bed_settle(&bed);
    bed_expect_state(&bed, &failing, "held");
    bed_expect_state(&bed, &waiting, "held");
    bed_advance(&bed, 40);
    bed_advance(&bed, 81);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &lost), "confirmed") == 0);
    bed_play(&bed, 4);
    bed_expect_state(&bed, &failing, "confirmed");
    bed_expect_state(&bed, &waiting, "confirmed");
    close_all();
}

Test(dispatch_refusal, sends_nothing_while_the_kill_switch_is_off)
{
    struct bed_booking stay, next;
    open_with(NULL);
    (void)bed_number(&bed,
                     "select outcome = 'off' from nb.breaker_switch(%" PRId64
                     ", 'marriott', null, 'commit', true)",
                     bed.actor);
    bed_book(&bed, NULL, &stay);
    HOUSE_UNTIL(10, bed_tasks(&bed, &stay, "assisted_commit") == 1);
    bed_advance(&bed, 600);
    bed_settle(&bed);
    bed_expect_state(&bed, &stay, "held");
    cr_assert_eq(bed_calls(&bed, "marriott", "quote"), 0);
    (void)bed_number(&bed,
                     "select outcome = 'closed' from nb.breaker_switch(%" PRId64
                     ", 'marriott', null, 'commit', false)",
                     bed.actor);
    bed_book(&bed, NULL, &next);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &next), "confirmed") == 0);
    bed_expect_state(&bed, &stay, "held");
    close_all();
}

Test(dispatch_refusal, comes_again_when_it_was_asked_to_and_not_before)
{
    struct bed_booking stay, never;
    open_with("('retry_asked_ms', 3000, null::text)");
    meet(NULL, "throttle", &stay);
    bed_expect_state(&bed, &stay, "held");
    cr_assert_geq(bed_number(&bed,
                             "select extract(epoch from due_at - nb.now()) * 1000 from "
                             "nb.outbox_operation where booking_id = %" PRId64,
                             stay.id),
                  500);
    bed_advance(&bed, 3);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &stay), "confirmed") == 0);
    meet(&(struct bed_choice){.other = true}, "throttle_long", &never);
    bed_expect_state(&bed, &never, "confirmed");
    expect_first_attempt(&never, "refused retry_later");
    cr_assert_eq(points_of(&never), 30000, "longer than a guest can wait: the other house");
    close_all();
}
