#include "core/http/fields.h"

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/night.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where the check stands: the pointer grows and shrinks with the walk. */
struct walk {
    struct http_problem *problem;
    char pointer[HTTP_POINTER_BYTES];
};

static bool check_value(struct walk *walk, const struct http_field *field, const json_t *value);

int64_t http_field_ceiling(const struct http_field *field)
{
    if (field->max != 0) {
        return field->max;
    }
    return field->type == HTTP_TEXT ? HTTP_TEXT_DEFAULT : HTTP_ITEMS_DEFAULT;
}

bool http_field_bounded(const struct http_field *field)
{
    return field->min != 0 || field->max != 0;
}

/* Appends one RFC 6901 token; a name too long for the room is cut, the error still says where. */
static size_t descend(struct walk *walk, const char *token)
{
    size_t before = strlen(walk->pointer);
    size_t at = before;
    if (at + 4 < sizeof walk->pointer) {
        walk->pointer[at++] = '/';
    }
    for (const char *p = token; *p != '\0' && at + 3 < sizeof walk->pointer; p++) {
        if (*p == '~' || *p == '/') {
            walk->pointer[at++] = '~';
            walk->pointer[at++] = *p == '~' ? '0' : '1';
        } else {
            walk->pointer[at++] = *p;
        }
    }
    walk->pointer[at] = '\0';
    return before;
}

static void ascend(struct walk *walk, size_t before)
{
    walk->pointer[before] = '\0';
}

#define refuse(walk, ...) (http_problem_add((walk)->problem, (walk)->pointer, __VA_ARGS__), false)

static size_t characters(const char *text, size_t bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++) {
        count += (text[i] & 0xc0) != 0x80;
    }
    return count;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text < 0x20 && *text != '\n' && *text != '\t') || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static bool check_text(struct walk *walk, const struct http_field *field, const json_t *value)
{
    if (!json_is_string(value)) {
        return refuse(walk, "must be text");
    }
    const char *text = json_string_value(value);
    int64_t length = (int64_t)characters(text, json_string_length(value));
    int64_t ceiling = http_field_ceiling(field);
    if (length < field->min || length > ceiling) {
        return refuse(walk, "must have between %" PRId64 " and %" PRId64 " characters", field->min,
                      ceiling);
    }
    return has_control(text) ? refuse(walk, "must not contain control characters") : true;
}

static bool check_integer(struct walk *walk, const struct http_field *field, const json_t *value)
{
    bool whole = json_is_integer(value);
    int64_t number = whole ? json_integer_value(value) : 0;
    bool bounded = http_field_bounded(field);
    if (whole && (!bounded || (number >= field->min && number <= field->max))) {
        return true;
    }
    if (!bounded) {
        return refuse(walk, "must be a whole number");
    }
    return refuse(walk, "must be a whole number between %" PRId64 " and %" PRId64, field->min,
                  field->max);
}

static bool check_number(struct walk *walk, const struct http_field *field, const json_t *value)
{
    if (!json_is_number(value)) {
        return refuse(walk, "must be a number of degrees");
    }
    double number = json_number_value(value);
    if (http_field_bounded(field) &&
        !(number >= (double)field->min && number <= (double)field->max)) {
        return refuse(walk, "must be between %" PRId64 " and %" PRId64 " degrees", field->min,
                      field->max);
    }
    return true;
}

static bool check_boolean(struct walk *walk, const struct http_field *field, const json_t *value)
{
    (void)field;
    return json_is_boolean(value) ? true : refuse(walk, "must be true or false");
}

static bool check_night(struct walk *walk, const struct http_field *field, const json_t *value)
{
    (void)field;
    struct night night;
    if (json_is_string(value) && nb_night_parse(json_string_value(value), &night, NULL)) {
        return true;
    }
    return refuse(walk, "must be a date that exists, as YYYY-MM-DD");
}

static bool check_instant(struct walk *walk, const struct http_field *field, const json_t *value)
{
    (void)field;
    struct nb_instant at;
    if (json_is_string(value) && nb_instant_parse(json_string_value(value), &at, NULL)) {
        return true;
    }
    return refuse(walk, "must be a moment with an offset, as 2026-11-24T03:00:00Z");
}

static bool check_id(struct walk *walk, const struct http_field *field, const json_t *value)
{
    (void)field;
    struct public_id id;
    if (json_is_string(value) && nb_public_id_parse(json_string_value(value), &id)) {
        return true;
    }
    return refuse(walk, "must be an id of 36 characters, as in the answers of this API");
}

