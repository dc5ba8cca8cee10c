#include "core/http/router.h"

#include "core/base/mem.h"
#include "core/http/uri.h"

#include <stdio.h>
#include <string.h>

struct node {
    const char *segment; /* literal text in a pattern; NULL in a parameter node */
    size_t bytes;
    struct node *children; /* literals first tried, in the order of the table */
    struct node *parameter;
    struct node *next;
    const struct http_route *routes[HTTP_METHOD_COUNT];
};

#define ROUTER_MAGIC 0x726f7574U

struct http_router {
    unsigned magic;
    struct node root;
};

static struct node *child_of(struct node *parent, const char *segment, size_t bytes)
{
    struct node **slot = &parent->children;
    if (segment[0] == '{') {
        NB_ASSERT(bytes > 2 && segment[bytes - 1] == '}');
        slot = &parent->parameter;
    } else {
        while (*slot != NULL &&
               ((*slot)->bytes != bytes || memcmp((*slot)->segment, segment, bytes) != 0)) {
            slot = &(*slot)->next;
        }
    }
    if (*slot == NULL) {
        *slot = nb_alloc(sizeof **slot);
        (*slot)->segment = segment;
        (*slot)->bytes = bytes;
    }
    return *slot;
}

static void add_route(struct http_router *router, const struct http_route *route)
{
    NB_ASSERT(route->method != HTTP_METHOD_NONE && route->pattern[0] == '/');
    struct node *node = &router->root;
    size_t parameters = 0;
    for (const char *p = route->pattern; *p == '/';) {
        size_t bytes = strcspn(++p, "/");
        parameters += *p == '{';
        node = child_of(node, p, bytes);
        p += bytes;
    }
    NB_ASSERT(parameters <= HTTP_ROUTE_PARAMETERS);
    NB_ASSERT(node->routes[route->method] == NULL);
    node->routes[route->method] = route;
}

struct http_router *http_router_create(const struct http_route *routes, size_t count)
{
    struct http_router *router = nb_alloc(sizeof *router);
    router->magic = ROUTER_MAGIC;
    for (size_t i = 0; i < count; i++) {
        add_route(router, &routes[i]);
    }
    return router;
}

/* Recursion is bounded by the depth of our own table. */
static void free_children(struct node *node)
{
    while (node->children != NULL) {
        struct node *child = node->children;
        node->children = child->next;
        free_children(child);
        nb_free(child);
    }
    if (node->parameter != NULL) {
        free_children(node->parameter);
        node->parameter = nb_free(node->parameter);
    }
}

struct http_router *http_router_destroy(struct http_router *router)
{
    if (router == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(router, ROUTER_MAGIC);
    free_children(&router->root);
    return nb_free(router);
}

/* One step down. No way back up: patterns that differ only behind a literal and a parameter of the
 * same place would need it, and are not written. */
static const struct node *step(const struct node *node, const char *segment, size_t bytes,
                               struct http_match *match)
{
    for (const struct node *child = node->children; child != NULL; child = child->next) {
        if (child->bytes == bytes && memcmp(child->segment, segment, bytes) == 0) {
            return child;
        }
    }
    if (node->parameter == NULL || bytes == 0) {
        return NULL;
    }
    char *value = match->parameters[match->count++].value;
    bool good = http_percent_decode(segment, bytes, false, value, HTTP_ROUTE_PARAMETER_TEXT);
    return good ? node->parameter : NULL;
}

static void write_allow(const struct node *node, struct http_match *match)
{
    size_t used = 0;
    for (unsigned m = HTTP_GET; m < HTTP_METHOD_COUNT; m++) {
        bool has = node->routes[m] != NULL || (m == HTTP_HEAD && node->routes[HTTP_GET] != NULL);
        if (has && used < sizeof match->allow) {
            int more = snprintf(match->allow + used, sizeof match->allow - used, "%s%s",
                                used > 0 ? ", " : "", http_method_name((enum http_method)m));
            used += more > 0 ? (size_t)more : 0;
        }
    }
}

/* The names come from the route that was found: two patterns may name one place differently. */
static void name_parameters(struct http_match *match)
{
    const char *p = match->route->pattern;
    for (size_t i = 0; i < match->count; i++) {
        p = strchr(p, '{');
        NB_ASSERT(p != NULL);
        match->parameters[i].name = ++p;
    }
}

enum http_route_result http_router_find(const struct http_router *router, enum http_method method,
                                        const char *path, struct http_match *ret_match)
{
    NB_CHECK_MAGIC(router, ROUTER_MAGIC);
    ret_match->route = NULL;
    ret_match->count = 0;
    ret_match->allow[0] = '\0';
    const struct node *node = &router->root;
    while (node != NULL && *path == '/') {
        size_t bytes = strcspn(++path, "/");
        node = step(node, path, bytes, ret_match);
        path += bytes;
    }
    if (node == NULL || *path != '\0' || node == &router->root) {
        return HTTP_ROUTE_NO_PATH;
    }
    ret_match->route = node->routes[method];
    if (ret_match->route == NULL && method == HTTP_HEAD) {
        ret_match->route = node->routes[HTTP_GET];
    }
    if (ret_match->route == NULL) {
        write_allow(node, ret_match);
        return ret_match->allow[0] != '\0' ? HTTP_ROUTE_NO_METHOD : HTTP_ROUTE_NO_PATH;
    }
    name_parameters(ret_match);
    return HTTP_ROUTE_FOUND;
}

const char *http_match_parameter(const struct http_match *match, const char *name)
{
    size_t bytes = strlen(name);
    for (size_t i = 0; i < match->count; i++) {
        const char *own = match->parameters[i].name;
        if (strncmp(own, name, bytes) == 0 && own[bytes] == '}') {
            return match->parameters[i].value;
        }
    }
    return NULL;
}
