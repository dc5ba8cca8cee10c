#include "core/cli/api_call.h"

#include "core/base/ids.h"
#include "core/base/mem.h"
#include "core/cli/api_private.h"
#include "core/http/body.h"
#include "core/http/client.h"
#include "core/loop/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEADLINE_MS 30000
#define ANSWER_BYTES ((size_t)16 << 20)
#define ATTEMPTS 4
#define WAIT_MS 300
#define WAIT_ASKED_MS 10000

/* One exchange, and what is kept of its answer. */
struct talk {
    struct loop *loop;
    enum http_sent sent;
    enum http_failure failure;
    int status;
    bool lost;          /* this or an earlier one may have been done without an answer */
    long retry_after_s; /* 0: not asked for */
    char *body;         /* owned */
    size_t body_bytes;
};

static void on_answer(void *data, const struct http_answer *answer)
{
    struct talk *talk = data;
    const char *after = http_answer_header(answer, "Retry-After");
    talk->sent = answer->sent;
    talk->failure = answer->failure;
    talk->status = answer->status;
    talk->retry_after_s = after == NULL ? 0 : strtol(after, NULL, 10);
    talk->body = nb_strndup(answer->body, answer->body_bytes);
    talk->body_bytes = answer->body_bytes;
    loop_stop(talk->loop);
}

static void talk_forget(struct talk *talk)
{
    talk->body = nb_free(talk->body);
}

/* False when it may have been done: no answer came, or the API itself does not know. */
static bool answered(const struct talk *talk)
{
    static const char *const words[] = {"\"outcome_unknown\"", "\"done_not_shown\""};
    bool said = false;
    if (talk->failure != HTTP_FAILED_NONE) {
        return talk->sent == HTTP_NOT_SENT;
    }
    for (size_t i = 0; i < NB_COUNT(words); i++) {
        said = said || memmem(talk->body, talk->body_bytes, words[i], strlen(words[i])) != NULL;
    }
    return talk->status != 503 || !said;
}

/* One request on the wire, and its answer. */
static void exchange(struct http_client *client, const struct cli_api_target *target,
                     const struct cli_api_request *request, const char *body, struct talk *talk)
{
    const struct http_header headers[] = {
        {.name = "Authorization", .value = target->authorization},
        {.name = "Accept", .value = "application/json, application/problem+json"},
        {.name = "Content-Type", .value = "application/json"},
        {.name = "Idempotency-Key", .value = target->key},
        {.name = "If-Match", .value = request->if_match == NULL ? "*" : request->if_match},
    };
    bool writes = request->method != HTTP_GET;
    size_t count = !writes ? 2 : request->if_match == NULL ? 4 : 5;
    talk_forget(talk);
    (void)http_client_send(client,
                           &(struct http_call){.endpoint = &target->endpoint,
                                               .method = request->method,
                                               .path = request->path,
                                               .headers = headers,
                                               .header_count = count,
                                               .body = body,
                                               .body_bytes = body == NULL ? 0 : strlen(body),
                                               .safe_to_repeat = !writes,
                                               .deadline_ms = DEADLINE_MS,
                                               .answer_body_bytes = ANSWER_BYTES,
                                               .done = on_answer,
                                               .data = talk});
    loop_run(talk->loop);
    talk->lost = talk->lost || (writes && !answered(talk));
}

/* Whether the same call may bring another answer soon: it carries its key, so it has one effect. */
static bool may_change(const struct talk *talk)
{
    if (talk->failure != HTTP_FAILED_NONE) {
        return talk->failure != HTTP_FAILED_BAD_URL && talk->failure != HTTP_FAILED_TLS &&
               talk->failure != HTTP_FAILED_TOO_LARGE && talk->failure != HTTP_FAILED_RESOLVE;
    }
    return talk->status == 429 || talk->status == 503 || talk->status == 504 ||
           (talk->status == 409 && talk->retry_after_s > 0);
}

