/*
 * Those who all want the same: a house with one bed a night, and the last points of an account that
 * is booked by phone. Everybody opens a request and finds the option, waits for the shot, and books
 * in the same moment; each round is about a night of its own.
 */
#include "tests/faults/people.h"

#include "core/base/mem.h"
#include "core/base/night.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define ROUND_MS 6000

/* Nobody else of the campaign looks there, and nothing else is near. */
static const struct race {
    const char *name;
    const char *postal;
    const char *kind; /* of the option that everybody wants */
    int nights;
    int most_m;
    const char *people[4];
} races[] = {
    {"last bed", "68102", "shelter", 1, 9000, {"juno", "maple", "wren", "birch"}},
    {"last points", "02903", "points_hotel", 3, 5000, {"maple", "birch", "maple", "birch"}},
};

struct racer {
    struct client *client;
    const struct race *race;
    const char *person;
    char night[NB_NIGHT_TEXT];
    char request[CLIENT_ID_TEXT];
    char option[CLIENT_ID_TEXT];
};

static bool post(struct racer *racer, const char *what, const char *path, json_t *body)
{
    NB_ASSERT(body != NULL);
    return client_post(racer->client,
                       &(struct client_write){
                           .what = what, .person = racer->person, .path = path, .body = body}) ==
           201;
}

static void remember(char ret_id[CLIENT_ID_TEXT], const json_t *object)
{
    (void)snprintf(ret_id, CLIENT_ID_TEXT, "%s", client_text(object, "id"));
}

static bool open_request(struct racer *racer)
{
    json_t *body = json_pack(
        "{s:{s:s}, s:s, s:i, s:[{s:i}], s:[s, s], s:b, s:i, s:b, s:b, s:b}", "place", "postal_code",
        racer->race->postal, "check_in", racer->night, "nights", racer->race->nights, "households",
        "adults", 1, "id_documents", "state_id", "passport", "has_card", 1, "max_distance_m",
        racer->race->most_m, "child_involved", 0, "immediate_violence", 0, "consents_to_report", 0);
    bool opened = post(racer, "request", "/v1/requests", body);

    remember(racer->request, racer->client->answer.json);
    return opened;
}

/* False as well when somebody has it already. */
static bool find_option(struct racer *racer)
{
    struct client *client = racer->client;
    char search[CLIENT_ID_TEXT];
    size_t i;
    const json_t *option;

    const char *path = client_path(client, "/v1/requests/%s/searches", racer->request);
    if (!post(racer, "search", path, json_object())) {
        return false;
    }
    remember(search, client->answer.json);
    path = client_path(client, "/v1/searches/%s/options?limit=6", search);
    if (client_get(client, racer->person, path) != 200) {
        return false;
    }
    json_array_foreach(client_items(client), i, option)
    {
        if (strcmp(client_text(option, "kind"), racer->race->kind) == 0) {
            remember(racer->option, option);
            return true;
        }
    }
    return false;
}

static void give_up(struct racer *racer)
{
    const char *path = client_path(racer->client, "/v1/requests/%s/close", racer->request);

    (void)post(racer, "close", path, json_pack("{s:s}", "reason", "withdrawn"));
}

static void run_for_it(struct racer *racer)
{
    struct client *client = racer->client;

    const char *path = client_path(client, "/v1/requests/%s/bookings", racer->request);
    bool won = post(racer, "book", path,
                    json_pack("{s:s, s:s}", "option", racer->option, "reason", "guest_choice"));
    const json_t *made = json_array_get(json_object_get(client->answer.json, "bookings"), 0);
    json_t *line =
        json_pack("{s:s, s:s, s:s, s:s}", "race", racer->race->name, "night", racer->night,
                  "person", racer->person, "code", client_text(client->answer.json, "code"));
    if (won) {
        (void)json_object_set_new(line, "booking", json_string(client_text(made, "id")));
    }
    client_note(client, line);
    if (!won) {
        give_up(racer);
    }
}

static void wait_until(int64_t at_ms)
{
    int64_t ms = at_ms - client_now_ms();
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    if (ms > 0) {
        (void)nanosleep(&time, NULL);
    }
}

/* The last of the nights that a round may be about leaves the days of the campaign's jumps alone.
 */
static void set_night(struct racer *racer, int round)
{
    struct night tonight;
    struct nb_err err;

    NB_ASSERT(nb_night_parse(racer->client->campaign->tonight, &tonight, &err));
    nb_night_format(nb_night_add(tonight, 2 + round * racer->race->nights), racer->night);
}

void race_play(struct client *client)
{
    struct racer racer = {.client = client, .race = &races[client->number % (int)NB_COUNT(races)]};
    int64_t begins_ms = client->ends_ms - (int64_t)client->campaign->seconds * 1000;

    racer.person = racer.race->people[(client->number / 2) % (int)NB_COUNT(racer.race->people)];
    while (client_plays(client)) {
        int round = (int)((client_now_ms() - begins_ms) / ROUND_MS);

        set_night(&racer, round);
        if (!open_request(&racer)) {
            continue;
        }
        bool found = find_option(&racer);
        if (!found) {
            give_up(&racer);
        }
        wait_until(begins_ms + (int64_t)(round + 1) * ROUND_MS);
        if (found) {
            run_for_it(&racer);
        }
    }
}
