/*
 * The daemon's frame: what it refuses to start on, who dies with whom, and that it ends cleanly.
 */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct house house;

static void open_house(void)
{
    house_open(&house, &(struct house_options){
                           .extra = "api_processes = 2\nheartbeat_timeout_ms = 4000\n"});
}

static void close_house(void)
{
    house_close(&house);
}

TestSuite(daemon, .init = open_house, .fini = close_house, .timeout = 300);

static bool logged(const struct house_daemon *daemon, const char *event)
{
    char *log = house_daemon_log(daemon);
    bool found = strstr(log, event) != NULL;
    free(log);
    return found;
}

/* Stops it; what it logged is shown when that was not clean. */
static void expect_clean_end(struct house_daemon *daemon)
{
    int status = house_daemon_stop(daemon);
    char *log = house_daemon_log(daemon);
    cr_expect_eq(status, 0, "it ended with %d:\n%s", status, log);
    free(log);
}

static bool answers(const struct house_daemon *daemon, const char *path)
{
    struct house_reply reply = house_call(daemon, NULL, "GET", path, NULL, NULL);
    int status = reply.status;
    house_reply_fini(&reply);
    return status == 200;
}

Test(daemon, serves_with_all_roles_and_ends_cleanly)
{
    struct house_daemon daemon;
    house_daemon_start(&house, &daemon, NULL);
    cr_expect(answers(&daemon, "/livez"));
    cr_expect_gt(house_role_pid(&daemon, "api", 0), 0);
    cr_expect_gt(house_role_pid(&daemon, "api", 1), 0);
    cr_expect_gt(house_role_pid(&daemon, "dispatch", 0), 0);
    cr_expect_gt(house_role_pid(&daemon, "clock", 0), 0);
    expect_clean_end(&daemon);
}

Test(daemon, a_role_that_is_killed_is_started_again_and_takes_no_other_along)
{
    struct house_daemon daemon;
    house_daemon_start(&house, &daemon, NULL);
    static const struct {
        const char *name;
        int index;
    } roles[] = {{"api", 0}, {"api", 1}, {"dispatch", 0}, {"clock", 0}};
    pid_t before[NB_COUNT(roles)];
    for (size_t i = 0; i < NB_COUNT(roles); i++) {
        before[i] = house_role_pid(&daemon, roles[i].name, roles[i].index);
    }
    for (size_t killed = 0; killed < NB_COUNT(roles); killed++) {
        kill(before[killed], SIGKILL);
        HOUSE_UNTIL(20, house_role_pid(&daemon, roles[killed].name, roles[killed].index) > 0 &&
                            house_role_pid(&daemon, roles[killed].name, roles[killed].index) !=
                                before[killed]);
        before[killed] = house_role_pid(&daemon, roles[killed].name, roles[killed].index);
        for (size_t i = 0; i < NB_COUNT(roles); i++) {
            cr_expect_eq(house_role_pid(&daemon, roles[i].name, roles[i].index), before[i],
                         "%s %d died with %s", roles[i].name, roles[i].index, roles[killed].name);
        }
    }
    HOUSE_UNTIL(20, answers(&daemon, "/readyz"));
    expect_clean_end(&daemon);
}

Test(daemon, connections_wait_while_the_only_api_process_is_started_again)
{
    struct house_daemon daemon;
    struct house single;
    house_open(&single, &(struct house_options){.extra = "api_processes = 1\n"});
    house_daemon_start(&single, &daemon, NULL);
    for (int i = 0; i < 3; i++) {
        pid_t api = house_role_pid(&daemon, "api", 0);
        cr_assert_gt(api, 0);
        kill(api, SIGKILL);
        HOUSE_UNTIL(10, house_role_pid(&daemon, "api", 0) != api);
        /* Nobody serves now; the socket is the supervisor's. */
        cr_expect(answers(&daemon, "/livez"), "a connection was refused");
    }
    expect_clean_end(&daemon);
    house_close(&single);
}

