/*
 * Accounts that people book with: the plugin's script reaches a task with its placeholders as they
 * are, nothing is sent anywhere, and what a person left in the dark is read by another.
 */
#include "tests/support/dispatch/bed.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dispatch_assisted, .timeout = 300);

static struct bed bed;
static struct bed_worker worker;

static void open_all(void)
{
    bed_open(&bed, NULL);
    free(
        house_sql(&bed.house, "update nb.points_account set mode = 'assisted', phone_only = true"));
    bed_worker_start(&bed, &worker);
}

static void close_all(void)
{
    cr_assert_eq(bed_calls(&bed, "marriott", "quote") + bed_calls(&bed, "marriott", "commit") +
                     bed_calls(&bed, "marriott", "read") + bed_calls(&bed, "marriott", "cancel"),
                 0, "nothing goes out by machine");
    bed_check_invariants(&bed);
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_close(&bed);
}

/* Runs a task function; its outcome, free() it. */
static char *of_task(const struct bed_booking *booking, const char *kind, const char *call)
{
    return house_sql(&bed.house,
                     "select d.outcome from nb.task t, lateral nb.%s d where t.booking_id = "
                     "%" PRId64 " and t.kind = '%s' and t.state in ('open', 'claimed')",
                     call, booking->id, kind);
}

static void expect_of_task(const struct bed_booking *booking, const char *kind, const char *call,
                           const char *outcome)
{
    char *found = of_task(booking, kind, call);
    cr_assert_str_eq(found, outcome, "%s: %s instead of %s", call, found, outcome);
    free(found);
}

#define ACTOR "t.hotline_id, nb.random_id()::text, nb_test.dispatch_key(), t.public_id"
#define CLAIM "task_claim((select min(user_id) from nb.app_user), " ACTOR ")"
#define DONE(result, number)                                                                       \
    "task_done((select min(user_id) from nb.app_user), " ACTOR ", t.fencing_token, " result        \
    ", " number ")"

static void expect_script(const struct bed_booking *booking, const char *kind, const char *line)
{
    HOUSE_UNTIL(10, bed_tasks(&bed, booking, kind) == 1);
    char *script = bed_text(&bed,
                            "select detail -> 'script' from nb.task where booking_id = %" PRId64
                            " and kind = '%s'",
                            booking->id, kind);
    json_t *parsed = json_loads(script, 0, NULL);
    cr_assert_not_null(parsed, "%s", script);
    cr_assert_gt(json_array_size(json_object_get(parsed, "lines")), 2);
    cr_assert_gt(json_array_size(json_object_get(parsed, "fields")), 0);
    cr_assert_not_null(strstr(script, line), "%s is not in %s", line, script);
    cr_assert_null(strstr(script, "M100"), "no secret stands in a task");
    json_decref(parsed);
    free(script);
}

Test(dispatch_assisted, gives_the_script_to_a_person_who_books_and_cancels)
{
    struct bed_booking stay;
    open_all();
    bed_book(&bed, NULL, &stay);
    expect_script(&stay, "assisted_commit", "{{account.member}}");
    bed_expect_state(&bed, &stay, "held");
    expect_of_task(&stay, "assisted_commit", CLAIM, "claimed");
    bed_expect_state(&bed, &stay, "dispatching");
    expect_of_task(&stay, "assisted_commit",
                   DONE("(select jsonb_build_object('outcome', 'confirmed', 'points', 39000, "
                        "'check_in', check_in, 'check_out', check_out, 'units', units) from "
                        "nb.booking where booking_id = t.booking_id)",
                        "'\\xaa', nb_test.dispatch_key()"),
                   "done");
    bed_expect_state(&bed, &stay, "confirmed");
    cr_assert_eq(bed_number(&bed, "select sum(spent)::bigint from nb.points_lot"), 39000,
                 "what the person read back is what is spent");
    bed_cancel(&bed, &stay);
    expect_script(&stay, "assisted_cancel", "{{booking.confirmation}}");
    expect_of_task(&stay, "assisted_cancel", CLAIM, "claimed");
    expect_of_task(&stay, "assisted_cancel", DONE("'{\"outcome\": \"cancelled\"}'", "null, null"),
                   "done");
    bed_expect_state(&bed, &stay, "cancelled");
    cr_assert_eq(bed_number(&bed, "select sum(spent)::bigint from nb.points_lot"), 0);
    close_all();
}

Test(dispatch_assisted, lets_another_person_read_what_one_left_in_the_dark)
{
    struct bed_booking stay;
    open_all();
    bed_book(&bed, NULL, &stay);
    HOUSE_UNTIL(10, bed_tasks(&bed, &stay, "assisted_commit") == 1);
    expect_of_task(&stay, "assisted_commit", CLAIM, "claimed");
    bed_advance(&bed, 1201);
    cr_assert_eq(bed_number(&bed, "select nb.task_lapse(10)"), 1);
    bed_expect_state(&bed, &stay, "unknown");
    cr_assert_eq(bed_tasks(&bed, &stay, "unknown_outcome"), 1, "never silently free");
    bed_hint(&bed);
    expect_script(&stay, "assisted_read", "{{guest.surname}}");
    expect_of_task(&stay, "assisted_read", CLAIM, "claimed");
    expect_of_task(&stay, "assisted_read",
                   DONE("(select jsonb_build_object('outcome', 'found', 'points', 40000, "
                        "'check_in', check_in, 'check_out', check_out, 'units', units) from "
                        "nb.booking where booking_id = t.booking_id)",
                        "'\\xab', nb_test.dispatch_key()"),
                   "done");
    bed_expect_state(&bed, &stay, "confirmed");
    close_all();
}

Test(dispatch_assisted, what_is_switched_off_goes_to_a_person_with_the_script)
{
    struct bed_booking stay;
    struct bed_booking next;

    bed_open(&bed, NULL);
    cr_assert_eq(HOUSE_RUN(&bed.house, NULL, "breaker", "off", "marriott"), 0);
    bed_worker_start(&bed, &worker);
    bed_book(&bed, NULL, &stay);
    expect_script(&stay, "assisted_commit", "{{property.code}}");
    cr_expect_eq(bed_calls(&bed, "marriott", "commit"), 0, "the machine is off");
    cr_assert_eq(HOUSE_RUN(&bed.house, NULL, "breaker", "on", "marriott"), 0);
    bed_book(&bed, NULL, &next);
    HOUSE_UNTIL(10, strcmp(bed_state(&bed, &next), "confirmed") == 0);
    cr_expect_eq(bed_tasks(&bed, &stay, "assisted_commit"), 1,
                 "what a person has in hand stays theirs");
    bed_check_invariants(&bed);
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_close(&bed);
}
