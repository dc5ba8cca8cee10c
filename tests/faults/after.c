#include "tests/faults/after.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
    struct client *client;
    json_t *journal; /* owned */
    json_t *book;    /* the gateway's reservations; owned */
    FILE *canaries;
};

static bool succeeded(const json_t *line)
{
    json_int_t status = client_number(line, "status");

    return status >= 200 && status <= 299;
}

json_int_t after_points(struct client *client)
{
    static const char *const keepers[] = {"nell", "birch"};
    json_int_t sum = 0;
    size_t at;
    const json_t *account;

    for (size_t i = 0; i < NB_COUNT(keepers); i++) {
        if (client_get(client, keepers[i], "/v1/accounts?limit=50") != 200) {
            client_alarm(client, "the accounts cannot be read");
        }
        json_array_foreach(client_items(client), at, account)
        {
            const json_t *balance = json_object_get(account, "balance");
            sum += client_number(balance, "available") + client_number(balance, "held") +
                   client_number(balance, "spent") + client_number(balance, "gone");
        }
    }
    return sum;
}

/* --- J1: the same again --- */

/* Refusals that the database decided, and remembered with their key. */
static bool is_remembered(const char *code)
{
    static const char *const codes[] = {
        "insufficient_points", "no_capacity", "already_placed", "restricted", "reason_needed",
        "counter_used_up",     "stale",       "ended",          "taken",      "answered"};

    for (size_t i = 0; i < NB_COUNT(codes); i++) {
        if (strcmp(codes[i], code) == 0) {
            return true;
        }
    }
    return false;
}

static void ask_again(struct check *check, const json_t *line)
{
    struct client *client = check->client;
    const char *code = client_text(line, "code");

    if (!succeeded(line) && !is_remembered(code)) {
        return;
    }
    int status = client_repeat(client, client_text(line, "person"), client_text(line, "path"),
                               client_text(line, "key"), client_text(line, "body"));
    const char *id = client_text(client->answer.json, "id");
    const char *now = client_text(client->answer.json, "code");
    if (status != client_number(line, "status") || strcmp(id, client_text(line, "id")) != 0 ||
        strcmp(now, code) != 0) {
        client_alarm(client, "J1 %s %s: %d %s %s the first time, %d %s %s again",
                     client_text(line, "write"), client_text(line, "key"),
                     (int)client_number(line, "status"), code, client_text(line, "id"), status, now,
                     id);
    }
}

/* --- J7: what was acknowledged is there --- */

/* The event of the timeline that an acknowledged act has left. */
static const char *event_of(const char *what)
{
    static const char *const acts[][2] = {{"desk-confirmation", "desk_confirm"}};

    for (size_t i = 0; i < NB_COUNT(acts); i++) {
        if (strcmp(acts[i][0], what) == 0) {
            return acts[i][1];
        }
    }
    return NULL;
}

static bool has_event(const json_t *booking, const char *event)
{
    const json_t *timeline = json_object_get(booking, "timeline");
    size_t i;
    const json_t *entry;

    json_array_foreach(timeline, i, entry)
    {
        if (strcmp(client_text(entry, "event"), event) == 0) {
            return true;
        }
    }
    return false;
}

bool after_is_over(const char *state)
{
    static const char *const over[] = {"cancelled", "cancel_pending", "expired", "declined",
                                       "failed"};

    for (size_t i = 0; i < NB_COUNT(over); i++) {
        if (strcmp(over[i], state) == 0) {
            return true;
        }
    }
    return false;
}

static void find_act(struct check *check, const json_t *line)
{
    struct client *client = check->client;
    const char *what = client_text(line, "write");
    const char *event = event_of(what);

    if (event == NULL && strcmp(what, "cancel") != 0) {
        return;
    }
    const char *path = client_path(client, "/v1/bookings/%s", client_text(line, "booking"));
    int status = client_get(client, client_text(line, "person"), path);
    const char *state = client_text(client->answer.json, "state");
    if (status != 200 || (event != NULL && !has_event(client->answer.json, event))) {
        client_alarm(client, "J7 %s was acknowledged and is not there: %s", what, path);
    } else if (event == NULL && !after_is_over(state)) {
        client_alarm(client, "J7 cancel was acknowledged, and the booking is %s: %s", state, path);
    }
}

