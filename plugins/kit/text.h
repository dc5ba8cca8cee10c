/*
 * Text built in a call's arena. A writer may append freely and ask once at the end: out of memory,
 * or over the capacity, it is `failed` and its text is NULL.
 */
#ifndef NB_KIT_TEXT_H
#define NB_KIT_TEXT_H

#include "core/plugin/nb_plugin.h"

struct kit_text {
    char *data;
    size_t length;
    size_t capacity;
    bool failed;
};

struct kit_text kit_text_begin(const struct nb_call *call, size_t capacity);
void kit_text_add(struct kit_text *text, const char *more);
void kit_text_number(struct kit_text *text, int64_t number);
/* A JSON string with its quotes. Braces are escaped, so that a value never
 * reads as a placeholder. */
void kit_text_json(struct kit_text *text, const char *value);
/* An attribute's value in double quotes, or an element's text. Braces are escaped, as above. */
void kit_text_xml(struct kit_text *text, const char *value);
/* The finished text, or NULL. */
const char *kit_text_end(const struct kit_text *text);

/* A decimal integer and nothing else; false when it is none or does not fit. */
bool kit_number_parse(const char *text, int64_t *ret_number);
/* Whether `word` is an item of the comma-separated list. */
bool kit_list_has(const char *list, const char *word);
/* One text between two others, in the arena; NULL without memory. */
const char *kit_text_join(const struct nb_call *call, const char *before, const char *middle,
                          const char *after);

#endif
