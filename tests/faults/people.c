/*
 * Desks that answer offers, and whoever tops up points.
 */
#include "tests/faults/people.h"

#include "core/base/mem.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DESKS_MAX 64
#define NAME_TEXT 32

/* --- desks --- */

/* Everybody of the tokens' folder who sits at a desk, and staff who hear answers on the phone. */
static size_t desks(const struct client *client, char names[DESKS_MAX][NAME_TEXT])
{
    static const char *const phones[] = {"otis", "birch"};
    char pattern[512];
    glob_t found;
    size_t count = 0;

    (void)snprintf(pattern, sizeof(pattern), "%s/desk*", client->campaign->tokens);
    NB_ASSERT(glob(pattern, 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc && count < DESKS_MAX - NB_COUNT(phones); i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        if (strchr(name, '.') == NULL) {
            (void)snprintf(names[count++], NAME_TEXT, "%s", name);
        }
    }
    globfree(&found);
    for (size_t i = 0; i < NB_COUNT(phones); i++) {
        (void)snprintf(names[count++], NAME_TEXT, "%s", phones[i]);
    }
    return count;
}

static void answer(struct client *client, const char *person, const char *offer)
{
    bool desk = strncmp(person, "desk", 4) == 0;
    bool accepts = client_hits(client, 65);
    json_t *body =
        accepts ? json_object() : json_pack("{s:s, s:s}", "reason", "full", "side", "provider");

    if (!desk) {
        (void)json_object_set_new(body, "heard_by_phone", json_true());
    }
    const char *path =
        client_path(client, "/v1/referrals/%s/%s", offer, accepts ? "accept" : "decline");
    (void)client_post(client, &(struct client_write){.what = accepts ? "accept" : "decline",
                                                     .person = person,
                                                     .path = path,
                                                     .body = body});
}

/* Offers of one page, some of which are left for somebody else, or for their cap. */
static void answer_offers(struct client *client, const char *person, unsigned percent)
{
    char offers[DESKS_MAX][CLIENT_ID_TEXT];
    size_t count = 0;
    size_t i;
    const json_t *item;

    if (client_get(client, person, "/v1/referrals?state=offered&limit=20") != 200) {
        return;
    }
    json_array_foreach(client_items(client), i, item)
    {
        (void)snprintf(offers[count++], CLIENT_ID_TEXT, "%s", client_text(item, "id"));
    }
    for (i = 0; i < count; i++) {
        if (client_hits(client, percent)) {
            answer(client, person, offers[i]);
        }
    }
}

void desk_play(struct client *client)
{
    char names[DESKS_MAX][NAME_TEXT];
    unsigned count = (unsigned)desks(client, names);

    while (client_plays(client)) {
        /* The phones hear of every offer, a desk of its own. */
        unsigned at = client_hits(client, 30) ? count - 1 - client_dice(client, 2)
                                              : client_dice(client, count);
        answer_offers(client, names[at], 50);
        client_think(client, 200);
    }
}

/* --- gifts --- */

struct gifts {
    const char *keeper;
    char accounts[8][CLIENT_ID_TEXT];
    unsigned account_count;
    char funds[8][CLIENT_ID_TEXT];
    unsigned fund_count;
};

static unsigned read_ids(struct client *client, const char *person, const char *path,
                         char ids[8][CLIENT_ID_TEXT])
{
    unsigned count = 0;
    size_t i;
    const json_t *item;

    if (client_get(client, person, path) != 200) {
        return 0;
    }
    json_array_foreach(client_items(client), i, item)
    {
        if (count < 8) {
            (void)snprintf(ids[count++], CLIENT_ID_TEXT, "%s", client_text(item, "id"));
        }
    }
    return count;
}

static void give(struct client *client, struct gifts *gifts)
{
    int points = 1000 * (5 + (int)client_dice(client, 40));
    json_t *body = json_pack("{s:s, s:s, s:i, s:s}", "account",
                             gifts->accounts[client_dice(client, gifts->account_count)], "fund",
                             gifts->funds[client_dice(client, gifts->fund_count)], "points", points,
                             "received_on", client->campaign->tonight);

    NB_ASSERT(body != NULL);
    (void)client_post(client, &(struct client_write){.what = "topup",
                                                     .person = gifts->keeper,
                                                     .path = "/v1/donations",
                                                     .body = body});
}

void giver_play(struct client *client)
{
    struct gifts gifts[] = {{.keeper = "nell"}, {.keeper = "birch"}};

    for (size_t i = 0; i < NB_COUNT(gifts); i++) {
        gifts[i].account_count =
            read_ids(client, gifts[i].keeper, "/v1/accounts?limit=8", gifts[i].accounts);
        gifts[i].fund_count =
            read_ids(client, gifts[i].keeper, "/v1/funds?limit=8", gifts[i].funds);
    }
    while (client_plays(client)) {
        struct gifts *whose = &gifts[client_hits(client, 80) ? 0 : 1];

        if (whose->account_count > 0 && whose->fund_count > 0) {
            give(client, whose);
        }
        client_think(client, 1500);
    }
}
