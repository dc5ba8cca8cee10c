/* The loop: what is put off happens at the end of the turn, in order, and never inside itself. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/loop/io.h"
#include "core/loop/signals.h"
#include "core/loop/timer.h"
#include "core/loop/turn.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(loop, .timeout = 10);

/* What happened, as letters in order. */
struct story {
    struct loop *loop;
    struct loop_timer timer;
    struct loop_io io;
    int fd;
    int count;
    char text[32];
};

static void tell(struct story *story, char letter)
{
    size_t length = strlen(story->text);

    cr_assert_lt(length + 1, sizeof story->text);
    story->text[length] = letter;
}

static void tell_a(void *data)
{
    tell(data, 'a');
}

static void tell_b(void *data)
{
    tell(data, 'b');
}

static void tell_free(void *data)
{
    tell(data, 'f');
}

static void put_off_then_tell(void *data)
{
    struct story *story = data;

    loop_next_turn(story->loop, tell_a, story);
    loop_next_turn(story->loop, tell_b, story);
    tell(story, '1');
}

Test(loop, calls_put_off_run_after_the_callback_in_the_order_of_queueing)
{
    struct story story = {.loop = loop_create()};

    loop_next_turn(story.loop, put_off_then_tell, &story);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "1ab");
    cr_assert_null(loop_destroy(story.loop));
}

static void again(void *data)
{
    struct story *story = data;

    if (++story->count < 1000) {
        loop_next_turn(story->loop, again, story);
    }
}

static void on_readable(void *data, bool readable, bool writable)
{
    struct story *story = data;
    char byte;

    cr_assert(readable);
    cr_assert_not(writable);
    cr_assert_eq(read(story->fd, &byte, 1), 1);
    cr_assert_lt(story->count, 1000, "the byte was there from the beginning");
    tell(story, byte);
    loop_io_stop(&story->io);
}

Test(loop, a_call_that_queues_itself_again_does_not_shut_out_events)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct story story = {.loop = loop_create(), .fd = ends[0]};

    loop_io_init(&story.io, story.loop, on_readable, &story);
    loop_io_watch(&story.io, story.fd, true, false);
    cr_assert_eq(write(ends[1], "r", 1), 1);
    loop_next_turn(story.loop, again, &story);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "r");
    cr_assert_eq(story.count, 1000);
    loop_io_fini(&story.io);
    loop_destroy(story.loop);
}

static void give_up_story(void *data)
{
    struct story *story = data;

    loop_next_turn(story->loop, tell_b, story);
    loop_defer_free(story->loop, story, tell_free);
    tell(story, '1');
}

Test(loop, an_object_is_freed_after_its_own_callback_and_its_queued_calls_are_dropped)
{
    struct story story = {.loop = loop_create()};

    loop_next_turn(story.loop, give_up_story, &story);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "1f");
    loop_destroy(story.loop);
}

struct parent {
    struct loop *loop;
    struct story *story;
};

static void free_parent(void *data)
{
    struct parent *parent = data;

    tell(parent->story, 'p');
    loop_defer_free(parent->loop, parent->story, tell_free);
    nb_free(parent);
}

Test(loop, a_destructor_may_give_up_further_objects)
{
    struct story story = {.loop = loop_create()};
    struct parent *parent = nb_alloc(sizeof *parent);

    *parent = (struct parent){story.loop, &story};
    loop_defer_free(story.loop, parent, free_parent);
    loop_destroy(story.loop);
    cr_assert_str_eq(story.text, "pf");
}

static void stop_with_a_free(void *data)
{
    struct story *story = data;

    tell(story, 's');
    loop_defer_free(story->loop, story, tell_free);
    loop_stop(story->loop);
}

Test(loop, stopping_still_frees_what_was_put_off)
{
    struct story story = {.loop = loop_create()};

    loop_timer_init(&story.timer, story.loop, stop_with_a_free, &story);
    loop_timer_start(&story.timer, 0);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "sf");
    loop_timer_fini(&story.timer);
    loop_destroy(story.loop);
}

