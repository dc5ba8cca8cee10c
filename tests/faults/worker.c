/*
 * People who take tasks. For a program that is booked by phone they are also the other side: what
 * the line did is noted in the journal before anybody reports it ("phone"), and is the truth that
 * the end is compared with.
 */
#include "tests/faults/people.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KIND_TEXT 32
#define TASKS_MAX 200
#define NUMBER_TEXT 48
#define PAGE_TEXT 200

struct job {
    struct client *client;
    const char *person;
    bool decisive; /* nothing is left undone or unclear */
    char task[CLIENT_ID_TEXT];
    char kind[KIND_TEXT];
    char booking[CLIENT_ID_TEXT];
    json_int_t token;
    const json_t *detail; /* of the booking; owned by the job */
};

/* --- the other end of the line --- */

/* What the program's book says of the booking's last attempt. */
struct line {
    char name[CLIENT_ID_TEXT + 16]; /* booking/attempt */
    char number[NUMBER_TEXT];
    bool lives;
};

static struct line look_up(const struct job *job)
{
    const json_t *attempts = json_object_get(job->detail, "attempts");
    const json_t *last = json_array_get(attempts, json_array_size(attempts) - 1);
    json_t *journal = client_journal(job->client);
    struct line line = {.lives = false};
    size_t i;
    const json_t *note;

    (void)snprintf(line.name, sizeof(line.name), "%s/%d", job->booking,
                   (int)client_number(last, "number"));
    json_array_foreach(journal, i, note)
    {
        if (strcmp(client_text(note, "phone"), line.name) == 0) {
            line.lives = json_is_true(json_object_get(note, "lives"));
            (void)snprintf(line.number, sizeof(line.number), "%s", client_text(note, "number"));
        }
    }
    json_decref(journal);
    return line;
}

static void write_down(const struct job *job, struct line *line, bool lives)
{
    if (line->number[0] == '\0') {
        (void)snprintf(line->number, sizeof(line->number), "PHONE%dX%d", (int)getpid(),
                       job->client->keys);
    }
    line->lives = lives;
    client_note(job->client, json_pack("{s:s, s:s, s:b}", "phone", line->name, "number",
                                       line->number, "lives", (int)lives));
}

/* --- reports --- */

static int report(const struct job *job, json_t *result)
{

    const char *path = client_path(job->client, "/v1/tasks/%s/done", job->task);
    NB_ASSERT(json_object_set_new(result, "token", json_integer(job->token)) == 0);
    return client_post(job->client, &(struct client_write){.what = "task done",
                                                           .person = job->person,
                                                           .path = path,
                                                           .body = result,
                                                           .booking = job->booking});
}

static void say(const struct job *job, const char *outcome)
{
    (void)report(job, json_pack("{s:s}", "outcome", outcome));
}

static void read_back(const struct job *job, const struct line *line, const char *outcome)
{
    json_t *result = json_pack("{s:s, s:s, s:s}", "outcome", outcome, "confirmation", line->number,
                               "confirmation_again", line->number);
    static const char *const fields[] = {"check_in", "check_out", "units", "points"};

    NB_ASSERT(result != NULL);
    for (size_t i = 0; i < NB_COUNT(fields); i++) {
        (void)json_object_set(result, fields[i], json_object_get(job->detail, fields[i]));
    }
    (void)report(job, result);
}

static void give_back(const struct job *job)
{

    const char *path = client_path(job->client, "/v1/tasks/%s/release", job->task);
    (void)client_post(job->client,
                      &(struct client_write){
                          .what = "task release",
                          .person = job->person,
                          .path = path,
                          .body = json_pack("{s:I, s:s}", "token", job->token, "why", "no_time"),
                          .booking = job->booking});
}

/* --- kinds --- */

static void book_by_phone(const struct job *job)
{
    struct client *client = job->client;
    struct line line = look_up(job);
    unsigned way = job->decisive ? 0 : client_dice(client, 100);

    if (line.lives || way < 55) {
        write_down(job, &line, true);
        read_back(job, &line, "confirmed");
    } else if (way < 65) {
        (void)report(job, json_pack("{s:s, s:s}", "outcome", "refused", "reason", "sold_out"));
    } else if (way < 78) {
        write_down(job, &line, client_hits(client, 50));
        say(job, "unclear");
    } else if (way < 90) {
        /* Nobody reports: the lease lapses. */
        write_down(job, &line, client_hits(client, 50));
    } else {
        give_back(job);
    }
}

static void look_by_phone(const struct job *job)
{
    struct line line = look_up(job);

    if (line.lives) {
        read_back(job, &line, "found");
    } else {
        say(job, "absent");
    }
}

