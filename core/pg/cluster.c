#include "core/pg/cluster.h"

#include <string.h>

static bool remember(struct pg_cluster *cluster, const struct pg_identity *identity,
                     struct nb_err *err)
{
    size_t length = strlen(identity->system_identifier);

    if (length == 0 || length >= sizeof(cluster->system_identifier)) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "other_cluster",
                          "the database server gave no usable system identifier");
    }
    memcpy(cluster->system_identifier, identity->system_identifier, length + 1);
    cluster->timeline = identity->timeline;
    return true;
}

bool pg_cluster_accept(struct pg_cluster *cluster, const struct pg_identity *identity,
                       struct nb_err *err)
{
    if (identity->in_recovery) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "standby",
                          "the database server is a standby, not the primary");
    }
    if (cluster->system_identifier[0] == '\0') {
        return remember(cluster, identity, err);
    }
    if (strcmp(cluster->system_identifier, identity->system_identifier) != 0) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "other_cluster",
                          "the database server belongs to another cluster than before");
    }
    if (identity->timeline < cluster->timeline) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "stale_primary",
                          "the database server is on timeline %lld, %lld was seen: it is an old "
                          "primary and must be rebuilt as a standby",
                          (long long)identity->timeline, (long long)cluster->timeline);
    }
    cluster->timeline = identity->timeline;
    return true;
}
