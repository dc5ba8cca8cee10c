/*
 * One request of an operation: secrets take the place of placeholders just before it leaves, and
 * what came back (or did not) becomes the plugin's next event.
 * Invariant: nothing leaves when the lease could end before the request's own deadline does.
 */
#include "core/scheduler/dispatch_private.h"

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/http/retry_after.h"
#include "core/plugin/tree.h"
#include "core/plugin/tree_xml.h"

#include <stdio.h>
#include <string.h>

#define REQUEST_MAX ((size_t)256 * 1024) /* with secrets in place */
#define KEPT_RESPONSE_MAX 65536u         /* of a body, in its record */
#define LEAST_BYTES_PER_S 16
#define RETRY_AFTER_MOST_MS INT64_C(86400000)

/* Before it leaves ----------------------------------------------------------------------------- */

/* How long before its end a lease is no longer relied on. */
static int64_t margin_ms(const struct operation *operation)
{
    int64_t tenth_ms = operation->dispatch->limits.lease_ms / 10;
    return tenth_ms < DISPATCH_MARGIN_MS ? tenth_ms : DISPATCH_MARGIN_MS;
}

static bool lease_outlives(const struct operation *operation, int64_t ms)
{
    return nb_mono_ms_between(nb_mono_now(), operation->lease_until) >= ms;
}

/* A process that was stopped and woke finds its lease too short here, and sends nothing. */
static bool may_send(void *data)
{
    const struct operation *operation = data;
    return lease_outlives(operation, operation->deadline_ms + margin_ms(operation));
}

struct dispatch_pace *dispatch_pace_of(struct dispatch *dispatch, int64_t account)
{
    struct dispatch_pace *pace = dispatch->paces;
    while (pace != NULL && pace->account != account) {
        pace = pace->next;
    }
    if (pace == NULL) {
        pace = nb_alloc(sizeof(*pace));
        *pace = (struct dispatch_pace){.next = dispatch->paces, .account = account};
        dispatch->paces = pace;
    }
    return pace;
}

static int64_t mono_ms(void)
{
    return nb_mono_now().ns / 1000000;
}

static enum http_method method_of(uint32_t method)
{
    static const enum http_method methods[NB_METHOD_COUNT] = {
        [NB_METHOD_NONE] = HTTP_METHOD_NONE, [NB_METHOD_GET] = HTTP_GET,
        [NB_METHOD_POST] = HTTP_POST,        [NB_METHOD_PUT] = HTTP_PUT,
        [NB_METHOD_DELETE] = HTTP_DELETE,
    };
    return method < NB_METHOD_COUNT ? methods[method] : HTTP_METHOD_NONE;
}

static const char *type_of(uint32_t body_type)
{
    static const char *const types[NB_BODY_COUNT] = {
        [NB_BODY_NONE] = NULL,
        [NB_BODY_JSON] = "application/json",
        [NB_BODY_XML] = "application/xml; charset=utf-8",
        [NB_BODY_FORM] = "application/x-www-form-urlencoded",
    };
    return body_type < NB_BODY_COUNT ? types[body_type] : NULL;
}

/* The request with its secrets: lives while http_client_send copies it. */
struct outgoing {
    struct nb_buf path;
    struct nb_buf body;
    struct nb_buf authorization;
    char correlation[NB_PUBLIC_ID_TEXT];
    struct http_header headers[NB_ROWS_MAX + 4];
    size_t header_count;
};

static void wipe(struct nb_buf *buf)
{
    if (buf->data != NULL) {
        explicit_bzero(buf->data, buf->capacity);
    }
    nb_buf_fini(buf);
}

static void outgoing_fini(struct outgoing *outgoing)
{
    wipe(&outgoing->path);
    wipe(&outgoing->body);
    wipe(&outgoing->authorization);
}

static void add_header(struct outgoing *outgoing, const char *name, const char *value)
{
    outgoing->headers[outgoing->header_count++] =
        (struct http_header){.name = name, .value = value};
}

static bool outgoing_fill(struct operation *operation, struct outgoing *outgoing,
                          struct nb_err *err)
{
    const struct nb_request *request = &operation->request;
    enum nb_operation_kind kind = (enum nb_operation_kind)operation->asked.kind;
    bool filled = plugin_text_replace(request->path, kind, PLUGIN_PLACE_PATH, &operation->values,
                                      &outgoing->path, err) &&
                  (request->body == NULL ||
                   plugin_text_replace(request->body, kind,
                                       plugin_place_of_body((enum nb_body_type)request->body_type),
                                       &operation->values, &outgoing->body, err));
    nb_buf_printf(&outgoing->authorization, "Bearer %s",
                  (const char *)vault_secret_reveal(operation->account->bearer, VAULT_FOR_SENDING));
    /* Of this operation, and of nothing else that anybody could look up. */
    nb_public_id_format(operation->work.outbox_public, outgoing->correlation);
    add_header(outgoing, "Authorization", nb_buf_str(&outgoing->authorization));
    add_header(outgoing, "X-Correlation-Id", outgoing->correlation);
    for (uint32_t i = 0; i < request->header_count && i < NB_ROWS_MAX; i++) {
        add_header(outgoing, request->headers[i].name, request->headers[i].value);
    }
    if (type_of(request->body_type) != NULL) {
        add_header(outgoing, "Content-Type", type_of(request->body_type));
    }
    return filled && nb_buf_ok(&outgoing->authorization, err);
}

