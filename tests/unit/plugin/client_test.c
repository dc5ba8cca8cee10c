/* A plugin host that crashes, hangs or lies is one call's loss: the next
 * call finds another host. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/plugin/process.h"
#include "tests/unit/plugin/hosted.h"
#include "tests/unit/plugin/image.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(plugin_client, .timeout = 60);

/* A sanitizer turns some signals into an end of its own. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

static const uint16_t plain[] = {1, 2, 3};

Test(plugin_client, a_batch_is_answered_row_by_row)
{
    struct hosted hosted;
    hosted_open(&hosted, "none", NULL, 0);
    hosted_price(&hosted, plain, 3, 5000);
    cr_expect_eq(hosted.answers, 0, "never from inside the call");
    hosted_wait(&hosted, 1);
    cr_assert_eq(hosted.result, PLUGIN_ANSWERED);
    cr_assert_eq(hosted.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect(hosted.available[i]);
        cr_expect_eq(hosted.prices[i].total_points, 15000 * plain[i]);
    }
    cr_expect_str_eq(plugin_host_descriptor(hosted.host)->name, "hostile");
    cr_expect_eq(plugin_host_descriptor(hosted.host)->rule_count, 2);
    cr_expect_eq(plugin_host_losses(hosted.host), 0);
    hosted_close(&hosted);
}

Test(plugin_client, calls_of_one_turn_do_not_wait_for_each_others_deadline)
{
    struct hosted hosted;
    hosted_open(&hosted, "none", NULL, 0);
    hosted_price(&hosted, plain, 3, 5000);
    hosted_wait(&hosted, 1); /* it is ready now, and idle */
    struct nb_mono asked = nb_mono_now();
    hosted_price(&hosted, plain, 3, 20000);
    hosted_price(&hosted, plain, 2, 20000);
    hosted_wait(&hosted, 3);
    cr_expect_eq(hosted.result, PLUGIN_ANSWERED);
    cr_expect_eq(hosted.count, 2);
    cr_expect_lt(nb_mono_ms_between(asked, nb_mono_now()), 10000);
    hosted_close(&hosted);
}

static const struct loss {
    const char *behavior;
    int64_t deadline_ms;
    const char *told; /* in the reason */
    const char *why;
} losses[] = {
    {"crash", 5000, "by a signal", "it dies"},
    {"overflow", 5000, "SIGSEGV", "its stack ends"},
    {"hang_up", 5000, "ended", "it leaves without a word"},
    {"loop", 200, "in time", "it never comes back"},
    {"huge", 5000, "could not be carried", "its answer is larger than what travels"},
    {"wild", 5000, "SIGSEGV", "its answer points to nowhere"},
    {"status", 5000, "makes no sense", "it returns a status that does not exist"},
    {"forge", 5000, "without being asked", "it speaks out of turn"},
    {"socket", 5000, "SIGSYS", "it makes a call that no plugin may make"},
};

Test(plugin_client, a_lost_host_is_one_calls_loss)
{
    for (size_t i = 0; i < NB_COUNT(losses); i++) {
        struct hosted hosted;
        hosted_open(&hosted, losses[i].behavior, NULL, 0);
        cr_expect(hosted_serves(&hosted), "%s: before", losses[i].why);
        int before = plugin_host_pid(hosted.host);
        hosted_validate(&hosted, HOSTILE_TEXT, losses[i].deadline_ms);
        hosted_wait(&hosted, 2);
        cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE, "%s", losses[i].why);
        cr_expect_eq(hosted.count, 0, "%s", losses[i].why);
        cr_expect_eq(plugin_host_losses(hosted.host), 1, "%s", losses[i].why);
        cr_expect(hosted_serves(&hosted), "%s: afterwards", losses[i].why);
        cr_expect(SANITIZED || strstr(plugin_host_loss(hosted.host), losses[i].told) != NULL,
                  "%s: %s", losses[i].why, plugin_host_loss(hosted.host));
        cr_expect_neq(plugin_host_pid(hosted.host), before, "%s: another process", losses[i].why);
        cr_expect(kill(before, 0) != 0 && errno == ESRCH, "%s: none is left", losses[i].why);
        hosted_close(&hosted);
    }
}

Test(plugin_client, one_row_that_crashes_takes_no_other_row_along)
{
    static const uint16_t rooms[] = {1, 2, HOSTILE_ROOMS, 3, 4};
    struct hosted hosted;
    hosted_open(&hosted, "crash", NULL, 0);
    hosted_price(&hosted, rooms, 5, 5000);
    hosted_wait(&hosted, 1);
    cr_assert_eq(hosted.result, PLUGIN_ANSWERED);
    cr_assert_eq(hosted.count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        bool cursed = rooms[i] == HOSTILE_ROOMS;
        cr_expect_eq(hosted.available[i], !cursed, "row %u", i);
        cr_expect_eq(hosted.prices[i].total_points, cursed ? 0 : 15000 * rooms[i], "row %u", i);
        cr_expect_eq(hosted.prices[i].reason, cursed ? NB_PRICE_UNAVAILABLE : NB_PRICE_REASON_NONE,
                     "row %u", i);
    }
    cr_expect_eq(plugin_host_losses(hosted.host), 2, "once with all, once alone");
    hosted_close(&hosted);
}

