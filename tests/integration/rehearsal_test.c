/*
 * The rehearsal gateway itself: if its book were wrong, every test that trusts it would prove
 * nothing.
 */
#include "tests/support/rehearsal/harness/process.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_NIGHT "2027-03-01"

static struct reh_process gateway;

/* The rehearsal clock stands on 2027-02-28, so that dates in tests are plain text. */
static void begin(void)
{
    static const char *const arguments[] = {
        "--account", "marriott,M100,500000", "--account", "wyndham,W100,100000",
        "--account", "choice,C100,90000",    "--account", "ihg,I100,400000,card",
        "--account", "ihg,I200,400000",      NULL};
    gateway = reh_process_start(arguments);
    json_int_t offset = 1803772800 - (json_int_t)time(NULL);
    json_decref(reh_process_control(&gateway, "POST", "clock",
                                    json_pack("{s:I}", "offset_seconds", offset)));
    json_decref(reh_process_control(&gateway, "POST", "property",
                                    json_pack("{s:s, s:s, s:i, s:i}", "program", "marriott",
                                              "property_code", "BOSCO", "rooms", 2,
                                              "points_per_night", 20000)));
    json_decref(reh_process_control(&gateway, "POST", "property",
                                    json_pack("{s:s, s:s, s:i, s:i, s:i}", "program", "wyndham",
                                              "property_code", "51351", "rooms", 1,
                                              "points_per_night", 15000, "bedrooms", 2)));
    json_decref(
        reh_process_control(&gateway, "POST", "property",
                            json_pack("{s:s, s:s, s:i, s:i}", "program", "choice", "property_code",
                                      "PA164", "rooms", 2, "points_per_night", 12000)));
    json_decref(
        reh_process_control(&gateway, "POST", "property",
                            json_pack("{s:s, s:s, s:i, s:i}", "program", "ihg", "property_code",
                                      "ORDHA", "rooms", 9, "points_per_night", 20000)));
}

static void end(void)
{
    reh_process_stop(&gateway);
}

TestSuite(rehearsal, .init = begin, .fini = end, .timeout = 300);

struct stay {
    const char *program;
    const char *code;
    const char *member;
    const char *check_out;
};

static const struct stay one_night = {"marriott", "BOSCO", "M100", "2027-03-02"};

static struct reh_reply quote(const struct stay *stay, int rooms)
{
    char path[64];
    snprintf(path, sizeof(path), "/%s/v1/quotes", stay->program);
    return reh_process_call(&gateway, "POST", path, NULL,
                            json_pack("{s:s, s:s, s:s, s:i, s:i, s:[], s:s}", "property_code",
                                      stay->code, "check_in", FIRST_NIGHT, "check_out",
                                      stay->check_out, "rooms", rooms, "adults", 1, "children_ages",
                                      "member_number", stay->member));
}

static json_t *commit_body(const struct stay *stay, const char *reference, const json_t *quoted)
{
    return json_pack("{s:s, s:O, s:s, s:s, s:s, s:i, s:i, s:[], s:O, s:s, s:{s:s, s:s}}",
                     "reference", reference, "quote_id", json_object_get(quoted, "quote_id"),
                     "property_code", stay->code, "check_in", FIRST_NIGHT, "check_out",
                     stay->check_out, "rooms", 1, "adults", 1, "children_ages", "points_total",
                     json_object_get(quoted, "points_total"), "member_number", stay->member,
                     "guest", "given_name", "Ida", "surname", "Example");
}

static struct reh_reply commit_quoted(const struct stay *stay, const char *reference,
                                      const json_t *quoted)
{
    char path[64];
    snprintf(path, sizeof(path), "/%s/v1/reservations", stay->program);
    return reh_process_call(&gateway, "POST", path, reference,
                            commit_body(stay, reference, quoted));
}

