/*
 * The owner's commands against a real database: what they do, what they refuse, and that a second
 * run is harmless.
 */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct house house;

static void open_house(void)
{
    house_open(&house, NULL);
}

static void close_house(void)
{
    house_close(&house);
}

TestSuite(cli_owner, .init = open_house, .fini = close_house, .timeout = 300);

/* Runs a command and holds its status and a part of what it said against what is expected. */
static void expect(int status, const char *says, const char *const *words)
{
    char *said = NULL;
    int found = house_run(&house, &said, words);
    cr_expect_eq(found, status, "%s %s ended with %d: %s", words[0], words[1], found, said);
    cr_expect_not_null(strstr(said, says), "%s does not say \"%s\": %s", words[0], says, said);
    free(said);
}
#define EXPECT(status, says, ...) expect((status), (says), (const char *const[]){__VA_ARGS__, NULL})

Test(cli_owner, migrates_once_and_then_has_nothing_to_do)
{
    free(house_sql(&house, "drop schema nb cascade; drop schema pii cascade; drop schema nb_test "
                           "cascade"));
    EXPECT(1, "nightbridge migrate", "migrate", "--check");
    EXPECT(0, "applied 0001_who.sql", "migrate");
    EXPECT(0, "; 0 migrations were applied now", "migrate");
    EXPECT(0, "as this program needs it", "migrate", "--check");
}

Test(cli_owner, a_migration_that_was_edited_is_refused_with_what_to_do)
{
    free(house_sql(&house, "update nb.schema_migration set sha256 = repeat('0', 64) where number = "
                           "2"));
    EXPECT(1, "0002_directory.sql is not the file that was applied here", "migrate");
    EXPECT(1, "0002_directory.sql", "migrate", "--check", "--json");
}

Test(cli_owner, a_migration_that_is_unknown_here_is_refused)
{
    free(house_sql(&house,
                   "insert into nb.schema_migration (number, name, sha256) select max(number) "
                   "+ 1, 'next.sql', repeat('0', 64) from nb.schema_migration"));
    EXPECT(1, "use a program as new as the database", "migrate");
}

Test(cli_owner, a_schema_that_migrate_did_not_make_is_left_alone)
{
    free(house_sql(&house, "drop table nb.schema_migration"));
    EXPECT(1, "did not make", "migrate");
}

Test(cli_owner, a_migration_that_fails_leaves_nothing_behind)
{
    free(house_sql(&house,
                   "drop schema nb cascade; drop schema pii cascade; drop schema nb_test cascade"));
    /* In the way of the second file. */
    free(house_sql(&house,
                   "create function public.trap() returns event_trigger language plpgsql as "
                   "$$ begin if to_regclass('nb.provider') is not null then raise exception "
                   "'trapped'; end if; end $$; create event trigger trap on ddl_command_end "
                   "execute function public.trap()"));
    EXPECT(1, "sql/migrations/0002_directory.sql", "migrate");
    cr_expect_eq(house_number(&house, "select max(number) from nb.schema_migration"), 1);
    cr_expect_eq(house_number(&house, "select count(*) from pg_class where relname = 'provider'"),
                 0);
    free(house_sql(&house, "drop event trigger trap; drop function public.trap()"));
    EXPECT(0, "applied 0002_directory.sql", "migrate");
}

Test(cli_owner, two_migrates_at_once_wait_for_each_other)
{
    char *said = NULL;
    char command[512];
    free(house_sql(&house,
                   "drop schema nb cascade; drop schema pii cascade; drop schema nb_test cascade"));
    snprintf(command, sizeof(command),
             "for i in 1 2 3; do NIGHTBRIDGE_DATABASE_URL='%s' \"$NIGHTBRIDGE_BUILD/nightbridge\" "
             "migrate & pids=\"$pids $!\"; done; for pid in $pids; do wait $pid || exit 1; done",
             house.owner_url);
    int status = house_shell(&house, &said, command);
    cr_expect_eq(status, 0, "%s", said);
    const char *first = strstr(said, "applied 0001_who.sql");
    cr_expect(first != NULL && strstr(first + 1, "applied 0001_who.sql") == NULL, "%s", said);
    free(said);
}

