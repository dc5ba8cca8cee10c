/*
 * A command's talk with the API: NIGHTBRIDGE_API names it (default http://127.0.0.1:8080), the
 * token comes from NIGHTBRIDGE_TOKEN, or from the file of mode 600 that NIGHTBRIDGE_TOKEN_FILE or
 * --token-file names. A write has one idempotency key, which is kept through every retry, so that
 * a lost answer never books twice.
 */
#ifndef NB_CLI_API_CALL_H
#define NB_CLI_API_CALL_H

#include "core/cli/command.h"
#include "core/http/message.h"

/* Options of every command that speaks to the API; the last row of its table. */
#define CLI_API_OPTIONS                                                                            \
    {"api", "URL", "the API (default: NIGHTBRIDGE_API, or http://127.0.0.1:8080)", false},         \
        {"token-file", "FILE", "the bearer token (default: NIGHTBRIDGE_TOKEN_FILE)", false},       \
    {                                                                                              \
        NULL, NULL, NULL, false                                                                    \
    }
/* Before it, for writes. */
#define CLI_KEY_OPTION                                                                             \
    {                                                                                              \
        "key", "KEY", "the idempotency key, to finish a call whose answer was lost", false         \
    }

struct cli_api_request {
    enum http_method method;
    const char *path;     /* "/v1/requests"; values in it are escaped by cli_api_path */
    json_t *body;         /* borrowed; NULL: none */
    const char *if_match; /* NULL: not sent */
};

/* Gives an answer of 2xx (NULL for one without a body). False when it was anything else: it has
 * been said, and *ret_status is the exit status. */
bool cli_api_call(struct cli *cli, const struct cli_api_request *request, json_t **ret_answer,
                  int *ret_status) NB_MUST_CHECK;

/* "/v1/bookings/{}" with the words in place of the braces, percent-encoded; free with nb_free. A
 * word is an id; anything else is said and gives NULL (exit with CLI_USAGE). */
char *cli_api_path(struct cli *cli, const char *pattern, const char *word);

#endif