Test(daemon, a_role_that_hangs_is_killed_by_its_heartbeat)
{
    struct house_daemon daemon;
    house_daemon_start(&house, &daemon, NULL);
    pid_t dispatch = house_role_pid(&daemon, "dispatch", 0);
    pid_t clock = house_role_pid(&daemon, "clock", 0);
    kill(dispatch, SIGSTOP);
    HOUSE_UNTIL(20, house_role_pid(&daemon, "dispatch", 0) != dispatch &&
                        house_role_pid(&daemon, "dispatch", 0) > 0);
    cr_expect(logged(&daemon, "role_silent"));
    cr_expect_eq(house_role_pid(&daemon, "clock", 0), clock);
    expect_clean_end(&daemon);
}

/* Whoever watches the clock is not the clock. */
Test(daemon, raises_the_alarm_itself_when_the_clock_is_silent)
{
    struct house_daemon daemon;
    struct house quiet;
    house_open(&quiet, &(struct house_options){
                           .extra = "heartbeat_timeout_ms = 10000\nclock_silence_ms = 5000\n"});
    house_daemon_start(&quiet, &daemon, NULL);
    HOUSE_UNTIL(20, house_role_pid(&daemon, "clock", 0) > 0);
    cr_expect_not(logged(&daemon, "alarm_no_sweep"), "it sweeps");
    kill(house_role_pid(&daemon, "clock", 0), SIGSTOP);
    HOUSE_UNTIL(20, logged(&daemon, "alarm_no_sweep"));
    (void)house_daemon_stop(&daemon);
    house_close(&quiet);
}

/* A process that hangs is killed before what it holds may be taken from it, and an absence is
 * proved over more than one lease. */
Test(daemon, sends_nothing_while_a_lease_is_shorter_than_it_must_be)
{
    static const struct {
        const char *setting;
        const char *says;
    } rows[] = {{"('lease_ms', 4000)", "lease_ms must be longer than heartbeat_timeout_ms"},
                {"('settle_window_ms', 20000)", "settle_window_ms must be longer than lease_ms"}};
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct house_daemon daemon;
        struct house wrong;
        house_open(&wrong, &(struct house_options){.extra = "heartbeat_timeout_ms = 4000\n"});
        free(house_sql(&wrong,
                       "insert into nb.setting (name, value_ms, effective_from) select v.*, "
                       "nb.now() from (values %s) v",
                       rows[i].setting));
        house_daemon_start(&wrong, &daemon, NULL);
        HOUSE_UNTIL(20, logged(&daemon, rows[i].says));
        cr_expect_not(logged(&daemon, "\"event\":\"role_ready\",\"process\":\"dispatch\""));
        cr_expect(answers(&daemon, "/readyz"), "the API goes on");
        (void)house_daemon_stop(&daemon);
        house_close(&wrong);
    }
}

Test(daemon, roles_die_with_their_supervisor)
{
    struct house_daemon daemon;
    house_daemon_start(&house, &daemon, NULL);
    pid_t roles[] = {house_role_pid(&daemon, "api", 0), house_role_pid(&daemon, "dispatch", 0),
                     house_role_pid(&daemon, "clock", 0)};
    kill(daemon.pid, SIGKILL);
    cr_assert_eq(waitpid(daemon.pid, NULL, 0), daemon.pid);
    for (size_t i = 0; i < NB_COUNT(roles); i++) {
        HOUSE_UNTIL(10, kill(roles[i], 0) != 0);
    }
}

Test(daemon, a_role_that_does_not_stop_in_time_is_killed_and_that_is_no_clean_end)
{
    struct house_daemon daemon;
    struct house slow;
    house_open(&slow, &(struct house_options){
                          .extra = "shutdown_grace_ms = 300\nheartbeat_timeout_ms = 50000\n"});
    house_daemon_start(&slow, &daemon, NULL);
    kill(house_role_pid(&daemon, "clock", 0), SIGSTOP);
    cr_expect_eq(house_daemon_stop(&daemon), 1);
    cr_expect(logged(&daemon, "role_killed"));
    house_close(&slow);
}