/* Where a resource that a write made is read. */
static void find_made(struct check *check, const json_t *line)
{
    static const char *const made[][2] = {{"request", "/v1/requests/%s"},
                                          {"search", "/v1/searches/%s"},
                                          {"book", "/v1/bookings/%s"},
                                          {"topup", "/v1/donations/%s"}};
    struct client *client = check->client;

    for (size_t i = 0; i < NB_COUNT(made); i++) {
        if (strcmp(made[i][0], client_text(line, "write")) == 0) {
            const char *slash = strrchr(made[i][1], '/');
            const char *path = client_path(client, "%.*s/%s", (int)(slash - made[i][1]), made[i][1],
                                           client_text(line, "id"));
            if (client_get(client, client_text(line, "person"), path) != 200) {
                client_alarm(client, "J7 %s was acknowledged and is not there: %s",
                             client_text(line, "write"), path);
            }
        }
    }
}

static void check_writes(struct check *check)
{
    size_t i;
    const json_t *line;

    json_array_foreach(check->journal, i, line)
    {
        if (json_object_get(line, "write") != NULL) {
            ask_again(check, line);
            if (succeeded(line)) {
                find_made(check, line);
                find_act(check, line);
            }
        }
    }
}

/* --- B3: the other side's book --- */

static bool same(const json_t *reservation, const json_t *shown, const json_t *booking)
{
    return strcmp(client_text(reservation, "confirmation"), client_text(shown, "confirmation")) ==
               0 &&
           strcmp(client_text(reservation, "property_code"),
                  client_text(json_object_get(shown, "place"), "property_code")) == 0 &&
           strcmp(client_text(reservation, "check_in"), client_text(booking, "check_in")) == 0 &&
           strcmp(client_text(reservation, "check_out"), client_text(booking, "check_out")) == 0 &&
           strcmp(client_text(reservation, "program"), client_text(booking, "program")) == 0 &&
           strcmp(client_text(reservation, "status"), "confirmed") == 0 &&
           client_number(reservation, "rooms") == client_number(booking, "units") &&
           client_number(reservation, "points_total") == client_number(booking, "points");
}

static int lives_at_gateway(const struct check *check, const json_t *shown, const json_t *booking)
{
    int count = 0;
    size_t i;
    const json_t *reservation;

    json_array_foreach(check->book, i, reservation)
    {
        count += same(reservation, shown, booking) ? 1 : 0;
    }
    return count;
}

/* The last word of the phone's truth about a number. */
static int lives_on_phone(const struct check *check, const json_t *shown)
{
    int lives = 0;
    size_t i;
    const json_t *note;

    json_array_foreach(check->journal, i, note)
    {
        if (json_object_get(note, "phone") != NULL &&
            strcmp(client_text(note, "number"), client_text(shown, "confirmation")) == 0) {
            lives = json_is_true(json_object_get(note, "lives")) ? 1 : 0;
        }
    }
    return lives;
}

static bool is_certain(const char *state)
{
    return strcmp(state, "confirmed") == 0 || strcmp(state, "desk_confirmed") == 0;
}

static void canary(const struct check *check, const char *text)
{
    if (*text != '\0') {
        (void)fprintf(check->canaries, "%s\n", text);
    }
}

static void check_booking(struct check *check, const json_t *line)
{
    struct client *client = check->client;
    const char *person = client_text(line, "person");
    const char *id = client_text(line, "booking");

    const char *path = client_path(client, "/v1/bookings/%s", id);
    if (client_get(client, person, path) != 200) {
        client_alarm(client, "J7 a booking that was acknowledged is not there: %s", id);
        return;
    }
    json_t *booking = json_incref(client->answer.json);
    const char *state = client_text(booking, "state");
    if (is_certain(state)) {
        char key[64];
        path = client_path(client, "/v1/bookings/%s/reveal", id);
        (void)snprintf(key, sizeof(key), "after-%s", id);
        int status = client_repeat(client, person, path, key, "{\"reason\": \"supervision\"}");
        const json_t *shown = client->answer.json;
        const char *transport = client_text(booking, "transport");
        canary(check, client_text(json_object_get(shown, "place"), "name"));
        canary(check, client_text(shown, "confirmation"));
        int lives = strcmp(transport, "gateway") == 0    ? lives_at_gateway(check, shown, booking)
                    : strcmp(transport, "assisted") == 0 ? lives_on_phone(check, shown)
                                                         : 1;
        if (status != 200 || lives != 1) {
            client_alarm(client,
                         "B3 %s booking %s is %s here and stands there %d times (reveal %d)",
                         transport, id, state, lives, status);
        }
    }
    json_decref(booking);
}