/* Quotes and commits; the status of the commit. */
static int commit(const struct stay *stay, const char *reference)
{
    struct reh_reply quoted = quote(stay, 1);
    cr_assert_eq(quoted.status, 200);
    struct reh_reply committed = commit_quoted(stay, reference, quoted.body);
    int status = committed.status;
    reh_reply_fini(&quoted);
    reh_reply_fini(&committed);
    return status;
}

static void schedule(const char *operation, const char *fault, int delay_ms)
{
    json_decref(reh_process_control(&gateway, "POST", "faults",
                                    json_pack("{s:s, s:s, s:i}", "operation", operation, "fault",
                                              fault, "delay_ms", delay_ms)));
}

static struct reh_reply call_reference(const char *method, const char *reference,
                                       const char *action)
{
    char path[128];
    snprintf(path, sizeof(path), "/marriott/v1/reservations/%s%s", reference, action);
    json_t *body = strcmp(method, "POST") == 0 ? json_pack("{s:s}", "reference", reference) : NULL;
    return reh_process_call(&gateway, method, path, body == NULL ? NULL : reference, body);
}

static int status_of(struct reh_reply reply)
{
    int status = reply.status;
    reh_reply_fini(&reply);
    return status;
}

/* Reservations in the book with this status ("confirmed"). */
static size_t booked(const char *status)
{
    size_t count = 0;
    size_t index;
    json_t *reservation;
    json_t *book = reh_process_control(&gateway, "GET", "book", NULL);
    json_array_foreach(json_object_get(book, "reservations"), index, reservation)
    {
        count += strcmp(json_string_value(json_object_get(reservation, "status")), status) == 0;
    }
    json_decref(book);
    return count;
}

static json_int_t points_of(const char *path)
{
    struct reh_reply reply = reh_process_call(&gateway, "GET", path, NULL, NULL);
    cr_assert_eq(reply.status, 200);
    json_int_t points = json_integer_value(json_object_get(reply.body, "points"));
    reh_reply_fini(&reply);
    return points;
}

static void assert_code(const struct reh_reply *reply, const char *code)
{
    cr_assert_str_eq(json_string_value(json_object_get(reply->body, "code")), code);
}

static json_int_t total_of(const struct stay *stay)
{
    struct reh_reply quoted = quote(stay, 1);
    cr_assert_eq(quoted.status, 200);
    json_int_t total = json_integer_value(json_object_get(quoted.body, "points_total"));
    reh_reply_fini(&quoted);
    return total;
}

