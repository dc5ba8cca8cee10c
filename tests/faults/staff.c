/*
 * Staff: from a call to a booking, and back to bookings made before.
 */
#include "tests/faults/people.h"

#include "core/base/mem.h"
#include "core/base/night.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOKINGS_MAX 64
#define THINK_MS 250

/* Where the sample world has few places, so that clients meet. */
static const char *const places[] = {"06103", "83702", "05401", "04101", "84101", "25301", "50309"};
static const char *const people[] = {"juno", "milo", "wren", "otis", "juno", "milo"};

struct booked {
    char id[CLIENT_ID_TEXT];
    char request[CLIENT_ID_TEXT];
};

struct shift {
    struct client *client;
    const char *person;
    char request[CLIENT_ID_TEXT];
    char search[CLIENT_ID_TEXT];
    struct booked booked[BOOKINGS_MAX]; /* of this shift; the oldest are forgotten */
    unsigned count;
};

static void remember(char ret_id[CLIENT_ID_TEXT], const json_t *object)
{
    (void)snprintf(ret_id, CLIENT_ID_TEXT, "%s", client_text(object, "id"));
}

/* --- a call comes in --- */

static const char *first_night(struct client *client, char ret_text[NB_NIGHT_TEXT])
{
    struct night night;
    struct nb_err err;

    NB_ASSERT(nb_night_parse(client->campaign->tonight, &night, &err));
    nb_night_format(nb_night_add(night, 1 + (int)client_dice(client, 5)), ret_text);
    return ret_text;
}

/* One person mostly; a family that needs two rooms; two households that may be parted. */
static json_t *households(struct client *client, bool *ret_may_split)
{
    unsigned kind = client_dice(client, 10);

    *ret_may_split = kind == 9;
    if (kind == 8) {
        return json_pack("[{s:i, s:[i, i, i]}]", "adults", 2, "children_ages", 3, 7, 9);
    }
    return kind == 9 ? json_pack("[{s:i}, {s:i}]", "adults", 1, "adults", 1)
                     : json_pack("[{s:i}]", "adults", 1 + (int)client_dice(client, 2));
}

static json_t *intake(struct client *client)
{
    char night[NB_NIGHT_TEXT];
    bool split;
    json_t *who = households(client, &split);
    json_t *body =
        json_pack("{s:o, s:{s:s}, s:s, s:i, s:o, s:b, s:[s, s], s:b, s:i, s:b, s:b, s:b}", "alias",
                  json_sprintf("Quillmarrow %d", client->keys), "place", "postal_code",
                  places[client_dice(client, NB_COUNT(places))], "check_in",
                  client_hits(client, 40) ? "tonight" : first_night(client, night), "nights",
                  1 + (int)client_dice(client, 3), "households", who, "may_split", (int)split,
                  "id_documents", "state_id", "passport", "has_card", 1, "max_distance_m", 25000,
                  "child_involved", 0, "immediate_violence", 0, "consents_to_report", 0);

    NB_ASSERT(body != NULL);
    return body;
}

static bool open_request(struct shift *shift)
{
    int status = client_post(shift->client, &(struct client_write){.what = "request",
                                                                   .person = shift->person,
                                                                   .path = "/v1/requests",
                                                                   .body = intake(shift->client)});

    remember(shift->request, shift->client->answer.json);
    return status == 201;
}

static bool search(struct shift *shift)
{

    const char *path = client_path(shift->client, "/v1/requests/%s/searches", shift->request);
    int status = client_post(shift->client, &(struct client_write){.what = "search",
                                                                   .person = shift->person,
                                                                   .path = path,
                                                                   .body = json_object()});
    remember(shift->search, shift->client->answer.json);
    return status == 201;
}

/* The id of an option: mostly the best, so that several want the same. */
static bool choose(struct shift *shift, char ret_option[CLIENT_ID_TEXT])
{
    struct client *client = shift->client;

    const char *path = client_path(client, "/v1/searches/%s/options?limit=6", shift->search);
    if (client_get(client, shift->person, path) != 200) {
        return false;
    }
    unsigned count = (unsigned)json_array_size(client_items(client));
    unsigned at = count == 0 || client_hits(client, 60) ? 0 : client_dice(client, count);
    if (count == 0) {
        return false;
    }
    remember(ret_option, json_array_get(client_items(client), at));
    return true;
}

/* --- booking --- */

static void keep(struct shift *shift, const json_t *booking)
{
    struct booked *slot = &shift->booked[shift->count++ % BOOKINGS_MAX];

    remember(slot->id, booking);
    (void)snprintf(slot->request, sizeof(slot->request), "%s", shift->request);
}

