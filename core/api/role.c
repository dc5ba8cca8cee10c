/*
 * Rights as words, and the login role that serves each.
 */
#include "core/api/route.h"

#include <string.h>

static const struct {
    const char *name;
    enum store_role pool;
} roles[API_ROLES] = {
    [API_ROLE_NONE] = {NULL, STORE_ROLE_NONE},
    [API_SPECIALIST] = {"specialist", STORE_STAFF},
    [API_COORDINATOR] = {"coordinator", STORE_STAFF},
    [API_SUPERVISOR] = {"supervisor", STORE_STAFF},
    [API_DIRECTOR] = {"director", STORE_STAFF},
    [API_PROVIDER] = {"provider", STORE_PROVIDER},
    [API_PARTNER] = {"partner", STORE_PARTNER},
    /* A custodian never sees a guest: not the pool of staff, which may. */
    [API_CUSTODIAN] = {"custodian", STORE_FINANCE},
    [API_FINANCE] = {"finance", STORE_FINANCE},
    [API_ADMIN] = {"admin", STORE_ADMIN},
    [API_AUDITOR] = {"auditor", STORE_AUDITOR},
};

const char *api_role_name(enum api_role role)
{
    return roles[role].name;
}

enum api_role api_role_parse(const char *word)
{
    for (int i = API_SPECIALIST; i < API_ROLES; i++) {
        if (strcmp(roles[i].name, word) == 0) {
            return (enum api_role)i;
        }
    }
    return API_ROLE_NONE;
}

enum store_role api_role_pool(enum api_role role)
{
    return roles[role].pool;
}
