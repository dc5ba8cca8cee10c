#include "core/store/store.h"

#include "core/base/mem.h"
#include "core/loop/turn.h"
#include "core/store/private.h"
#include "gen/statements.h"

#include <string.h>

#define STORE_MAGIC 0x53544f52u

#define CONNECT_TIMEOUT_MS 3000
#define SETTLE_MS 10000

static const char *const logins[STORE_ROLES] = {
    [STORE_STAFF] = "nb_staff",       [STORE_PROVIDER] = "nb_provider",
    [STORE_PARTNER] = "nb_partner",   [STORE_FINANCE] = "nb_finance",
    [STORE_ADMIN] = "nb_admin",       [STORE_AUDITOR] = "nb_auditor",
    [STORE_DISPATCH] = "nb_dispatch", [STORE_CLOCK] = "nb_clock",
    [STORE_CHECK] = "nb_check",
};

const char *store_role_login(enum store_role role)
{
    return logins[role];
}

enum store_role store_role_of_login(const char *login)
{
    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        if (strcmp(logins[i], login) == 0) {
            return (enum store_role)i;
        }
    }
    return STORE_ROLE_NONE;
}

static bool open_pool(struct store *store, int role, const struct store_config *config,
                      struct nb_err *err)
{
    const struct pg_role as = {.user = logins[role],
                               .password = config->pools[role].password,
                               .application_name = config->application_name};

    if (!pg_conninfo_parse(config->database_url, &as, &store->conninfo[role], err)) {
        return false;
    }
    store->pools[role] = pg_pool_create(
        store->loop, &(struct pg_pool_config){.conninfo = store->conninfo[role],
                                              .cluster = &store->cluster,
                                              .identity = &sql_session_identity,
                                              .lock = &sql_session_lock,
                                              .readers = config->pools[role].readers,
                                              .writers = config->pools[role].writers,
                                              .queue_ceiling = config->queue_ceiling,
                                              .deadline_ms = config->deadline_ms,
                                              .connect_timeout_ms = CONNECT_TIMEOUT_MS});
    return true;
}

struct store *store_create(struct loop *loop, const struct store_config *config, struct nb_err *err)
{
    struct store *store = nb_alloc(sizeof(*store));

    store->magic = STORE_MAGIC;
    store->loop = loop;
    store->settle_ms = config->settle_ms > 0     ? config->settle_ms
                       : config->deadline_ms > 0 ? 2 * config->deadline_ms
                                                 : SETTLE_MS;
    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        if (config->pools[i].readers + config->pools[i].writers > 0 &&
            !open_pool(store, i, config, err)) {
            return store_destroy(store);
        }
    }
    return store;
}

struct store *store_destroy(struct store *store)
{
    if (store == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(store, STORE_MAGIC);
    /* What a pool answers now is not repeated. */
    store->closing = true;
    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        store->pools[i] = pg_pool_destroy(store->pools[i]);
        store->conninfo[i] = pg_conninfo_destroy(store->conninfo[i]);
    }
    store_calls_fini(store);
    store->magic = 0;
    return nb_free(store);
}

bool store_has(const struct store *store, enum store_role role)
{
    NB_CHECK_MAGIC(store, STORE_MAGIC);
    return store->pools[role] != NULL;
}

bool store_ready(const struct store *store)
{
    NB_CHECK_MAGIC(store, STORE_MAGIC);
    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        if (store->pools[i] != NULL && !pg_pool_ready(store->pools[i])) {
            return false;
        }
    }
    return true;
}

const struct nb_err *store_last_error(const struct store *store)
{
    static const struct nb_err none = {.kind = NB_ERR_NONE};

    NB_CHECK_MAGIC(store, STORE_MAGIC);
    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        const struct nb_err *err =
            store->pools[i] == NULL ? &none : pg_pool_last_error(store->pools[i]);
        if (err->kind != NB_ERR_NONE) {
            return err;
        }
    }
    return &none;
}

struct pg_pool_stats store_stats(const struct store *store, enum store_role role)
{
    NB_CHECK_MAGIC(store, STORE_MAGIC);
    if (store->pools[role] == NULL) {
        return (struct pg_pool_stats){.submitted = 0};
    }
    return pg_pool_stats(store->pools[role]);
}

int store_waiting(const struct store *store)
{
    int waiting = 0;

    for (int i = STORE_STAFF; i < STORE_ROLES; i++) {
        waiting += store_stats(store, (enum store_role)i).waiting;
    }
    return waiting;
}

struct pg_notify *store_listen(struct store *store, enum store_role role,
                               const struct pg_statement *listen, pg_hint_fn hint, void *data)
{
    NB_CHECK_MAGIC(store, STORE_MAGIC);
    NB_ASSERT(store->conninfo[role] != NULL);
    return pg_notify_create(
        store->loop, &(struct pg_notify_config){.conninfo = store->conninfo[role],
                                                .cluster = &store->cluster,
                                                .identity = &sql_session_identity,
                                                .listen = listen,
                                                .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                                                .backoff = {.first_ms = 50, .ceiling_ms = 5000},
                                                .hint = hint,
                                                .data = data});
}
