/*
 * The clock against a real database: what is due is found by its own time, what was held comes back
 * exactly, several clocks do nothing twice, and a clock that finds nothing although it should is an
 * alarm.
 */
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/scheduler/clock.h"
#include "tests/integration/booking_house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(clock, .timeout = 300);

#define CLOCKS 3
#define PATIENCE_S 120

struct clock_bed {
    struct api_house at;
    struct store *store;
    struct store *check;
    struct http_metrics *metrics[CLOCKS];
    struct clock *clocks[CLOCKS];
    int count;
    int stopped;
    int progress;
};

static void on_progress(void *data)
{
    ((struct clock_bed *)data)->progress++;
}

static struct store *open_store(const struct clock_bed *bed, enum store_role role)
{
    const char *cluster = getenv("NIGHTBRIDGE_TEST_CLUSTER");
    char url[512];
    struct nb_err err = {0};
    struct store_config config = {.database_url = url, .application_name = "clock_test"};

    (void)snprintf(url, sizeof(url), "postgresql:///%s?host=%s&passfile=%s/pgpass",
                   bed->at.house.database, cluster, cluster);
    config.pools[role].readers = 1;
    struct store *store = store_create(bed->at.loop, &config, &err);
    cr_assert_not_null(store, "%s", err.text);
    return store;
}

static void open_bed(struct clock_bed *bed)
{
    *bed = (struct clock_bed){.count = 0};
    booking_house_open(&bed->at);
    bed->store = open_store(bed, STORE_CLOCK);
    bed->check = open_store(bed, STORE_CHECK);
}

static void start_clocks(struct clock_bed *bed, int count)
{
    for (int i = 0; i < count; i++) {
        bed->metrics[i] = http_metrics_create();
        bed->clocks[i] = clock_create(&(struct clock_config){.loop = bed->at.loop,
                                                             .store = bed->store,
                                                             .check = bed->check,
                                                             .metrics = bed->metrics[i],
                                                             .progress = on_progress,
                                                             .progress_data = bed});
    }
    bed->count = count;
}

static void on_pause(void *data)
{
    loop_stop(data);
}

/* Turns the loop until the SQL says t. */
static void until(struct clock_bed *bed, const char *condition)
{
    struct loop_timer pause;
    int64_t give_up = house_now_ms() + PATIENCE_S * 1000;

    loop_timer_init(&pause, bed->at.loop, on_pause, bed->at.loop);
    while (strcmp(booking_sql(&bed->at, "select %s", condition), "t") != 0) {
        cr_assert_lt(house_now_ms(), give_up, "not within %d s: %s", PATIENCE_S, condition);
        loop_timer_start(&pause, 100);
        loop_run(bed->at.loop);
    }
    loop_timer_fini(&pause);
}

static void until_progress(struct clock_bed *bed, int more)
{
    struct loop_timer pause;
    int wanted = bed->progress + more;
    int64_t give_up = house_now_ms() + PATIENCE_S * 1000;

    loop_timer_init(&pause, bed->at.loop, on_pause, bed->at.loop);
    while (bed->progress < wanted) {
        cr_assert_lt(house_now_ms(), give_up, "the clock does not go on");
        loop_timer_start(&pause, 50);
        loop_run(bed->at.loop);
    }
    loop_timer_fini(&pause);
}

static void on_stopped(void *data)
{
    struct clock_bed *bed = data;

    bed->stopped++;
    if (bed->stopped == bed->count) {
        loop_stop(bed->at.loop);
    }
}

static void stop_clocks(struct clock_bed *bed)
{
    for (int i = 0; i < bed->count; i++) {
        clock_stop(bed->clocks[i], on_stopped, bed);
    }
    loop_run(bed->at.loop);
    cr_assert_eq(bed->stopped, bed->count);
    for (int i = 0; i < bed->count; i++) {
        clock_destroy(bed->clocks[i]);
        http_metrics_destroy(bed->metrics[i]);
    }
    bed->count = 0;
    bed->stopped = 0;
}

