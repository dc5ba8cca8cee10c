#include "core/plugin/placeholder.h"

#include "core/base/utf8.h"

#include <string.h>

#define MASK(operation) (1u << (operation))
#define NO_OPERATION 0u

/* What a person reads in a script may name the stay; a request names it in clear,
 * by its own code. */
static const struct {
    const char *name;
    uint32_t operations; /* that may carry it in a request */
    bool script;
} table[NB_PLACEHOLDER_COUNT] = {
    [NB_PLACEHOLDER_GUEST_GIVEN_NAME] = {"guest.given_name", MASK(NB_OPERATION_COMMIT), true},
    [NB_PLACEHOLDER_GUEST_SURNAME] = {"guest.surname",
                                      MASK(NB_OPERATION_COMMIT) | MASK(NB_OPERATION_CANCEL) |
                                          MASK(NB_OPERATION_READ),
                                      true},
    [NB_PLACEHOLDER_ACCOUNT_MEMBER] = {"account.member",
                                       MASK(NB_OPERATION_QUOTE) | MASK(NB_OPERATION_HOLD) |
                                           MASK(NB_OPERATION_COMMIT) | MASK(NB_OPERATION_CANCEL) |
                                           MASK(NB_OPERATION_READ) | MASK(NB_OPERATION_BALANCE) |
                                           MASK(NB_OPERATION_ACTIVITY),
                                       true},
    [NB_PLACEHOLDER_ACCOUNT_HOLDER] = {"account.holder", MASK(NB_OPERATION_COMMIT), true},
    [NB_PLACEHOLDER_CREDENTIAL_USER] = {"credential.user",
                                        MASK(NB_OPERATION_QUOTE) | MASK(NB_OPERATION_HOLD) |
                                            MASK(NB_OPERATION_COMMIT) | MASK(NB_OPERATION_CANCEL) |
                                            MASK(NB_OPERATION_READ) | MASK(NB_OPERATION_BALANCE) |
                                            MASK(NB_OPERATION_ACTIVITY),
                                        false},
    [NB_PLACEHOLDER_CREDENTIAL_PASSWORD] = {"credential.password",
                                            MASK(NB_OPERATION_QUOTE) | MASK(NB_OPERATION_HOLD) |
                                                MASK(NB_OPERATION_COMMIT) |
                                                MASK(NB_OPERATION_CANCEL) |
                                                MASK(NB_OPERATION_READ) |
                                                MASK(NB_OPERATION_BALANCE) |
                                                MASK(NB_OPERATION_ACTIVITY),
                                            false},
    [NB_PLACEHOLDER_PHONE_APPROVED] = {"phone.approved", NO_OPERATION, true},
    [NB_PLACEHOLDER_PROPERTY_NAME] = {"property.name", NO_OPERATION, true},
    [NB_PLACEHOLDER_PROPERTY_CODE] = {"property.code", NO_OPERATION, true},
    [NB_PLACEHOLDER_STAY_CHECK_IN] = {"stay.check_in", NO_OPERATION, true},
    [NB_PLACEHOLDER_STAY_CHECK_OUT] = {"stay.check_out", NO_OPERATION, true},
    [NB_PLACEHOLDER_STAY_ROOMS] = {"stay.rooms", NO_OPERATION, true},
    [NB_PLACEHOLDER_STAY_POINTS] = {"stay.points", NO_OPERATION, true},
    [NB_PLACEHOLDER_BOOKING_CONFIRMATION] = {"booking.confirmation",
                                             MASK(NB_OPERATION_CANCEL) | MASK(NB_OPERATION_READ),
                                             true},
};

enum plugin_place plugin_place_of_body(enum nb_body_type type)
{
    switch (type) {
    case NB_BODY_JSON:
        return PLUGIN_PLACE_JSON;
    case NB_BODY_XML:
        return PLUGIN_PLACE_XML;
    case NB_BODY_FORM:
        return PLUGIN_PLACE_FORM;
    case NB_BODY_NONE:
    case NB_BODY_COUNT:
        break;
    }
    return PLUGIN_PLACE_NONE;
}

const char *plugin_placeholder_name(enum nb_placeholder placeholder)
{
    return placeholder > NB_PLACEHOLDER_NONE && placeholder < NB_PLACEHOLDER_COUNT
               ? table[placeholder].name
               : NULL;
}

/* A path reaches the logs of every machine on the way: no name of a guest, no credential there. */
static bool allowed_in_path(enum nb_placeholder placeholder)
{
    return placeholder == NB_PLACEHOLDER_ACCOUNT_MEMBER;
}

