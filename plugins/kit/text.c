#include "plugins/kit/text.h"

#include <string.h>

struct kit_text kit_text_begin(const struct nb_call *call, size_t capacity)
{
    struct kit_text text = {.capacity = capacity};
    text.data = nb_call_alloc(call, capacity + 1);
    text.failed = text.data == NULL;
    return text;
}

static void add_bytes(struct kit_text *text, const char *bytes, size_t count)
{
    if (text->failed || count > text->capacity - text->length) {
        text->failed = true;
        return;
    }
    memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void kit_text_add(struct kit_text *text, const char *more)
{
    add_bytes(text, more, strlen(more));
}

void kit_text_number(struct kit_text *text, int64_t number)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    add_bytes(text, digits + at, sizeof(digits) - at);
}

static void add_json_char(struct kit_text *text, char c)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char byte = (unsigned char)c;
    if (byte >= ' ' && c != '"' && c != '\\' && c != '{' && c != '}') {
        add_bytes(text, &c, 1);
        return;
    }
    char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    add_bytes(text, escape, sizeof(escape));
}

void kit_text_json(struct kit_text *text, const char *value)
{
    add_bytes(text, "\"", 1);
    for (const char *at = value; *at != '\0'; at++) {
        add_json_char(text, *at);
    }
    add_bytes(text, "\"", 1);
}

static const char *xml_entity(char c)
{
    static const struct {
        char plain;
        const char *entity;
    } entities[] = {{'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"},  {'"', "&quot;"},
                    {'\'', "&#39;"}, {'{', "&#123;"}, {'}', "&#125;"}};
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (entities[i].plain == c) {
            return entities[i].entity;
        }
    }
    return NULL;
}

void kit_text_xml(struct kit_text *text, const char *value)
{
    for (const char *at = value; *at != '\0'; at++) {
        const char *entity = xml_entity(*at);
        add_bytes(text, entity == NULL ? at : entity, entity == NULL ? 1 : strlen(entity));
    }
}

const char *kit_text_end(const struct kit_text *text)
{
    return text->failed ? NULL : text->data;
}

bool kit_number_parse(const char *text, int64_t *ret_number)
{
    bool negative = *text == '-';
    int64_t number = 0;
    const char *at = text + negative;
    if (*at == '\0') {
        return false;
    }
    for (; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *at - '0', &number)) {
            return false;
        }
    }
    *ret_number = negative ? -number : number;
    return true;
}

bool kit_list_has(const char *list, const char *word)
{
    size_t length = strlen(word);
    const char *item = list;
    while (item != NULL && *item != '\0') {
        const char *comma = strchr(item, ',');
        size_t item_length = comma == NULL ? strlen(item) : (size_t)(comma - item);
        if (item_length == length && memcmp(item, word, length) == 0) {
            return true;
        }
        item = comma == NULL ? NULL : comma + 1;
    }
    return false;
}

const char *kit_text_join(const struct nb_call *call, const char *before, const char *middle,
                          const char *after)
{
    struct kit_text text = kit_text_begin(call, strlen(before) + strlen(middle) + strlen(after));
    kit_text_add(&text, before);
    kit_text_add(&text, middle);
    kit_text_add(&text, after);
    return kit_text_end(&text);
}