Test(plugin_client, one_row_that_hangs_takes_no_other_row_along)
{
    static const uint16_t rooms[] = {1, HOSTILE_ROOMS, 2};
    struct hosted hosted;
    hosted_open(&hosted, "loop", NULL, 0);
    hosted_price(&hosted, rooms, 3, 200);
    hosted_wait(&hosted, 1);
    cr_assert_eq(hosted.result, PLUGIN_ANSWERED);
    cr_expect(hosted.available[0] && !hosted.available[1] && hosted.available[2]);
    hosted_close(&hosted);
}

Test(plugin_client, one_row_that_is_refused_takes_no_other_row_along)
{
    static const uint16_t rooms[] = {1, HOSTILE_ROOMS, 2};
    struct hosted hosted;
    hosted_open(&hosted, "refuse", NULL, 0);
    hosted_price(&hosted, rooms, 3, 5000);
    hosted_wait(&hosted, 1);
    cr_assert_eq(hosted.result, PLUGIN_ANSWERED);
    cr_expect(hosted.available[0] && !hosted.available[1] && hosted.available[2]);
    cr_expect_eq(hosted.prices[1].reason, NB_PRICE_UNAVAILABLE);
    cr_expect_eq(plugin_host_losses(hosted.host), 0, "nobody died of it");
    hosted_price(&hosted, rooms + 1, 1, 5000);
    hosted_wait(&hosted, 2);
    cr_expect_eq(hosted.result, PLUGIN_REFUSED, "alone it is plainly refused");
    cr_expect_eq(hosted.status, NB_REFUSED);
    hosted_close(&hosted);
}

Test(plugin_client, a_batch_of_nothing_but_crashes_ends)
{
    uint16_t rooms[64];
    struct hosted hosted;
    for (size_t i = 0; i < NB_COUNT(rooms); i++) {
        rooms[i] = HOSTILE_ROOMS;
    }
    hosted_open(&hosted, "crash", NULL, 0);
    hosted_price(&hosted, rooms, NB_COUNT(rooms), 5000);
    hosted_wait(&hosted, 1);
    cr_assert_eq(hosted.result, PLUGIN_ANSWERED);
    for (uint32_t i = 0; i < HOSTED_ROWS; i++) {
        cr_expect_not(hosted.available[i]);
        cr_expect_eq(hosted.prices[i].reason, NB_PRICE_UNAVAILABLE);
    }
    cr_expect_eq(plugin_host_losses(hosted.host), 1 + PLUGIN_SINGLE_LOSSES_MAX);
    hosted_close(&hosted);
}

Test(plugin_client, a_price_of_other_nights_is_no_answer)
{
    static const int64_t nights[] = {15000, 15000};
    struct hosted hosted;
    hosted_open(&hosted, "shorter", NULL, 0);
    cr_expect(hosted_serves(&hosted));
    struct nb_price_ask ask = {
        .check_in = 9825, .night_count = 2, .rooms = 1, .bedrooms = 1, .night_points = nights};
    hosted_price_asks(&hosted, &ask, 1);
    hosted_wait(&hosted, 2);
    cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE, "two nights asked, one priced");
    hosted_close(&hosted);
}

/* Each loss makes the wait before the next start longer. */
Test(plugin_client, a_host_that_keeps_dying_is_started_less_and_less_often)
{
    struct hosted hosted;
    hosted_open(&hosted, "crash", NULL, 0);
    hosted_wait_state(&hosted, PLUGIN_HOST_READY);
    int64_t waited[4];
    for (int i = 0; i < 4; i++) {
        int answers = hosted.answers;
        hosted_validate(&hosted, HOSTILE_TEXT, 5000);
        hosted_wait(&hosted, answers + 1);
        struct nb_mono lost = nb_mono_now();
        hosted_wait_state(&hosted, PLUGIN_HOST_READY);
        waited[i] = nb_mono_ms_between(lost, nb_mono_now());
    }
    cr_expect_geq(waited[0], 40);
    cr_expect_geq(waited[1], 90);
    cr_expect_geq(waited[2], 190);
    cr_expect_geq(waited[3], 390);
    cr_expect(hosted_serves(&hosted), "an answer makes it trusted again");
    hosted_close(&hosted);
}

Test(plugin_client, a_host_that_does_not_start_keeps_trying_and_answers_in_time)
{
    struct hosted hosted;
    hosted_open_path(&hosted, "/nonexistent/host", "/nonexistent/plugin.so", NULL);
    hosted_validate(&hosted, "12345", 150);
    hosted_wait(&hosted, 1);
    cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE);
    cr_expect_eq(plugin_host_state(hosted.host), PLUGIN_HOST_WAITING);
    cr_expect_null(plugin_host_descriptor(hosted.host));
    hosted_close(&hosted);
}