bool plugin_placeholder_allowed(enum nb_placeholder placeholder, enum nb_operation_kind operation,
                                enum plugin_place place)
{
    if (plugin_placeholder_name(placeholder) == NULL) {
        return false;
    }
    switch (place) {
    case PLUGIN_PLACE_SCRIPT:
        return table[placeholder].script;
    case PLUGIN_PLACE_PATH:
        return allowed_in_path(placeholder) &&
               (table[placeholder].operations & MASK(operation)) != 0;
    case PLUGIN_PLACE_JSON:
    case PLUGIN_PLACE_XML:
    case PLUGIN_PLACE_FORM:
        return operation > NB_OPERATION_NONE && operation < NB_OPERATION_COUNT &&
               (table[placeholder].operations & MASK(operation)) != 0;
    case PLUGIN_PLACE_HEADER:
    case PLUGIN_PLACE_NONE:
        break;
    }
    return false;
}

/* Escaping ------------------------------------------------------------------------------------- */

static void escape_json(struct nb_buf *out, unsigned char c)
{
    if (c == '"' || c == '\\') {
        nb_buf_char(out, '\\');
    }
    nb_buf_char(out, (char)c);
}

static void escape_xml(struct nb_buf *out, unsigned char c)
{
    switch (c) {
    case '&':
        nb_buf_text(out, "&amp;");
        break;
    case '<':
        nb_buf_text(out, "&lt;");
        break;
    case '>':
        nb_buf_text(out, "&gt;");
        break;
    case '"':
        nb_buf_text(out, "&quot;");
        break;
    case '\'':
        nb_buf_text(out, "&apos;");
        break;
    default:
        nb_buf_char(out, (char)c);
    }
}

static void escape_percent(struct nb_buf *out, unsigned char c)
{
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
        nb_buf_char(out, (char)c);
    } else {
        nb_buf_printf(out, "%%%02X", c);
    }
}

static void escape(struct nb_buf *out, enum plugin_place place, unsigned char c)
{
    switch (place) {
    case PLUGIN_PLACE_JSON:
        escape_json(out, c);
        return;
    case PLUGIN_PLACE_XML:
        escape_xml(out, c);
        return;
    case PLUGIN_PLACE_FORM:
    case PLUGIN_PLACE_PATH:
        escape_percent(out, c);
        return;
    case PLUGIN_PLACE_SCRIPT:
        nb_buf_char(out, (char)c);
        return;
    case PLUGIN_PLACE_HEADER:
    case PLUGIN_PLACE_NONE:
        break;
    }
    NB_ASSERT(false);
}

/* Controls of Unicode that some readers take for the end of a line. */
static bool ends_line(const char *at, size_t bytes)
{
    return (bytes == 2 && memcmp(at, "\xc2", 1) == 0 && (unsigned char)at[1] < 0xa0) ||
           (bytes == 3 &&
            (memcmp(at, "\xe2\x80\xa8", 3) == 0 || memcmp(at, "\xe2\x80\xa9", 3) == 0));
}

/* UTF-8 that reads alike everywhere, on one line; in a path no segment that means another one. */
static bool value_sound(const char *value, enum plugin_place place)
{
    size_t length = strlen(value);
    if (length == 0 || !nb_utf8_valid(value, length, true) ||
        (place == PLUGIN_PLACE_PATH && value[strspn(value, ".")] == '\0')) {
        return false;
    }
    for (const char *at = value; *at != '\0';) {
        size_t bytes = nb_utf8_character(at, length);
        if (ends_line(at, bytes)) {
            return false;
        }
        at += bytes;
    }
    return true;
}

/* Replacing ------------------------------------------------------------------------------------ */

/* Where the plugin's own text has led to: a placeholder stands where its value is only a value. */
enum inside {
    INSIDE_NOTHING = 0, /* between JSON's strings, or in XML's text */
    INSIDE_STRING,      /* of JSON */
    INSIDE_ESCAPE,      /* of a JSON string, behind a backslash */
    INSIDE_TAG,         /* of XML */
    INSIDE_SINGLE,      /* of XML, an attribute in single quotes */
    INSIDE_DOUBLE,      /* of XML, an attribute in double quotes */
};

struct replacing {
    enum nb_operation_kind operation;
    enum plugin_place place;
    enum inside inside;
    const struct plugin_values *values; /* NULL: only check */
    struct nb_buf *out;                 /* NULL with it */
    struct nb_err *err;
};

static enum inside after_json(enum inside inside, char c)
{
    if (inside == INSIDE_ESCAPE) {
        return INSIDE_STRING;
    }
    if (inside == INSIDE_STRING) {
        return c == '\\' ? INSIDE_ESCAPE : c == '"' ? INSIDE_NOTHING : INSIDE_STRING;
    }
    return c == '"' ? INSIDE_STRING : INSIDE_NOTHING;
}

static enum inside after_xml(enum inside inside, char c)
{
    if (inside == INSIDE_TAG) {
        return c == '>'    ? INSIDE_NOTHING
               : c == '"'  ? INSIDE_DOUBLE
               : c == '\'' ? INSIDE_SINGLE
                           : inside;
    }
    if (inside == INSIDE_SINGLE || inside == INSIDE_DOUBLE) {
        return c == (inside == INSIDE_SINGLE ? '\'' : '"') ? INSIDE_TAG : inside;
    }
    return c == '<' ? INSIDE_TAG : INSIDE_NOTHING;
}