static bool check_word(struct walk *walk, const struct http_field *field, const json_t *value)
{
    const char *given = json_string_value(value); /* NULL unless it is text */
    char allowed[160] = "";
    size_t used = 0;
    for (const char *const *word = field->words; *word != NULL; word++) {
        if (given != NULL && strcmp(given, *word) == 0) {
            return true;
        }
        if (used < sizeof allowed) {
            int more = snprintf(allowed + used, sizeof allowed - used, "%s%s", used > 0 ? ", " : "",
                                *word);
            used += more > 0 ? (size_t)more : 0;
        }
    }
    return refuse(walk, "must be one of: %s", allowed);
}

static const struct http_field *find_field(const struct http_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->fields[i].name, name) == 0) {
            return &fields->fields[i];
        }
    }
    return NULL;
}

static bool refuse_unknown(struct walk *walk, const struct http_fields *fields)
{
    char allowed[160] = "";
    size_t used = 0;
    for (size_t i = 0; i < fields->count && used < sizeof allowed; i++) {
        int more = snprintf(allowed + used, sizeof allowed - used, "%s%s", i > 0 ? ", " : "",
                            fields->fields[i].name);
        used += more > 0 ? (size_t)more : 0;
    }
    return refuse(walk, "is not known here; allowed: %s", allowed);
}

static bool check_given(struct walk *walk, const struct http_fields *fields, const json_t *object)
{
    bool fits = true;
    void *at = json_object_iter((json_t *)(uintptr_t)object);
    for (; at != NULL; at = json_object_iter_next((json_t *)(uintptr_t)object, at)) {
        const struct http_field *field = find_field(fields, json_object_iter_key(at));
        size_t before = descend(walk, json_object_iter_key(at));
        bool good = field == NULL ? refuse_unknown(walk, fields)
                                  : check_value(walk, field, json_object_iter_value(at));
        fits = good && fits;
        ascend(walk, before);
    }
    return fits;
}

static bool check_object(struct walk *walk, const struct http_fields *fields, const json_t *value)
{
    if (!json_is_object(value)) {
        return refuse(walk, "must be an object");
    }
    bool fits = check_given(walk, fields, value);
    for (size_t i = 0; i < fields->count; i++) {
        const struct http_field *field = &fields->fields[i];
        if (field->required && json_object_get(value, field->name) == NULL) {
            size_t before = descend(walk, field->name);
            fits = refuse(walk, "is required");
            ascend(walk, before);
        }
    }
    return fits;
}

static bool check_item(struct walk *walk, const struct http_fields *of, const json_t *item)
{
    bool plain = of->count == 1 && of->fields[0].name == NULL;
    return plain ? check_value(walk, &of->fields[0], item) : check_object(walk, of, item);
}

static bool check_array(struct walk *walk, const struct http_field *field, const json_t *value)
{
    if (!json_is_array(value)) {
        return refuse(walk, "must be a list");
    }
    int64_t ceiling = http_field_ceiling(field);
    int64_t items = (int64_t)json_array_size(value);
    if (items < field->min || items > ceiling) {
        return refuse(walk, "must have between %" PRId64 " and %" PRId64 " items", field->min,
                      ceiling);
    }
    bool fits = true;
    for (size_t i = 0; i < (size_t)items; i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        size_t before = descend(walk, index);
        fits = check_item(walk, field->of, json_array_get(value, i)) && fits;
        ascend(walk, before);
    }
    return fits;
}

static bool check_value(struct walk *walk, const struct http_field *field, const json_t *value)
{
    if (json_is_null(value) && field->nullable) {
        return true;
    }
    switch (field->type) {
    case HTTP_TEXT:
        return check_text(walk, field, value);
    case HTTP_INTEGER:
        return check_integer(walk, field, value);
    case HTTP_BOOLEAN:
        return check_boolean(walk, field, value);
    case HTTP_NIGHT:
        return check_night(walk, field, value);
    case HTTP_INSTANT:
        return check_instant(walk, field, value);
    case HTTP_PUBLIC_ID:
        return check_id(walk, field, value);
    case HTTP_ENUM:
        return check_word(walk, field, value);
    case HTTP_OBJECT:
        return check_object(walk, field->of, value);
    case HTTP_ARRAY:
        return check_array(walk, field, value);
    case HTTP_NUMBER:
        return check_number(walk, field, value);
    case HTTP_JSON:
        return json_is_object(value) ? true : refuse(walk, "must be an object");
    case HTTP_TYPE_NONE:
        break;
    }
    NB_ASSERT(!"a field table has a row without a type");
    return false;
}

bool http_fields_check(const struct http_fields *fields, const json_t *json,
                       struct http_problem *problem)
{
    http_problem_init(problem, 422, "field_errors", "Some fields cannot be accepted; see errors.");
    struct walk walk = {.problem = problem};
    return check_object(&walk, fields, json);
}