Test(rehearsal, prices_by_each_programs_own_rules)
{
    static const struct {
        struct stay stay;
        json_int_t total;
        const char *why;
    } rows[] = {
        {{"marriott", "BOSCO", "M100", "2027-03-05"}, 80000, "four nights are paid"},
        {{"marriott", "BOSCO", "M100", "2027-03-06"}, 80000, "the fifth is free"},
        {{"marriott", "BOSCO", "M100", "2027-03-10"}, 160000, "nine nights: one free"},
        {{"marriott", "BOSCO", "M100", "2027-03-11"}, 160000, "ten nights: two free"},
        {{"wyndham", "51351", "W100", "2027-03-02"}, 30000, "two bedrooms, one night"},
        {{"wyndham", "51351", "W100", "2027-03-06"}, 150000, "no free nights there"},
        {{"choice", "PA164", "C100", "2027-03-06"}, 60000, "nor at Choice"},
        {{"ihg", "ORDHA", "I100", "2027-03-04"}, 60000, "three nights are paid"},
        {{"ihg", "ORDHA", "I100", "2027-03-05"}, 60000, "the fourth is free for the card"},
        {{"ihg", "ORDHA", "I100", "2027-03-09"}, 120000, "eight nights: two free"},
        {{"ihg", "ORDHA", "I200", "2027-03-05"}, 80000, "without the card it is paid"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        cr_expect_eq(total_of(&rows[i].stay), rows[i].total, "%s", rows[i].why);
    }
}

Test(rehearsal, sells_nine_rooms_of_ihg_together_and_prices_the_card_of_the_day)
{
    static const struct stay four = {"ihg", "ORDHA", "I200", "2027-03-05"};
    json_decref(
        reh_process_control(&gateway, "POST", "account",
                            json_pack("{s:s, s:s, s:i, s:i}", "program", "ihg", "member_number",
                                      "I200", "points", 400000, "card", 1)));
    cr_expect_eq(total_of(&four), 60000, "it holds the card now");
    struct reh_reply nine = quote(&four, 9);
    cr_expect_eq(json_integer_value(json_object_get(nine.body, "points_total")), 540000);
    reh_reply_fini(&nine);
    struct reh_reply ten = quote(&four, 10);
    assert_code(&ten, "restricted");
    reh_reply_fini(&ten);
    cr_assert_eq(commit(&four, "ihg1"), 201);
    cr_expect_eq(points_of("/ihg/v1/accounts/I200/balance"), 340000);
}

Test(rehearsal, frees_the_cheapest_of_five_nights)
{
    static const struct stay five = {"marriott", "BOSCO", "M100", "2027-03-06"};
    json_decref(reh_process_control(&gateway, "POST", "price",
                                    json_pack("{s:s, s:s, s:s, s:i}", "program", "marriott",
                                              "property_code", "BOSCO", "night", "2027-03-03",
                                              "points_per_night", 12000)));
    cr_assert_eq(total_of(&five), 80000, "the night at 12,000 costs nothing, not one at 20,000");
}

Test(rehearsal, takes_prices_of_single_nights_from_its_directory_file)
{
    static const struct stay stay = {"marriott", "FILED", "M100", "2027-03-04"};
    char path[] = "/tmp/nb-rehearsal.XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    cr_assert_not_null(file);
    fputs("marriott,FILED,1,20000\nnight,marriott,FILED,2027-03-02,31000\n"
          "night,marriott,FILED,2027-03-02,32000\n",
          file);
    fclose(file);
    reh_process_stop(&gateway);
    const char *const arguments[] = {"--directory", path, "--account", "marriott,M100,500000",
                                     NULL};
    gateway = reh_process_start(arguments);
    unlink(path);
    cr_assert_eq(total_of(&stay), 72000, "the last line of a night counts");
}

Test(rehearsal, one_key_has_one_effect_and_one_answer)
{
    struct reh_reply quoted = quote(&one_night, 1);
    struct reh_reply first = commit_quoted(&one_night, "r1", quoted.body);
    struct reh_reply again = commit_quoted(&one_night, "r1", quoted.body);
    cr_assert_eq(first.status, 201);
    cr_assert_eq(again.status, 201);
    cr_assert(json_equal(first.body, again.body));
    json_object_set_new(quoted.body, "points_total", json_integer(1));
    struct reh_reply other = commit_quoted(&one_night, "r1", quoted.body);
    cr_assert_eq(other.status, 422, "the same key with another body");
    cr_assert_eq(booked("confirmed"), 1u);
    cr_assert_eq(points_of("/marriott/v1/accounts/M100/balance"), 480000);
    reh_reply_fini(&quoted);
    reh_reply_fini(&first);
    reh_reply_fini(&again);
    reh_reply_fini(&other);
}

Test(rehearsal, a_lost_answer_is_found_by_reading)
{
    schedule("commit", "lost_answer", 0);
    cr_assert_eq(commit(&one_night, "r1"), 0, "no answer came");
    struct reh_reply read = call_reference("GET", "r1", "");
    cr_assert_eq(read.status, 200);
    cr_assert_str_eq(json_string_value(json_object_get(read.body, "status")), "confirmed");
    cr_assert_eq(booked("confirmed"), 1u);
    reh_reply_fini(&read);
}

Test(rehearsal, a_call_dropped_before_its_effect_leaves_nothing)
{
    schedule("commit", "drop_before", 0);
    cr_assert_eq(commit(&one_night, "r1"), 0);
    cr_assert_eq(status_of(call_reference("GET", "r1", "")), 404);
    cr_assert_eq(points_of("/marriott/v1/accounts/M100/balance"), 500000);
}

Test(rehearsal, an_effect_that_happened_twice_shows_in_the_book)
{
    schedule("commit", "effect_twice", 0);
    cr_assert_eq(commit(&one_night, "r1"), 201);
    cr_assert_eq(booked("confirmed"), 2u);
    cr_assert_eq(points_of("/marriott/v1/accounts/M100/balance"), 460000);
}

Test(rehearsal, sells_out_between_quote_and_commit)
{
    struct reh_reply quoted = quote(&one_night, 1);
    schedule("commit", "sold_out", 0);
    struct reh_reply refused = commit_quoted(&one_night, "r1", quoted.body);
    cr_assert_eq(refused.status, 409);
    assert_code(&refused, "sold_out");
    cr_assert_eq(booked("confirmed"), 0u);
    reh_reply_fini(&quoted);
    reh_reply_fini(&refused);
}

Test(rehearsal, never_sells_more_rooms_than_there_are)
{
    struct reh_reply quoted = quote(&one_night, 1);
    cr_assert_eq(commit(&one_night, "r1"), 201);
    cr_assert_eq(commit(&one_night, "r2"), 201);
    struct reh_reply third = commit_quoted(&one_night, "r3", quoted.body);
    assert_code(&third, "sold_out");
    cr_assert_eq(status_of(call_reference("POST", "r1", "/cancel")), 200);
    cr_assert_eq(commit(&one_night, "r3"), 201, "a cancelled room can be sold again");
    reh_reply_fini(&quoted);
    reh_reply_fini(&third);
}

Test(rehearsal, a_changed_price_hands_out_a_quote_that_can_be_committed)
{
    struct reh_reply quoted = quote(&one_night, 1);
    schedule("commit", "price_changed", 0);
    struct reh_reply refused = commit_quoted(&one_night, "r1", quoted.body);
    assert_code(&refused, "price_changed");
    cr_assert_eq(json_integer_value(json_object_get(refused.body, "points_total")), 21000);
    struct reh_reply accepted = commit_quoted(&one_night, "r1", refused.body);
    cr_assert_eq(accepted.status, 201, "under the same reference");
    reh_reply_fini(&quoted);
    reh_reply_fini(&refused);
    reh_reply_fini(&accepted);
}

Test(rehearsal, reads_lag_by_the_rehearsal_clock)
{
    schedule("commit", "lagging_read", 600000);
    cr_assert_eq(commit(&one_night, "r1"), 201);
    cr_assert_eq(status_of(call_reference("GET", "r1", "")), 404);
    json_decref(reh_process_control(
        &gateway, "POST", "clock",
        json_pack("{s:I}", "offset_seconds", 1803772800 + 700 - (json_int_t)time(NULL))));
    cr_assert_eq(status_of(call_reference("GET", "r1", "")), 200);
}

Test(rehearsal, a_cancel_may_be_accepted_and_ignored)
{
    cr_assert_eq(commit(&one_night, "r1"), 201);
    schedule("cancel", "cancel_ignored", 0);
    cr_assert_eq(status_of(call_reference("POST", "r1", "/cancel")), 200);
    cr_assert_eq(booked("confirmed"), 1u);
    cr_assert_eq(points_of("/marriott/v1/accounts/M100/balance"), 480000);
}

Test(rehearsal, cancelling_returns_the_points_once)
{
    cr_assert_eq(commit(&one_night, "r1"), 201);
    cr_assert_eq(status_of(call_reference("POST", "r1", "/cancel")), 200);
    cr_assert_eq(status_of(call_reference("POST", "r1", "/cancel")), 200, "the same key again");
    cr_assert_eq(points_of("/marriott/v1/accounts/M100/balance"), 500000);
}

/* Faults after which the commit's caller knows nothing, though the effect stands. */
Test(rehearsal, an_effect_stands_whatever_becomes_of_its_answer)
{
    static const struct {
        const char *fault;
        int status;
    } rows[] = {{"reset", 0},     {"error_but_done", 500},   {"no_number", 200},
                {"not_http", 0},  {"truncated_json", 201},   {"foreign_number", 201},
                {"garbage", 201}, {"own_key_conflict", 409}, {"wrong_nights", 201},
                {"deep_json", 0}, {"duplicate_keys", 201},   {"huge_header", 0}};
    json_decref(
        reh_process_control(&gateway, "POST", "inventory",
                            json_pack("{s:s, s:s, s:i}", "program", "marriott", "property_code",
                                      "BOSCO", "rooms", (int)NB_COUNT(rows))));
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        schedule("commit", rows[i].fault, 0);
        cr_expect_eq(commit(&one_night, rows[i].fault), rows[i].status, "%s", rows[i].fault);
        cr_expect_eq(booked("confirmed"), i + 1, "%s", rows[i].fault);
    }
}

