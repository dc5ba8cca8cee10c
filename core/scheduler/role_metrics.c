/*
 * Gauges that every role has: its pools, its plugin hosts, whether it is ready. They are read from
 * their owners when somebody asks, so nothing is counted twice.
 */
#include "core/base/mem.h"
#include "core/scheduler/plugins.h"
#include "core/scheduler/role_private.h"
#include "core/store/store.h"

struct pool_gauges {
    struct http_metric *waiting;
    struct http_metric *ready;
    struct http_metric *done;
    struct http_metric *refused;
    struct http_metric *unavailable;
    struct http_metric *unknown;
    struct http_metric *limited;
    struct http_metric *lost;
    struct http_metric *groups;
    struct http_metric *grouped;
    struct http_metric *undone;
};

struct role_gauges {
    struct http_metric *ready;
    struct http_metric *plugins_ready;
    struct http_metric *plugin_losses;
    struct pool_gauges pools[STORE_ROLES];
};

/* Literals, because a registry borrows them. */
static const char *const pool_labels[STORE_ROLES] = {
    [STORE_STAFF] = "login=\"staff\"",       [STORE_PROVIDER] = "login=\"provider\"",
    [STORE_PARTNER] = "login=\"partner\"",   [STORE_FINANCE] = "login=\"finance\"",
    [STORE_ADMIN] = "login=\"admin\"",       [STORE_AUDITOR] = "login=\"auditor\"",
    [STORE_DISPATCH] = "login=\"dispatch\"", [STORE_CLOCK] = "login=\"clock\"",
    [STORE_CHECK] = "login=\"check\"",
};

struct row {
    const char *name;
    const char *help;
    size_t at;
};
#define ROW(field, metric, text)                                                                   \
    {                                                                                              \
        metric, text, offsetof(struct pool_gauges, field)                                          \
    }

static const struct row rows[] = {
    ROW(waiting, "nightbridge_pool_waiting_calls", "Calls taken and not answered."),
    ROW(ready, "nightbridge_pool_ready_connections", "Connections to the primary."),
    ROW(done, "nightbridge_pool_done_calls", "Calls that committed."),
    ROW(refused, "nightbridge_pool_refused_calls", "Calls that the database refused."),
    ROW(unavailable, "nightbridge_pool_unavailable_calls", "Calls without any effect."),
    ROW(unknown, "nightbridge_pool_unknown_calls", "Calls of which no outcome came."),
    ROW(limited, "nightbridge_pool_limited_calls", "Calls not taken: the queue was full."),
    ROW(lost, "nightbridge_pool_lost_connections", "Connections that were lost."),
    ROW(groups, "nightbridge_pool_groups", "Groups of writes, one commit each."),
    ROW(grouped, "nightbridge_pool_grouped_calls",
        "Writes in those groups; divided by the groups: how full they are."),
    ROW(undone, "nightbridge_pool_undone_groups",
        "Groups that one call's error undid, repeated one by one."),
};

static struct http_metric **metric_at(struct pool_gauges *pool, size_t at)
{
    return (struct http_metric **)(void *)((char *)pool + at);
}

struct role_gauges *role_gauges_create(struct role *role)
{
    struct role_gauges *gauges = nb_alloc(sizeof(*gauges));
    gauges->ready = http_metrics_gauge(role->metrics, "nightbridge_role_ready_state", NULL,
                                       "1 while this process can do its work.");
    gauges->plugins_ready = http_metrics_gauge(role->metrics, "nightbridge_plugin_hosts_ready",
                                               NULL, "Plugin hosts that answer.");
    gauges->plugin_losses = http_metrics_gauge(role->metrics, "nightbridge_plugin_hosts_lost", NULL,
                                               "Plugin hosts that crashed or hung.");
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        for (enum store_role login = STORE_STAFF; login < STORE_ROLES; login++) {
            if (store_has(role->store, login)) {
                *metric_at(&gauges->pools[login], rows[i].at) = http_metrics_gauge(
                    role->metrics, rows[i].name, pool_labels[login], rows[i].help);
            }
        }
    }
    return gauges;
}

struct role_gauges *role_gauges_destroy(struct role_gauges *gauges)
{
    return nb_free(gauges);
}

static void update_pool(struct pool_gauges *pool, const struct pg_pool_stats *stats)
{
    http_metric_set(pool->waiting, stats->waiting);
    http_metric_set(pool->ready, stats->ready);
    http_metric_set(pool->done, (int64_t)stats->done);
    http_metric_set(pool->refused, (int64_t)stats->refused);
    http_metric_set(pool->unavailable, (int64_t)stats->unavailable);
    http_metric_set(pool->unknown, (int64_t)stats->unknown);
    http_metric_set(pool->limited, (int64_t)stats->limited);
    http_metric_set(pool->lost, (int64_t)stats->connections_lost);
    http_metric_set(pool->groups, (int64_t)stats->groups);
    http_metric_set(pool->grouped, (int64_t)stats->grouped_calls);
    http_metric_set(pool->undone, (int64_t)stats->groups_undone);
}

static void update_plugins(struct role *role, struct role_gauges *gauges)
{
    int64_t ready = 0, losses = 0;
    for (size_t i = 0; role->plugins != NULL && i < plugins_count(role->plugins); i++) {
        struct plugin_host *host = plugins_at(role->plugins, i);
        ready += plugin_host_state(host) == PLUGIN_HOST_READY ? 1 : 0;
        losses += (int64_t)plugin_host_losses(host);
    }
    http_metric_set(gauges->plugins_ready, ready);
    http_metric_set(gauges->plugin_losses, losses);
}

void role_metrics_write(struct role *role, struct nb_buf *buf)
{
    struct role_gauges *gauges = role_process_of(role)->gauges;
    struct nb_err why;
    http_metric_set(gauges->ready, role_ready(role, &why) ? 1 : 0);
    update_plugins(role, gauges);
    for (enum store_role login = STORE_STAFF; login < STORE_ROLES; login++) {
        if (store_has(role->store, login)) {
            const struct pg_pool_stats stats = store_stats(role->store, login);
            update_pool(&gauges->pools[login], &stats);
        }
    }
    http_metrics_write(role->metrics, buf);
}
