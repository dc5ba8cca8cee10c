/*
 * The API in this process, on a database of its own (tests/support/house.h): two hotlines, a
 * provider with one unit each, a partner, and a token for every right.
 */
#ifndef NB_TESTS_INTEGRATION_API_HOUSE_H
#define NB_TESTS_INTEGRATION_API_HOUSE_H

#include "core/api/api.h"
#include "core/api/route.h"
#include "core/http/server.h"
#include "core/store/store.h"
#include "core/vault/keys.h"
#include "core/vault/token.h"
#include "tests/support/house.h"
#include "tests/support/talk.h"

struct api_house {
    struct house house;
    struct loop *loop;
    struct store *store;
    struct vault_keys *keys;
    struct http_metrics *metrics;
    struct api *api;
    struct http_server *server;
    uint16_t port;
    char *tokens[API_ROLES]; /* of the first hotline, provider and partner; by enum api_role */
    char *other_staff;       /* a supervisor of the second hotline */
    char *other_provider;
    char *other_partner;
    struct talk_answer answer; /* of the last request */
};

void api_house_open(struct api_house *at);
void api_house_close(struct api_house *at);

/* Gives a token of a new user; home is "hotline_id = 1", a SET clause of nb.app_user, or NULL. */
char *api_house_token(struct api_house *at, const char *role, const char *home);
/* Asks; gives the status, never 0. */
int api_house_ask(struct api_house *at, struct talk_request request);
/* A formatted path or body, valid for the running test. */
const char *api_house_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The public id of the first row of a table of schema nb, in the same way. */
const char *api_house_id(struct api_house *at, const char *table, const char *condition);
/* Fails the test unless the last answer was this problem. */
void api_house_expect(struct api_house *at, int status, const char *code);

#endif
