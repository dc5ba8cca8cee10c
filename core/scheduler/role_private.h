/*
 * What role.c (the life of a role process), role_metrics.c and role_http.c share.
 */
#ifndef NB_SCHEDULER_ROLE_PRIVATE_H
#define NB_SCHEDULER_ROLE_PRIVATE_H

#include "core/http/server.h"
#include "core/loop/signals.h"
#include "core/loop/timer.h"
#include "core/scheduler/role.h"
#include "core/store/schema.h"

#define ROLE_MAGIC 0x726f6c65u

enum role_phase {
    ROLE_PHASE_NONE = 0,
    ROLE_CONNECTING, /* until the pools are there */
    ROLE_CHECKING,   /* the database was asked which schema it has */
    ROLE_SERVING,    /* the body runs */
    ROLE_STOPPING,   /* the body hands its work back */
    ROLE_ENDED,      /* the loop is left */
};

struct role_gauges;

struct role_process {
    struct role role; /* first: what a body holds is this object */
    unsigned magic;
    enum role_phase phase;
    const struct role_body *body;
    void *object; /* the body's own */
    int heartbeat_fd;
    int metrics_fd;
    bool told_ready;
    struct nb_mono tell_at; /* when a database that is away is mentioned again */
    bool stop_wanted;       /* SIGTERM came while the database was being asked */
    int status;
    struct loop_signal term;
    struct loop_signal interrupt;
    struct loop_timer beat;
    struct loop_timer look; /* while connecting */
    struct loop_timer refresh;
    struct http_server *http;
    struct role_gauges *gauges;
};

struct role_process *role_process_of(struct role *role);

struct role_gauges *role_gauges_create(struct role *role);
struct role_gauges *role_gauges_destroy(struct role_gauges *gauges);

/* /livez, /readyz and /metrics on a socket of their own. NULL and err as http_server_create. */
struct http_server *role_http_create(struct role_process *process, struct nb_err *err);

#endif
