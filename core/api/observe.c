/*
 * What is counted and logged of every request: its route, status, time and the actor's right.
 * Invariant: neither a parameter of the path nor a query ever appears here.
 */
#include "core/api/private.h"
#include "core/base/log.h"
#include "core/base/mem.h"

#include <string.h>

#define CLASSES 6 /* by the status' first digit */

struct api_observe {
    struct api *api;
    struct http_metric *answers[CLASSES];
    struct http_metric *seconds;
    struct http_metric *in_flight;
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

struct api_observe *api_observe_create(struct api *api)
{
    struct api_observe *observe = nb_alloc(sizeof(*observe));

    observe->api = api;
    declare_answers(observe, api->config.metrics);
    return observe;
}

struct api_observe *api_observe_destroy(struct api_observe *observe)
{
    return nb_free(observe);
}

void api_observe_in_flight(struct api_observe *observe, size_t count)
{
    http_metric_set(observe->in_flight, (int64_t)count);
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
