/*
 * One role process: what every body (api, dispatch, clock) finds when it starts, and how it is
 * started, watched and stopped. A body is a file of its own that hangs in through struct role_body;
 * nightbridged.c wires them.
 * Invariant: a body starts only after the schema was found to be the one compiled in, and its stop
 * comes before anything it was handed is taken away.
 */
#ifndef NB_SCHEDULER_ROLE_H
#define NB_SCHEDULER_ROLE_H

#include "core/base/err.h"
#include "core/config/config.h"
#include "core/http/metrics.h"
#include "core/loop/turn.h"

#include <stdbool.h>
#include <stdint.h>

struct plugins;
struct store;
struct vault_keys;

enum role_kind { ROLE_NONE = 0, ROLE_API, ROLE_DISPATCH, ROLE_CLOCK, ROLE_COUNT };

/* What a process exits with when it could run but must not (wrong schema, loose key folder): the
 * supervisor ends the daemon instead of trying again, unless it has served before. */
#define ROLE_EXIT_REFUSED 78

/* Everything is borrowed by the body, and lives until its end() has returned. */
struct role {
    enum role_kind kind;
    int index; /* of several processes of one kind */
    struct loop *loop;
    const struct config *config;
    struct store *store;     /* pools of the logins that the body names */
    struct vault_keys *keys; /* refreshed by the role, regularly */
    struct http_metrics *metrics;
    struct plugins *plugins; /* NULL unless the body asked for them */
    int listen_fd;           /* api: the listening socket, inherited; -1 for others */
};

/* Names the logins of a body's pools: ROLE_LOGIN(CONFIG_LOGIN_STAFF) | ... */
#define ROLE_LOGIN(login) (1u << (login))

struct role_body {
    enum role_kind kind;
    unsigned logins;
    bool plugins;  /* it asks plugin hosts */
    bool progress; /* it calls role_progress; without one for too long there is an alarm */
    /* Begins work; gives the body's own object. False: the process ends and is started again. */
    bool (*start)(struct role *role, void **ret_body, struct nb_err *err);
    /* False with the reason while it cannot do its work; NULL: ready once started. For /readyz. */
    bool (*ready)(void *body, struct nb_err *ret_why);
    /* Takes no new work, hands back what is claimed and not begun, finishes the rest. Calls
     * drained(data) once, from a later turn. Asked once; not started again. NULL: nothing to do. */
    void (*stop)(void *body, loop_call_fn drained, void *data);
    /* Frees the body; never from one of its callbacks. Also after a stop that did not finish. */
    void (*end)(void *body);
};

/* "api"; static storage; NULL for none. */
const char *role_kind_name(enum role_kind kind);
/* ROLE_NONE for any other word. */
enum role_kind role_kind_parse(const char *word);

/* The body finished a sweep, whether or not there was something to do. */
void role_progress(struct role *role);
/* All of: pools, plugin hosts, body, and not stopping. For /readyz. */
bool role_ready(struct role *role, struct nb_err *ret_why) NB_MUST_CHECK;
/* Brings the gauges of pools and plugin hosts up to date and writes all metrics of the process. */
void role_metrics_write(struct role *role, struct nb_buf *buf);

/* Descriptors and orders from the supervisor. */
struct role_orders {
    int index;
    int heartbeat_fd;
    int listen_fd;  /* -1: none */
    int metrics_fd; /* -1: none */
};

/* Runs until SIGTERM or a failure; the exit status of the process. Borrows config. */
int role_run(const struct role_body *body, const struct config *config,
             const struct role_orders *orders);

#endif