Test(daemon, runs_only_the_role_that_was_asked_for)
{
    struct house_daemon daemon;
    house_daemon_start(&house, &daemon, (const char *const[]){"--role", "clock", NULL});
    HOUSE_UNTIL(20, logged(&daemon, "role_ready"));
    cr_expect_gt(house_role_pid(&daemon, "clock", 0), 0);
    cr_expect_eq(house_role_pid(&daemon, "api", 0), 0);
    cr_expect_eq(house_role_pid(&daemon, "dispatch", 0), 0);
    expect_clean_end(&daemon);
}

/* What it says when it ends by itself without having served. */
static void expect_refusal(const char *why)
{
    struct house_daemon daemon;
    house_daemon_launch(&house, &daemon, NULL);
    HOUSE_UNTIL(30, house_daemon_ended(&daemon));
    char *log = house_daemon_log(&daemon);
    cr_expect_not_null(strstr(log, why), "it does not say \"%s\":\n%s", why, log);
    free(log);
    cr_expect_eq(house_daemon_stop(&daemon), 1);
}

Test(daemon, refuses_a_schema_older_than_itself)
{
    free(house_sql(&house, "delete from nb.schema_migration where number > 3"));
    expect_refusal("nightbridge migrate");
}

Test(daemon, refuses_a_database_without_a_schema)
{
    free(house_sql(&house, "drop schema nb cascade"));
    expect_refusal("nightbridge migrate");
}

Test(daemon, refuses_a_test_clock_that_is_not_meant)
{
    unsetenv("NIGHTBRIDGE_TEST_CLOCK");
    expect_refusal("has a test clock");
}

Test(daemon, refuses_a_real_clock_where_a_test_clock_is_meant)
{
    free(house_sql(&house, "alter schema nb_test rename to nb_other"));
    expect_refusal("has no test clock");
}

Test(daemon, refuses_a_key_folder_that_others_may_read)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/keys", house.folder);
    cr_assert_eq(chmod(path, 0755), 0);
    expect_refusal("key_folder");
}

Test(daemon, serves_a_newer_schema_with_a_warning)
{
    struct house_daemon daemon;
    free(house_sql(&house, "insert into nb.schema_migration (number, name, sha256) values (9999, "
                           "'9999_next.sql', repeat('a', 64))"));
    house_daemon_start(&house, &daemon, NULL);
    cr_expect(logged(&daemon, "schema_newer"));
    expect_clean_end(&daemon);
}

Test(daemon, warns_of_a_server_whose_log_would_leak)
{
    struct house_daemon daemon;
    free(house_sql(&house, "alter database \"%s\" set log_statement = 'all'", house.database));
    house_daemon_start(&house, &daemon, NULL);
    cr_expect(logged(&daemon, "server_log_leaks"));
    expect_clean_end(&daemon);
}

Test(daemon, waits_for_a_database_that_is_not_there_yet)
{
    struct house_daemon daemon;
    free(house_sql(&house, "alter database \"%s\" connection limit 0", house.database));
    house_daemon_launch(&house, &daemon, NULL);
    HOUSE_UNTIL(20, logged(&daemon, "database_unavailable"));
    cr_expect_not(house_daemon_ended(&daemon), "it gave up");
    free(house_sql(&house, "alter database \"%s\" connection limit -1", house.database));
    HOUSE_UNTIL(30, answers(&daemon, "/readyz"));
    expect_clean_end(&daemon);
}

Test(daemon, each_process_has_metrics_of_its_own)
{
    struct house_daemon daemon;
    struct house measured;
    house_open(&measured, &(struct house_options){.extra = "metrics_listen = \"127.0.0.1:0\"\n"});
    house_daemon_start(&measured, &daemon, NULL);
    char *log = house_daemon_log(&daemon);
    int found = 0;
    for (const char *at = strstr(log, "metrics_listening"); at != NULL;
         at = strstr(at + 1, "metrics_listening")) {
        struct house_daemon process = {.port =
                                           (uint16_t)strtol(strstr(at, "\"port\":") + 7, NULL, 10)};
        found += answers(&process, "/metrics") && answers(&process, "/livez") ? 1 : 0;
    }
    free(log);
    cr_expect_eq(found, 3);
    expect_clean_end(&daemon);
    house_close(&measured);
}

