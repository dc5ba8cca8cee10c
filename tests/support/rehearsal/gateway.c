/*
 * Faults act at three places here: before anything is done, on the world just before the book is
 * asked, and on what the answer claims. The book's own oddities are in operations.c and commit.c,
 * the wire's in wire.c.
 */
#include "tests/support/rehearsal/gateway.h"

#include "core/base/mem.h"
#include "tests/support/rehearsal/control.h"
#include "tests/support/rehearsal/lies.h"
#include "tests/support/rehearsal/memory.h"
#include "tests/support/rehearsal/operations.h"
#include "tests/support/rehearsal/ota.h"
#include "tests/support/rehearsal/route.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void reh_gateway_init(struct reh_gateway *gateway, const char *credential, uint64_t seed)
{
    reh_book_init(&gateway->book);
    reh_faults_init(&gateway->faults, seed);
    gateway->credential = credential;
    gateway->unexpected = json_object();
}

static bool authorised(const struct reh_gateway *gateway, const struct reh_request *request)
{
    return strncmp(request->authorization, "Bearer ", 7) == 0 &&
           strcmp(request->authorization + 7, gateway->credential) == 0;
}

static bool answer_and_free(struct reh_http *http, struct reh_answer answer, struct reh_fault fault)
{
    bool going = reh_http_write(http, &answer, fault);
    reh_answer_fini(&answer);
    return going;
}

/* The hotel that a call is about, for schedules that name one; "" when it is about none. */
static const char *property_of(struct reh_gateway *gateway, const struct reh_route *route,
                               const json_t *body)
{
    const char *code = json_string_value(json_object_get(body, "property_code"));
    const char *quote_id = json_string_value(json_object_get(body, "quote_id"));
    if (code != NULL) {
        return code;
    }
    reh_book_lock(&gateway->book);
    const struct reh_reservation *r = reh_book_find(&gateway->book, route->program, route->subject);
    const struct reh_quote *quote =
        quote_id == NULL ? NULL : reh_book_quote_of(&gateway->book, route->program, quote_id);
    reh_book_unlock(&gateway->book);
    return r != NULL ? r->property->code : quote != NULL ? quote->property->code : "";
}

static void sleep_ms(int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0) {
    }
}

static void retry_after(enum reh_fault_kind kind, char ret_text[64])
{
    time_t soon = time(NULL) + 2;
    struct tm utc;
    if (kind == REH_FAULT_THROTTLE_DATE) {
        gmtime_r(&soon, &utc);
        strftime(ret_text, 64, "%a, %d %b %Y %H:%M:%S GMT", &utc);
        return;
    }
    snprintf(ret_text, 64, "%s",
             kind == REH_FAULT_THROTTLE_GARBAGE ? "after lunch"
             : kind == REH_FAULT_THROTTLE_ZERO  ? "0"
             : kind == REH_FAULT_THROTTLE_LONG  ? "9999"
                                                : "2");
}

/* The answer of a fault that leaves the book alone; status 0 when the fault is not of that sort. */
static struct reh_answer instead(const struct reh_gateway *gateway, enum reh_fault_kind kind)
{
    struct reh_answer answer = {0};
    if (kind == REH_FAULT_GONE) {
        answer.status = 503;
    } else if (kind >= REH_FAULT_THROTTLE && kind <= REH_FAULT_THROTTLE_LONG) {
        answer = reh_answer_refuse("retry_later", "too many calls", NULL);
        retry_after(kind, answer.retry_after);
    } else if (kind == REH_FAULT_REDIRECT) {
        answer.status = 307;
        snprintf(answer.location, sizeof(answer.location), "http://127.0.0.1:%d/rehearsal/trap",
                 gateway->port);
    } else if (kind == REH_FAULT_REDIRECT_FILE) {
        answer.status = 302;
        snprintf(answer.location, sizeof(answer.location), "file:///etc/hostname");
    } else if (kind == REH_FAULT_OWN_KEY_BEFORE) {
        answer = reh_answer_refuse("duplicate", "this key is in use", NULL);
    }
    return answer;
}

static void change_world(struct reh_book *book, enum reh_program program, const char *code,
                         enum reh_fault_kind kind)
{
    struct reh_property *property = reh_book_property(book, program, code);
    if (property == NULL) {
        return;
    }
    if (kind == REH_FAULT_SOLD_OUT) {
        property->rooms = 0;
    } else if (kind == REH_FAULT_PRICE_CHANGED) {
        property->points = reh_program_next_price(program, property->points);
        property->price_count = 0;
    } else if (kind == REH_FAULT_POLICY_CHANGED) {
        property->policy++;
    }
}

