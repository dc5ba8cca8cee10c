/* A plugin host that crashes, hangs or lies is one call's loss: the next call finds another host.
 */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/plugin/process.h"
#include "tests/unit/plugin/house.h"
#include "tests/unit/plugin/image.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(plugin_client, .timeout = 60);

static const uint16_t plain[] = {1, 2, 3};

Test(plugin_client, a_batch_is_answered_row_by_row)
{
    struct house house;
    house_open(&house, "none", NULL, 0);
    house_price(&house, plain, 3, 5000);
    cr_expect_eq(house.answers, 0, "never from inside the call");
    house_wait(&house, 1);
    cr_assert_eq(house.result, PLUGIN_ANSWERED);
    cr_assert_eq(house.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect(house.available[i]);
        cr_expect_eq(house.prices[i].total_points, 15000 * plain[i]);
    }
    cr_expect_str_eq(plugin_host_descriptor(house.host)->name, "hostile");
    cr_expect_eq(plugin_host_descriptor(house.host)->rule_count, 2);
    cr_expect_eq(plugin_host_losses(house.host), 0);
    house_close(&house);
}

static const struct loss {
    const char *behavior;
    int64_t deadline_ms;
    const char *why;
} losses[] = {
    {"crash", 5000, "it dies"},
    {"overflow", 5000, "its stack ends"},
    {"hang_up", 5000, "it leaves without a word"},
    {"loop", 200, "it never comes back"},
    {"huge", 5000, "its answer is larger than what travels"},
    {"wild", 5000, "its answer points to nowhere"},
    {"status", 5000, "it returns a status that does not exist"},
    {"forge", 5000, "it speaks out of turn"},
};

Test(plugin_client, a_lost_host_is_one_calls_loss)
{
    for (size_t i = 0; i < NB_COUNT(losses); i++) {
        struct house house;
        house_open(&house, losses[i].behavior, NULL, 0);
        cr_expect(house_serves(&house), "%s: before", losses[i].why);
        int before = plugin_host_pid(house.host);
        house_validate(&house, HOSTILE_TEXT, losses[i].deadline_ms);
        house_wait(&house, 2);
        cr_expect_eq(house.result, PLUGIN_UNAVAILABLE, "%s", losses[i].why);
        cr_expect_eq(house.count, 0, "%s", losses[i].why);
        cr_expect_eq(plugin_host_losses(house.host), 1, "%s", losses[i].why);
        cr_expect(house_serves(&house), "%s: afterwards", losses[i].why);
        cr_expect_neq(plugin_host_pid(house.host), before, "%s: another process", losses[i].why);
        cr_expect(kill(before, 0) != 0 && errno == ESRCH, "%s: none is left", losses[i].why);
        house_close(&house);
    }
}

Test(plugin_client, one_row_that_crashes_takes_no_other_row_along)
{
    static const uint16_t rooms[] = {1, 2, HOSTILE_ROOMS, 3, 4};
    struct house house;
    house_open(&house, "crash", NULL, 0);
    house_price(&house, rooms, 5, 5000);
    house_wait(&house, 1);
    cr_assert_eq(house.result, PLUGIN_ANSWERED);
    cr_assert_eq(house.count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        bool cursed = rooms[i] == HOSTILE_ROOMS;
        cr_expect_eq(house.available[i], !cursed, "row %u", i);
        cr_expect_eq(house.prices[i].total_points, cursed ? 0 : 15000 * rooms[i], "row %u", i);
        cr_expect_eq(house.prices[i].reason, cursed ? NB_PRICE_UNAVAILABLE : NB_PRICE_REASON_NONE,
                     "row %u", i);
    }
    cr_expect_eq(plugin_host_losses(house.host), 2, "once with all, once alone");
    house_close(&house);
}

Test(plugin_client, one_row_that_hangs_takes_no_other_row_along)
{
    static const uint16_t rooms[] = {1, HOSTILE_ROOMS, 2};
    struct house house;
    house_open(&house, "loop", NULL, 0);
    house_price(&house, rooms, 3, 200);
    house_wait(&house, 1);
    cr_assert_eq(house.result, PLUGIN_ANSWERED);
    cr_expect(house.available[0] && !house.available[1] && house.available[2]);
    house_close(&house);
}

Test(plugin_client, one_row_that_is_refused_takes_no_other_row_along)
{
    static const uint16_t rooms[] = {1, HOSTILE_ROOMS, 2};
    struct house house;
    house_open(&house, "refuse", NULL, 0);
    house_price(&house, rooms, 3, 5000);
    house_wait(&house, 1);
    cr_assert_eq(house.result, PLUGIN_ANSWERED);
    cr_expect(house.available[0] && !house.available[1] && house.available[2]);
    cr_expect_eq(house.prices[1].reason, NB_PRICE_UNAVAILABLE);
    cr_expect_eq(plugin_host_losses(house.host), 0, "nobody died of it");
    house_price(&house, rooms + 1, 1, 5000);
    house_wait(&house, 2);
    cr_expect_eq(house.result, PLUGIN_REFUSED, "alone it is plainly refused");
    cr_expect_eq(house.status, NB_REFUSED);
    house_close(&house);
}