Test(cli_owner, sets_people_up_and_refuses_what_does_not_fit)
{
    EXPECT(0, "-", "hotline", "add", "Test Line");
    EXPECT(1, "already", "hotline", "add", "Test Line");
    EXPECT(1, "country", "hotline", "add", "Other Line", "--country", "Utopia");
    EXPECT(0, "-", "user", "add", "Ann Sample", "--hotline", "Test Line", "--role", "specialist");
    EXPECT(1, "no such hotline", "user", "add", "Bob Sample", "--hotline", "Nowhere");
    EXPECT(1, "role", "user", "add", "Bob Sample", "--role", "specialist");
    cr_expect_eq(house_number(&house, "select count(*) from nb.app_user where display_name = 'Bob "
                                      "Sample'"),
                 0, "a user whose role was refused is left behind");
    EXPECT(2, "--role", "token", "new", "Ann Sample");
    EXPECT(1, "does not hold", "token", "new", "Ann Sample", "--role", "admin");
    EXPECT(1, "no such user", "user", "lock", "Nobody");
    EXPECT(0, "nbt_", "token", "new", "Ann Sample", "--role", "specialist");
    EXPECT(0, "Ann Sample", "token", "list");
    EXPECT(0, "revoked", "user", "revoke", "Ann Sample", "specialist");
    EXPECT(0, "locked", "user", "lock", "Ann Sample");
    EXPECT(0, "Test Line", "user", "list", "--state", "locked");
    EXPECT(0, "\"has_key\": true", "hotline", "list", "--json");
}

Test(cli_owner, only_the_hash_of_a_token_is_kept)
{
    char *said = NULL;
    house_hotline(&house, "Test Line");
    char *token = house_token(&house, "specialist");
    cr_expect_eq(house_number(&house,
                              "select count(*) from nb.api_token where token_hash = "
                              "sha256('%s')",
                              token),
                 1);
    cr_expect_eq(HOUSE_RUN(&house, &said, "token", "list", "--json"), 0);
    cr_expect_null(strstr(said, token));
    free(said);
    free(token);
}

Test(cli_owner, the_doctor_refuses_a_log_that_would_leak)
{
    EXPECT(1, "fsync", "doctor"); /* the cluster of tests is fast, not safe */
    free(house_sql(&house, "alter database \"%s\" set log_min_duration_statement = 0",
                   house.database));
    EXPECT(1, "log_min_duration_statement", "doctor");
    EXPECT(1, "\"verdict\": \"FAIL\"", "doctor", "--json");
}

Test(cli_owner, the_record_is_verified_and_a_changed_row_is_named)
{
    EXPECT(0, "Every link holds", "audit", "verify");
    EXPECT(0, "", "hotline", "add", "Test Line");
    EXPECT(0, "", "hotline", "add", "Other Line");
    free(house_sql(&house, "select nb_test.advance('1 hour')"));
    /* Sealed is what no transaction of the cluster, of any test, can still come before. */
    HOUSE_UNTIL(30, house_number(&house, "select nb.audit_seal(null, 100) * 0 + (select count(*) "
                                         "from nb.audit_seal)") == 2);
    EXPECT(0, "installation ends after 2 links", "audit", "verify");
    EXPECT(0, "\"hash\": ", "audit", "verify", "--json");
    free(house_sql(&house, "set session_replication_role = replica; update nb.audit_event set "
                           "detail = '{\"changed\": 1}' where audit_event_id = (select "
                           "min(audit_event_id) from nb.audit_seal)"));
    EXPECT(1, "installation: link 1: event_changed", "audit", "verify");
    EXPECT(1, "somebody changed the record", "audit", "verify");
}

