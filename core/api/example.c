#include "core/api/example.h"

#include "core/api/answer.h"

#include <string.h>

static json_t *object_of(const struct http_fields *fields);

static bool is_text(enum http_type type)
{
    return type == HTTP_TEXT || type == HTTP_ENUM || type == HTTP_NIGHT || type == HTTP_INSTANT ||
           type == HTTP_PUBLIC_ID;
}

static json_t *given_example(const struct http_field *field)
{
    json_t *value = is_text(field->type) ? json_string(field->example)
                                         : json_loads(field->example, JSON_DECODE_ANY, NULL);

    NB_ASSERT(value != NULL);
    return value;
}

static json_t *plainest(const struct http_field *field);

static json_t *list_of(const struct http_field *field)
{
    const struct http_fields *of = field->of;
    bool plain = of->count == 1 && of->fields[0].name == NULL;
    json_t *list = json_array();

    NB_ASSERT(json_array_append_new(list, plain ? plainest(&of->fields[0]) : object_of(of)) == 0);
    return list;
}

static json_t *plainest(const struct http_field *field)
{
    if (field->example != NULL) {
        return given_example(field);
    }
    switch (field->type) {
    case HTTP_TEXT:
        return json_string("text");
    case HTTP_INTEGER:
        return json_integer(field->min);
    case HTTP_NUMBER:
        return json_real((double)field->min);
    case HTTP_BOOLEAN:
        return json_false();
    case HTTP_NIGHT:
        return json_string("2031-01-15");
    case HTTP_INSTANT:
        return json_string("2031-01-15T20:00:00Z");
    case HTTP_PUBLIC_ID:
        return json_string("5b0c1c7e-2f4a-4e0d-9c55-0f6f2b7f9a10");
    case HTTP_ENUM:
        return json_string(field->words[0]);
    case HTTP_OBJECT:
        return object_of(field->of);
    case HTTP_ARRAY:
        return list_of(field);
    case HTTP_JSON:
        return json_object();
    case HTTP_TYPE_NONE:
        break;
    }
    NB_ASSERT(!"a field table has a row without a type");
    return NULL;
}

static json_t *object_of(const struct http_fields *fields)
{
    json_t *object = json_object();

    for (size_t i = 0; i < fields->count; i++) {
        if (fields->fields[i].required || fields->fields[i].example != NULL) {
            api_put(object, fields->fields[i].name, plainest(&fields->fields[i]));
        }
    }
    return object;
}

json_t *api_example(const struct http_fields *fields)
{
    struct http_problem problem;
    json_t *example = object_of(fields);

    NB_ASSERT(http_fields_check(fields, example, &problem));
    return example;
}
