#include "core/pg/notify.h"

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/pg/connection.h"

#define NOTIFY_MAGIC 0x4e4f5449u

struct pg_notify {
    unsigned magic;
    struct pg_notify_config config;
    struct pg_connection *connection;
    bool listening;
};

static void on_ready(void *data)
{
    struct pg_notify *notify = data;

    NB_CHECK_MAGIC(notify, NOTIFY_MAGIC);
    pg_connection_execute(notify->connection, notify->config.listen, NULL, notify);
    pg_connection_sync(notify->connection);
}

/* A refused LISTEN is tried again on a new connection, after the back-off. */
static void on_result(void *data, void *tag, PGresult *result)
{
    struct pg_notify *notify = data;
    bool listening = PQresultStatus(result) == PGRES_COMMAND_OK;

    NB_CHECK_MAGIC(notify, NOTIFY_MAGIC);
    PQclear(result);
    if (!listening) {
        pg_connection_drop(notify->connection);
    } else if (tag != NULL) {
        notify->listening = true;
    }
}

static void on_synced(void *data, bool unproven)
{
    struct pg_notify *notify = data;

    (void)unproven;
    NB_CHECK_MAGIC(notify, NOTIFY_MAGIC);
    if (notify->listening) {
        notify->config.hint(notify->config.data, NULL);
    }
}

static void on_lost(void *data)
{
    struct pg_notify *notify = data;

    NB_CHECK_MAGIC(notify, NOTIFY_MAGIC);
    notify->listening = false;
}

static void on_notified(void *data, const char *channel, const char *payload)
{
    struct pg_notify *notify = data;

    (void)channel;
    NB_CHECK_MAGIC(notify, NOTIFY_MAGIC);
    notify->config.hint(notify->config.data, payload);
}

struct pg_notify *pg_notify_create(struct loop *loop, const struct pg_notify_config *config)
{
    struct pg_notify *notify = nb_alloc(sizeof(*notify));
    const struct pg_connection_config connection = {
        .loop = loop,
        .conninfo = config->conninfo,
        .cluster = config->cluster,
        .identity = config->identity,
        .connect_timeout_ms = config->connect_timeout_ms,
        .backoff = config->backoff,
        .events = {.ready = on_ready,
                   .result = on_result,
                   .synced = on_synced,
                   .lost = on_lost,
                   .notified = on_notified},
        .data = notify,
    };

    NB_ASSERT(config->listen->param_count == 0);
    notify->magic = NOTIFY_MAGIC;
    notify->config = *config;
    notify->connection = pg_connection_create(&connection);
    return notify;
}

struct pg_notify *pg_notify_destroy(struct pg_notify *notify)
{
    if (notify == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(notify, NOTIFY_MAGIC);
    notify->connection = pg_connection_destroy(notify->connection);
    notify->magic = 0;
    return nb_free(notify);
}

bool pg_notify_listening(const struct pg_notify *notify)
{
    return notify->listening;
}
