/*
 * A dispatcher dies at once while bookings are in every state of the lifecycle. What was certain is
 * untouched, what was open is finished by its successor, and nothing is booked or cancelled twice.
 */
#include "tests/support/dispatch/bed.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dispatch_restart, .timeout = 300);

#define LEASE_S 4
#define SHORT_LEASE "('lease_ms', 4000, null::text)"
#define EVENTS 3

static struct bed bed;
static struct bed_worker worker;

/* How a booking that the program has confirmed comes into a state, and which. */
static const struct way {
    const char *state;
    const char *events[EVENTS];
} after_confirmation[] = {
    {"confirmed", {NULL}},
    {"desk_confirmed", {"desk_confirm"}},
    {"checked_in", {"desk_confirm", "check_in"}},
    {"checked_out", {"desk_confirm", "check_in", "check_out"}},
    {"moved", {"desk_confirm", "check_in", "move"}},
    {"no_show", {"no_show"}},
    {"refused_at_desk", {"refuse_at_desk"}},
};
/* The same for a bed that a provider is asked for. */
static const struct way after_offer[] = {
    {"offered", {NULL}},
    {"declined", {"decline"}},
    {"expired", {"expire"}},
};

static void step(int64_t booking, const char *event)
{
    char *to =
        bed_text(&bed, "select nb.booking_step(%" PRId64 ", '%s', %" PRId64 ", 'specialist')",
                 booking, event, bed.actor);
    cr_assert_str_neq(to, "refused", "%s", event);
    free(to);
}

static void walk(int64_t booking, const struct way *way)
{
    for (int i = 0; i < EVENTS && way->events[i] != NULL; i++) {
        step(booking, way->events[i]);
    }
}

static void load_makers(void)
{
    char command[512];
    char *said = NULL;
    (void)snprintf(command, sizeof(command),
                   "for f in fixture booking; do psql -X -q -v ON_ERROR_STOP=1 -d '%s' -f "
                   "tests/sql/support/$f.sql; done",
                   bed.house.owner_url);
    cr_assert_eq(house_shell(&bed.house, &said, command), 0, "%s", said);
    free(said);
}

static void offer_bed(struct bed_booking *booking)
{
    *booking = (struct bed_booking){.id = 0};
    const int64_t request = bed_number(&bed, "select nb_test.request(%" PRId64 ")", bed.hotline);
    const int64_t search = bed_number(&bed, "select nb_test.search(%" PRId64 ")", request);
    free(bed_text(&bed,
                  "select outcome from nb_test.book(%" PRId64
                  ", array[nb_test.shelter_option(%" PRId64 ", nb_test.beds(1))])",
                  request, search));
    booking->id =
        bed_number(&bed, "select booking_id from nb.booking where request_id = %" PRId64, request);
}

/* Everything that was and was not at stake. */
struct stays {
    struct bed_booking certain[NB_COUNT(after_confirmation)];
    struct bed_booking offered[NB_COUNT(after_offer)];
    struct bed_booking failed, cancelled, unknown, cancelling, sending, held;
};

static void expect_there(const struct bed_booking *booking, int confirmed, int cancelled)
{
    cr_expect_eq(bed_held_there(&bed, booking, "confirmed"), confirmed, "%s",
                 bed_state(&bed, booking));
    cr_expect_eq(bed_held_there(&bed, booking, "cancelled"), cancelled, "%s",
                 bed_state(&bed, booking));
}

static void make_certain(struct stays *stays)
{
    for (size_t i = 0; i < NB_COUNT(after_confirmation); i++) {
        bed_book(&bed, NULL, &stays->certain[i]);
    }
    bed_prepare(&bed, NULL, &stays->failed);
    bed_fault(&bed, &stays->failed, "commit", "sold_out", 1, 0);
    bed_choose(&bed, NULL, &stays->failed);
    bed_book(&bed, NULL, &stays->cancelled);
    bed_book(&bed, NULL, &stays->cancelling);
    bed_settle(&bed);
    for (size_t i = 0; i < NB_COUNT(after_confirmation); i++) {
        walk(stays->certain[i].id, &after_confirmation[i]);
    }
    bed_cancel(&bed, &stays->cancelled);
    bed_settle(&bed);
    for (size_t i = 0; i < NB_COUNT(after_offer); i++) {
        offer_bed(&stays->offered[i]);
        walk(stays->offered[i].id, &after_offer[i]);
    }
}