/* The key of a booking with another wish: never a second effect. */
static void misuse_key(struct shift *shift, const char *path)
{
    char key[64];

    client_last_key(shift->client, key);
    int status = client_repeat(shift->client, shift->person, path, key,
                               "{\"option\": \"00000000-0000-4000-8000-000000000000\"}");
    if (status != 0 && (status < 400 || status > 499)) {
        client_alarm(shift->client, "J1 a used key with another body is answered %d", status);
    }
}

static json_t *wish(struct client *client, const char *option, const char *covers)
{
    json_t *body =
        json_pack("{s:s, s:b}", "option", option, "allow_next", (int)client_hits(client, 40));

    NB_ASSERT(body != NULL);
    if (client_hits(client, 80)) {
        (void)json_object_set_new(body, "reason", json_string("guest_choice"));
    }
    if (client_hits(client, 20)) {
        (void)json_object_set_new(body, "price_tolerance_points", json_integer(30000));
    }
    if (covers != NULL) {
        (void)json_object_set_new(body, "covers", json_string(covers));
    }
    return body;
}

static bool book(struct shift *shift, const char *option, const char *covers)
{
    struct client *client = shift->client;
    const json_t *made;
    size_t i;

    const char *path = client_path(client, "/v1/requests/%s/bookings", shift->request);
    int status = client_post(client, &(struct client_write){.what = "book",
                                                            .person = shift->person,
                                                            .path = path,
                                                            .body = wish(client, option, covers)});
    if (status != 201) {
        return false;
    }
    const json_t *bookings = json_object_get(client->answer.json, "bookings");
    json_array_foreach(bookings, i, made)
    {
        keep(shift, made);
        client_note(client, json_pack("{s:s, s:s}", "booking", client_text(made, "id"), "person",
                                      shift->person));
    }
    if (client_hits(client, 10)) {
        misuse_key(shift, path);
    }
    return true;
}

static void place_somebody(struct shift *shift)
{
    char option[CLIENT_ID_TEXT];

    if (!open_request(shift) || !search(shift) || !choose(shift, option)) {
        return;
    }
    if (!book(shift, option, NULL) && client_hits(shift->client, 60)) {
        if (search(shift) && choose(shift, option)) {
            (void)book(shift, option, NULL);
        }
    } else if (client_hits(shift->client, 10)) {
        /* Placed twice? */
        (void)book(shift, option, NULL);
    }
}

/* --- what was booked before --- */

static void act(struct shift *shift, const struct booked *booked, const char *what, json_t *body)
{

    const char *path = client_path(shift->client, "/v1/bookings/%s/%s", booked->id, what);
    (void)client_post(shift->client, &(struct client_write){.what = what,
                                                            .person = shift->person,
                                                            .path = path,
                                                            .body = body,
                                                            .booking = booked->id});
}

static void cancel(struct shift *shift, const struct booked *booked)
{
    act(shift, booked, "cancel", json_pack("{s:s}", "reason", "guest_choice"));
}

static void cover(struct shift *shift, const struct booked *booked)
{
    char option[CLIENT_ID_TEXT];

    (void)snprintf(shift->request, sizeof(shift->request), "%s", booked->request);
    if (search(shift) && choose(shift, option)) {
        (void)book(shift, option, booked->id);
    }
}

static void look_after(struct shift *shift, const struct booked *booked)
{
    struct client *client = shift->client;

    const char *path = client_path(client, "/v1/bookings/%s", booked->id);
    if (client_get(client, shift->person, path) != 200) {
        client_alarm(client, "J7 a booking that was acknowledged is not there: %s", booked->id);
        return;
    }
    const char *state = client_text(client->answer.json, "state");
    bool certain = strcmp(state, "confirmed") == 0;
    bool in_doubt = strcmp(state, "unknown") == 0;
    if (in_doubt && client_hits(client, 50)) {
        cover(shift, booked);
    } else if (certain && client_hits(client, 30)) {
        act(shift, booked, "desk-confirmation",
            json_pack("{s:s, s:b, s:b}", "contact", "front_desk", "alias_known", 1,
                      "no_calls_no_visitors", 1));
    } else if (certain && client_hits(client, 30)) {
        act(shift, booked, "guest-told", NULL);
    } else if (client_hits(client, 50)) {
        cancel(shift, booked);
    }
}

void staff_play(struct client *client)
{
    struct shift shift = {.client = client,
                          .person = people[(unsigned)client->number % NB_COUNT(people)]};

    while (client_plays(client)) {
        unsigned known = shift.count < BOOKINGS_MAX ? shift.count : BOOKINGS_MAX;

        if (known == 0 || client_hits(client, 65)) {
            place_somebody(&shift);
        } else {
            const struct booked booked = shift.booked[client_dice(client, known)];
            look_after(&shift, &booked);
        }
        client_think(client, THINK_MS);
    }
}