/* The part under the lock. */
static struct reh_answer settle(struct reh_gateway *gateway, const struct reh_route *route,
                                const struct reh_request *request, const json_t *body,
                                const char *code, struct reh_fault fault)
{
    struct reh_answer answer;
    struct reh_call call = {.book = &gateway->book,
                            .program = route->program,
                            .operation = route->operation,
                            .subject = route->subject,
                            .query = request->query,
                            .body = body,
                            .fault = fault};
    reh_book_lock(&gateway->book);
    reh_route_note_unexpected(route, body, gateway->unexpected);
    if (reh_memory_recall(&call, request->idempotency_key, &answer)) {
        gateway->repeated++;
    } else {
        change_world(&gateway->book, route->program, code, fault.kind);
        answer = reh_operation_perform(&call);
        reh_memory_keep(&call, request->idempotency_key, &answer);
    }
    reh_lie(&gateway->book, route->program, fault.kind, &answer);
    reh_book_unlock(&gateway->book);
    return answer;
}

/* A call that is understood: whose it is, and in which dialect it is answered. */
struct heard {
    struct reh_route route;
    struct reh_ota ota;
    json_t *body;
};

static bool answer_heard(struct reh_http *http, const struct heard *heard, struct reh_answer answer,
                         struct reh_fault fault)
{
    if (heard->ota.arena != NULL) {
        reh_ota_render(&heard->ota, heard->route.operation, &answer);
    }
    return answer_and_free(http, answer, fault);
}

static bool with_body(struct reh_gateway *gateway, struct reh_http *http,
                      const struct reh_request *request, const struct heard *heard)
{
    const struct reh_route *route = &heard->route;
    const json_t *body = heard->body;
    char code[REH_TEXT_MAX];
    snprintf(code, sizeof(code), "%s", property_of(gateway, route, body));
    struct reh_fault fault =
        reh_faults_choose(&gateway->faults, route->program, route->operation, code);
    if (fault.kind == REH_FAULT_DROP_BEFORE) {
        return false;
    }
    if (fault.kind == REH_FAULT_HALF_OPEN) {
        (void)reh_http_wait(http, fault.delay_ms);
        return false;
    }
    struct reh_answer answer = instead(gateway, fault.kind);
    if (answer.status != 0) {
        return answer_heard(http, heard, answer, fault);
    }
    if (fault.kind == REH_FAULT_LATE_EFFECT) {
        sleep_ms(fault.delay_ms); /* not cut short when the caller gives up: that is the point */
    }
    return answer_heard(http, heard, settle(gateway, route, request, body, code, fault), fault);
}

static bool hear(const struct reh_request *request, struct heard *heard)
{
    if (reh_ota_is(request)) {
        return reh_ota_find(request, &heard->route, &heard->ota, &heard->body);
    }
    heard->body = json_loadb(request->body, request->body_bytes, JSON_REJECT_DUPLICATES, NULL);
    return reh_route_find(request, &heard->route);
}

static bool gateway_call(struct reh_gateway *gateway, struct reh_http *http,
                         const struct reh_request *request)
{
    struct heard heard = {0};
    struct reh_fault none = {0};
    bool going;
    if (!authorised(gateway, request)) {
        gateway->unauthorised++;
        return answer_and_free(http, reh_answer_refuse("unauthorised", "bearer credential", NULL),
                               none);
    }
    if (hear(request, &heard)) {
        gateway->calls[heard.route.program][heard.route.operation]++;
        const char *wrong = reh_route_check(&heard.route, request, heard.body);
        going = wrong != NULL ? answer_heard(http, &heard, reh_malformed(wrong), none)
                              : with_body(gateway, http, request, &heard);
    } else {
        going = answer_and_free(http, reh_answer_refuse("not_found", "no such call", NULL), none);
    }
    json_decref(heard.body);
    reh_ota_fini(&heard.ota);
    return going;
}

bool reh_gateway_handle(struct reh_gateway *gateway, struct reh_http *http,
                        const struct reh_request *request)
{
    if (strncmp(request->path, "/rehearsal/", 11) == 0) {
        return answer_and_free(http, reh_control_perform(gateway, request), (struct reh_fault){0});
    }
    return gateway_call(gateway, http, request);
}
