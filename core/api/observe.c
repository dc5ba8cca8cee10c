/*
 * What is counted and logged of every request: its route, status, time and the actor's right.
 * Invariant: neither a parameter of the path nor a query ever appears here.
 */
#include "core/api/private.h"
#include "core/base/log.h"
#include "core/base/mem.h"

#include <string.h>

#define CLASSES 6 /* by the status' first digit */

struct pool_series {
    struct http_metric *waiting;
    struct http_metric *connections;
    struct http_metric *answered;
    struct http_metric *unknown;
    struct http_metric *repeated;
    struct http_metric *groups;
    struct http_metric *grouped;
    struct http_metric *undone;
    struct pg_pool_stats seen;
};

struct api_observe {
    struct api *api;
    struct http_metric *answers[CLASSES];
    struct http_metric *seconds;
    struct http_metric *in_flight;
    struct pool_series pools[STORE_ROLES];
};

static const int64_t bounds_us[] = {500,    1000,   2500,   5000,    10000,   25000,   50000,
                                    100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};

static void declare_answers(struct api_observe *observe, struct http_metrics *metrics)
{
    static const char *const labels[CLASSES] = {
        NULL, NULL, "class=\"2xx\"", "class=\"3xx\"", "class=\"4xx\"", "class=\"5xx\""};

    for (int i = 2; i < CLASSES; i++) {
        observe->answers[i] =
            http_metrics_counter(metrics, "nightbridge_http_answers_total", labels[i],
                                 "Requests answered, by class of status.");
    }
    observe->seconds = http_metrics_histogram(metrics, "nightbridge_http_seconds", NULL,
                                              "From a request's last byte to its answer.",
                                              bounds_us, NB_COUNT(bounds_us));
    observe->in_flight = http_metrics_gauge(metrics, "nightbridge_http_requests_in_flight", NULL,
                                            "Requests that are not answered yet.");
}

/* Series of one name stand one after another, so each name takes all its pools in turn. */
struct pool_metric {
    size_t at; /* in struct pool_series */
    bool gauge;
    const char *name;
    const char *help;
};

#define POOL_METRIC(field, is_gauge, metric_name, text)                                            \
    {                                                                                              \
        offsetof(struct pool_series, field), is_gauge, metric_name, text                           \
    }

static const struct pool_metric pool_metrics[] = {
    POOL_METRIC(waiting, true, "nightbridge_db_calls_waiting", "Calls taken and not yet answered."),
    POOL_METRIC(connections, true, "nightbridge_db_connections", "Connections that are ready."),
    POOL_METRIC(answered, false, "nightbridge_db_calls_total", "Calls answered."),
    POOL_METRIC(unknown, false, "nightbridge_db_calls_unknown_total",
                "Attempts whose outcome was not known."),
    POOL_METRIC(repeated, false, "nightbridge_db_calls_repeated_total",
                "Calls sent again after a lost connection."),
    POOL_METRIC(groups, false, "nightbridge_db_groups_total", "Groups of writes, one commit each."),
    POOL_METRIC(grouped, false, "nightbridge_db_grouped_calls_total",
                "Writes in those groups; divided by the groups: how full they are."),
    POOL_METRIC(undone, false, "nightbridge_db_groups_undone_total",
                "Groups undone by an error of one call and repeated one by one."),
};

static struct http_metric **series_at(struct pool_series *series, size_t at)
{
    return (struct http_metric **)(void *)((char *)series + at);
}

static void declare_pools(struct api_observe *observe, struct http_metrics *metrics)
{
    static const char *const labels[STORE_ROLES] = {
        [STORE_STAFF] = "pool=\"staff\"",       [STORE_PROVIDER] = "pool=\"provider\"",
        [STORE_PARTNER] = "pool=\"partner\"",   [STORE_FINANCE] = "pool=\"finance\"",
        [STORE_ADMIN] = "pool=\"admin\"",       [STORE_AUDITOR] = "pool=\"auditor\"",
        [STORE_DISPATCH] = "pool=\"dispatch\"", [STORE_CLOCK] = "pool=\"clock\"",
        [STORE_CHECK] = "pool=\"check\""};

    for (size_t m = 0; m < NB_COUNT(pool_metrics); m++) {
        const struct pool_metric *metric = &pool_metrics[m];
        for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
            if (!store_has(observe->api->config.store, (enum store_role)i)) {
                continue;
            }
            *series_at(&observe->pools[i], metric->at) =
                metric->gauge
                    ? http_metrics_gauge(metrics, metric->name, labels[i], metric->help)
                    : http_metrics_counter(metrics, metric->name, labels[i], metric->help);
        }
    }
}

struct api_observe *api_observe_create(struct api *api)
{
    struct api_observe *observe = nb_alloc(sizeof(*observe));

    observe->api = api;
    declare_answers(observe, api->config.metrics);
    declare_pools(observe, api->config.metrics);
    return observe;
}

struct api_observe *api_observe_destroy(struct api_observe *observe)
{
    return nb_free(observe);
}

static uint64_t answered(const struct pg_pool_stats *stats)
{
    return stats->done + stats->refused + stats->unavailable + stats->unknown;
}

static void refresh_pool(struct pool_series *series, const struct pg_pool_stats *now)
{
    const struct pg_pool_stats *seen = &series->seen;

    http_metric_set(series->waiting, now->waiting);
    http_metric_set(series->connections, now->ready);
    http_metric_add(series->answered, (int64_t)(answered(now) - answered(seen)));
    http_metric_add(series->unknown, (int64_t)(now->unknown - seen->unknown));
    http_metric_add(series->repeated, (int64_t)(now->repeated - seen->repeated));
    http_metric_add(series->groups, (int64_t)(now->groups - seen->groups));
    http_metric_add(series->grouped, (int64_t)(now->grouped_calls - seen->grouped_calls));
    http_metric_add(series->undone, (int64_t)(now->groups_undone - seen->groups_undone));
    series->seen = *now;
}

void api_observe_refresh(struct api_observe *observe)
{
    const struct api *api = observe->api;

    http_metric_set(observe->in_flight, (int64_t)api->in_flight);
    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        if (store_has(api->config.store, (enum store_role)i)) {
            struct pg_pool_stats now = store_stats(api->config.store, (enum store_role)i);
            refresh_pool(&observe->pools[i], &now);
        }
    }
}

static void log_answer(const struct api_call *call, int status, int64_t us, const char *problem)
{
    const char *role = api_role_name(call->actor.role);

    nb_log(status >= 500 ? NB_LOG_WARN : NB_LOG_INFO, "http_answer",
           NB_TEXT("method", call->route == NULL ? "?" : http_method_name(call->route->method)),
           NB_TEXT("route", call->route == NULL ? "?" : call->route->pattern),
           NB_NUMBER("status", status), NB_NUMBER("us", us),
           NB_TEXT("actor", role == NULL ? "none" : role),
           NB_TEXT("problem", problem == NULL ? "" : problem));
}

void api_observe_answer(struct api_observe *observe, const struct api_call *call, int status,
                        const char *problem)
{
    int64_t us = (nb_mono_now().ns - call->started.ns) / 1000;
    /* What a probe asks every second is told only when it fails. */
    bool probe = call->route != NULL && call->route->roles == API_PUBLIC && status < 400;

    http_metric_add(observe->answers[status / 100], 1);
    http_metric_observe_us(observe->seconds, us);
    if (!observe->api->config.quiet && !probe) {
        log_answer(call, status, us, problem);
    }
}
