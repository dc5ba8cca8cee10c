/*
 * Many clients at once, over two api processes, for the last bed and the last points: exactly one
 * wins, nothing deadlocks, and what was acknowledged is there after a process was killed in the
 * middle. A client that got no answer asks again under its key, as any client must.
 */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(booking_race, .timeout = 600);

#define CLIENTS 64
#define ANSWER_BYTES 16384
#define PATIENCE_S 240

static struct house house;
static struct house_daemon daemon_;
static char *token;

static void begin(void)
{
    char command[1024];
    char *said = NULL;

    house_open(&house, &(struct house_options){.extra = "api_processes = 2\n"});
    house_hotline(&house, "Race Line");
    token = house_token(&house, "supervisor");
    (void)snprintf(command, sizeof(command),
                   "psql -X -q -v ON_ERROR_STOP=1 -d '%s' -f tests/sql/support/fixture.sql "
                   "-f tests/sql/support/booking.sql",
                   house.owner_url);
    cr_assert_eq(house_shell(&house, &said, command), 0, "%s", said);
    free(said);
    house_daemon_start(&house, &daemon_, (const char *const[]){"--role", "api", NULL});
}

static void end(void)
{
    char *deadlocks = house_sql(&house, "select deadlocks from pg_stat_database where datname = "
                                        "current_database()");

    cr_expect_str_eq(deadlocks, "0");
    free(deadlocks);
    house_check_invariants(&house);
    cr_expect_eq(house_daemon_stop(&daemon_), 0);
    free(token);
    house_close(&house);
}

/* --- one client --- */

struct client {
    pthread_t thread;
    pthread_barrier_t *start;
    char request[40];
    char option[40];
    char key[48];
    int status; /* of the last answer */
    int asked;  /* how often */
    char code[48];
    char id[40];
};

static void copy_member(const char *body, const char *name, char *ret_text, size_t bytes)
{
    char pattern[32];
    (void)snprintf(pattern, sizeof(pattern), "\"%s\":\"", name);
    const char *at = strstr(body, pattern);
    if (at != NULL) {
        at += strlen(pattern);
        (void)snprintf(ret_text, bytes, "%.*s", (int)strcspn(at, "\""), at);
    }
}

static int open_socket(void)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(daemon_.port),
                                   .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Sends once; the status, 0 without a whole answer. */
static int ask_once(struct client *client)
{
    char text[ANSWER_BYTES];
    char body[96];
    int fd = open_socket();

    if (fd < 0) {
        return 0;
    }
    (void)snprintf(body, sizeof(body), "{\"option\": \"%s\"}", client->option);
    int length = snprintf(text, sizeof(text),
                          "POST /v1/requests/%s/bookings HTTP/1.1\r\nHost: race\r\nConnection: "
                          "close\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          client->request, token, client->key, strlen(body), body);
    ssize_t sent = send(fd, text, (size_t)length, MSG_NOSIGNAL);
    size_t got = 0;
    ssize_t part = sent;
    while (part > 0 && got + 1 < sizeof(text)) {
        part = recv(fd, text + got, sizeof(text) - 1 - got, 0);
        got += part > 0 ? (size_t)part : 0;
    }
    close(fd);
    text[got] = '\0';
    if (part != 0 || strncmp(text, "HTTP/1.1 ", 9) != 0 || strchr(text, '{') == NULL) {
        return 0;
    }
    copy_member(strchr(text, '{'), "code", client->code, sizeof(client->code));
    copy_member(strchr(text, '{'), "id", client->id, sizeof(client->id));
    return atoi(text + 9);
}

/* What may have been done is asked for again under the same key; what is refused is final. */
static void *run_client(void *data)
{
    struct client *client = data;
    int64_t give_up = house_now_ms() + PATIENCE_S * 1000;
    bool final = false;

    pthread_barrier_wait(client->start);
    while (!final && house_now_ms() < give_up) {
        client->code[0] = '\0';
        client->status = ask_once(client);
        client->asked++;
        final = client->status == 201 ||
                (client->status == 409 && strcmp(client->code, "operation_running") != 0) ||
                client->status == 422;
        if (!final) {
            house_pause();
        }
    }
    return NULL;
}

/* --- a race --- */

struct race {
    struct client clients[CLIENTS];
    pthread_barrier_t start;
    char *lines; /* "request option" of each, made by SQL */
};

/* maker: SQL that gives the option of a search s, for one of the requests. */
static void make(struct race *race, const char *maker)
{
    *race = (struct race){.lines = NULL};
    free(
        house_sql(&house,
                  "create table if not exists nb_test.racer (request uuid, option uuid);"
                  "truncate nb_test.racer;"
                  "do $$ declare q bigint; s bigint; o uuid; begin for i in 1 .. %d loop "
                  "q := nb_test.request(1); s := nb_test.search(q); o := %s; "
                  "insert into nb_test.racer select r.public_id, o from nb.shelter_request r where "
                  "r.request_id = q; end loop; end $$",
                  CLIENTS, maker));
    race->lines = house_sql(&house, "select string_agg(request || ' ' || option, ' ') from "
                                    "nb_test.racer");
    const char *at = race->lines;
    for (int i = 0; i < CLIENTS; i++) {
        cr_assert_eq(sscanf(at, "%36s %36s", race->clients[i].request, race->clients[i].option), 2);
        (void)snprintf(race->clients[i].key, sizeof(race->clients[i].key), "race-%.36s",
                       race->clients[i].request);
        at += 36 + 1 + 36 + (i + 1 < CLIENTS ? 1 : 0);
        race->clients[i].start = &race->start;
    }
}

static void begin_race(struct race *race)
{
    pthread_barrier_init(&race->start, NULL, CLIENTS + 1);
    for (int i = 0; i < CLIENTS; i++) {
        cr_assert_eq(pthread_create(&race->clients[i].thread, NULL, run_client, &race->clients[i]),
                     0);
    }
    pthread_barrier_wait(&race->start);
}

/* Everybody has a final answer; exactly `winners` of them 201, the others this code. */
static void end_race(struct race *race, int winners, const char *code)
{
    int won = 0;

    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(race->clients[i].thread, NULL);
    }
    pthread_barrier_destroy(&race->start);
    for (int i = 0; i < CLIENTS; i++) {
        const struct client *client = &race->clients[i];
        if (client->status == 201) {
            won++;
            char *state = house_sql(&house,
                                    "select b.state from nb.booking b join nb.shelter_request r "
                                    "using (request_id) where b.public_id = '%s' and r.public_id "
                                    "= '%s'",
                                    client->id, client->request);
            cr_expect(strcmp(state, "offered") == 0 || strcmp(state, "held") == 0,
                      "acknowledged, and not there or another one's: %s", state);
            free(state);
        } else {
            cr_expect_eq(client->status, 409, "%d after %d", client->status, client->asked);
            cr_expect_str_eq(client->code, code);
        }
    }
    cr_expect_eq(won, winners);
    cr_expect_eq(house_number(&house,
                              "select count(*) from nb.booking b join nb.shelter_request r using "
                              "(request_id) join nb_test.racer x on x.request = r.public_id"),
                 winners, "a booking that nobody was told of");
    free(race->lines);
}

