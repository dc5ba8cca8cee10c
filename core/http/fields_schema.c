/*
 * Renders a field table as JSON Schema. The other half of fields.h: whatever the check enforces is
 * written here, from the same row.
 */
#include "core/http/fields.h"

static json_t *schema_of_field(const struct http_field *field);

/* Building a small tree fails only when memory is out; then nothing sensible can go on. */
static void put(json_t *object, const char *name, json_t *value)
{
    NB_ASSERT(json_object_set_new(object, name, value) == 0);
}

static void put_type(json_t *schema, const struct http_field *field, const char *type)
{
    if (field->nullable) {
        put(schema, "type", json_pack("[s, s]", type, "null"));
    } else {
        put(schema, "type", json_string(type));
    }
}

static void put_bounds(json_t *schema, const char *low, int64_t min, const char *high, int64_t max)
{
    put(schema, low, json_integer(min));
    put(schema, high, json_integer(max));
}

static void put_formatted_text(json_t *schema, const struct http_field *field, const char *format)
{
    put_type(schema, field, "string");
    put(schema, "format", json_string(format));
}

static void put_words(json_t *schema, const struct http_field *field)
{
    json_t *words = json_array();
    for (const char *const *word = field->words; *word != NULL; word++) {
        NB_ASSERT(json_array_append_new(words, json_string(*word)) == 0);
    }
    if (field->nullable) {
        NB_ASSERT(json_array_append_new(words, json_null()) == 0);
    }
    put_type(schema, field, "string");
    put(schema, "enum", words);
}

static void put_items(json_t *schema, const struct http_field *field)
{
    const struct http_fields *of = field->of;
    bool plain = of->count == 1 && of->fields[0].name == NULL;
    put_type(schema, field, "array");
    put(schema, "items", plain ? schema_of_field(&of->fields[0]) : http_fields_schema(of));
    put_bounds(schema, "minItems", field->min, "maxItems", http_field_ceiling(field));
}

static void put_number(json_t *schema, const struct http_field *field, const char *type)
{
    put_type(schema, field, type);
    if (http_field_bounded(field)) {
        put_bounds(schema, "minimum", field->min, "maximum", field->max);
    }
}

/* An example is kept as text in the table; a number or a word of JSON is shown as what it is. */
static json_t *example_of(const struct http_field *field)
{
    bool text = field->type == HTTP_TEXT || field->type == HTTP_ENUM || field->type == HTTP_NIGHT ||
                field->type == HTTP_INSTANT || field->type == HTTP_PUBLIC_ID;
    json_t *value =
        text ? json_string(field->example) : json_loads(field->example, JSON_DECODE_ANY, NULL);
    NB_ASSERT(value != NULL);
    return value;
}

static json_t *schema_by_type(const struct http_field *field)
{
    json_t *schema = field->type == HTTP_OBJECT ? http_fields_schema(field->of) : json_object();
    switch (field->type) {
    case HTTP_TEXT:
        put_type(schema, field, "string");
        put_bounds(schema, "minLength", field->min, "maxLength", http_field_ceiling(field));
        break;
    case HTTP_INTEGER:
        put_number(schema, field, "integer");
        break;
    case HTTP_BOOLEAN:
        put_type(schema, field, "boolean");
        break;
    case HTTP_NIGHT:
        put_formatted_text(schema, field, "date");
        break;
    case HTTP_INSTANT:
        put_formatted_text(schema, field, "date-time");
        break;
    case HTTP_PUBLIC_ID:
        put_formatted_text(schema, field, "uuid");
        break;
    case HTTP_ENUM:
        put_words(schema, field);
        break;
    case HTTP_OBJECT:
        put_type(schema, field, "object");
        break;
    case HTTP_ARRAY:
        put_items(schema, field);
        break;
    case HTTP_NUMBER:
        put_number(schema, field, "number");
        break;
    case HTTP_JSON:
        put_type(schema, field, "object");
        break;
    case HTTP_TYPE_NONE:
        NB_ASSERT(!"a field table has a row without a type");
    }
    return schema;
}

static json_t *schema_of_field(const struct http_field *field)
{
    json_t *schema = schema_by_type(field);
    if (field->about != NULL) {
        put(schema, "description", json_string(field->about));
    }
    if (field->example != NULL) {
        put(schema, "examples", json_pack("[o]", example_of(field)));
    }
    if (field->secret) {
        put(schema, "writeOnly", json_true());
    }
    return schema;
}

json_t *http_fields_schema(const struct http_fields *fields)
{
    json_t *properties = json_object();
    json_t *required = json_array();
    for (size_t i = 0; i < fields->count; i++) {
        const struct http_field *field = &fields->fields[i];
        put(properties, field->name, schema_of_field(field));
        if (field->required) {
            NB_ASSERT(json_array_append_new(required, json_string(field->name)) == 0);
        }
    }
    json_t *schema = json_object();
    put(schema, "type", json_string("object"));
    if (fields->title != NULL) {
        put(schema, "title", json_string(fields->title));
    }
    put(schema, "properties", properties);
    put(schema, "required", required);
    put(schema, "additionalProperties", json_false());
    return schema;
}
