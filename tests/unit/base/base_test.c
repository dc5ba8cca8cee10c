/* The foundation: what fits, what overflows, what is refused. */
#include "core/base/arena.h"
#include "core/base/backoff.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/digits.h"
#include "core/base/ids.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/night.h"
#include "core/base/points.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(base, .timeout = 10);

Test(base, an_error_is_truncated_and_never_overflows)
{
    struct nb_err err = {0};
    char long_text[600];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    cr_assert_not(nb_err_set(&err, NB_ERR_LIMIT, "too_long", "%s", long_text));
    cr_assert_eq(err.kind, NB_ERR_LIMIT);
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
    cr_assert_not(nb_err_set(NULL, NB_ERR_BUG, "x", "nobody asked"));
    cr_assert_str_eq(nb_err_kind_name(NB_ERR_UNAVAILABLE), "unavailable");
}

Test(base, a_buffer_stops_at_its_ceiling_and_says_so_once)
{
    struct nb_buf buf;
    struct nb_err err = {0};
    nb_buf_init(&buf, 10);
    cr_assert_str_eq(nb_buf_str(&buf), "");
    nb_buf_text(&buf, "12345");
    nb_buf_printf(&buf, "%d", 67890);
    cr_assert(nb_buf_ok(&buf, &err));
    nb_buf_char(&buf, '!');
    nb_buf_text(&buf, "");
    cr_assert_not(nb_buf_ok(&buf, &err));
    cr_assert_eq(err.kind, NB_ERR_LIMIT);
    cr_assert_str_eq(nb_buf_str(&buf), "1234567890");
    nb_buf_clear(&buf);
    nb_buf_text(&buf, "again");
    NB_AUTOFREE char *taken = nb_buf_take(&buf);
    cr_assert_str_eq(taken, "again");
    cr_assert_str_eq(nb_buf_str(&buf), "");
    nb_buf_fini(&buf);
}

Test(base, a_buffer_grows_over_many_appends)
{
    struct nb_buf buf;
    nb_buf_init(&buf, 100000);
    for (int i = 0; i < 10000; i++) {
        nb_buf_printf(&buf, "%04d", i);
    }
    cr_assert_eq(buf.length, 40000u);
    cr_assert_eq(memcmp(buf.data + 39996, "9999", 4), 0);
    nb_buf_fini(&buf);
}

Test(base, an_arena_refuses_beyond_its_ceiling_and_starts_anew_after_reset)
{
    struct nb_arena *arena = nb_arena_create(64 * 1024);
    size_t given = 0;
    while (nb_arena_alloc(arena, 1000) != NULL) {
        given++;
    }
    cr_assert_geq(given, 60u);
    cr_assert_leq(nb_arena_used(arena), 64u * 1024u);
    nb_arena_reset(arena);
    cr_assert_eq(nb_arena_used(arena), 0u);
    char *word = nb_arena_strndup(arena, "harbor", 4);
    cr_assert_str_eq(word, "harb");
    cr_assert_null(nb_arena_alloc(arena, SIZE_MAX));
    cr_assert_null(nb_arena_destroy(arena));
    cr_assert_null(nb_arena_destroy(NULL));
}

Test(base, arena_memory_is_zeroed_also_after_a_reset)
{
    struct nb_arena *arena = nb_arena_create(4096);
    memset(nb_arena_alloc(arena, 512), 0xff, 512);
    nb_arena_reset(arena);
    const unsigned char *again = nb_arena_alloc(arena, 512);
    for (size_t i = 0; i < 512; i++) {
        cr_assert_eq(again[i], 0);
    }
    nb_arena_destroy(arena);
}

Test(base, a_public_id_survives_its_text_form)
{
    struct public_id id = nb_public_id_random();
    struct public_id again;
    char text[NB_PUBLIC_ID_TEXT];
    nb_public_id_format(id, text);
    cr_assert(nb_public_id_parse(text, &again));
    cr_assert_eq(memcmp(&id, &again, sizeof id), 0);
}

Test(base, public_ids_of_another_form_are_refused)
{
    static const char *const wrong[] = {
        "",
        "0123456789abcdef0123456789abcdef",
        "00000000-0000-0000-0000-00000000000",
        "00000000-0000-0000-0000-0000000000000",
        "0000000g-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000_000000000000",
    };
    struct public_id id;
    for (size_t i = 0; i < NB_COUNT(wrong); i++) {
        cr_expect_not(nb_public_id_parse(wrong[i], &id), "%s", wrong[i]);
    }
}

