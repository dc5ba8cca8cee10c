/*
 * The main job in the sample world, with every role of the daemon and a program's plugin at work: a
 * person asks, a room is found, paid with points and confirmed; and where it is, under what name
 * and number, is told by the reveal and by nothing else that leaves the house.
 */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(main_job, .timeout = 300);

#define ALIAS "Canarybird Quill"
#define REVEALS 3

static struct house house;
static struct house_daemon daemon_;
static char *token;
static int keys;

static struct house_reply ask(const char *method, const char *path, json_t *body)
{
    char key[32];

    (void)snprintf(key, sizeof(key), "main-%d", ++keys);
    return house_call(&daemon_, token, method, path, strcmp(method, "GET") == 0 ? NULL : key, body);
}

static json_t *must(int status, const char *method, const char *path, json_t *body)
{
    struct house_reply reply = ask(method, path, body);
    char *text = reply.body == NULL ? NULL : json_dumps(reply.body, 0);

    cr_assert_eq(reply.status, status, "%s %s: %d %s", method, path, reply.status,
                 text == NULL ? "" : text);
    free(text);
    return reply.body;
}

static char *path_of(const char *fmt, const json_t *object)
{
    static char path[160];
    const char *id = json_string_value(json_object_get(object, "id"));
    const char *place = strstr(fmt, "{}");

    cr_assert(id != NULL && place != NULL);
    (void)snprintf(path, sizeof(path), "%.*s%s%s", (int)(place - fmt), fmt, id, place + 2);
    return path;
}

static bool is_in_state(const char *booking, const char *state)
{
    struct house_reply reply = ask("GET", booking, NULL);
    const char *found = json_string_value(json_object_get(reply.body, "state"));
    bool same = found != NULL && strcmp(found, state) == 0;

    house_reply_fini(&reply);
    return same;
}

/* Finds a points hotel and books it; gives the booking's path, free() it. */
static char *book_points_hotel(void)
{
    json_t *intake =
        json_pack("{s:s, s:{s:s}, s:i, s:[{s:i}], s:[s], s:b, s:i, s:b, s:b, s:b}", "alias", ALIAS,
                  "place", "postal_code", "73102", "nights", 3, "households", "adults", 1,
                  "id_documents", "state_id", "has_card", 1, "max_distance_m", 25000,
                  "child_involved", 0, "immediate_violence", 0, "consents_to_report", 0);
    json_t *request = must(201, "POST", "/v1/requests", intake);
    json_t *search = must(201, "POST", path_of("/v1/requests/{}/searches", request), json_object());
    json_t *options = must(200, "GET", path_of("/v1/searches/{}/options?limit=50", search), NULL);
    const json_t *option;
    const char *chosen = NULL;
    size_t i;

    json_array_foreach(json_object_get(options, "items"), i, option)
    {
        const char *transport = json_string_value(json_object_get(option, "transport"));
        if (chosen == NULL && transport != NULL && strcmp(transport, "gateway") == 0) {
            chosen = json_string_value(json_object_get(option, "id"));
        }
    }
    cr_assert_not_null(chosen, "no hotel on points");
    json_t *made = must(201, "POST", path_of("/v1/requests/{}/bookings", request),
                        json_pack("{s:s, s:s}", "option", chosen, "reason", "guest_choice"));
    char *booking = strdup(path_of("/v1/bookings/{}", made));
    json_decref(request);
    json_decref(search);
    json_decref(options);
    json_decref(made);
    return booking;
}

static void expect_silent(const char *where, const char *text, const char *const *canaries)
{
    for (int i = 0; i < REVEALS + 1; i++) {
        cr_expect_null(strstr(text, canaries[i]), "%s tells canary %d", where, i);
    }
}

static void expect_silent_file(const char *where, const char *path, const char *const *canaries)
{
    char command[512];
    char *text = NULL;

    (void)snprintf(command, sizeof(command), "cat '%s'", path);
    cr_assert_eq(house_shell(&house, &text, command), 0, "%s", path);
    expect_silent(where, text, canaries);
    free(text);
}

static void expect_silent_answers(const char *booking, const char *const *canaries)
{
    const char *const paths[] = {booking, "/v1/tasks?state=all", "/v1/referrals", "/v1/accounts",
                                 "/v1/bookings/00000000-0000-0000-0000-000000000000"};

    for (size_t i = 0; i < NB_COUNT(paths); i++) {
        struct house_reply reply = ask("GET", paths[i], NULL);
        char *text = json_dumps(reply.body, 0);
        expect_silent(paths[i], text, canaries);
        free(text);
        house_reply_fini(&reply);
    }
}

static void expect_silent_house(const char *booking, const char *const *canaries)
{
    char path[256];
    char command[256];
    char *text = NULL;

    expect_silent_answers(booking, canaries);
    expect_silent_file("the daemon's log", daemon_.log, canaries);
    (void)snprintf(path, sizeof(path), "%s/server.log", getenv("NIGHTBRIDGE_TEST_CLUSTER"));
    expect_silent_file("the server's log", path, canaries);
    (void)snprintf(command, sizeof(command), "curl -s http://127.0.0.1:%u/metrics", daemon_.port);
    cr_assert_eq(house_shell(&house, &text, command), 0);
    cr_expect_not_null(strstr(text, "nightbridge_"));
    expect_silent("the metrics", text, canaries);
    free(text);
}

Test(main_job, a_room_on_points_is_confirmed_and_told_by_the_reveal_alone)
{
    house_open(&house, &(struct house_options){.world = true, .gateway = true});
    token = house_token(&house, "specialist");
    house_daemon_start(&house, &daemon_, NULL);
    char *booking = book_points_hotel();
    HOUSE_UNTIL(30, is_in_state(booking, "confirmed"));
    char reveal[200];
    (void)snprintf(reveal, sizeof(reveal), "%s/reveal", booking);
    json_t *shown = must(200, "POST", reveal, json_pack("{s:s}", "reason", "tell_guest"));
    const json_t *place = json_object_get(shown, "place");
    const char *canaries[REVEALS + 1] = {
        json_string_value(json_object_get(place, "name")),
        json_string_value(json_object_get(shown, "confirmation")),
        json_string_value(json_object_get(json_object_get(shown, "guest"), "alias")), "Canarybird"};
    for (int i = 0; i < REVEALS; i++) {
        cr_assert(canaries[i] != NULL && canaries[i][0] != '\0', "nothing was revealed at %d", i);
    }
    cr_expect_str_eq(canaries[2], ALIAS);
    cr_expect_eq(house_number(&house, "select count(*) from nb.audit_event where action = "
                                      "'booking.revealed'"),
                 1);
    expect_silent_house(booking, canaries);
    json_decref(shown);
    house_check_invariants(&house);
    cr_expect_eq(house_daemon_stop(&daemon_), 0);
    free(booking);
    free(token);
    house_close(&house);
}
