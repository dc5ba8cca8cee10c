/*
 * Booking, offers and tasks from the command line, as a person at a terminal would go on: each
 * command's answer holds what the next one needs.
 */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct house house;
static struct house_daemon daemon_;

static void begin(void)
{
    char command[1024];
    char url[64];
    char *said = NULL;

    house_open(&house, NULL);
    house_hotline(&house, "Command Line");
    char *token = house_token(&house, "supervisor");
    setenv("NIGHTBRIDGE_TOKEN", token, 1);
    free(token);
    (void)snprintf(command, sizeof(command),
                   "psql -X -q -v ON_ERROR_STOP=1 -d '%s' -f tests/sql/support/fixture.sql "
                   "-f tests/sql/support/booking.sql",
                   house.owner_url);
    cr_assert_eq(house_shell(&house, &said, command), 0, "%s", said);
    free(said);
    house_daemon_start(&house, &daemon_, NULL);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u", daemon_.port);
    setenv("NIGHTBRIDGE_API", url, 1);
}

static void end(void)
{
    if (house.folder[0] != '\0') {
        (void)house_daemon_stop(&daemon_);
        house_close(&house);
    }
}

TestSuite(cli_booking, .init = begin, .fini = end, .timeout = 300);

static void expect(int status, const char *says, const char *const *words)
{
    char *said = NULL;
    int found = house_run(&house, &said, words);
    cr_expect_eq(found, status, "%s %s ended with %d: %s", words[0], words[1], found, said);
    cr_expect_not_null(strstr(said, says), "%s %s does not say \"%s\": %s", words[0], words[1],
                       says, said);
    free(said);
}
#define EXPECT(status, says, ...) expect((status), (says), (const char *const[]){__VA_ARGS__, NULL})

struct choice {
    char request[37];
    char option[37];
};

static struct choice one_bed(void)
{
    struct choice choice;
    int64_t request = house_number(&house, "select nb_test.request(1)");
    char *text =
        house_sql(&house,
                  "with made as (select nb_test.shelter_option(nb_test.search(%lld), "
                  "nb_test.beds(1)) as option) select r.public_id || ' ' || m.option from made m, "
                  "nb.shelter_request r where r.request_id = %lld",
                  (long long)request, (long long)request);

    cr_assert_eq(sscanf(text, "%36s %36s", choice.request, choice.option), 2, "%s", text);
    free(text);
    return choice;
}

Test(cli_booking, books_answers_and_goes_to_the_end_of_a_stay)
{
    struct choice choice = one_bed();

    EXPECT(0, "offered", "book", choice.request, choice.option, "--key", "from-the-line");
    EXPECT(0, "offered", "book", choice.request, choice.option, "--key", "from-the-line");
    EXPECT(1, "living booking", "book", choice.request, choice.option);
    EXPECT(0, "await_the_answer", "booking", "list", choice.request);
    char *booking = house_sql(&house, "select public_id from nb.booking");
    char *offer = house_sql(&house, "select public_id from nb.referral");
    EXPECT(0, offer, "offer", "list", "--state", "offered");
    EXPECT(1, "heard_by_phone", "offer", "accept", offer);
    EXPECT(0, "accepted", "offer", "accept", offer, "--by-phone");
    EXPECT(0, "the provider takes the party", "booking", "show", booking);
    EXPECT(2, "nobody travels", "booking", "desk", booking, "--contact", "manager");
    EXPECT(0, "desk_confirmed", "booking", "desk", booking, "--contact", "manager", "--alias-known",
           "--no-calls-no-visitors");
    EXPECT(0, "check_in", "booking", "told", booking);
    EXPECT(0, "checked_in", "booking", "check-in", booking);
    EXPECT(0, "checked_out", "booking", "check-out", booking);
    EXPECT(1, "", "booking", "cancel", booking, "--reason", "mistake");
    EXPECT(2, "--reason", "booking", "cancel", booking);
    EXPECT(1, "", "booking", "show", choice.request);
    EXPECT(2, "", "booking", "show", "me");
    free(booking);
    free(offer);
}

Test(cli_booking, a_task_is_taken_given_back_and_ended)
{
    struct choice choice = one_bed();

    EXPECT(0, "offered", "book", choice.request, choice.option);
    char *offer = house_sql(&house, "select public_id from nb.referral");
    EXPECT(0, "declined", "offer", "decline", offer, "--reason", "full", "--side", "provider",
           "--by-phone");
    EXPECT(0, "rebook", "task", "list");
    char *task = house_sql(&house, "select public_id from nb.task where kind = 'rebook'");
    EXPECT(0, "claimed", "task", "claim", task);
    EXPECT(2, "--token", "task", "release", task);
    EXPECT(1, "", "task", "release", task, "--token", "7", "--why", "no_time");
    EXPECT(0, "no_time", "task", "release", task, "--token", "1", "--why", "no_time");
    EXPECT(0, "claimed", "task", "claim", task, "--json");
    EXPECT(0, "specialist", "task", "colleagues");
    EXPECT(2, "--to", "task", "hand-over", task, "--token", "2", "--why", "no_time");
    EXPECT(1, "/to", "task", "hand-over", task, "--token", "2", "--why", "no_time", "--to", task);
    EXPECT(0, "handled", "task", "done", task, "--token", "2", "--outcome", "handled");
    EXPECT(0, "Nothing waits.", "task", "list", "--mine");
    free(task);
    free(offer);
}

Test(cli_booking, what_was_booked_by_hand_is_entered_with_its_number_from_standard_input)
{
    char command[2048];
    char *said = NULL;
    char *words = house_sql(
        &house,
        "create table nb_test.entered as select nb_test.request(1) as request, "
        "nb_test.points_hotel() as hotel, nb_test.account(1, 30000) as account; "
        "select format('%%s --property %%s --account %%s --points 30000 --units 1 --check-in %%s "
        "--check-out %%s --booked-at 2026-11-24T02:10:00Z --booked-by specialist "
        "--with-confirmation', r.public_id, p.public_id, a.public_id, r.check_in, r.check_in + 2) "
        "from nb_test.entered e join nb.shelter_request r on r.request_id = e.request join "
        "nb.property p on p.property_id = e.hotel join nb.points_account a on a.account_id = "
        "e.account");

    (void)snprintf(command, sizeof(command),
                   "\"$NIGHTBRIDGE_BUILD/nightbridge\" booking enter %s </dev/null", words);
    cr_expect_eq(house_shell(&house, &said, command), 1, "%s", said);
    cr_expect_not_null(strstr(said, "two lines"), "%s", said);
    free(said);
    (void)snprintf(command, sizeof(command),
                   "printf 'A77\\nA78\\n' | \"$NIGHTBRIDGE_BUILD/nightbridge\" booking enter %s",
                   words);
    cr_expect_eq(house_shell(&house, &said, command), 1, "%s", said);
    cr_expect_not_null(strstr(said, "confirmation_again"), "%s", said);
    free(said);
    free(words);
}
