/*
 * Where the database is and as whom to connect. NIGHTBRIDGE_DATABASE_URL (a libpq URI or keyword
 * string) names the servers; user and password of the login role come from the configuration and
 * override what the URL says. Hosts are kept apart, one attempt each with its own deadline, because
 * PQconnectPoll alone never gives up on a host that does not answer.
 * Invariant: no error text carries any part of the URL (it may hold a password).
 */
#ifndef NB_PG_CONNINFO_H
#define NB_PG_CONNINFO_H

#include "core/base/err.h"

#include <stdbool.h>

struct pg_conninfo;

#define PG_ENDPOINTS_MAX 16

/* One server address to try. */
struct pg_endpoint {
    char host[256];    /* a name, an address, or a socket folder ("/..." or "@...") */
    char hostaddr[64]; /* numeric address; empty for a socket folder or before the look-up */
    char port[8];      /* empty: libpq's default */
};

struct pg_endpoints {
    int count;
    struct pg_endpoint at[PG_ENDPOINTS_MAX];
};

/* Who connects. NULL fields leave what the URL says. Borrowed for the call only. */
struct pg_role {
    const char *user;
    const char *password;
    const char *application_name; /* the process role, seen in pg_stat_activity */
};

/* Gives a conninfo, or NB_ERR_INVALID for a URL that libpq cannot read and for unequal lists of
 * hosts, addresses and ports; NB_ERR_LIMIT for more than PG_ENDPOINTS_MAX hosts. */
bool pg_conninfo_parse(const char *url, const struct pg_role *role, struct pg_conninfo **ret_info,
                       struct nb_err *err) NB_MUST_CHECK;
/* Accepts NULL, returns NULL; wipes the password first. */
struct pg_conninfo *pg_conninfo_destroy(struct pg_conninfo *info);

/* As written, in order; names not looked up. Borrowed. */
const struct pg_endpoints *pg_conninfo_endpoints(const struct pg_conninfo *info);
/* True when the endpoint is a name that must be looked up before libpq may see it. */
bool pg_endpoint_needs_lookup(const struct pg_endpoint *endpoint);

/* The keyword and value arrays for PQconnectStartParams to this endpoint, NULL-terminated; borrowed
 * from info until the next call. */
void pg_conninfo_params(struct pg_conninfo *info, const struct pg_endpoint *endpoint,
                        const char *const **ret_keywords, const char *const **ret_values);

#endif
