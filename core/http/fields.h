/*
 * What a body may hold, as a table: one source for the check of a request and for its schema in
 * /openapi.json, so that the document is true by construction.
 * A table is static data. Unknown fields are refused: a misspelled need must not be dropped
 * silently.
 */
#ifndef NB_HTTP_FIELDS_H
#define NB_HTTP_FIELDS_H

#include "core/http/problem.h"

#include <jansson.h>
#include <stdint.h>

enum http_type {
    HTTP_TYPE_NONE = 0,
    HTTP_TEXT,      /* min and max: characters; no control character but line feed and tab */
    HTTP_INTEGER,   /* min and max: value */
    HTTP_BOOLEAN,   /* true or false */
    HTTP_NIGHT,     /* YYYY-MM-DD */
    HTTP_INSTANT,   /* RFC 3339 with an offset */
    HTTP_PUBLIC_ID, /* a UUID's 36 characters */
    HTTP_ENUM,      /* one of words */
    HTTP_OBJECT,    /* of: its fields */
    HTTP_ARRAY,     /* min and max: items; of: objects, or exactly one field with name NULL */
    HTTP_NUMBER,    /* decimal degrees, nothing else; min and max: whole degrees */
    HTTP_JSON,      /* an object whose members are not laid down: for answers, never for a body */
};

struct http_fields;

struct http_field {
    const char *name;
    enum http_type type;
    bool required;
    bool nullable; /* null is accepted and means "not given" or "clear" */
    bool secret;   /* documents mark it write-only; whoever logs or stores asks this flag */
    /* Both 0: no bound but those of the type (text: 200 characters, items: 100). */
    int64_t min;
    int64_t max;
    const char *const *words; /* ENUM: ends with NULL */
    const struct http_fields *of;
    const char *about; /* one sentence for people, in the schema's description */
    const char *example;
};

struct http_fields {
    const char *title; /* the schema's name: "ShelterRequest" */
    const struct http_field *fields;
    size_t count;
};

#define HTTP_TEXT_DEFAULT 200
#define HTTP_ITEMS_DEFAULT 100

/* True when the tree fits. Else the problem (which the caller leaves uninitialized) is 422
 * "field_errors" with every error found and where. Borrows all. */
bool http_fields_check(const struct http_fields *fields, const json_t *json,
                       struct http_problem *problem) NB_MUST_CHECK;

/* Gives the JSON Schema (2020-12, as OpenAPI 3.1 embeds it) of the table. */
json_t *http_fields_schema(const struct http_fields *fields);

/* The bounds that count for TEXT and ARRAY, defaults applied. */
int64_t http_field_ceiling(const struct http_field *field);
/* True when min and max bound an INTEGER or NUMBER. */
bool http_field_bounded(const struct http_field *field);

#endif