Test(plugin_client, a_batch_of_nothing_but_crashes_ends)
{
    uint16_t rooms[64];
    struct house house;
    for (size_t i = 0; i < NB_COUNT(rooms); i++) {
        rooms[i] = HOSTILE_ROOMS;
    }
    house_open(&house, "crash", NULL, 0);
    house_price(&house, rooms, NB_COUNT(rooms), 5000);
    house_wait(&house, 1);
    cr_assert_eq(house.result, PLUGIN_ANSWERED);
    for (uint32_t i = 0; i < HOUSE_ROWS; i++) {
        cr_expect_not(house.available[i]);
        cr_expect_eq(house.prices[i].reason, NB_PRICE_UNAVAILABLE);
    }
    cr_expect_eq(plugin_host_losses(house.host), 1 + PLUGIN_SINGLE_LOSSES_MAX);
    house_close(&house);
}

Test(plugin_client, a_price_of_other_nights_is_no_answer)
{
    static const int64_t nights[] = {15000, 15000};
    struct house house;
    house_open(&house, "shorter", NULL, 0);
    cr_expect(house_serves(&house));
    struct nb_price_ask ask = {
        .check_in = 9825, .night_count = 2, .rooms = 1, .bedrooms = 1, .night_points = nights};
    house_price_asks(&house, &ask, 1);
    house_wait(&house, 2);
    cr_expect_eq(house.result, PLUGIN_UNAVAILABLE, "two nights asked, one priced");
    house_close(&house);
}

/* Each loss makes the wait before the next start longer. */
Test(plugin_client, a_host_that_keeps_dying_is_started_less_and_less_often)
{
    struct house house;
    house_open(&house, "crash", NULL, 0);
    house_wait_state(&house, PLUGIN_HOST_READY);
    int64_t waited[4];
    for (int i = 0; i < 4; i++) {
        int answers = house.answers;
        house_validate(&house, HOSTILE_TEXT, 5000);
        house_wait(&house, answers + 1);
        struct nb_mono lost = nb_mono_now();
        house_wait_state(&house, PLUGIN_HOST_READY);
        waited[i] = nb_mono_ms_between(lost, nb_mono_now());
    }
    cr_expect_geq(waited[0], 40);
    cr_expect_geq(waited[1], 90);
    cr_expect_geq(waited[2], 190);
    cr_expect_geq(waited[3], 390);
    cr_expect(house_serves(&house), "an answer makes it trusted again");
    house_close(&house);
}

Test(plugin_client, a_host_that_does_not_start_keeps_trying_and_answers_in_time)
{
    struct house house;
    house_open_path(&house, "/nonexistent/host", "/nonexistent/plugin.so", NULL);
    house_validate(&house, "12345", 150);
    house_wait(&house, 1);
    cr_expect_eq(house.result, PLUGIN_UNAVAILABLE);
    cr_expect_eq(plugin_host_state(house.host), PLUGIN_HOST_WAITING);
    cr_expect_null(plugin_host_descriptor(house.host));
    house_close(&house);
}

Test(plugin_client, a_full_queue_says_so_at_once)
{
    struct house house;
    struct nb_err err = {0};
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_MEMBER, .text = "1"};
    house_open_path(&house, "/nonexistent/host", "/nonexistent/plugin.so", NULL);
    for (uint32_t i = 0; i < PLUGIN_QUEUE_MAX; i++) {
        house_validate(&house, "1", 60000);
    }
    cr_expect_not(
        plugin_host_validate(house.host, &house_context, &ask, 1, 60000, NULL, NULL, &err));
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    cr_expect_str_eq(err.code, "plugin_queue_full");
    cr_expect_eq(house.answers, 0);
    house_close(&house);
    cr_expect_eq(house.answers, (int)PLUGIN_QUEUE_MAX, "each accepted call is called back once");
    cr_expect_eq(house.result, PLUGIN_UNAVAILABLE);
}