static const char *beds(int count)
{
    static char maker[96];
    int64_t unit = house_number(&house, "select nb_test.beds(%d)", count);

    (void)snprintf(maker, sizeof(maker), "nb_test.shelter_option(s, %lld)", (long long)unit);
    return maker;
}

static const char *points(int count)
{
    static char maker[96];
    int64_t account = house_number(&house, "select nb_test.account(1, %d)", count);
    int64_t hotel = house_number(&house, "select nb_test.points_hotel('wyndham', 15000, 1000)");

    (void)snprintf(maker, sizeof(maker), "nb_test.points_option(s, %lld, %lld)", (long long)hotel,
                   (long long)account);
    return maker;
}

Test(booking_race, one_of_64_gets_the_last_bed)
{
    struct race race;

    begin();
    for (int round = 0; round < 2; round++) {
        make(&race, beds(1));
        begin_race(&race);
        end_race(&race, 1, "no_capacity");
    }
    end();
}

Test(booking_race, one_of_64_gets_the_last_points)
{
    struct race race;

    begin();
    for (int round = 0; round < 2; round++) {
        make(&race, points(59999));
        begin_race(&race);
        end_race(&race, 1, "insufficient_points");
    }
    end();
}

static void kill_api(int index)
{
    pid_t pid = 0;

    /* It may be on its way back from the last time. */
    HOUSE_UNTIL(20, (pid = house_role_pid(&daemon_, "api", index)) > 0);
    cr_assert_eq(kill(pid, SIGKILL), 0);
}

Test(booking_race, what_was_acknowledged_survives_a_killed_process)
{
    struct race race;

    begin();
    for (int round = 0; round < 2; round++) {
        make(&race, round == 0 ? beds(10) : points(10 * 30000));
        begin_race(&race);
        kill_api(0);
        HOUSE_UNTIL(20, house_number(&house, "select count(*) from nb.booking") > round * 10);
        kill_api(1);
        end_race(&race, 10, round == 0 ? "no_capacity" : "insufficient_points");
    }
    end();
}

/* What no check foresaw raises an exception, which undoes all choices of the call. */
Test(booking_race, a_choice_that_fails_costs_those_beside_it_nothing)
{
    struct race race;

    begin();
    make(&race, beds(CLIENTS));
    for (int i = 0; i < CLIENTS; i += 8) {
        free(house_sql(&house,
                       "create table if not exists nb_test.unlucky (request uuid); insert into "
                       "nb_test.unlucky values ('%s')",
                       race.clients[i].request));
    }
    free(house_sql(
        &house, "create function nb_test.refuse_unlucky() returns trigger language plpgsql "
                "security definer as $$ begin if exists (select from nb_test.unlucky u join "
                "nb.shelter_request r on r.public_id = u.request where r.request_id = "
                "new.request_id) then raise check_violation using constraint = 'unlucky_ck'; end "
                "if; return new; end $$; create trigger unlucky before insert on nb.booking for "
                "each row execute function nb_test.refuse_unlucky()"));
    begin_race(&race);
    end_race(&race, CLIENTS - CLIENTS / 8, "unlucky_ck");
    cr_expect_eq(house_number(&house, "select count(*) from nb.operation where outcome <> 'held' "
                                      "and op_key like 'race-%%'"),
                 0, "what failed is no answer to remember");
    end();
}

Test(booking_race, a_double_click_books_once)
{
    struct race race;

    begin();
    make(&race, beds(CLIENTS));
    for (int i = 0; i < CLIENTS; i++) {
        /* Eight people, each of whom clicks eight times. */
        struct client *first = &race.clients[i - i % 8];
        memcpy(race.clients[i].request, first->request, sizeof(first->request));
        memcpy(race.clients[i].option, first->option, sizeof(first->option));
        memcpy(race.clients[i].key, first->key, sizeof(first->key));
    }
    begin_race(&race);
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(race.clients[i].thread, NULL);
        cr_expect_eq(race.clients[i].status, 201);
        cr_expect_str_eq(race.clients[i].id, race.clients[i - i % 8].id);
    }
    pthread_barrier_destroy(&race.start);
    free(race.lines);
    cr_expect_eq(house_number(&house, "select count(*) from nb.booking"), CLIENTS / 8);
    end();
}
