/*
 * What both sides hold at the end: the gateway's book is the truth that ours is compared with.
 */
#include "tests/support/dispatch/bed.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *bed_state(struct bed *bed, const struct bed_booking *booking)
{
    static char word[32];
    char *state =
        bed_text(bed, "select state from nb.booking where booking_id = %" PRId64, booking->id);
    snprintf(word, sizeof(word), "%s", state);
    free(state);
    return word;
}

void bed_expect_why(struct bed *bed, const struct bed_booking *booking, const char *state,
                    const char *why)
{
    const char *found = bed_state(bed, booking);
    cr_assert_str_eq(found, state, "%s: %s instead of %s", why, found, state);
}

void bed_expect_state(struct bed *bed, const struct bed_booking *booking, const char *state)
{
    bed_expect_why(bed, booking, state, booking->code);
}

int64_t bed_tasks(struct bed *bed, const struct bed_booking *booking, const char *kind)
{
    return bed_number(bed,
                      "select count(*) from nb.task where booking_id = %" PRId64
                      " and kind = '%s' and state in ('open', 'claimed')",
                      booking->id, kind);
}

static bool is(const json_t *reservation, const char *member, const char *text)
{
    const char *value = json_string_value(json_object_get(reservation, member));
    return value != NULL && strcmp(value, text) == 0;
}

int bed_held_there(struct bed *bed, const struct bed_booking *booking, const char *status)
{
    json_t *book = reh_process_control(&bed->gateway, "GET", "book", NULL);
    size_t index;
    json_t *reservation;
    int count = 0;
    json_array_foreach(json_object_get(book, "reservations"), index, reservation)
    {
        bool ours = is(reservation, "property_code", booking->code) ||
                    is(reservation, "property_code", booking->next) ||
                    is(reservation, "property_code", booking->other);
        count += ours && is(reservation, "status", status) ? 1 : 0;
    }
    json_decref(book);
    return count;
}

int64_t bed_calls(struct bed *bed, const char *program, const char *operation)
{
    json_t *log = reh_process_control(&bed->gateway, "GET", "log", NULL);
    json_int_t calls = json_integer_value(
        json_object_get(json_object_get(json_object_get(log, "calls"), program), operation));
    json_decref(log);
    return calls;
}

int64_t bed_applied(struct bed *bed, const char *fault)
{
    json_t *log = reh_process_control(&bed->gateway, "GET", "log", NULL);
    json_int_t times = json_integer_value(json_object_get(json_object_get(log, "faults"), fault));
    json_decref(log);
    return times;
}

/* B2: each reservation that lives there is an attempt of ours that we believe in, as it is. */
static void check_reservation(struct bed *bed, const json_t *reservation, int64_t but)
{
    if (!is(reservation, "status", "confirmed")) {
        return;
    }
    const char *reference = json_string_value(json_object_get(reservation, "reference"));
    char *ours = bed_text(
        bed,
        "select a.state || ' ' || b.state || ' ' || (a.check_in = '%s') || ' ' || (a.check_out = "
        "'%s') || ' ' || (a.points = %" PRId64 ") || ' ' || (a.units = %" PRId64
        ") from nb.booking_attempt a join nb.booking b using (booking_id) where a.reference = '%s' "
        "and b.booking_id <> %" PRId64,
        json_string_value(json_object_get(reservation, "check_in")),
        json_string_value(json_object_get(reservation, "check_out")),
        (int64_t)json_integer_value(json_object_get(reservation, "points_total")),
        (int64_t)json_integer_value(json_object_get(reservation, "rooms")), reference, but);
    int64_t excused = bed_number(bed,
                                 "select count(*) from nb.booking_attempt where reference = '%s' "
                                 "and booking_id = %" PRId64,
                                 reference, but);
    cr_assert(excused == 1 || strcmp(ours, "confirmed confirmed true true true true") == 0,
              "the gateway holds what we see as: %s", ours);
    free(ours);
}

/* B3: each booking that we believe in lives there once. */
static int64_t confirmed_here(struct bed *bed, int64_t but)
{
    return bed_number(bed,
                      "select count(*) from nb.booking_attempt where state = 'confirmed' and "
                      "booking_id <> %" PRId64,
                      but);
}

static int64_t check_reservations(struct bed *bed, const json_t *book, int64_t but)
{
    size_t index;
    json_t *reservation;
    int64_t there = 0;
    json_array_foreach(json_object_get(book, "reservations"), index, reservation)
    {
        check_reservation(bed, reservation, but);
        const char *reference = json_string_value(json_object_get(reservation, "reference"));
        bool counted = is(reservation, "status", "confirmed") &&
                       bed_number(bed,
                                  "select count(*) from nb.booking_attempt where reference = "
                                  "'%s' and booking_id <> %" PRId64,
                                  reference, but) == 1;
        there += counted ? 1 : 0;
    }
    return there;
}

/* L9: what the program took is what our books say is spent. */
static void check_points(struct bed *bed, const json_t *book, const struct bed_booking *but)
{
    size_t index;
    json_t *account;
    json_array_foreach(json_object_get(book, "accounts"), index, account)
    {
        const char *program = json_string_value(json_object_get(account, "program"));
        int64_t left = (int64_t)json_integer_value(json_object_get(account, "points"));
        int64_t spent = bed_number(
            bed,
            "select coalesce(sum(l.spent), 0) from nb.points_lot l join nb.points_account a using "
            "(account_id) join nb.loyalty_program p using (program_id) where p.code = '%s'",
            program);
        cr_assert(but != NULL || BED_POINTS - left == spent,
                  "%s took %" PRId64 " points, our books say %" PRId64, program, BED_POINTS - left,
                  spent);
    }
}

void bed_check_invariants(struct bed *bed)
{
    (void)bed_number(bed, "select nb.hold_expire(100) + nb.booking_overdue(100) + "
                          "nb.task_overdue(100) + nb.request_overdue(100)");
    house_check_invariants(&bed->house);
}

void bed_compare_books(struct bed *bed, const struct bed_booking *but)
{
    json_t *book = reh_process_control(&bed->gateway, "GET", "book", NULL);
    int64_t excused = but == NULL ? 0 : but->id;
    int64_t there = check_reservations(bed, book, excused);
    int64_t here = confirmed_here(bed, excused);
    cr_assert_eq(there, here, "%" PRId64 " live there, %" PRId64 " here", there, here);
    check_points(bed, book, but);
    json_decref(book);
    bed_check_invariants(bed);
}
