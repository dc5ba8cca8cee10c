/*
 * The daily commands over HTTP: answers become tables, problem documents become sentences with the
 * name of the field, and a write whose answer is lost is finished under its key.
 */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct house house;
static struct house_daemon daemon_;

static void begin(void)
{
    char url[64];
    house_open(&house, &(struct house_options){.world = true});
    house_daemon_start(&house, &daemon_, NULL);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u", daemon_.port);
    setenv("NIGHTBRIDGE_API", url, 1);
}

static void end(void)
{
    if (house.folder[0] != '\0') {
        (void)house_daemon_stop(&daemon_);
        house_close(&house);
    }
}

TestSuite(cli_api, .init = begin, .fini = end, .timeout = 120);

static void speak_as(const char *role)
{
    char *token = house_token(&house, role);
    setenv("NIGHTBRIDGE_TOKEN", token, 1);
    free(token);
}

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

Test(cli_api, shows_points_and_records_a_gift_once)
{
    speak_as("finance");
    char *account =
        house_sql(&house, "select a.public_id from nb.points_account a join nb.hotline h "
                          "using (hotline_id) order by h.hotline_id, a.account_id limit "
                          "1");
    char *fund = house_sql(&house, "select public_id from nb.donor_fund limit 1");
    int64_t before = house_number(&house, "select count(*) from nb.donation");
    EXPECT(0, "available", "points", "balance");
    EXPECT(0, "balance:", "points", "balance", account);
    EXPECT(0, "usable until", "points", "lots", account);
    EXPECT(0, "restriction", "points", "funds", "--json");
    for (int i = 0; i < 2; i++) {
        EXPECT(0, "points: 15,000", "points", "topup", account, "--fund", fund, "--points", "15000",
               "--received", "2026-11-01", "--key", "gift-1");
    }
    cr_expect_eq(house_number(&house, "select count(*) from nb.donation"), before + 1);
    EXPECT(1, "idempotency_key_reused", "points", "topup", account, "--fund", fund, "--points",
           "15001", "--received", "2026-11-01", "--key", "gift-1");
    free(account);
    free(fund);
}

Test(cli_api, a_refusal_names_the_field_and_what_is_allowed)
{
    speak_as("specialist");
    EXPECT(1, "/capacity", "capacity", "set", "9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11", "--from",
           "2031-01-15", "--units", "-1");
    EXPECT(1, "/from_night", "capacity", "set", "9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11", "--from",
           "soon", "--units", "1");
    EXPECT(1, "\"pointer\": \"/unit\"", "capacity", "set", "nonsense", "--from", "2031-01-15",
           "--units", "1", "--json");
    EXPECT(1, "whole number", "capacity", "set", "x", "--from", "2031-01-15", "--units", "many");
    EXPECT(2, "--from", "capacity", "set", "9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11");
    EXPECT(2, "an id has the form", "points", "lots", "7");
    EXPECT(1, "404", "points", "lots", "9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11");
}

Test(cli_api, says_who_it_wants_to_hear_from)
{
    char path[128];
    speak_as("auditor");
    EXPECT(1, "403", "points", "balance");
    setenv("NIGHTBRIDGE_TOKEN", "nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1);
    EXPECT(1, "401", "points", "balance");
    setenv("NIGHTBRIDGE_TOKEN", "secret", 1);
    EXPECT(1, "begins with nbt_", "points", "balance");
    unsetenv("NIGHTBRIDGE_TOKEN");
    EXPECT(1, "nightbridge token new", "points", "balance");
    snprintf(path, sizeof(path), "%s/loose", house.folder);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fclose(file);
    cr_assert_eq(chmod(path, 0644), 0);
    EXPECT(1, "chmod 600", "points", "balance", "--token-file", path);
    EXPECT(1, "https://", "points", "balance", "--api", "http://example.com");
}

Test(cli_api, says_when_nobody_answers)
{
    speak_as("finance");
    EXPECT(1, "Is nightbridged running?", "points", "balance", "--api", "http://127.0.0.1:1");
}