/* sound: the invariants hold, once the clocks have caught up with the time that was passed. */
static void close_bed(struct clock_bed *bed, bool sound)
{
    if (sound) {
        until(bed, "not exists (select from nb.shelter_request where next_action_at < nb.now() and "
                   "state in ('open', 'placed', 'unmet'))");
    }
    stop_clocks(bed);
    store_destroy(bed->store);
    store_destroy(bed->check);
    if (sound) {
        booking_house_close(&bed->at);
    } else {
        api_house_close(&bed->at);
    }
}

static void advance(struct clock_bed *bed, const char *by)
{
    (void)booking_sql(&bed->at, "select nb_test.advance('%s')", by);
}

static const char *book_bed(struct clock_bed *bed, const char *unit)
{
    const char *request = booking_request(&bed->at, NULL);

    return booking_made(
        &bed->at, request,
        booking_option(&bed->at, request, booking_text("nb_test.shelter_option(%%s, %s)", unit)),
        "");
}

Test(clock, an_offer_is_asked_again_and_ends_at_the_cap_with_everything_given_back)
{
    struct clock_bed bed;

    open_bed(&bed);
    const char *unit = booking_beds(&bed.at, 1);
    const char *before = booking_stock(&bed.at);
    const char *booking = book_bed(&bed, unit);
    start_clocks(&bed, 1);
    advance(&bed, "61 minutes");
    until(&bed, "(select renewals = 1 from nb.referral)");
    cr_expect_str_eq(booking_state(&bed.at, booking), "offered");
    advance(&bed, "60 minutes");
    until(&bed, "(select renewals = 2 from nb.referral)");
    advance(&bed, "2 hours");
    until(&bed, "(select state = 'expired' from nb.referral)");
    cr_expect_str_eq(booking_state(&bed.at, booking), "expired");
    cr_expect_str_eq(booking_stock(&bed.at), before);
    cr_expect_str_eq(
        booking_sql(&bed.at,
                    "select count(*) from nb.task where kind = 'rebook' and state = 'open'"),
        "1", "somebody owns what is left");
    close_bed(&bed, true);
}

Test(clock, a_hold_of_points_that_nobody_took_in_hand_ends_and_comes_back)
{
    struct clock_bed bed;

    open_bed(&bed);
    const char *account = booking_account(&bed.at, 60000, "gateway");
    const char *hotel = booking_hotel(&bed.at);
    const char *before = booking_stock(&bed.at);
    const char *request = booking_request(&bed.at, NULL);
    const char *booking = booking_made(
        &bed.at, request,
        booking_option(&bed.at, request,
                       booking_text("nb_test.points_option(%%s, %s, %s)", hotel, account)),
        "");
    start_clocks(&bed, 1);
    until_progress(&bed, 12);
    cr_expect_str_eq(booking_state(&bed.at, booking), "held", "it is not time yet");
    advance(&bed, "16 minutes");
    until(&bed, "(select state = 'expired' from nb.booking)");
    cr_expect_str_eq(booking_stock(&bed.at), before);
    close_bed(&bed, true);
}

Test(clock, several_clocks_work_off_a_backlog_and_do_nothing_twice)
{
    struct clock_bed bed;

    open_bed(&bed);
    const char *unit = booking_beds(&bed.at, 40);
    const char *before = booking_stock(&bed.at);
    for (int i = 0; i < 12; i++) {
        (void)book_bed(&bed, unit);
    }
    /* More than one batch of the sweep, made in one go. */
    (void)booking_sql(&bed.at,
                      "insert into nb.task (hotline_id, kind, for_role, due_at, state, claimed_by, "
                      "lease_until) select 1, 'some_work', 'specialist', nb.now() + interval '1 "
                      "day', 'claimed', (select min(user_id) from nb.app_user), nb.now() + "
                      "interval '1 minute' from generate_series(1, 250)");
    advance(&bed, "5 hours");
    start_clocks(&bed, CLOCKS);
    until(&bed, "not exists (select from nb.referral where state = 'offered')");
    until(&bed, "not exists (select from nb.task where state = 'claimed')");
    cr_expect_str_eq(booking_stock(&bed.at), before);
    cr_expect_str_eq(booking_sql(&bed.at, "select count(*) from nb.booking_event where event = "
                                          "'expire'"),
                     "12");
    cr_expect_str_eq(booking_sql(&bed.at, "select count(*) from nb.task where kind = 'rebook'"),
                     "12");
    close_bed(&bed, true);
}

