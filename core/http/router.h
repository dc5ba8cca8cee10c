/*
 * Which handler a method and a path belong to. The table is compiled once into a tree of path
 * segments; a look-up allocates nothing and reads each segment once.
 * A literal segment wins over a parameter at the same place.
 */
#ifndef NB_HTTP_ROUTER_H
#define NB_HTTP_ROUTER_H

#include "core/http/message.h"

#define HTTP_ROUTE_PARAMETERS 4
#define HTTP_ROUTE_PARAMETER_TEXT 128

/* Static data, borrowed by the router. */
struct http_route {
    enum http_method method;
    const char *pattern; /* "/v1/requests/{id}/searches" */
    const void *info;    /* the caller's: handler, role, field table */
};

struct http_match {
    const struct http_route *route; /* NULL unless found */
    struct {
        const char *name; /* points into the pattern, ends at "}" */
        char value[HTTP_ROUTE_PARAMETER_TEXT];
    } parameters[HTTP_ROUTE_PARAMETERS];
    size_t count;
    char allow[64]; /* "GET, HEAD, POST"; filled for HTTP_ROUTE_NO_METHOD, else empty */
};

enum http_route_result {
    HTTP_ROUTE_NONE = 0,
    HTTP_ROUTE_FOUND,
    HTTP_ROUTE_NO_PATH,   /* 404 */
    HTTP_ROUTE_NO_METHOD, /* 405, with match->allow */
};

struct http_router;

/* Gives a router. Aborts on a pattern that is wrong or given twice for one method: a bug. */
struct http_router *http_router_create(const struct http_route *routes, size_t count);
/* Accepts NULL; returns NULL. */
struct http_router *http_router_destroy(struct http_router *router);
/* path: as sent, still percent-encoded, without the query. A HEAD finds the route of GET. A
 * parameter is decoded; one that is empty, too long or not printable UTF-8 is no path. */
enum http_route_result http_router_find(const struct http_router *router, enum http_method method,
                                        const char *path, struct http_match *ret_match);
/* NULL when the route has no such parameter. */
const char *http_match_parameter(const struct http_match *match, const char *name);

#endif