/* The port on which a role's process tells its operator. */
static uint16_t metrics_port(const struct house_daemon *daemon, const char *role)
{
    char *log = house_daemon_log(daemon);
    char process[48];
    uint16_t port = 0;
    (void)snprintf(process, sizeof(process), "\"process\":\"%s\"", role);
    for (char *line = strtok(log, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *at = strstr(line, "\"port\":");
        if (strstr(line, "metrics_listening") != NULL && strstr(line, process) != NULL &&
            at != NULL) {
            port = (uint16_t)strtol(at + 7, NULL, 10);
        }
    }
    free(log);
    return port;
}

static bool refuses_with(const struct house_daemon *process, const char *code)
{
    struct house_reply reply = house_call(process, NULL, "GET", "/readyz", NULL, NULL);
    const char *found = json_string_value(json_object_get(reply.body, "code"));
    bool same = reply.status == 503 && found != NULL && strcmp(found, code) == 0;
    house_reply_fini(&reply);
    return same;
}

Test(daemon, says_that_dispatch_is_paused_where_that_is_asked)
{
    struct house_daemon daemon;
    struct house measured;
    house_open(&measured, &(struct house_options){.gateway = true,
                                                  .extra = "metrics_listen = \"127.0.0.1:0\"\n"});
    house_daemon_start(&measured, &daemon, NULL);
    struct house_daemon dispatch = {.port = metrics_port(&daemon, "dispatch")};
    cr_assert_gt(dispatch.port, 0);
    HOUSE_UNTIL(20, answers(&dispatch, "/readyz"));
    cr_assert_eq(HOUSE_RUN(&measured, NULL, "pause"), 0);
    HOUSE_UNTIL(10, refuses_with(&dispatch, "dispatch_paused"));
    cr_expect(answers(&dispatch, "/livez"), "it lives");
    cr_expect(answers(&daemon, "/readyz"), "the API takes bookings meanwhile");
    cr_assert_eq(HOUSE_RUN(&measured, NULL, "resume"), 0);
    HOUSE_UNTIL(10, answers(&dispatch, "/readyz"));
    expect_clean_end(&daemon);
    house_close(&measured);
}

static void expect_check(const struct house *at, const char *environment, int status,
                         const char *says)
{
    char command[512];
    char *said = NULL;
    (void)snprintf(command, sizeof(command),
                   "%s \"$NIGHTBRIDGE_BUILD/nightbridged\" --config '%s' --check-config",
                   environment, at->config);
    cr_expect_eq(house_shell(at, &said, command), status, "%s", said);
    cr_expect_not_null(strstr(said, says), "%s", said);
    free(said);
}

Test(daemon, checks_its_configuration_and_starts_nothing)
{
    expect_check(&house, "", 0, "can be used");
    expect_check(&house, "NIGHTBRIDGE_LISTEN=nowhere", 1, "ADDRESS:PORT");
    expect_check(&house, "NIGHTBRIDGE_SECRETS=/nowhere", 1, "/nowhere");
}

Test(daemon, opens_the_sample_world_with_its_plugins)
{
    struct house_daemon daemon;
    struct house world;
    house_open(&world, &(struct house_options){.world = true, .gateway = true});
    house_daemon_start(&world, &daemon, NULL);
    char *token = house_token(&world, "admin");
    struct house_reply reply = house_call(&daemon, token, "GET", "/v1/programs", NULL, NULL);
    cr_expect_eq(reply.status, 200);
    char *text = json_dumps(reply.body, JSON_COMPACT);
    cr_expect_not_null(strstr(text, "\"state\":\"ready\""), "no plugin is ready: %s", text);
    free(text);
    free(token);
    house_reply_fini(&reply);
    house_check_invariants(&world);
    expect_clean_end(&daemon);
    house_close(&world);
}