static void wait_before(int attempt, const struct talk *talk)
{
    int64_t wait_ms = (int64_t)WAIT_MS << attempt;
    if (talk->retry_after_s > 0 && talk->retry_after_s * 1000 < WAIT_ASKED_MS) {
        wait_ms = talk->retry_after_s * 1000;
    }
    const struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = (wait_ms % 1000) * 1000000};
    (void)nanosleep(&wait, NULL);
}

/* Nobody can say what became of a write: the same key finds out. */
static int unknown(struct cli *cli, const struct cli_api_target *target, const struct talk *talk)
{
    struct nb_err err;
    if (!talk->lost) {
        nb_err_set(&err, NB_ERR_UNAVAILABLE, http_failure_name(talk->failure),
                   "The API at %s does not answer (%s). Is nightbridged running? NIGHTBRIDGE_API "
                   "and --api name another.",
                   target->endpoint.base_url, http_failure_name(talk->failure));
    } else {
        nb_err_set(&err, NB_ERR_TIMEOUT, "outcome_unknown",
                   "No answer came, so whether it was done is not known. Run the same command "
                   "again with --key %s: it is never done twice.",
                   target->key);
    }
    return cli_fail(cli, &err);
}

static bool take_answer(struct cli *cli, const struct talk *talk, json_t **ret_answer,
                        int *ret_status)
{
    struct http_problem problem;
    bool good = talk->status >= 200 && talk->status < 300;
    json_t *tree = NULL;
    if (talk->body_bytes > 0 &&
        !http_body_parse(talk->body, talk->body_bytes, ANSWER_BYTES, &tree, &problem)) {
        *ret_status = cli_refuse(
            cli, "not_ours", "What answered %d there is not the API of Nightbridge.", talk->status);
        return false;
    }
    if (!good) {
        *ret_status = cli_api_refused(cli, talk->status, tree);
        json_decref(tree);
        return false;
    }
    *ret_answer = tree;
    return true;
}

static bool converse(struct cli *cli, const struct cli_api_target *target,
                     const struct cli_api_request *request, json_t **ret_answer, int *ret_status)
{
    struct talk talk = {.loop = loop_create()};
    struct http_client *client =
        http_client_create(talk.loop, &(struct http_client_config){.user_agent = "nightbridge"});
    char *body = request->body == NULL ? NULL : json_dumps(request->body, JSON_COMPACT);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (attempt > 0) {
            wait_before(attempt - 1, &talk);
        }
        exchange(client, target, request, body, &talk);
        if (!may_change(&talk)) {
            break;
        }
    }
    /* "Nothing was done" is said of the last one, not of one whose answer was lost before. */
    bool good = talk.failure == HTTP_FAILED_NONE && !(talk.lost && may_change(&talk));
    if (good) {
        good = take_answer(cli, &talk, ret_answer, ret_status);
    } else {
        *ret_status = unknown(cli, target, &talk);
    }
    free(body);
    talk_forget(&talk);
    http_client_destroy(client);
    loop_destroy(talk.loop);
    return good;
}

bool cli_api_call(struct cli *cli, const struct cli_api_request *request, json_t **ret_answer,
                  int *ret_status)
{
    struct cli_api_target target;
    struct nb_err err;
    *ret_answer = NULL;
    if (!cli_api_target_find(cli, &target, &err)) {
        *ret_status = cli_fail(cli, &err);
        return false;
    }
    bool good = converse(cli, &target, request, ret_answer, ret_status);
    cli_api_target_fini(&target);
    return good;
}

char *cli_api_path(struct cli *cli, const char *pattern, const char *word)
{
    struct public_id id;
    char text[NB_PUBLIC_ID_TEXT];
    struct nb_buf path;
    const char *place = strstr(pattern, "{}");
    NB_ASSERT(place != NULL);
    if (!nb_public_id_parse(word, &id)) {
        (void)cli_usage(cli, "an id has the form 01234567-89ab-cdef-0123-456789abcdef");
        return NULL;
    }
    nb_public_id_format(id, text);
    nb_buf_init(&path, 1024);
    nb_buf_printf(&path, "%.*s%s%s", (int)(place - pattern), pattern, text, place + 2);
    return nb_buf_take(&path);
}
