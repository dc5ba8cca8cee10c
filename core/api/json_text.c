#include "core/api/json_text.h"

#include "core/base/digits.h"
#include "core/base/err.h"

#include <stdint.h>
#include <string.h>

/* What a JSON string cannot hold as it is; UTF-8 passes. */
static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

static void add_escaped(struct nb_buf *buf, unsigned char c)
{
    if (c == '"' || c == '\\') {
        const char pair[2] = {'\\', (char)c};
        nb_buf_add(buf, pair, sizeof(pair));
    } else {
        nb_buf_printf(buf, "\\u%04x", c);
    }
}

static void add_string(struct nb_buf *buf, const char *text, size_t bytes)
{
    size_t from = 0;

    nb_buf_char(buf, '"');
    for (size_t i = 0; i < bytes; i++) {
        if (needs_escape((unsigned char)text[i])) {
            nb_buf_add(buf, text + from, i - from);
            add_escaped(buf, (unsigned char)text[i]);
            from = i + 1;
        }
    }
    nb_buf_add(buf, text + from, bytes - from);
    nb_buf_char(buf, '"');
}

static void add_integer(struct nb_buf *buf, json_int_t value)
{
    char text[NB_INT64_TEXT];

    nb_buf_add(buf, text, nb_int64_format(value, text));
}

/* As jansson writes it: 17 digits, and never without a point or an exponent. */
static void add_real(struct nb_buf *buf, const json_t *real)
{
    char text[64];
    size_t bytes = json_dumpb(real, text, sizeof(text), JSON_ENCODE_ANY);

    NB_ASSERT(bytes > 0 && bytes <= sizeof(text));
    nb_buf_add(buf, text, bytes);
}

static void add_array(struct nb_buf *buf, const json_t *array)
{
    nb_buf_char(buf, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0) {
            nb_buf_char(buf, ',');
        }
        api_json_write(buf, json_array_get(array, i));
    }
    nb_buf_char(buf, ']');
}

static void add_name(struct nb_buf *buf, bool first, const char *name)
{
    if (!first) {
        nb_buf_char(buf, ',');
    }
    add_string(buf, name, strlen(name));
    nb_buf_char(buf, ':');
}

void api_json_write_with(struct nb_buf *buf, const json_t *object, const struct api_raw *raw,
                         size_t count)
{
    /* jansson looks through an object without changing it, but takes it without const. */
    json_t *members = (json_t *)(uintptr_t)object;
    bool first = true;

    nb_buf_char(buf, '{');
    for (void *at = json_object_iter(members); at != NULL;
         at = json_object_iter_next(members, at)) {
        add_name(buf, first, json_object_iter_key(at));
        api_json_write(buf, json_object_iter_value(at));
        first = false;
    }
    for (size_t i = 0; i < count; i++) {
        add_name(buf, first, raw[i].name);
        nb_buf_text(buf, raw[i].text == NULL ? "null" : raw[i].text);
        first = false;
    }
    nb_buf_char(buf, '}');
}

void api_json_write(struct nb_buf *buf, const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        api_json_write_with(buf, json, NULL, 0);
        return;
    case JSON_ARRAY:
        add_array(buf, json);
        return;
    case JSON_STRING:
        add_string(buf, json_string_value(json), json_string_length(json));
        return;
    case JSON_INTEGER:
        add_integer(buf, json_integer_value(json));
        return;
    case JSON_REAL:
        add_real(buf, json);
        return;
    case JSON_TRUE:
        nb_buf_text(buf, "true");
        return;
    case JSON_FALSE:
        nb_buf_text(buf, "false");
        return;
    case JSON_NULL:
        nb_buf_text(buf, "null");
        return;
    }
    NB_ASSERT(!"a kind of JSON that does not exist");
}