Test(clock, the_audit_log_is_sealed_behind_what_is_written)
{
    struct clock_bed bed;

    open_bed(&bed);
    (void)book_bed(&bed, booking_beds(&bed.at, 1));
    start_clocks(&bed, 1);
    until(&bed, "(select count(*) = (select count(*) from nb.audit_event) and count(*) > 0 from "
                "nb.audit_seal)");
    cr_expect_str_eq(booking_sql(&bed.at, "select count(*) from nb.audit_verify()"), "0");
    close_bed(&bed, true);
}

Test(clock, a_sweep_that_does_not_find_what_is_due_is_an_alarm)
{
    struct clock_bed bed;

    open_bed(&bed);
    (void)book_bed(&bed, booking_beds(&bed.at, 1));
    /* It looks, and is blind: the sweep answers 0 whatever there is. */
    (void)booking_sql(&bed.at, "create or replace function nb.referral_step(most integer) returns "
                               "integer language sql security definer as 'select 0'");
    start_clocks(&bed, 1);
    until_progress(&bed, 12);
    cr_expect_eq(clock_alarms(bed.clocks[0]), 0);
    advance(&bed, "90 minutes");
    struct loop_timer pause;
    int64_t give_up = house_now_ms() + 30000;
    loop_timer_init(&pause, bed.at.loop, on_pause, bed.at.loop);
    while (clock_alarms(bed.clocks[0]) == 0) {
        cr_assert_lt(house_now_ms(), give_up, "nobody noticed");
        loop_timer_start(&pause, 100);
        loop_run(bed.at.loop);
    }
    loop_timer_fini(&pause);
    struct nb_buf text;
    nb_buf_init(&text, (size_t)1 << 20);
    http_metrics_write(bed.metrics[0], &text);
    cr_expect_not_null(strstr(nb_buf_str(&text), "nightbridge_clock_alarm{sweep=\"referrals\"} 1"),
                       "%s", nb_buf_str(&text));
    cr_expect_not_null(strstr(nb_buf_str(&text), "nightbridge_clock_alarm{sweep=\"holds\"} 0"));
    nb_buf_fini(&text);
    close_bed(&bed, false);
}

Test(clock, a_broken_rule_is_an_alarm_within_the_hour)
{
    struct clock_bed bed;

    open_bed(&bed);
    const char *unit = booking_beds(&bed.at, 3);
    (void)booking_sql(&bed.at,
                      "update nb.unit_night set held = 1 where unit_type_id = %s and night = "
                      "(select min(night) from nb.unit_night where unit_type_id = %s)",
                      unit, unit);
    start_clocks(&bed, 1);
    struct loop_timer pause;
    int64_t give_up = house_now_ms() + 30000;
    loop_timer_init(&pause, bed.at.loop, on_pause, bed.at.loop);
    while (clock_alarms(bed.clocks[0]) == 0) {
        cr_assert_lt(house_now_ms(), give_up, "nobody noticed");
        loop_timer_start(&pause, 100);
        loop_run(bed.at.loop);
    }
    loop_timer_fini(&pause);
    (void)booking_sql(&bed.at, "update nb.unit_night set held = 0 where unit_type_id = %s", unit);
    close_bed(&bed, true);
}