Test(rehearsal, refuses_what_the_contract_does_not_allow)
{
    static const struct stay rows[] = {{"marriott", "NOPE1", "M100", "2027-03-02"},
                                       {"marriott", "BOSCO", "M999", "2027-03-02"},
                                       {"marriott", "BOSCO", "M100", "2027-03-01"},
                                       {"marriott", "BOSCO", "M100", "2027-04-15"}};
    static const char *const codes[] = {"hotel_invalid", "member_invalid", "restricted",
                                        "restricted"};
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct reh_reply refused = quote(&rows[i], 1);
        cr_expect_eq(refused.status, 422);
        assert_code(&refused, codes[i]);
        reh_reply_fini(&refused);
    }
    static const struct stay wyndham = {"wyndham", "51351", "W100", "2027-03-02"};
    struct reh_reply rooms = quote(&wyndham, 2);
    assert_code(&rooms, "restricted");
    reh_reply_fini(&rooms);
}

Test(rehearsal, is_really_away_when_told_to)
{
    json_decref(reh_process_control(&gateway, "POST", "away", json_pack("{s:i}", "ms", 300)));
    cr_assert_eq(status_of(call_reference("GET", "r1", "")), 0, "the connection is refused");
    int status = 0;
    for (int i = 0; i < 100 && status == 0; i++) {
        usleep(20000);
        status = status_of(call_reference("GET", "r1", ""));
    }
    cr_assert_eq(status, 404, "and it is back with its book");
}

