/*
 * Numbers are integers only: a point is never a fraction.
 */
#include "tests/support/rehearsal/fields.h"

static void missing(struct reh_fields *fields, const char *name)
{
    if (fields->missing == NULL) {
        fields->missing = name;
    }
}

const char *reh_field_text(struct reh_fields *fields, const char *name)
{
    const char *text = json_string_value(json_object_get(fields->object, name));
    if (text == NULL || text[0] == '\0') {
        missing(fields, name);
        return "";
    }
    return text;
}

int64_t reh_field_integer(struct reh_fields *fields, const char *name)
{
    const json_t *value = json_object_get(fields->object, name);
    if (!json_is_integer(value)) {
        missing(fields, name);
    }
    return json_integer_value(value);
}

struct night reh_field_night(struct reh_fields *fields, const char *name)
{
    struct night night = {0};
    struct nb_err err = {0};
    if (!nb_night_parse(reh_field_text(fields, name), &night, &err)) {
        missing(fields, name);
    }
    return night;
}

const char *reh_field_text_or(struct reh_fields *fields, const char *name, const char *otherwise)
{
    return json_object_get(fields->object, name) == NULL ? otherwise : reh_field_text(fields, name);
}

int64_t reh_field_integer_or(struct reh_fields *fields, const char *name, int64_t otherwise)
{
    return json_object_get(fields->object, name) == NULL ? otherwise
                                                         : reh_field_integer(fields, name);
}
