/*
 * A client of the campaign: one process that calls the public API as one person or another. Every
 * write carries an idempotency key and is repeated under it until it is answered, as a careful
 * client does; each answer becomes a line of the journal, from which the end is judged.
 * Invariant: what a client tries follows from the seed and its number; only the order in which the
 * house hears it does not.
 */
#ifndef NB_TESTS_FAULTS_CLIENT_H
#define NB_TESTS_FAULTS_CLIENT_H

#include "core/base/err.h"
#include "core/loop/turn.h"
#include "tests/support/talk.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define CLIENT_ID_TEXT 40
#define CLIENT_PATH_TEXT 192
#define CLIENT_PATHS 4

/* What the command line said; shared by all clients. */
struct campaign {
    uint64_t seed;
    int seconds;     /* of playing */
    int64_t ends_ms; /* when playing ends, by client_now_ms: the same for all clients */
    int patience;    /* seconds after which an unanswered write is given up, and an alarm */
    uint16_t port;
    uint16_t gateway_port;
    const char *tokens;  /* folder: a header file for each person */
    const char *journal; /* file, appended to */
    const char *tonight; /* YYYY-MM-DD */
};

struct client {
    const struct campaign *campaign;
    struct loop *loop;
    uint64_t dice;
    int number;                /* of this process; part of its keys */
    int keys;                  /* used so far */
    int64_t ends_ms;           /* when playing ends, by client_now_ms */
    int journal;               /* descriptor */
    struct talk_answer answer; /* the last one */
    char paths[CLIENT_PATHS][CLIENT_PATH_TEXT];
    unsigned path;
};

struct client_write {
    const char *what;    /* a word for the account: "book" */
    const char *person;  /* whose token */
    const char *path;    /* of the POST */
    json_t *body;        /* taken; NULL: none */
    const char *booking; /* that it is about; NULL: none */
};

void client_init(struct client *client, const struct campaign *campaign, int number);
void client_fini(struct client *client);
int64_t client_now_ms(void);
bool client_plays(const struct client *client);
/* Waits from 0 to most_ms, by the dice. */
void client_think(struct client *client, unsigned most_ms);

/* Below `below`, and true in so many of a hundred throws. */
unsigned client_dice(struct client *client, unsigned below);
bool client_hits(struct client *client, unsigned percent);

/* A path, or another text; valid until the fourth call after this one. */
const char *client_path(struct client *client, const char *fmt, ...) NB_PRINTF(2, 3);
/* Asks as the person until there is an answer other than "not now"; its status, 0 when patience
 * ended. The body is in client->answer.json. */
int client_get(struct client *client, const char *person, const char *path);
/* Writes, repeating under one key, and journals the answer; its status, 0 when patience ended. */
int client_post(struct client *client, const struct client_write *write);
/* The key of the last write. */
void client_last_key(const struct client *client, char ret_key[64]);
/* One repetition of a write with a key that was used before; not journaled; its status. */
int client_repeat(struct client *client, const char *person, const char *path, const char *key,
                  const char *body);
/* True for an answer that says: nothing is decided, ask again. */
bool client_must_ask_again(const struct client *client);

/* Appends a line to the journal; takes the object. */
void client_note(struct client *client, json_t *line);
/* A promise was broken: a line of the journal, and the verdict of the campaign. */
void client_alarm(struct client *client, const char *fmt, ...) NB_PRINTF(2, 3);
/* The whole journal so far; gives an array. */
json_t *client_journal(const struct client *client);

/* Members of the last answer, or of any object; "" and 0 when absent. */
const char *client_text(const json_t *object, const char *member);
json_int_t client_number(const json_t *object, const char *member);
const json_t *client_items(const struct client *client);

#endif