Test(plugin_client, a_full_queue_says_so_at_once)
{
    struct hosted hosted;
    struct nb_err err = {0};
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_MEMBER, .text = "1"};
    hosted_open_path(&hosted, "/nonexistent/host", "/nonexistent/plugin.so", NULL);
    for (uint32_t i = 0; i < PLUGIN_QUEUE_MAX; i++) {
        hosted_validate(&hosted, "1", 60000);
    }
    cr_expect_not(
        plugin_host_validate(hosted.host, &hosted_context, &ask, 1, 60000, NULL, NULL, &err));
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    cr_expect_str_eq(err.code, "plugin_queue_full");
    cr_expect_eq(hosted.answers, 0);
    hosted_close(&hosted);
    cr_expect_eq(hosted.answers, (int)PLUGIN_QUEUE_MAX, "each accepted call is called back once");
    cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE);
}

Test(plugin_client, what_is_wrong_with_a_plugin_is_told_and_not_tried_again)
{
    NB_AUTOFREE char *path = plugin_process_beside("test-plugins/hostile.so");
    struct hosted hosted;
    hosted_open_path(&hosted, NULL, path,
                     "0000000000000000000000000000000000000000000000000000000000000000");
    hosted_validate(&hosted, "1", 5000);
    hosted_wait(&hosted, 1);
    cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE);
    cr_expect_eq(plugin_host_state(hosted.host), PLUGIN_HOST_REFUSED);
    cr_expect(strstr(plugin_host_refusal(hosted.host), "SHA-256") != NULL, "%s",
              plugin_host_refusal(hosted.host));
    struct nb_err err = {0};
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_MEMBER, .text = "1"};
    cr_expect_not(
        plugin_host_validate(hosted.host, &hosted_context, &ask, 1, 5000, NULL, NULL, &err));
    cr_expect_str_eq(err.code, "plugin_refused");
    cr_expect_eq(plugin_host_pid(hosted.host), 0, "and no process is left");
    hosted_close(&hosted);
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
        struct hosted hosted;
        hosted_open(&hosted, "none", &bad_settings[i].setting, 1);
        hosted_wait_state(&hosted, PLUGIN_HOST_REFUSED);
        cr_expect(strstr(plugin_host_refusal(hosted.host), bad_settings[i].told) != NULL, "%s: %s",
                  bad_settings[i].why, plugin_host_refusal(hosted.host));
        hosted_close(&hosted);
    }
}

Test(plugin_client, a_killed_host_is_replaced_without_being_asked)
{
    struct hosted hosted;
    hosted_open(&hosted, "none", NULL, 0);
    hosted_wait_state(&hosted, PLUGIN_HOST_READY);
    cr_assert_eq(kill(plugin_host_pid(hosted.host), SIGKILL), 0);
    hosted_wait_state(&hosted, PLUGIN_HOST_DYING);
    hosted_wait_state(&hosted, PLUGIN_HOST_READY);
    cr_expect_eq(plugin_host_losses(hosted.host), 1);
    cr_expect(hosted_serves(&hosted));
    hosted_close(&hosted);
}

Test(plugin_client, a_stopped_host_is_killed_at_the_calls_deadline)
{
    struct hosted hosted;
    hosted_open(&hosted, "none", NULL, 0);
    hosted_wait_state(&hosted, PLUGIN_HOST_READY);
    cr_assert_eq(kill(plugin_host_pid(hosted.host), SIGSTOP), 0);
    hosted_validate(&hosted, "1", 150);
    hosted_wait(&hosted, 1);
    cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE);
    cr_expect(hosted_serves(&hosted));
    hosted_close(&hosted);
}

Test(plugin_client, stopping_leaves_no_process_and_no_call_behind)
{
    struct hosted hosted;
    hosted_open(&hosted, "loop", NULL, 0);
    hosted_wait_state(&hosted, PLUGIN_HOST_READY);
    int pid = plugin_host_pid(hosted.host);
    hosted_validate(&hosted, HOSTILE_TEXT, 60000);
    hosted_validate(&hosted, "1", 60000);
    hosted_close(&hosted);
    cr_expect_eq(hosted.answers, 2);
    cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE);
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
    struct hosted hosted;
    cr_assert(plugin_image_check(&image, NULL, &identity, &err));
    cr_assert_eq(write(fd, image.bytes, image.count), (ssize_t)image.count);
    hosted_open_path(&hosted, NULL, path, identity.sha256);
    hosted_wait_state(&hosted, PLUGIN_HOST_READY);
    cr_assert_eq(pwrite(fd, "x", 1, (off_t)image.count), 1);
    cr_expect(hosted_serves(&hosted), "what runs is what was checked, not what stands there now");
    kill(plugin_host_pid(hosted.host), SIGKILL);
    hosted_wait_state(&hosted, PLUGIN_HOST_REFUSED);
    hosted_close(&hosted);
    plugin_image_fini(&image);
    close(fd);
    unlink(path);
}
