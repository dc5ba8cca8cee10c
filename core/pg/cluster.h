/*
 * Which PostgreSQL cluster this process belongs to, and the highest timeline it has seen there. One
 * object is shared by every connection of a process: target_session_attrs happily picks an old
 * primary that came back after a failover, and what is committed there is lost.
 * Invariant: the timeline remembered never goes down.
 */
#ifndef NB_PG_CLUSTER_H
#define NB_PG_CLUSTER_H

#include "core/base/err.h"

#include <stdint.h>

/* Zeroed: nothing is known yet, the first primary seen is believed. */
struct pg_cluster {
    char system_identifier[24]; /* decimal, as pg_control_system() gives it */
    int64_t timeline;
};

/* What a server said of itself. */
struct pg_identity {
    const char *system_identifier; /* borrowed */
    int64_t timeline;
    bool in_recovery;
};

/* Remembers the identity, or refuses it with NB_ERR_UNAVAILABLE: a standby ("standby"), another
 * cluster ("other_cluster") or a lower timeline ("stale_primary"). */
bool pg_cluster_accept(struct pg_cluster *cluster, const struct pg_identity *identity,
                       struct nb_err *err) NB_MUST_CHECK;

#endif