Test(base, dates_that_do_not_exist_are_refused)
{
    static const struct {
        const char *text;
        bool good;
        const char *why;
    } rows[] = {
        {"2026-11-24", true, "an ordinary day"},
        {"2028-02-29", true, "a leap day"},
        {"2026-02-29", false, "no leap year"},
        {"2100-02-29", false, "a century is no leap year"},
        {"2000-02-29", true, "but a fourth century is"},
        {"2026-13-01", false, "no thirteenth month"},
        {"2026-00-10", false, "no month zero"},
        {"2026-04-31", false, "April has 30 days"},
        {"2026-4-3", false, "the form is fixed"},
        {"2026-11-24T00:00", false, "a night is no moment"},
        {"1999-12-31", false, "before the first year"},
        {"2200-01-01", false, "after the last year"},
        {"20a6-11-24", false, "digits only"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct night night;
        struct nb_err err = {0};
        cr_expect_eq(nb_night_parse(rows[i].text, &night, &err), rows[i].good, "%s: %s",
                     rows[i].text, rows[i].why);
        cr_expect(rows[i].good || err.kind == NB_ERR_INVALID);
    }
}

Test(base, every_day_of_two_centuries_has_one_text)
{
    struct night last = nb_night_of(2199, 12, 31);
    char text[NB_NIGHT_TEXT];
    cr_assert_eq(nb_night_of(2000, 1, 1).day, 0);
    for (struct night night = {0}; night.day <= last.day; night = nb_night_add(night, 1)) {
        struct night again;
        nb_night_format(night, text);
        cr_assert(nb_night_parse(text, &again, NULL), "%s", text);
        cr_assert_eq(again.day, night.day);
    }
}

Test(base, nights_are_counted_by_dates_and_not_by_hours)
{
    struct night in = nb_night_of(2026, 3, 7);
    struct night out = nb_night_of(2026, 3, 9); /* clocks go forward on the 8th */
    cr_assert_eq(nb_nights_between(in, out), 2);
    cr_assert_eq(nb_night_year(nb_night_of(2027, 1, 1)), 2027);
    cr_assert_eq(nb_night_year(nb_night_add(nb_night_of(2027, 1, 1), -1)), 2026);
}

Test(base, moments_are_read_with_any_offset_and_written_in_utc)
{
    static const struct {
        const char *text;
        const char *utc;
    } rows[] = {
        {"2026-11-24T03:00:00Z", "2026-11-24T03:00:00Z"},
        {"2026-11-23T22:00:00-05:00", "2026-11-24T03:00:00Z"},
        {"2026-11-24T08:30:00.25+05:30", "2026-11-24T03:00:00.250000Z"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct nb_instant at;
        char text[NB_INSTANT_TEXT];
        cr_assert(nb_instant_parse(rows[i].text, &at, NULL), "%s", rows[i].text);
        nb_instant_format(at, text);
        cr_expect_str_eq(text, rows[i].utc);
    }
}

Test(base, moments_of_another_form_are_refused)
{
    static const char *const wrong[] = {
        "",
        "2026-11-24",
        "2026-11-24 03:00:00Z",
        "2026-11-24T03:00:00",
        "2026-11-24T24:00:00Z",
        "2026-11-24T03:00:00.Z",
        "2026-11-24T03:00:00.1234567Z",
        "2026-11-24T03:00:00+5",
        "2026-11-24T03:00:00Zebra",
        "2026-02-30T03:00:00Z",
    };
    for (size_t i = 0; i < NB_COUNT(wrong); i++) {
        struct nb_instant at = {.us = 42};
        struct nb_err err = {0};
        cr_expect_not(nb_instant_parse(wrong[i], &at, &err), "%s", wrong[i]);
        cr_expect_eq(at.us, 42, "nothing is written on failure");
    }
}

Test(base, durations_are_whole_milliseconds)
{
    struct nb_mono now = nb_mono_now();
    cr_assert_eq(nb_mono_ms_between(now, nb_mono_add_ms(now, 1500)), 1500);
    cr_assert_eq(nb_mono_ms_between(nb_mono_add_ms(now, 1500), now), -1500);
}

Test(base, points_never_wrap)
{
    struct points least = {INT64_MIN};
    struct points result = {7};
    cr_assert_not(nb_points_subtract(least, (struct points){1}, &result));
    cr_assert_eq(result.v, 7, "nothing is written on failure");
}

Test(base, points_are_grouped_for_people)
{
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {999, "999"},
        {1000, "1,000"},
        {-75000, "-75,000"},
        {1234567, "1,234,567"},
        {INT64_MIN, "-9,223,372,036,854,775,808"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        char text[NB_POINTS_TEXT];
        nb_points_format((struct points){rows[i].value}, text);
        cr_expect_str_eq(text, rows[i].text);
    }
}

Test(base, a_log_line_is_one_json_object_whatever_the_text)
{
    int ends[2];
    char line[512] = {0};
    cr_assert_eq(pipe(ends), 0);
    cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
    nb_log_open("api", NB_LOG_INFO);
    nb_log(NB_LOG_DEBUG, "unheard");
    nb_log(NB_LOG_WARN, "role_restarted", NB_TEXT("of", "a\"b\nc"), NB_NUMBER("times", 3));
    cr_assert_gt(read(ends[0], line, sizeof line - 1), 0);
    cr_assert_not_null(strstr(line,
                              "\"level\":\"warn\",\"role\":\"api\",\"event\":\"role_restarted\","
                              "\"of\":\"a\\\"b\\u000ac\",\"times\":3}\n"));
    cr_assert_null(strstr(line, "unheard"));
}

static const struct {
    int64_t value;
    const char *text;
} numbers[] = {
    {0, "0"},
    {7, "7"},
    {-10, "-10"},
    {INT64_MAX, "9223372036854775807"},
    {INT64_MIN, "-9223372036854775808"},
};

Test(base, a_number_is_written_to_its_last_digit)
{
    for (size_t i = 0; i < NB_COUNT(numbers); i++) {
        char text[NB_INT64_TEXT];
        cr_expect_eq(nb_int64_format(numbers[i].value, text), strlen(numbers[i].text));
        cr_expect_str_eq(text, numbers[i].text);
    }
    char padded[8] = "-------";
    cr_expect_eq(nb_digits(padded, 40307, 4), padded + 4);
    cr_expect_str_eq(padded, "0307---", "the last digits, and nothing behind them");
}

Test(base, lines_of_a_turn_leave_together_and_a_warning_at_once)
{
    int ends[2];
    char lines[16384] = {0};
    size_t expected = 0;

    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
    nb_log_open("api", NB_LOG_INFO);
    nb_log_hold(true);
    nb_log(NB_LOG_INFO, "first");
    cr_assert_lt(read(ends[0], lines, sizeof lines), 0, "it waits");
    nb_log(NB_LOG_WARN, "second");
    cr_assert_gt(read(ends[0], lines, sizeof lines - 1), 0);
    cr_assert_lt(strstr(lines, "first"), strstr(lines, "second"), "in their order");
    for (int i = 0; i < 100; i++) {
        nb_log(NB_LOG_INFO, "one_of_a_hundred");
    }
    nb_log_hold(false);
    memset(lines, 0, sizeof lines);
    cr_assert_gt(read(ends[0], lines, sizeof lines - 1), 0);
    for (const char *at = lines; (at = strstr(at, "one_of_a_hundred")) != NULL; at++) {
        expected++;
    }
    cr_assert_eq(expected, 100, "nothing is lost when more waits than fits");
}

static void die_of_assertion(void)
{
    NB_ASSERT(!"what cannot be");
}

#ifndef __SANITIZE_ADDRESS__ /* it ends the process before we do */
static void die_of_memory(void)
{
    volatile size_t too_many = SIZE_MAX;

    (void)nb_alloc_array(too_many, 2);
}
#endif

Test(base, what_waits_to_be_logged_outlives_a_process_that_gives_up)
{
    static void (*const deaths[])(void) = {
        die_of_assertion,
#ifndef __SANITIZE_ADDRESS__
        die_of_memory,
#endif
    };
    for (size_t i = 0; i < NB_COUNT(deaths); i++) {
        int ends[2];
        char lines[1024] = {0};
        int status = 0;
        cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
        pid_t child = fork();
        if (child == 0) {
            (void)signal(SIGABRT, SIG_DFL);
            (void)dup2(ends[1], STDERR_FILENO);
            nb_log_hold(true);
            nb_log(NB_LOG_INFO, "last_words");
            deaths[i]();
            _exit(0);
        }
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        cr_assert_gt(read(ends[0], lines, sizeof lines - 1), 0);
        cr_expect_not_null(strstr(lines, "last_words"), "death %zu: %s", i, lines);
        close(ends[0]);
        close(ends[1]);
    }
}

static const struct {
    uint32_t attempt;
    uint32_t random;
    int64_t ms;
    const char *why;
} waits[] = {
    {0, 0, 50, "half of the first"},
    {0, 50, 100, "all of the first"},
    {3, 0, 400, "half of eight times"},
    {40, 0, 1000, "half of the ceiling, without overflow"},
    {UINT32_MAX, 1000, 2000, "all of the ceiling"},
};

Test(base, back_off_doubles_up_to_a_ceiling_with_jitter)
{
    const struct nb_backoff policy = {.first_ms = 100, .ceiling_ms = 2000};

    for (size_t i = 0; i < NB_COUNT(waits); i++) {
        cr_expect_eq(nb_backoff_ms(&policy, waits[i].attempt, waits[i].random), waits[i].ms, "%s",
                     waits[i].why);
    }
}
