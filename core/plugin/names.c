#include "core/plugin/names.h"

#include "core/base/mem.h"

#include <string.h>

#define NAMES(of, list)                                                                            \
    const struct plugin_names of = {.words = (list), .count = (uint32_t)NB_COUNT(list)}

static const char *const operations[NB_OPERATION_COUNT] = {
    [NB_OPERATION_QUOTE] = "quote",      [NB_OPERATION_HOLD] = "hold",
    [NB_OPERATION_COMMIT] = "commit",    [NB_OPERATION_CANCEL] = "cancel",
    [NB_OPERATION_READ] = "read",        [NB_OPERATION_BALANCE] = "balance",
    [NB_OPERATION_ACTIVITY] = "activity"};
NAMES(plugin_operation_names, operations);

static const char *const outcomes[NB_OUTCOME_COUNT] = {
    [NB_OUTCOME_CONFIRMED] = "confirmed",
    [NB_OUTCOME_CANCELLED] = "cancelled",
    [NB_OUTCOME_QUOTED] = "quoted",
    [NB_OUTCOME_HELD] = "held",
    [NB_OUTCOME_ANSWERED] = "answered",
    [NB_OUTCOME_PENDING] = "pending",
    [NB_OUTCOME_SOLD_OUT] = "sold_out",
    [NB_OUTCOME_PRICE_CHANGED] = "price_changed",
    [NB_OUTCOME_POLICY_CHANGED] = "policy_changed",
    [NB_OUTCOME_RESTRICTED] = "restricted",
    [NB_OUTCOME_INSUFFICIENT_POINTS] = "insufficient_points",
    [NB_OUTCOME_REDEMPTION_REFUSED] = "redemption_refused",
    [NB_OUTCOME_MEMBER_INVALID] = "member_invalid",
    [NB_OUTCOME_HOTEL_INVALID] = "hotel_invalid",
    [NB_OUTCOME_NEEDS_CARD] = "needs_card",
    [NB_OUTCOME_ALREADY_CANCELLED] = "already_cancelled",
    [NB_OUTCOME_NOT_FOUND] = "not_found",
    [NB_OUTCOME_CANCEL_REFUSED] = "cancel_refused",
    [NB_OUTCOME_DUPLICATE] = "duplicate",
    [NB_OUTCOME_UNAUTHORISED] = "unauthorised",
    [NB_OUTCOME_RETRY_LATER] = "retry_later",
    [NB_OUTCOME_UNKNOWN] = "unknown"};
NAMES(plugin_outcome_names, outcomes);

static const char *const fails[NB_FAIL_COUNT] = {[NB_FAIL_UNSUPPORTED] = "unsupported",
                                                 [NB_FAIL_BAD_ASK] = "bad_ask",
                                                 [NB_FAIL_NOT_SENT] = "not_sent",
                                                 [NB_FAIL_ABANDONED] = "abandoned",
                                                 [NB_FAIL_PROTOCOL] = "protocol"};
NAMES(plugin_fail_names, fails);

static const char *const failures[NB_FAILURE_COUNT] = {
    [NB_FAILURE_CONNECT] = "connect", [NB_FAILURE_TIMEOUT] = "timeout",
    [NB_FAILURE_BROKEN] = "broken",   [NB_FAILURE_BAD_BODY] = "bad_body",
    [NB_FAILURE_RESTART] = "restart", [NB_FAILURE_REFUSED] = "refused"};
NAMES(plugin_failure_names, failures);

static const char *const sents[] = {
    [NB_SENT_NO] = "no", [NB_SENT_MAYBE] = "maybe", [NB_SENT_YES] = "yes"};
NAMES(plugin_sent_names, sents);

static const char *const events[NB_EVENT_COUNT] = {[NB_EVENT_BEGIN] = "begin",
                                                   [NB_EVENT_RESPONSE] = "response",
                                                   [NB_EVENT_FAILED] = "failed",
                                                   [NB_EVENT_WOKE] = "woke",
                                                   [NB_EVENT_CANCEL] = "cancel"};
NAMES(plugin_event_names, events);

static const char *const methods[NB_METHOD_COUNT] = {[NB_METHOD_GET] = "GET",
                                                     [NB_METHOD_POST] = "POST",
                                                     [NB_METHOD_PUT] = "PUT",
                                                     [NB_METHOD_DELETE] = "DELETE"};
NAMES(plugin_method_names, methods);

static const char *const reasons[NB_PRICE_REASON_COUNT] = {
    [NB_PRICE_NOT_PUBLISHED] = "not_published",
    [NB_PRICE_TIER_UNKNOWN] = "tier_unknown",
    [NB_PRICE_TOO_MANY_ROOMS] = "too_many_rooms",
    [NB_PRICE_BAD_INPUT] = "bad_input",
    [NB_PRICE_OVERFLOW] = "overflow",
    [NB_PRICE_MIXED_NOT_SOLD] = "mixed_not_sold",
    [NB_PRICE_UNAVAILABLE] = "unavailable"};
NAMES(plugin_price_reason_names, reasons);

static const char *const activities[NB_ACTIVITY_COUNT] = {[NB_ACTIVITY_EARN] = "earn",
                                                          [NB_ACTIVITY_DONATION_IN] = "donation_in",
                                                          [NB_ACTIVITY_TRANSFER_IN] = "transfer_in",
                                                          [NB_ACTIVITY_TRANSFER_OUT] =
                                                              "transfer_out",
                                                          [NB_ACTIVITY_REDEEM] = "redeem",
                                                          [NB_ACTIVITY_REINSTATE] = "reinstate",
                                                          [NB_ACTIVITY_EXPIRE] = "expire",
                                                          [NB_ACTIVITY_ADJUST] = "adjust",
                                                          [NB_ACTIVITY_PURCHASE] = "purchase"};
NAMES(plugin_activity_names, activities);

const char *plugin_name_of(const struct plugin_names *names, uint32_t value)
{
    return value < names->count && names->words[value] != NULL ? names->words[value] : "none";
}

bool plugin_name_find(const struct plugin_names *names, const char *word, uint32_t *ret_value)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->words[i] != NULL && strcmp(names->words[i], word) == 0) {
            *ret_value = i;
            return true;
        }
    }
    return false;
}