/* In two calls of both programs, so that they are out together. */
static void make_open(struct stays *stays)
{
    const struct bed_choice other = {.program = "wyndham"};
    bed_prepare(&bed, NULL, &stays->unknown);
    bed_fault(&bed, &stays->unknown, "commit", "lost_answer", 1, 0);
    bed_fault(&bed, &stays->unknown, "read", "hidden", 1, 0);
    bed_choose(&bed, NULL, &stays->unknown);
    bed_settle(&bed);
    bed_prepare(&bed, &other, &stays->sending);
    bed_fault(&bed, &stays->sending, "commit", "slow", 1, 3000);
    bed_choose(&bed, &other, &stays->sending);
    bed_fault(&bed, &stays->cancelling, "cancel", "slow", 1, 3000);
    bed_cancel(&bed, &stays->cancelling);
    HOUSE_UNTIL(10, bed_held_there(&bed, &stays->sending, "confirmed") == 1 &&
                        bed_held_there(&bed, &stays->cancelling, "cancelled") == 1);
    bed_worker_kill(&worker, SIGKILL);
    bed_book(&bed, NULL, &stays->held);
}

static void expect_certain(const struct stays *stays)
{
    for (size_t i = 0; i < NB_COUNT(after_confirmation); i++) {
        bed_expect_state(&bed, &stays->certain[i], after_confirmation[i].state);
        expect_there(&stays->certain[i], 1, 0);
    }
    for (size_t i = 0; i < NB_COUNT(after_offer); i++) {
        bed_expect_state(&bed, &stays->offered[i], after_offer[i].state);
    }
    bed_expect_state(&bed, &stays->failed, "failed");
    expect_there(&stays->failed, 0, 0);
    bed_expect_state(&bed, &stays->cancelled, "cancelled");
    expect_there(&stays->cancelled, 0, 1);
}

/* The lifecycle has no state that this test forgets. */
static void expect_every_state(void)
{
    char *missing = bed_text(
        &bed, "select string_agg(distinct t.to_state, ' ') from nb.booking_transition t where not "
              "exists (select from nb.booking b where b.state = t.to_state)");
    cr_assert_str_eq(missing, "", "%s", missing);
    free(missing);
}

Test(dispatch_restart, finishes_what_was_open_and_leaves_alone_what_was_certain)
{
    struct stays stays;
    bed_open(&bed, &(struct bed_options){.settings = SHORT_LEASE});
    load_makers();
    bed_worker_start(&bed, &worker);
    make_certain(&stays);
    make_open(&stays);
    expect_every_state();
    expect_certain(&stays);
    bed_expect_state(&bed, &stays.unknown, "unknown");
    bed_expect_state(&bed, &stays.sending, "dispatching");
    bed_expect_state(&bed, &stays.cancelling, "cancel_pending");
    bed_expect_state(&bed, &stays.held, "held");

    bed_advance(&bed, LEASE_S + 1);
    bed_worker_start(&bed, &worker);
    bed_play(&bed, BED_HOPS);
    expect_certain(&stays);
    const struct bed_booking *const found[] = {&stays.unknown, &stays.sending, &stays.held};
    for (size_t i = 0; i < NB_COUNT(found); i++) {
        bed_expect_state(&bed, found[i], "confirmed");
        expect_there(found[i], 1, 0);
    }
    bed_expect_state(&bed, &stays.cancelling, "cancelled");
    expect_there(&stays.cancelling, 0, 1);
    cr_assert_eq(bed_worker_stop(&worker), 0);
    bed_check_invariants(&bed);
    bed_close(&bed);
}
