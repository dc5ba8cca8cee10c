/*
 * What dispatch counts. Every series is declared at the start, so that no label can carry anything
 * that an answer says.
 */
#include "core/scheduler/dispatch_private.h"

#include "core/base/mem.h"

#include <string.h>

#define OUTCOME_ROW(kind, word) "operation=\"" kind "\",outcome=\"" word "\""
#define OUTCOMES(kind)                                                                             \
    {                                                                                              \
        OUTCOME_ROW(kind, "confirmed"), OUTCOME_ROW(kind, "cancelled"),                            \
            OUTCOME_ROW(kind, "quoted"), OUTCOME_ROW(kind, "held"), OUTCOME_ROW(kind, "answered"), \
            OUTCOME_ROW(kind, "pending"), OUTCOME_ROW(kind, "sold_out"),                           \
            OUTCOME_ROW(kind, "price_changed"), OUTCOME_ROW(kind, "policy_changed"),               \
            OUTCOME_ROW(kind, "restricted"), OUTCOME_ROW(kind, "insufficient_points"),             \
            OUTCOME_ROW(kind, "redemption_refused"), OUTCOME_ROW(kind, "member_invalid"),          \
            OUTCOME_ROW(kind, "hotel_invalid"), OUTCOME_ROW(kind, "needs_card"),                   \
            OUTCOME_ROW(kind, "already_cancelled"), OUTCOME_ROW(kind, "not_found"),                \
            OUTCOME_ROW(kind, "cancel_refused"), OUTCOME_ROW(kind, "duplicate"),                   \
            OUTCOME_ROW(kind, "unauthorised"), OUTCOME_ROW(kind, "retry_later"),                   \
            OUTCOME_ROW(kind, "unknown"), OUTCOME_ROW(kind, "not_sent"),                           \
            OUTCOME_ROW(kind, "protocol"), OUTCOME_ROW(kind, "bad_ask"),                           \
            OUTCOME_ROW(kind, "unsupported")                                                       \
    }

static const char *const labels[DISPATCH_KINDS][DISPATCH_WORDS] = {
    OUTCOMES("commit"), OUTCOMES("read"), OUTCOMES("cancel")};

void dispatch_metrics_declare(struct dispatch_metrics *metrics, struct http_metrics *registry)
{
    for (size_t kind = 0; kind < DISPATCH_KINDS; kind++) {
        for (size_t word = 0; word < DISPATCH_WORDS; word++) {
            metrics->ends[kind][word] = http_metrics_counter(
                registry, "nightbridge_dispatch_operations_total", labels[kind][word],
                "Operations of the outbox that ended, by what came of them.");
        }
    }
    metrics->requests = http_metrics_counter(registry, "nightbridge_dispatch_requests_total", NULL,
                                             "Requests handed to the HTTP client.");
    metrics->failures = http_metrics_counter(registry, "nightbridge_dispatch_failures_total", NULL,
                                             "Requests that had no whole answer.");
    metrics->lease_losses =
        http_metrics_counter(registry, "nightbridge_dispatch_lease_losses_total", NULL,
                             "Operations whose lease this process found lost.");
    metrics->lapsed = http_metrics_counter(registry, "nightbridge_dispatch_lapsed_total", NULL,
                                           "Leases that this process took away from others.");
    metrics->in_flight = http_metrics_gauge(registry, "nightbridge_dispatch_in_flight", NULL,
                                            "Operations that this process works on.");
    metrics->unknown_open = http_metrics_gauge(registry, "nightbridge_dispatch_unknown_open", NULL,
                                               "Bookings whose outcome is not known.");
    metrics->waiting = http_metrics_gauge(registry, "nightbridge_dispatch_waiting", NULL,
                                          "Operations of the outbox that are due.");
    metrics->paused = http_metrics_gauge(registry, "nightbridge_dispatch_paused", NULL,
                                         "1 while only reads are sent.");
}

void dispatch_metrics_count_end(const struct dispatch_metrics *metrics, enum store_work_kind kind,
                                const char *outcome)
{
    size_t row = (size_t)kind - STORE_WORK_COMMIT;
    size_t bytes = strlen(outcome);
    for (size_t word = 0; word < DISPATCH_WORDS; word++) {
        const char *at = strstr(labels[row][word], "outcome=\"") + strlen("outcome=\"");
        if (strncmp(at, outcome, bytes) == 0 && at[bytes] == '"') {
            http_metric_add(metrics->ends[row][word], 1);
            return;
        }
    }
}
