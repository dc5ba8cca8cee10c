/*
 * The daily commands over HTTP: answers become tables, problem documents become sentences with the
 * name of the field, and a write whose answer is lost is finished under its key.
 */
#include "core/base/mem.h"
#include "core/cli/tree.h"
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

TestSuite(cli_api, .init = begin, .fini = end, .timeout = 300);

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

/* A member of the last answer of a command with --json. */
static char *member_of(const char *name, const char *const *words)
{
    char *said = NULL;
    int status = house_run(&house, &said, words);
    cr_assert_eq(status, 0, "%s", said);
    json_t *answer = json_loads(said, 0, NULL);
    cr_assert_not_null(answer, "%s", said);
    const json_t *value = json_object_get(answer, name);
    if (value == NULL) {
        value = json_object_get(json_array_get(json_object_get(answer, "items"), 0), name);
    }
    cr_assert(json_is_string(value), "no %s in %s", name, said);
    char *text = strdup(json_string_value(value));
    json_decref(answer);
    free(said);
    return text;
}
#define MEMBER(name, ...) member_of((name), (const char *const[]){__VA_ARGS__, NULL})

Test(cli_api, a_person_is_placed_from_the_command_line)
{
    speak_as("specialist");
    char *request =
        MEMBER("id", "request", "new", "--postal-code", "60608", "--nights", "2", "--household",
               "1", "--gender", "women", "--max-distance", "25000", "--child-involved", "no",
               "--violence", "no", "--consents", "no", "--json");
    EXPECT(0, "state: open", "request", "show", request);
    EXPECT(0, request, "request", "list", "--state", "open");
    EXPECT(0, "places in reach", "request", "options", request);
    EXPECT(0, "why not", "request", "refusals", request);
    char *option = MEMBER("id", "request", "options", request, "--json");
    EXPECT(0, "offered", "book", request, option);
    char *booking = house_sql(&house,
                              "select b.public_id from nb.booking b join nb.shelter_request r "
                              "using (request_id) where r.public_id = '%s'",
                              request);
    EXPECT(0, "state: offered", "booking", "show", booking);
    EXPECT(1, "409", "request", "close", request, "--reason", "withdrawn");
    EXPECT(0, "state: cancelled", "booking", "cancel", booking, "--reason", "guest_choice");
    EXPECT(0, "state: closed", "request", "close", request, "--reason", "withdrawn");
    house_check_invariants(&house);
    free(booking);
    free(option);
    free(request);
}

Test(cli_api, an_intake_that_makes_no_sense_is_refused_field_by_field)
{
    speak_as("specialist");
    EXPECT(1, "/households", "request", "new", "--postal-code", "06103", "--child-involved", "no",
           "--violence", "no", "--consents", "no");
    EXPECT(1, "such as 2:4,7", "request", "new", "--household", "two");
    EXPECT(1, "yes or no", "request", "new", "--household", "1", "--violence", "maybe");
    EXPECT(1, "/nights", "request", "new", "--postal-code", "06103", "--household", "1", "--nights",
           "400", "--child-involved", "no", "--violence", "no", "--consents", "no");
    EXPECT(1, "/place", "request", "new", "--postal-code", "00000", "--household", "1",
           "--child-involved", "no", "--violence", "no", "--consents", "no");
    EXPECT(1, "ENOENT", "request", "new", "--file", "/nowhere.json");
    cr_expect_eq(house_number(&house, "select count(*) from nb.shelter_request"), 0);
}

Test(cli_api, a_house_reports_its_beds)
{
    char *night = house_sql(&house, "select nb.place_tonight(t) + 40 from nb.unit_type t limit 1");
    char *unit = house_sql(&house, "select t.public_id from nb.unit_type t join nb.service v using "
                                   "(service_id) order by t.unit_type_id limit 1");
    speak_as("specialist");
    EXPECT(0, "4", "capacity", "set", unit, "--from", night, "--units", "4");
    char *capacity = house_sql(&house,
                               "select capacity from nb.unit_night n join nb.unit_type t using "
                               "(unit_type_id) where t.public_id = '%s' and n.night = '%s'",
                               unit, night);
    cr_expect_str_eq(capacity, "4");
    free(capacity);
    free(unit);
    free(night);
}