static void cancel_by_phone(const struct job *job)
{
    struct client *client = job->client;
    struct line line = look_up(job);
    unsigned way = job->decisive ? 0 : client_dice(client, 100);

    if (way < 60) {
        bool lived = line.lives;
        write_down(job, &line, false);
        say(job, lived ? "cancelled" : "already_cancelled");
    } else if (way < 75) {
        write_down(job, &line, line.lives && client_hits(client, 50));
        say(job, "unclear");
    } else if (way < 90) {
        write_down(job, &line, line.lives && client_hits(client, 50));
    } else {
        give_back(job);
    }
}

static void find_out(const struct job *job)
{
    if (strcmp(client_text(job->detail, "transport"), "assisted") == 0) {
        look_by_phone(job);
    } else {
        /* The machine reads on. */
        say(job, "wait");
    }
}

static void ask_guest(const struct job *job)
{
    say(job, client_hits(job->client, 60) ? "accepted" : "declined");
}

static void call_desk(const struct job *job)
{
    say(job, job->decisive || client_hits(job->client, 70) ? "confirmed" : "no_answer");
}

static void decide(const struct job *job)
{
    say(job, client_hits(job->client, 50) ? "primary" : "covering");
}

static void handle(const struct job *job)
{
    say(job, "handled");
}

static const struct {
    const char *kind;
    void (*work)(const struct job *job);
} kinds[] = {
    {"assisted_commit", book_by_phone},
    {"assisted_read", look_by_phone},
    {"assisted_cancel", cancel_by_phone},
    {"unknown_outcome", find_out},
    {"ask_again", ask_guest},
    {"desk_confirm", call_desk},
    {"covering_decision", decide},
    {"rebook", handle},
    {"unmet_need", handle},
    {"overdue", handle},
    {"referral_unanswered", handle},
    {"points_disagree", handle},
};

/* --- claiming --- */

/* False when the claim was not given, or the booking cannot be seen. */
static bool take(struct job *job)
{
    struct client *client = job->client;

    const char *path = client_path(client, "/v1/tasks/%s/claim", job->task);
    int status = client_post(client, &(struct client_write){.what = "task claim",
                                                            .person = job->person,
                                                            .path = path,
                                                            .booking = job->booking});
    if (status != 200) {
        return false;
    }
    job->token = client_number(json_object_get(client->answer.json, "claim"), "token");
    if (job->booking[0] == '\0') {
        return true;
    }
    path = client_path(client, "/v1/bookings/%s", job->booking);
    if (client_get(client, job->person, path) != 200) {
        return false;
    }
    job->detail = json_incref(client->answer.json);
    return true;
}

static void work(struct job *job)
{
    for (size_t i = 0; i < NB_COUNT(kinds); i++) {
        if (strcmp(kinds[i].kind, job->kind) == 0 && take(job)) {
            kinds[i].work(job);
        }
    }
    json_decref((json_t *)(uintptr_t)job->detail);
}

/* Open tasks of a page, of which so many of a hundred are worked on. page: where it begins, empty
 * for the first; becomes where the next one begins, empty when there is none. */
static void work_page(struct client *client, const char *person, unsigned percent, bool decisive,
                      char page[PAGE_TEXT])
{
    struct job jobs[TASKS_MAX];
    size_t count = 0;
    size_t i;
    const json_t *item;
    const char *path = client_path(client, "/v1/tasks?state=open&limit=200%s%s",
                                   page[0] == '\0' ? "" : "&cursor=", page);

    page[0] = '\0';
    if (client_get(client, person, path) != 200) {
        return;
    }
    (void)snprintf(page, PAGE_TEXT, "%s", client_text(client->answer.json, "next"));
    json_array_foreach(client_items(client), i, item)
    {
        struct job *job = &jobs[count++];

        *job = (struct job){.client = client, .person = person, .decisive = decisive};
        (void)snprintf(job->task, sizeof(job->task), "%s", client_text(item, "id"));
        (void)snprintf(job->kind, sizeof(job->kind), "%s", client_text(item, "kind"));
        (void)snprintf(job->booking, sizeof(job->booking), "%s", client_text(item, "booking"));
    }
    for (i = 0; i < count; i++) {
        if (client_hits(client, percent)) {
            work(&jobs[i]);
        }
    }
}

void worker_play(struct client *client)
{
    static const char *const people[] = {"otis", "wren", "birch", "juno", "maple"};

    while (client_plays(client)) {
        char page[PAGE_TEXT] = "";
        work_page(client, people[client_dice(client, NB_COUNT(people))], 15, false, page);
        client_think(client, 400);
    }
}

static void work_all(struct client *client, const char *person)
{
    char page[PAGE_TEXT] = "";

    do {
        work_page(client, person, 100, true, page);
    } while (page[0] != '\0');
}

void worker_catch_up(struct client *client)
{
    work_all(client, "vera");
    work_all(client, "birch");
}