static bool only_a_value_here(const struct replacing *replacing)
{
    return replacing->place == PLUGIN_PLACE_JSON  ? replacing->inside == INSIDE_STRING
           : replacing->place == PLUGIN_PLACE_XML ? replacing->inside != INSIDE_TAG
                                                  : true;
}

static enum nb_placeholder find(const char *name, size_t length)
{
    for (int i = NB_PLACEHOLDER_NONE + 1; i < NB_PLACEHOLDER_COUNT; i++) {
        if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0) {
            return (enum nb_placeholder)i;
        }
    }
    return NB_PLACEHOLDER_NONE;
}

/* The name is repeated in errors only when it is one of ours: anything else
 * is the plugin's text. */
static bool replace_one(const struct replacing *replacing, const char *name, size_t length)
{
    enum nb_placeholder placeholder = find(name, length);
    if (placeholder == NB_PLACEHOLDER_NONE) {
        return nb_err_set(replacing->err, NB_ERR_INVALID, "placeholder_unknown",
                          "The text holds a placeholder that does not exist.");
    }
    if (!plugin_placeholder_allowed(placeholder, replacing->operation, replacing->place)) {
        return nb_err_set(replacing->err, NB_ERR_AUTH, "placeholder_not_allowed",
                          "%s is not allowed in this operation or in this place.",
                          table[placeholder].name);
    }
    if (!only_a_value_here(replacing)) {
        return nb_err_set(replacing->err, NB_ERR_INVALID, "placeholder_place",
                          "%s stands where more than a value is read: put it into quotes.",
                          table[placeholder].name);
    }
    if (replacing->values == NULL) {
        return true;
    }
    const char *value = replacing->values->values[placeholder];
    if (value == NULL || !value_sound(value, replacing->place)) {
        return nb_err_set(replacing->err, NB_ERR_INVALID, "placeholder_value",
                          "There is no usable value for %s.", table[placeholder].name);
    }
    for (const char *at = value; *at != '\0'; at++) {
        escape(replacing->out, replacing->place, (unsigned char)*at);
    }
    return true;
}

/* Text between placeholders is the plugin's own and stays as it is, but no header or path takes a
 * control character from it, and only in JSON are closing braces anything but a mistake. */
static bool copy_plain(struct replacing *replacing, const char *text, size_t length)
{
    bool line_place =
        replacing->place == PLUGIN_PLACE_PATH || replacing->place == PLUGIN_PLACE_HEADER;
    for (size_t i = 0; i < length; i++) {
        if (line_place && ((unsigned char)text[i] < ' ' || text[i] == 0x7f)) {
            return nb_err_set(replacing->err, NB_ERR_INVALID, "placeholder_control",
                              "A path or header holds a control character.");
        }
        if (replacing->place != PLUGIN_PLACE_JSON && i > 0 && text[i] == '}' &&
            text[i - 1] == '}') {
            return nb_err_set(replacing->err, NB_ERR_INVALID, "placeholder_open",
                              "A placeholder is closed that was never opened.");
        }
        if (replacing->place == PLUGIN_PLACE_JSON) {
            replacing->inside = after_json(replacing->inside, text[i]);
        } else if (replacing->place == PLUGIN_PLACE_XML) {
            replacing->inside = after_xml(replacing->inside, text[i]);
        }
    }
    if (replacing->out != NULL) {
        nb_buf_add(replacing->out, text, length);
    }
    return true;
}

static bool replace_all(struct replacing *replacing, const char *text)
{
    const char *open;
    while ((open = strstr(text, "{{")) != NULL) {
        const char *close = strstr(open + 2, "}}");
        if (close == NULL) {
            return nb_err_set(replacing->err, NB_ERR_INVALID, "placeholder_open",
                              "A placeholder is not closed.");
        }
        if (!copy_plain(replacing, text, (size_t)(open - text)) ||
            !replace_one(replacing, open + 2, (size_t)(close - open - 2))) {
            return false;
        }
        text = close + 2;
    }
    return copy_plain(replacing, text, strlen(text));
}

bool plugin_text_replace(const char *text, enum nb_operation_kind operation,
                         enum plugin_place place, const struct plugin_values *values,
                         struct nb_buf *ret, struct nb_err *err)
{
    NB_ASSERT(values != NULL && place != PLUGIN_PLACE_NONE);
    struct replacing replacing = {
        .operation = operation, .place = place, .values = values, .out = ret, .err = err};
    return replace_all(&replacing, text) && nb_buf_ok(ret, err);
}

bool plugin_text_check(const char *text, enum nb_operation_kind operation, enum plugin_place place,
                       struct nb_err *err)
{
    struct replacing replacing = {.operation = operation, .place = place, .err = err};
    return replace_all(&replacing, text);
}