/* --- every verb against everything that makes no sense --- */

#define WORDS_MOST 48
#define NOBODY "0b9f3c1e-7c55-4f2e-9a61-3d1e0c9a7b42"

/* A verb of the tree and how it is called. */
struct verb {
    const struct cli_command *command;
    const char *words[WORDS_MOST];
    int count; /* of its name */
};

/* With `count` words after its name and then these two (NULL: none); the exit status. */
static int try(const struct verb *verb, const char *word, int count, const char *option,
               const char *value)
{
    struct verb tried = *verb;
    char *said = NULL;

    for (int i = 0; i < count; i++) {
        tried.words[tried.count++] = word;
    }
    if (option != NULL) {
        tried.words[tried.count++] = option;
        tried.words[tried.count] = value;
    }
    int status = house_run(&house, &said, tried.words);
    cr_expect(status == 0 || said[0] != '\0', "%s %s says nothing", verb->words[0],
              verb->command->name);
    free(said);
    return status;
}

static bool is_daily(const struct cli_command *command)
{
    for (int i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if (strcmp(command->options[i].name, "token-file") == 0) {
            return true;
        }
    }
    return false;
}

static void try_usage(const struct verb *verb)
{
    const struct cli_command *command = verb->command;
    const char *name = command->name;

    cr_expect_eq(try(verb, NOBODY, command->words_min, "--unheard-of", NULL), CLI_USAGE, "%s %s",
                 verb->words[0], name);
    if (command->words_min > 0) {
        cr_expect_eq(try(verb, NOBODY, command->words_min - 1, NULL, NULL), CLI_USAGE, "%s %s",
                     verb->words[0], name);
    }
    if (command->words_max < WORDS_MOST / 2) {
        cr_expect_eq(try(verb, NOBODY, command->words_max + 1, NULL, NULL), CLI_USAGE, "%s %s",
                     verb->words[0], name);
    }
}

/* Ids that are none, ids of nobody, and a value of each option that is none. */
static void try_nonsense(const struct verb *verb)
{
    const struct cli_command *command = verb->command;
    char option[48];

    if (command->words_min > 0) {
        cr_expect_neq(try(verb, "nonsense", command->words_min, NULL, NULL), CLI_OK, "%s %s",
                      verb->words[0], command->name);
        cr_expect_neq(try(verb, NOBODY, command->words_min, NULL, NULL), CLI_OK, "%s %s",
                      verb->words[0], command->name);
    }
    for (int i = 0; command->options[i].name != NULL; i++) {
        if (command->options[i].value == NULL || strcmp(command->options[i].name, "key") == 0) {
            continue;
        }
        (void)snprintf(option, sizeof(option), "--%s", command->options[i].name);
        cr_expect_neq(try(verb, NOBODY, command->words_min, option, "non\"sense\xff"), CLI_OK,
                      "%s %s %s", verb->words[0], command->name, option);
    }
}

static void try_all(const struct cli_command *command, struct verb at, int depth)
{
    if (depth > 0) {
        at.words[at.count++] = command->name;
    }
    at.command = command;
    for (size_t i = 0; command->subcommands != NULL && command->subcommands[i] != NULL; i++) {
        try_all(command->subcommands[i], at, depth + 1);
    }
    if (command->run != NULL) {
        try_usage(&at);
        if (is_daily(command)) {
            try_nonsense(&at);
        }
    }
}

Test(cli_api, every_verb_refuses_what_makes_no_sense_and_changes_nothing)
{
    speak_as("supervisor");
    static const char done[] = "select count(*) || ' ' || (select count(*) from nb.operation where "
                               "status < 400) from nb.audit_event";
    char *before = house_sql(&house, "%s", done);
    try_all(&cli_root, (struct verb){.count = 0}, 0);
    char *after = house_sql(&house, "%s", done);
    cr_expect_str_eq(after, before);
    house_check_invariants(&house);
    free(after);
    free(before);
}
