/* Where to connect: hosts are kept apart, the role's user and password win, nothing leaks. */
#include "core/base/mem.h"
#include "core/loop/turn.h"
#include "core/pg/conninfo.h"
#include "core/pg/resolve.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(pg_conninfo, .timeout = 20);

static const struct pg_role staff = {
    .user = "nb_staff", .password = "s3cret", .application_name = "api"};

static const char *value_of(struct pg_conninfo *info, const char *keyword)
{
    const char *const *keywords;
    const char *const *values;

    pg_conninfo_params(info, &pg_conninfo_endpoints(info)->at[0], &keywords, &values);
    for (int i = 0; keywords[i] != NULL; i++) {
        if (strcmp(keywords[i], keyword) == 0) {
            return values[i];
        }
    }
    return NULL;
}

static const struct endpoint_case {
    const char *url;
    int count;
    struct pg_endpoint first;
    struct pg_endpoint last;
    const char *why;
} endpoint_cases[] = {
    {"postgresql://db1:5433,db2:5434/nb",
     2,
     {.host = "db1", .port = "5433"},
     {.host = "db2", .port = "5434"},
     "each host with its port"},
    {"host=db1,db2 port=6000 dbname=nb",
     2,
     {.host = "db1", .port = "6000"},
     {.host = "db2", .port = "6000"},
     "one port serves every host"},
    {"postgresql:///nb?host=/run/nb",
     1,
     {.host = "/run/nb"},
     {.host = "/run/nb"},
     "a socket folder passes through"},
    {"postgresql:///nb",
     1,
     {.host = "/var/run/postgresql"},
     {.host = "/var/run/postgresql"},
     "no host is the system's socket folder, never PGHOST"},
    {"postgresql://[::1],192.0.2.7/nb",
     2,
     {.host = "::1", .hostaddr = "::1"},
     {.host = "192.0.2.7", .hostaddr = "192.0.2.7"},
     "an address needs no look-up"},
    {"host=db1,db2 hostaddr=192.0.2.1,192.0.2.2",
     2,
     {.host = "db1", .hostaddr = "192.0.2.1"},
     {.host = "db2", .hostaddr = "192.0.2.2"},
     "names for TLS, addresses for the socket"},
};

Test(pg_conninfo, keeps_the_hosts_apart)
{
    for (size_t i = 0; i < NB_COUNT(endpoint_cases); i++) {
        const struct endpoint_case *one = &endpoint_cases[i];
        struct pg_conninfo *info = NULL;
        struct nb_err err;

        cr_assert(pg_conninfo_parse(one->url, &staff, &info, &err), "%s: %s", one->why, err.text);
        const struct pg_endpoints *endpoints = pg_conninfo_endpoints(info);
        const struct pg_endpoint *last = &endpoints->at[endpoints->count - 1];
        cr_expect_eq(endpoints->count, one->count, "%s", one->why);
        cr_expect_str_eq(endpoints->at[0].host, one->first.host, "%s", one->why);
        cr_expect_str_eq(endpoints->at[0].hostaddr, one->first.hostaddr, "%s", one->why);
        cr_expect_str_eq(endpoints->at[0].port, one->first.port, "%s", one->why);
        cr_expect_str_eq(last->host, one->last.host, "%s", one->why);
        cr_expect_str_eq(last->hostaddr, one->last.hostaddr, "%s", one->why);
        cr_expect_str_eq(last->port, one->last.port, "%s", one->why);
        pg_conninfo_destroy(info);
    }
}

Test(pg_conninfo, the_role_overrides_the_url)
{
    struct pg_conninfo *info = NULL;
    struct nb_err err;

    cr_assert(pg_conninfo_parse("postgresql://me:mine@db/nb?options=-c%20geqo%3Doff", &staff, &info,
                                &err));
    cr_assert_str_eq(value_of(info, "user"), "nb_staff");
    cr_assert_str_eq(value_of(info, "password"), "s3cret");
    cr_assert_str_eq(value_of(info, "application_name"), "api");
    cr_assert_str_eq(value_of(info, "dbname"), "nb");
    cr_assert_eq(strstr(value_of(info, "options"), "-c geqo=off -c DateStyle=ISO"),
                 value_of(info, "options"));
    pg_conninfo_destroy(info);
}

static const struct {
    const char *url;
    enum nb_err_kind kind;
    const char *why;
} refusals[] = {
    {"postgresql://u:hunter2@db:port:5/nb", NB_ERR_INVALID, "not a URI"},
    {"password=hunter2 nonsense", NB_ERR_INVALID, "not keywords either"},
    {"host=a,b,c port=1,2 password=hunter2", NB_ERR_INVALID, "two ports for three hosts"},
    {"host=a hostaddr=hunter2", NB_ERR_INVALID, "an address that is none"},
    {"host=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", NB_ERR_LIMIT, "too many hosts"},
};

Test(pg_conninfo, refuses_without_repeating_what_it_was_given)
{
    for (size_t i = 0; i < NB_COUNT(refusals); i++) {
        struct pg_conninfo *info = NULL;
        struct nb_err err = {.kind = NB_ERR_NONE};

        cr_expect_not(pg_conninfo_parse(refusals[i].url, &staff, &info, &err), "%s",
                      refusals[i].why);
        cr_expect_eq(err.kind, refusals[i].kind, "%s", refusals[i].why);
        cr_expect_null(strstr(err.text, "hunter2"), "%s", refusals[i].why);
    }
}

struct found {
    struct loop *loop;
    struct pg_endpoints endpoints;
    int times;
};

static void on_found(void *data, const struct pg_endpoints *found)
{
    struct found *seen = data;

    seen->endpoints = *found;
    seen->times++;
    loop_stop(seen->loop);
}

Test(pg_conninfo, names_are_looked_up_off_the_loop_and_the_rest_is_kept)
{
    const struct pg_endpoints asked = {.count = 3,
                                       .at = {{.host = "localhost", .port = "5433"},
                                              {.host = "no-such-host.invalid"},
                                              {.host = "/run/nb"}}};
    struct found seen = {.loop = loop_create()};

    cr_assert_not_null(pg_resolve_start(seen.loop, &asked, on_found, &seen));
    loop_run(seen.loop);
    cr_assert_eq(seen.times, 1);
    cr_assert_geq(seen.endpoints.count, 2);
    cr_assert_str_eq(seen.endpoints.at[0].host, "localhost");
    cr_assert_str_not_empty(seen.endpoints.at[0].hostaddr);
    cr_assert_str_eq(seen.endpoints.at[0].port, "5433");
    cr_assert_str_eq(seen.endpoints.at[seen.endpoints.count - 1].host, "/run/nb");
    loop_destroy(seen.loop);
}

Test(pg_conninfo, a_look_up_that_was_cancelled_tells_nobody)
{
    const struct pg_endpoints asked = {.count = 1, .at = {{.host = "localhost"}}};
    struct found seen = {.loop = loop_create()};
    struct pg_resolve *resolve = pg_resolve_start(seen.loop, &asked, on_found, &seen);

    cr_assert_null(pg_resolve_cancel(resolve));
    loop_run(seen.loop);
    cr_assert_eq(seen.times, 0);
    loop_destroy(seen.loop);
}