static void check_bookings(struct check *check)
{
    size_t i;
    const json_t *line;

    json_array_foreach(check->journal, i, line)
    {
        if (json_object_get(line, "booking") != NULL && json_object_get(line, "write") == NULL) {
            check_booking(check, line);
        }
    }
}

/* --- points --- */

static void check_points(struct check *check)
{
    json_int_t expected = 0;
    size_t i;
    const json_t *line;

    json_array_foreach(check->journal, i, line)
    {
        expected += client_number(line, "points");
        if (strcmp(client_text(line, "write"), "topup") == 0 && succeeded(line)) {
            json_t *body = json_loads(client_text(line, "body"), 0, NULL);
            expected += client_number(body, "points");
            json_decref(body);
        }
    }
    json_int_t found = after_points(check->client);
    if (found != expected) {
        client_alarm(check->client,
                     "L3 %" JSON_INTEGER_FORMAT " points were received, %" JSON_INTEGER_FORMAT
                     " are accounted for",
                     expected, found);
    }
}

/* --- all of it --- */

static json_t *gateway_book(struct client *client)
{
    talk_ask(client->loop, client->campaign->gateway_port,
             &(struct talk_request){.path = "/rehearsal/book"}, &client->answer);
    NB_ASSERT(client->answer.status == 200);
    return json_incref(json_object_get(client->answer.json, "reservations"));
}

void after_check(struct client *client, const char *canaries)
{
    struct check check = {.client = client,
                          .journal = client_journal(client),
                          .book = gateway_book(client),
                          .canaries = fopen(canaries, "we")};
    size_t i;
    const json_t *reservation;

    NB_ASSERT(check.canaries != NULL);
    canary(&check, "Quillmarrow");
    json_array_foreach(check.book, i, reservation)
    {
        canary(&check, client_text(reservation, "confirmation"));
    }
    check_points(&check);
    check_bookings(&check);
    check_writes(&check);
    after_races(client, check.journal);
    (void)fclose(check.canaries);
    json_decref(check.book);
    json_decref(check.journal);
}

/* --- the account --- */

struct tally {
    const char *what; /* borrowed from the journal */
    int done;
    int refused;
    int doubtful; /* answered only when repeated */
};

static struct tally *tally_of(struct tally *tallies, size_t *count, const char *what)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(tallies[i].what, what) == 0) {
            return &tallies[i];
        }
    }
    NB_ASSERT(*count < 32);
    tallies[*count] = (struct tally){.what = what};
    return &tallies[(*count)++];
}

bool after_account(struct client *client)
{
    json_t *journal = client_journal(client);
    struct tally tallies[32] = {{.what = NULL}};
    size_t count = 0;
    int alarms = 0;
    size_t i;
    const json_t *line;

    json_array_foreach(journal, i, line)
    {
        if (json_object_get(line, "write") != NULL) {
            struct tally *tally = tally_of(tallies, &count, client_text(line, "write"));
            tally->done += succeeded(line) ? 1 : 0;
            tally->refused += succeeded(line) ? 0 : 1;
            tally->doubtful += client_number(line, "repeats") > 0 ? 1 : 0;
        }
        if (json_object_get(line, "alarm") != NULL) {
            alarms++;
            printf("  ALARM %s\n", client_text(line, "alarm"));
        }
    }
    printf("  %-20s %6s %8s %18s\n", "write", "done", "refused", "repeated until ok");
    for (i = 0; i < count; i++) {
        printf("  %-20s %6d %8d %18d\n", tallies[i].what, tallies[i].done, tallies[i].refused,
               tallies[i].doubtful);
    }
    json_decref(journal);
    return alarms == 0;
}
