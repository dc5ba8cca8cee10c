/*
 * The sample world behind a daemon with real plugin hosts, asked for requests and searches over
 * HTTP: what the tests of intake and list share. Every function fails the running test when the
 * house does not do what it must.
 */
#ifndef NB_TESTS_INTEGRATION_SEARCH_HOUSE_H
#define NB_TESTS_INTEGRATION_SEARCH_HOUSE_H

#include "tests/support/house.h"

#include <jansson.h>

struct search_house {
    struct house house;
    struct house_daemon daemon;
    char *token; /* of a specialist of the first hotline */
    int keys;
};

/* plugins: with plugin hosts and a rehearsal gateway. */
void search_house_open(struct search_house *at, bool plugins);
/* The same with the plugin of one program more; NULL: none. */
void search_house_open_with(struct search_house *at, bool plugins, const char *program);
/* Checks the invariants too. */
void search_house_close(struct search_house *at);

/* token: NULL for the specialist. body is JSON text; NULL: none. The reply is the caller's. */
struct house_reply search_ask(struct search_house *at, const char *token, const char *method,
                              const char *path, const char *body);
/* A new token of a role; of a user of the sample when named. free() it. */
char *search_token(struct search_house *at, const char *user, const char *role);

#define SEARCH_QUESTIONS                                                                           \
    "\"child_involved\":false,\"immediate_violence\":false,\"consents_to_report\":false"

/* Opens a request from these fields and three times no. Gives its representation. */
json_t *search_open(struct search_house *at, const char *fields);
/* Searches for it; body {} or {"preview":true}. Gives the search. */
json_t *search_run(struct search_house *at, const json_t *request, const char *body);
/* Both. */
json_t *search_for(struct search_house *at, const char *fields);
/* GET that must be 200. */
json_t *search_get(struct search_house *at, const char *token, const char *path);

/* In the first page; NULL when no option stands for the scene's place of that name. */
json_t *search_option(const json_t *search, const char *place);
/* Over all pages; gives it, or NULL. token as above. */
json_t *search_refusal(struct search_house *at, const char *token, const json_t *search,
                       const char *place);
bool search_refused_for(struct search_house *at, const json_t *search, const char *place,
                        const char *reason);

const char *search_text(const json_t *json, const char *name);
int64_t search_number(const json_t *json, const char *name);
/* An array of words has it. */
bool search_has_word(const json_t *array, const char *word);
/* For messages; valid until the next call. */
const char *search_dump(const json_t *json);
/* A formatted text, valid for the running test. */
const char *search_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