static void block_30_ms_and_start_10(void *data)
{
    struct story *story = data;
    struct nb_mono until = nb_mono_add_ms(nb_mono_now(), 30);

    while (nb_mono_ms_between(nb_mono_now(), until) > 0) {
    }
    loop_timer_start(&story->timer, 10);
}

Test(loop, a_timer_is_never_early_even_when_started_late_in_a_long_turn)
{
    struct story story = {.loop = loop_create()};
    struct nb_mono begin = nb_mono_now();

    loop_timer_init(&story.timer, story.loop, tell_a, &story);
    loop_next_turn(story.loop, block_30_ms_and_start_10, &story);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "a");
    cr_assert_geq(nb_mono_ms_between(begin, nb_mono_now()), 39);
    cr_assert_not(loop_timer_running(&story.timer));
    loop_timer_fini(&story.timer);
    loop_destroy(story.loop);
}

Test(loop, a_timer_that_is_stopped_or_started_anew_fires_at_most_once)
{
    struct story story = {.loop = loop_create()};
    struct loop_timer other;

    loop_timer_init(&story.timer, story.loop, tell_a, &story);
    loop_timer_init(&other, story.loop, tell_b, &story);
    loop_timer_start(&other, 1);
    loop_timer_stop(&other);
    loop_timer_start(&story.timer, 5000);
    loop_timer_start(&story.timer, 1);
    cr_assert(loop_timer_running(&story.timer));
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "a");
    loop_timer_fini(&story.timer);
    loop_timer_fini(&other);
    loop_timer_fini(&(struct loop_timer){0});
    loop_destroy(story.loop);
}

static void on_any(void *data, bool readable, bool writable)
{
    struct story *story = data;

    tell(story, readable ? 'r' : '-');
    tell(story, writable ? 'w' : '-');
    loop_io_watch(&story->io, story->fd, !readable, false);
}

Test(loop, what_is_watched_is_replaced_and_a_hang_up_counts_as_what_is_watched)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct story story = {.loop = loop_create(), .fd = ends[0]};

    loop_io_init(&story.io, story.loop, on_any, &story);
    loop_io_watch(&story.io, story.fd, false, true);
    loop_next_turn(story.loop, tell_a, &story);
    cr_assert_eq(close(ends[1]), 0);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "a-wr-");
    loop_io_fini(&story.io);
    loop_destroy(story.loop);
}

static void on_stop_signal(void *data, int number)
{
    struct story *story = data;

    tell(story, number == SIGTERM ? 'T' : 'I');
    loop_stop(story->loop);
}

static void raise_term(void *data)
{
    tell(data, 'r');
    cr_assert_eq(raise(SIGTERM), 0);
}

Test(loop, a_signal_arrives_as_a_callback_of_a_turn)
{
    struct story story = {.loop = loop_create()};
    struct loop_signal on_term;

    loop_signal_init(&on_term, story.loop, SIGTERM, on_stop_signal, &story);
    loop_timer_init(&story.timer, story.loop, tell_a, &story);
    loop_timer_start(&story.timer, 60000);
    loop_next_turn(story.loop, raise_term, &story);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "rT");
    loop_timer_fini(&story.timer);
    loop_signal_fini(&on_term);
    loop_destroy(story.loop);
}

Test(loop, waiting_for_a_signal_alone_does_not_keep_the_loop_running)
{
    struct story story = {.loop = loop_create()};
    struct loop_signal on_term;

    loop_signal_init(&on_term, story.loop, SIGTERM, on_stop_signal, &story);
    loop_run(story.loop);
    cr_assert_str_eq(story.text, "");
    loop_signal_fini(&on_term);
    loop_destroy(story.loop);
}

Test(loop, writing_to_a_peer_that_went_away_is_an_error_and_no_signal)
{
    int ends[2];
    struct loop *loop = loop_create();

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    cr_assert_eq(close(ends[1]), 0);
    cr_assert_eq(write(ends[0], "x", 1), -1);
    loop_destroy(loop);
}

Test(loop, a_watcher_that_was_never_initialized_is_a_bug, .signal = SIGABRT)
{
    struct loop_timer timer = {0};

    loop_timer_start(&timer, 1);
}