/* After it came back --------------------------------------------------------------------------- */

static uint32_t failure_of(enum http_failure failure)
{
    switch (failure) {
    case HTTP_FAILED_REFUSED:
    case HTTP_FAILED_RESOLVE:
    case HTTP_FAILED_TLS:
        return NB_FAILURE_CONNECT;
    case HTTP_FAILED_TIMEOUT:
        return NB_FAILURE_TIMEOUT;
    case HTTP_FAILED_RESET:
    case HTTP_FAILED_EMPTY:
        return NB_FAILURE_BROKEN;
    case HTTP_FAILED_TOO_LARGE:
    case HTTP_FAILED_GARBAGE:
        return NB_FAILURE_BAD_BODY;
    case HTTP_FAILED_ABORTED:
    case HTTP_FAILED_BAD_URL:
    case HTTP_FAILED_BUSY:
        return NB_FAILURE_REFUSED;
    case HTTP_FAILED_NONE:
        break;
    }
    return NB_FAILURE_NONE;
}

static void on_recorded(void *data, const struct store_result *result,
                        enum store_outbox_answer answer)
{
    /* A record for people: the outcome does not depend on it. */
    (void)data;
    (void)result;
    (void)answer;
}

static void record_answer(struct operation *operation, const struct http_answer *answer)
{
    struct nb_buf sealed = {0};
    struct nb_err err;
    char field[32];
    bool whole = answer->failure == HTTP_FAILED_NONE;
    size_t kept = answer->body_bytes < KEPT_RESPONSE_MAX ? answer->body_bytes : KEPT_RESPONSE_MAX;
    (void)snprintf(field, sizeof(field), "response|%u", operation->steps);
    bool has =
        whole && kept > 0 && operation_seal(operation, field, answer->body, kept, &sealed, &err);
    static const char *const sent[] = {
        [HTTP_SENT_NONE] = "no",
        [HTTP_NOT_SENT] = "no",
        [HTTP_MAYBE_SENT] = "maybe",
        [HTTP_SENT] = "yes",
    };
    store_outbox_answered(
        operation->dispatch->role->store, &operation->ref,
        &(struct store_outbox_reply){
            .step = (int)operation->steps,
            .sent = sent[answer->sent],
            .http_status = answer->status,
            .failure = whole ? NULL : http_failure_name(answer->failure),
            .response = {has ? (const uint8_t *)sealed.data : NULL, has ? sealed.length : 0}},
        on_recorded, NULL);
    nb_buf_fini(&sealed);
}

/* How long the other side asks us to wait; the whole account waits, in this process. */
static uint32_t retry_after(struct operation *operation, const struct http_answer *answer)
{
    int64_t ms = 0;
    int64_t since_claim_ms = nb_mono_ms_between(operation->begun, nb_mono_now());
    struct nb_instant now = {operation->work.now.us + since_claim_ms * 1000};
    if (answer->status != 429 && answer->status != 503) {
        return 0;
    }
    if (!http_retry_after(http_answer_header(answer, "Retry-After"), now, RETRY_AFTER_MOST_MS,
                          &ms)) {
        return 0;
    }
    int64_t most_ms = operation->dispatch->limits.retry_asked_ms;
    model_rate_pause(&dispatch_pace_of(operation->dispatch, operation->work.account.v)->rate,
                     mono_ms() + (ms < most_ms ? ms : most_ms));
    return (uint32_t)ms;
}

static void tell_failure(struct operation *operation, uint32_t failure, enum nb_sent sent)
{
    operation->trail.answered = false;
    operation->trail.failure = failure;
    operation->trail.http_status = 0;
    if (sent == NB_SENT_NO) {
        operation->trail.wrote = operation->wrote_before;
    }
    http_metric_add(operation->dispatch->metrics.failures, 1);
    operation_step(operation,
                   &(struct nb_event){.kind = NB_EVENT_FAILED, .failure = failure, .sent = sent});
}

