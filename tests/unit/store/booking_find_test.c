/* Bookings that are looked for together: what goes out when, and who is told what. */
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"
#include "core/store/booking.h"
#include "tests/support/scripted_pq.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(store_booking_find, .timeout = 20);

#define WISHES 8
#define ID "7e0b5f6c-31c2-4f6e-9d64-0c4f5f2d8a11"
#define AT "2026-12-01 10:00:00+00"

/* The first wish of a statement is found, the others are not. */
static const struct scripted_column found[] = {
    {"n", "1"},
    {"id", ID},
    {"request", ID},
    {"group_id", NULL},
    {"group_kind", NULL},
    {"role", "primary"},
    {"covers", NULL},
    {"state", "held"},
    {"place_kind", "points_hotel"},
    {"transport", "gateway"},
    {"program", "wyndham"},
    {"check_in", "2026-12-05"},
    {"check_out", "2026-12-07"},
    {"units", "1"},
    {"households", "[0]"},
    {"points", "30000"},
    {"cash_minor", NULL},
    {"currency", NULL},
    {"points_reason", NULL},
    {"long_stay_reason", NULL},
    {"allowed_next", "f"},
    {"price_tolerance_points", "0"},
    {"hold_expires_at", AT},
    {"cancel_by", NULL},
    {"desk_confirmed_at", NULL},
    {"desk_contact", NULL},
    {"guest_told_at", NULL},
    {"next_action_at", NULL},
    {"created_at", AT},
    {"version", "3"},
    {"attempts", "[]"},
    {"timeline", "[]"},
    {"tasks", "[]"},
    {"referral", NULL},
    {NULL, NULL},
};
static const struct scripted_column *const rows[] = {found};

struct bed;

struct told {
    struct bed *bed;
    int times;
    enum store_outcome outcome;
    int64_t version; /* 0: not found */
};

struct bed {
    struct loop *loop;
    struct loop_timer patience;
    struct store *store;
    struct told told[WISHES];
    int answered;
    int awaited;
};

static void on_found(void *data, const struct store_result *result,
                     const struct store_booking *booking)
{
    struct told *told = data;

    told->times++;
    told->outcome = result->outcome;
    told->version = booking == NULL ? 0 : booking->version;
    if (++told->bed->answered == told->bed->awaited) {
        loop_stop(told->bed->loop);
    }
}

static void on_patience(void *data)
{
    loop_stop(((struct bed *)data)->loop);
}

static void bed_open(struct bed *bed)
{
    struct nb_err err = {0};
    struct store_config config = {.database_url = "postgresql:///nightbridge?host=/nowhere",
                                  .application_name = "test"};

    *bed = (struct bed){.loop = loop_create()};
    config.pools[STORE_STAFF].readers = 1;
    config.pools[STORE_STAFF].password = "secret";
    loop_timer_init(&bed->patience, bed->loop, on_patience, bed);
    bed->store = store_create(bed->loop, &config, &err);
    cr_assert_not_null(bed->store, "%s", err.text);
    scripted_pq_rows("booking_find", 1, rows);
}

/* Wish number n of hotline n + 1. */
static void look_for(struct bed *bed, int count)
{
    for (int n = 0; n < count; n++) {
        bed->told[n].bed = bed;
        store_booking_find(bed->store, (struct hotline_id){n + 1}, (struct public_id){{0}},
                           on_found, &bed->told[n]);
    }
    cr_assert_eq(bed->answered, 0, "nobody is told from inside the call");
}

static void bed_await(struct bed *bed, int answers)
{
    bed->awaited = answers;
    loop_timer_start(&bed->patience, 10000);
    loop_run(bed->loop);
    for (int n = 0; n < answers; n++) {
        cr_assert_eq(bed->told[n].times, 1, "wish %d was told %d times", n, bed->told[n].times);
    }
}

static void bed_close(struct bed *bed)
{
    bed->store = store_destroy(bed->store);
    loop_timer_fini(&bed->patience);
    bed->loop = loop_destroy(bed->loop);
}

Test(store_booking_find, wishes_gather_while_a_statement_is_in_flight)
{
    struct bed bed;

    bed_open(&bed);
    look_for(&bed, 5);
    bed_await(&bed, 5);
    cr_assert_str_eq(scripted_pq_log(), "prepare booking_find;booking_find({1});sync;"
                                        "booking_find({2,3,4,5});sync;");
    for (int n = 0; n < 5; n++) {
        cr_expect_eq(bed.told[n].outcome, STORE_OK);
        cr_expect_eq(bed.told[n].version, n < 2 ? 3 : 0, "wish %d", n);
    }
    bed_close(&bed);
}

Test(store_booking_find, an_exception_is_told_to_none_but_whom_it_is_for)
{
    struct bed bed;

    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_ANSWER});
    /* The four as one statement, then as four that share a sync, then the first by itself. */
    for (int i = 0; i < 3; i++) {
        scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_RAISE, .sqlstate = "22012"});
    }
    bed_open(&bed);
    look_for(&bed, 5);
    bed_await(&bed, 5);
    for (int n = 0; n < 5; n++) {
        cr_expect_eq(bed.told[n].outcome, n == 1 ? STORE_REFUSED : STORE_OK, "wish %d", n);
        cr_expect_eq(bed.told[n].version, n == 1 ? 0 : 3, "wish %d", n);
    }
    bed_close(&bed);
}

Test(store_booking_find, what_is_gathered_is_told_when_the_house_closes)
{
    struct bed bed;

    bed_open(&bed);
    look_for(&bed, 5);
    bed_close(&bed);
    for (int n = 0; n < 5; n++) {
        cr_expect_eq(bed.told[n].times, 1, "wish %d was told %d times", n, bed.told[n].times);
        cr_expect_neq(bed.told[n].outcome, STORE_OK);
    }
}