Test(plugin_client, what_is_wrong_with_a_plugin_is_told_and_not_tried_again)
{
    NB_AUTOFREE char *path = plugin_process_beside("test-plugins/hostile.so");
    struct house house;
    house_open_path(&house, NULL, path,
                    "0000000000000000000000000000000000000000000000000000000000000000");
    house_validate(&house, "1", 5000);
    house_wait(&house, 1);
    cr_expect_eq(house.result, PLUGIN_UNAVAILABLE);
    cr_expect_eq(plugin_host_state(house.host), PLUGIN_HOST_REFUSED);
    cr_expect(strstr(plugin_host_refusal(house.host), "SHA-256") != NULL, "%s",
              plugin_host_refusal(house.host));
    struct nb_err err = {0};
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_MEMBER, .text = "1"};
    cr_expect_not(
        plugin_host_validate(house.host, &house_context, &ask, 1, 5000, NULL, NULL, &err));
    cr_expect_str_eq(err.code, "plugin_refused");
    cr_expect_eq(plugin_host_pid(house.host), 0, "and no process is left");
    house_close(&house);
}

static const struct bad_setting {
    struct plugin_setting setting;
    const char *told;
    const char *why;
} bad_settings[] = {
    {{"behaviour", "x"}, "no option behaviour", "an option that it does not have"},
    {{"target", "many"}, "target must be a whole number", "words for a number"},
    {{"target", "1x"}, "target must be a whole number", "half a number"},
    {{"target", "-1"}, "target is out of its range", "below the lowest"},
    {{"target", "99999999999999999999"}, "target must be a whole number", "beyond every number"},
    {{"path", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
              "aaaaaaaaa"
              "aaaaaaaaaa"},
     "path is too long",
     "more than its field"},
};

Test(plugin_client, a_wrong_option_is_named)
{
    for (size_t i = 0; i < NB_COUNT(bad_settings); i++) {
        struct house house;
        house_open(&house, "none", &bad_settings[i].setting, 1);
        house_wait_state(&house, PLUGIN_HOST_REFUSED);
        cr_expect(strstr(plugin_host_refusal(house.host), bad_settings[i].told) != NULL, "%s: %s",
                  bad_settings[i].why, plugin_host_refusal(house.host));
        house_close(&house);
    }
}

Test(plugin_client, a_killed_host_is_replaced_without_being_asked)
{
    struct house house;
    house_open(&house, "none", NULL, 0);
    house_wait_state(&house, PLUGIN_HOST_READY);
    cr_assert_eq(kill(plugin_host_pid(house.host), SIGKILL), 0);
    house_wait_state(&house, PLUGIN_HOST_DYING);
    house_wait_state(&house, PLUGIN_HOST_READY);
    cr_expect_eq(plugin_host_losses(house.host), 1);
    cr_expect(house_serves(&house));
    house_close(&house);
}

Test(plugin_client, a_stopped_host_is_killed_at_the_calls_deadline)
{
    struct house house;
    house_open(&house, "none", NULL, 0);
    house_wait_state(&house, PLUGIN_HOST_READY);
    cr_assert_eq(kill(plugin_host_pid(house.host), SIGSTOP), 0);
    house_validate(&house, "1", 150);
    house_wait(&house, 1);
    cr_expect_eq(house.result, PLUGIN_UNAVAILABLE);
    cr_expect(house_serves(&house));
    house_close(&house);
}

Test(plugin_client, stopping_leaves_no_process_and_no_call_behind)
{
    struct house house;
    house_open(&house, "loop", NULL, 0);
    house_wait_state(&house, PLUGIN_HOST_READY);
    int pid = plugin_host_pid(house.host);
    house_validate(&house, HOSTILE_TEXT, 60000);
    house_validate(&house, "1", 60000);
    house_close(&house);
    cr_expect_eq(house.answers, 2);
    cr_expect_eq(house.result, PLUGIN_UNAVAILABLE);
    cr_expect(kill(pid, 0) != 0 && errno == ESRCH);
    cr_expect_null(plugin_host_stop(NULL));
}

Test(plugin_client, a_plugin_that_changes_on_disk_is_not_taken_up_again)
{
    struct plugin_image image = image_of("test-plugins/hostile.so");
    struct plugin_identity identity;
    struct nb_err err = {0};
    char path[] = "/tmp/plugin_client.XXXXXX";
    int fd = mkstemp(path);
    struct house house;
    cr_assert(plugin_image_check(&image, NULL, &identity, &err));
    cr_assert_eq(write(fd, image.bytes, image.count), (ssize_t)image.count);
    house_open_path(&house, NULL, path, identity.sha256);
    house_wait_state(&house, PLUGIN_HOST_READY);
    cr_assert_eq(pwrite(fd, "x", 1, (off_t)image.count), 1);
    cr_expect(house_serves(&house), "what runs is what was checked, not what stands there now");
    kill(plugin_host_pid(house.host), SIGKILL);
    house_wait_state(&house, PLUGIN_HOST_REFUSED);
    house_close(&house);
    plugin_image_fini(&image);
    close(fd);
    unlink(path);
}