/* An answer is of the format that its question was in. */
static bool tree_of(struct operation *operation, const struct http_answer *answer,
                    const struct nb_node **ret_body, struct nb_err *err)
{
    return operation->request.body_type == NB_BODY_XML
               ? plugin_tree_of_xml(operation->step_arena, answer->body, answer->body_bytes,
                                    ret_body, err)
               : plugin_tree_of_json(operation->step_arena, answer->body, answer->body_bytes,
                                     ret_body, err);
}

static void tell_answer(struct operation *operation, const struct http_answer *answer)
{
    struct nb_response response = {.status = (uint32_t)answer->status,
                                   .retry_after_ms = retry_after(operation, answer)};
    struct nb_err err;
    nb_arena_reset(operation->step_arena);
    if (answer->body_bytes > 0 && !tree_of(operation, answer, &response.body, &err)) {
        tell_failure(operation, NB_FAILURE_BAD_BODY, NB_SENT_YES);
        return;
    }
    operation->trail.answered = true;
    operation->trail.answer_of_write = operation->request.is_write != 0;
    operation->trail.refused =
        operation->request.body_type == NB_BODY_XML && plugin_tree_refuses(response.body);
    operation->trail.failure = NB_FAILURE_NONE;
    operation->trail.http_status = response.status;
    operation_step(operation, &(struct nb_event){.kind = NB_EVENT_RESPONSE, .response = &response});
}

static void on_answer(void *data, const struct http_answer *answer)
{
    struct operation *operation = data;
    NB_CHECK_MAGIC(operation, OPERATION_MAGIC);
    NB_ASSERT(operation->state == OPERATION_SENDING);
    operation->exchange = NULL;
    if (!operation->balance) {
        record_answer(operation, answer);
    }
    if (answer->failure == HTTP_FAILED_NONE) {
        tell_answer(operation, answer);
        return;
    }
    tell_failure(operation, failure_of(answer->failure),
                 answer->sent == HTTP_NOT_SENT ? NB_SENT_NO : NB_SENT_MAYBE);
}

/* On its way ----------------------------------------------------------------------------------- */

static void send_now(struct operation *operation)
{
    const struct nb_request *request = &operation->request;
    const struct config_account *account = operation->account;
    struct outgoing outgoing = {.header_count = 0};
    struct nb_err err;
    nb_buf_init(&outgoing.path, (size_t)4 * NB_PATH_BYTES_MAX);
    nb_buf_init(&outgoing.body, REQUEST_MAX);
    nb_buf_init(&outgoing.authorization, 4096);
    if (!outgoing_fill(operation, &outgoing, &err)) {
        outgoing_fini(&outgoing);
        nb_log(NB_LOG_ERROR, "dispatch_request_unfit", NB_TEXT("code", err.code),
               NB_TEXT("program", operation->work.program));
        tell_failure(operation, NB_FAILURE_REFUSED, NB_SENT_NO);
        return;
    }
    operation->endpoint = (struct http_endpoint){.base_url = account->base_url,
                                                 .ca_file = account->ca_file,
                                                 .allow_plain = account->allow_plain,
                                                 .allow_private = account->allow_private};
    operation_set_state(operation, OPERATION_SENDING);
    http_metric_add(operation->dispatch->metrics.requests, 1);
    operation->exchange = http_client_send(
        operation->dispatch->client,
        &(struct http_call){.endpoint = &operation->endpoint,
                            .method = method_of(request->method),
                            .path = nb_buf_str(&outgoing.path),
                            .headers = outgoing.headers,
                            .header_count = outgoing.header_count,
                            .body = request->body == NULL ? NULL : nb_buf_str(&outgoing.body),
                            .body_bytes = outgoing.body.length,
                            .safe_to_repeat = request->safe_to_repeat != 0,
                            .deadline_ms = operation->deadline_ms,
                            .answer_body_bytes = NB_TREE_BYTES_MAX,
                            .least_bytes_per_s = LEAST_BYTES_PER_S,
                            .may_send = may_send,
                            .done = on_answer,
                            .data = operation});
    outgoing_fini(&outgoing);
}

void operation_send(struct operation *operation)
{
    struct dispatch *dispatch = operation->dispatch;
    const struct model_rate_policy policy = {.per_minute = dispatch->limits.rate_per_minute,
                                             .burst = dispatch->limits.rate_burst};
    struct dispatch_pace *pace = dispatch_pace_of(dispatch, operation->work.account.v);
    int64_t wait_ms = model_rate_take(&pace->rate, &policy, mono_ms());
    operation->deadline_ms = operation->request.deadline_ms;
    if (wait_ms == 0) {
        send_now(operation);
    } else if (!lease_outlives(operation,
                               wait_ms + operation->deadline_ms + 2 * margin_ms(operation))) {
        operation_give_back(operation, wait_ms, false);
    } else {
        operation_set_state(operation, OPERATION_PACED);
        loop_timer_start(&operation->pace, wait_ms);
    }
}