Test(cli_owner, what_is_switched_off_is_listed_and_the_doctor_says_so)
{
    EXPECT(0, "Every breaker is closed.", "breaker", "list");
    EXPECT(1, "dispatch       nothing waits", "doctor");
    EXPECT(0, "Switched off", "breaker", "off", "wyndham");
    EXPECT(0, "off        wyndham commit of every account", "breaker", "list");
    EXPECT(0, "\"operation\": \"commit\"", "breaker", "list", "--json");
    EXPECT(1, "wyndham commit of every account is off", "doctor");
    EXPECT(0, "Switched on", "breaker", "on", "wyndham");
    EXPECT(0, "Every breaker is closed.", "breaker", "list");
    EXPECT(1, "commit, read or cancel", "breaker", "off", "wyndham", "--operation", "quote");
    EXPECT(1, "no such thing", "breaker", "off", "nowhere");
    EXPECT(2, "an id has the form", "breaker", "off", "wyndham", "--account", "mine");
    EXPECT(2, "", "breaker", "off");
    free(house_sql(&house, "select nb.dispatch_pause(null, 'by_hand')"));
    EXPECT(1, "paused: reads only", "doctor");
}

Test(cli_owner, invariants_name_what_does_not_hold)
{
    struct house world;
    char *said = NULL;
    house_open(&world, &(struct house_options){.world = true});
    house_check_invariants(&world);
    free(house_sql(&world, "update nb.unit_night set held = held + 1 where (unit_type_id, night) = "
                           "(select unit_type_id, night from nb.unit_night where held + occupied < "
                           "capacity limit 1)"));
    cr_expect_eq(HOUSE_RUN(&world, &said, "invariants"), 1);
    cr_expect_not_null(strstr(said, "B5"), "%s", said);
    free(said);
    house_close(&world);
}

Test(cli_owner, an_erasure_that_waits_for_a_rotation_longer_than_a_day_is_an_alarm)
{
    EXPECT(0, "", "hotline", "add", "Test Line");
    free(house_sql(&house,
                   "insert into nb.erasure (hotline_id, guest_public_id, reason, key_epoch) "
                   "select hotline_id, nb.random_id(), 'asked_by_guest', 1 from "
                   "nb.hotline"));
    EXPECT(0, "All invariants hold", "invariants");
    free(house_sql(&house, "select nb_test.advance('25 hours')"));
    EXPECT(1, "P7 erasures become complete within a day", "invariants");
    EXPECT(0, "1 erasures are complete", "key", "rotate");
    EXPECT(0, "All invariants hold", "invariants");
}

Test(cli_owner, a_database_that_is_away_is_said_so_without_its_password)
{
    char *said = NULL;
    int status = house_shell(&house, &said,
                             "NIGHTBRIDGE_DATABASE_URL='postgresql://nb:hush@127.0.0.1:1/x' "
                             "\"$NIGHTBRIDGE_BUILD/nightbridge\" migrate");
    cr_expect_eq(status, 1);
    cr_expect_not_null(strstr(said, "no connection"));
    cr_expect_null(strstr(said, "hush"));
    free(said);
}

Test(cli_owner, a_plugins_file_is_checked_and_what_is_configured_is_listed)
{
    char file[512];
    (void)snprintf(file, sizeof(file), "%s/plugins/wyndham.so", getenv("NIGHTBRIDGE_BUILD"));
    EXPECT(0, "0 failed; SHA-256", "plugin", "check", file);
    EXPECT(1, "nb_plugin", "plugin", "check", "/bin/true");
    EXPECT(1, "no readable plugin file", "plugin", "check", "/nowhere.so");
    EXPECT(0, "", "plugin", "list");
    FILE *config = fopen(house.config, "a");
    cr_assert_not_null(config);
    cr_assert_gt(
        fprintf(config, "plugin \"wyndham\" { file = \"%s\" sha256 = \"%064d\" }\n", file, 0), 0);
    cr_assert_eq(fclose(config), 0);
    EXPECT(1, "wyndham", "plugin", "list");
}
