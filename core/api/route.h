/*
 * What a resource is made of: a table of routes, each with who may use it, what it takes, what it
 * answers and who handles it. One source for routing, rights, checks and /openapi.json.
 */
#ifndef NB_API_ROUTE_H
#define NB_API_ROUTE_H

#include "core/http/fields.h"
#include "core/http/message.h"
#include "core/store/store.h"

#include <stddef.h>
#include <stdint.h>

struct api_call;

/* nb.role_word: the one right that a token carries. */
enum api_role {
    API_ROLE_NONE = 0,
    API_SPECIALIST,
    API_COORDINATOR,
    API_SUPERVISOR,
    API_DIRECTOR,
    API_PROVIDER,
    API_PARTNER,
    API_CUSTODIAN,
    API_FINANCE,
    API_ADMIN,
    API_AUDITOR,
};
#define API_ROLES 11

#define API_BIT(role) (1u << (role))
#define API_PUBLIC 0u /* no token */
#define API_STAFF                                                                                  \
    (API_BIT(API_SPECIALIST) | API_BIT(API_COORDINATOR) | API_BIT(API_SUPERVISOR) |                \
     API_BIT(API_DIRECTOR))
#define API_LEADERS (API_BIT(API_SUPERVISOR) | API_BIT(API_DIRECTOR))

/* "specialist"; static storage; NULL for the zero value. */
const char *api_role_name(enum api_role role);
enum api_role api_role_parse(const char *word);
/* The login role, and so the pool, that serves a right. */
enum store_role api_role_pool(enum api_role role);

enum api_shape {
    API_ONE = 0, /* one object of the answer's fields, or nothing when there are none */
    API_LIST,    /* {items: [...]}: all there are, a bounded number */
    API_PAGE,    /* {items: [...], next: cursor or null}; takes ?limit and ?cursor */
};

/* What more a route asks of a request or promises of its answer. */
#define API_VERSIONED 1u   /* answers carry an ETag; a GET may be conditional */
#define API_NEEDS_MATCH 2u /* If-Match with the version that was read is required */

struct api_route {
    enum http_method method;
    const char *pattern; /* a parameter {id} must be a public id, or the answer is 404 */
    unsigned roles;      /* API_BIT of each, or API_PUBLIC */
    unsigned flags;
    const char *summary;              /* one line for people */
    const char *about;                /* more, or NULL */
    const struct http_fields *query;  /* what may stand behind "?"; NULL: nothing (but a page's) */
    const struct http_fields *body;   /* NULL: none is taken */
    const struct http_fields *answer; /* of the object, or of one item; NULL: no content */
    enum api_shape shape;
    int success; /* 200, 201, 202 or 204 */
    void (*handle)(struct api_call *call);
};

/* A resource's file exports one of these; core/api/routes.c lists them all. */
struct api_routes {
    const char *tag; /* its name in the document */
    const struct api_route *routes;
    size_t count;
};

#define API_ROUTES(name, tag_text, table)                                                          \
    const struct api_routes name = {                                                               \
        .tag = (tag_text), .routes = (table), .count = sizeof(table) / sizeof((table)[0])}
#define API_FIELDS(name, title_text, table)                                                        \
    static const struct http_fields name = {                                                       \
        .title = (title_text), .fields = (table), .count = sizeof(table) / sizeof((table)[0])}

/* Every resource; ends with NULL. */
extern const struct api_routes *const api_all_routes[];

#endif