#define ROLLS 40

/* Which of so many quotes were answered with 503, by the dice of that seed. */
static void roll(const char *seed, bool ret_gone[ROLLS])
{
    const char *const arguments[] = {
        "--account", "marriott,M100,500000", "--seed", seed, "--fault", "gone=0.5", NULL};
    struct reh_process diced = reh_process_start(arguments);
    for (int i = 0; i < ROLLS; i++) {
        struct reh_reply reply =
            reh_process_call(&diced, "GET", "/marriott/v1/accounts/M100/balance", NULL, NULL);
        cr_assert(reply.status == 200 || reply.status == 503, "%d", reply.status);
        ret_gone[i] = reply.status == 503;
        reh_reply_fini(&reply);
    }
    reh_process_stop(&diced);
}

Test(rehearsal, misbehaves_the_same_way_under_the_same_seed)
{
    bool first[ROLLS];
    bool again[ROLLS];
    bool other[ROLLS];
    int gone = 0;

    roll("7", first);
    roll("7", again);
    roll("8", other);
    for (int i = 0; i < ROLLS; i++) {
        gone += first[i];
    }
    cr_expect(gone > ROLLS / 5 && gone < ROLLS - ROLLS / 5, "%d of %d", gone, ROLLS);
    cr_expect_arr_eq(first, again, sizeof(first));
    cr_expect_neq(memcmp(first, other, sizeof(first)), 0);
}
