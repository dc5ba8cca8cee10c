/*
 * The API on a loop of the test's own: a real HTTP server before it, a scripted PostgreSQL behind
 * it (tests/support/scripted_pq.h), a key folder under the temporary directory.
 */
#ifndef NB_TESTS_UNIT_API_BED_H
#define NB_TESTS_UNIT_API_BED_H

#include "core/api/api.h"
#include "core/http/server.h"
#include "core/store/store.h"
#include "core/vault/keys.h"
#include "tests/support/scripted_pq.h"
#include "tests/support/talk.h"

/* A token that looks like one. */
#define BED_TOKEN "nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

struct bed {
    struct loop *loop;
    struct store *store;
    char folder[64];
    struct vault_keys *keys;
    struct http_metrics *metrics;
    struct api *api;
    struct http_server *server;
    uint16_t port;
    struct talk_answer answer; /* of the last bed_ask */
    bool not_ready;            /* what the daemon says to /readyz */
};

/* config's borrowed parts are filled in; NULL for the defaults, and no lines in the log. */
void bed_open(struct bed *bed, const struct api_config *config);
void bed_close(struct bed *bed);
/* Asks and fails the test when there was no answer; gives the status. */
int bed_ask(struct bed *bed, struct talk_request request);
/* Every token is that of a user with this right from now on: of hotline 5, provider 6 or partner 7
 * as the right needs. NULL: no token is known. */
void bed_actor(const char *role);
/* Fails the test unless the last answer was this problem. */
void bed_expect_problem(struct bed *bed, int status, const char *code);

#endif
