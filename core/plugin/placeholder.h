/*
 * Secrets as typed placeholders: which exist, which operation may use which, and how each is
 * replaced and escaped for the place where it stands. The plugin's text with its placeholders is
 * what is stored; the replaced form exists only while it is sent.
 * Invariant: a value that is no UTF-8, or holds CR, LF or another control character, is never put
 * anywhere, and none is put where more than a value would be read.
 */
#ifndef NB_PLUGIN_PLACEHOLDER_H
#define NB_PLUGIN_PLACEHOLDER_H

#include "core/base/buf.h"
#include "core/plugin/nb_plugin.h"

/* Where the text stands, which decides the escaping. */
enum plugin_place {
    PLUGIN_PLACE_NONE = 0,
    PLUGIN_PLACE_JSON,   /* inside a JSON string: placeholders stand between its quotes */
    PLUGIN_PLACE_XML,    /* element text or a quoted attribute */
    PLUGIN_PLACE_FORM,   /* application/x-www-form-urlencoded */
    PLUGIN_PLACE_PATH,   /* one path segment or query value */
    PLUGIN_PLACE_HEADER, /* a header's value: no placeholder is allowed, so none can leak there */
    PLUGIN_PLACE_SCRIPT, /* for a person, as it is */
};

/* By enum nb_placeholder; NULL = this house does not have it. Borrowed. */
struct plugin_values {
    const char *values[NB_PLACEHOLDER_COUNT];
};

enum plugin_place plugin_place_of_body(enum nb_body_type type);
/* "guest.surname", or NULL for NONE. */
const char *plugin_placeholder_name(enum nb_placeholder placeholder);
/* Whether a request of this operation may carry it (scripts may carry
 * every one but credentials). */
bool plugin_placeholder_allowed(enum nb_placeholder placeholder, enum nb_operation_kind operation,
                                enum plugin_place place);
/* Appends text to ret with every placeholder replaced and escaped. False, with an err that names
 * the placeholder and never a value, for an unknown one, one that is not allowed, one without a
 * value, a value that is not sound, one that stands outside quotes in JSON or inside a tag of XML,
 * or braces that do not match. */
bool plugin_text_replace(const char *text, enum nb_operation_kind operation,
                         enum plugin_place place, const struct plugin_values *values,
                         struct nb_buf *ret, struct nb_err *err) NB_MUST_CHECK;
/* The same checks without values: asked before an effect is stored. */
bool plugin_text_check(const char *text, enum nb_operation_kind operation, enum plugin_place place,
                       struct nb_err *err) NB_MUST_CHECK;

#endif
