#include "core/pg/lane_text.h"

#include <stdlib.h>

static int compare_keys(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Sorted, each once. */
static size_t collect_keys(const struct lane_call *first, int64_t keys[LANE_KEYS_MAX])
{
    size_t count = 0;
    size_t kept = 0;

    for (const struct lane_call *call = first; call != NULL; call = call->next) {
        for (int i = 0; i < call->call.lock_key_count; i++) {
            keys[count++] = call->call.lock_keys[i];
        }
    }
    qsort(keys, count, sizeof(keys[0]), compare_keys);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || keys[i] != keys[kept - 1]) {
            keys[kept++] = keys[i];
        }
    }
    return kept;
}

size_t lane_keys_text(const struct lane_call *first, char ret_text[LANE_KEYS_TEXT])
{
    int64_t keys[LANE_KEYS_MAX] = {0};
    size_t count = collect_keys(first, keys);
    size_t length = 0;

    if (count == 0) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        ret_text[length++] = i == 0 ? '{' : ',';
        length += nb_int64_format(keys[i], ret_text + length);
    }
    ret_text[length++] = '}';
    ret_text[length] = '\0';
    return length;
}

void lane_joined_text(const struct lane_call *first, struct nb_buf *text)
{
    for (const struct lane_call *call = first; call != NULL; call = call->next) {
        nb_buf_char(text, call == first ? '[' : ',');
        nb_buf_add(text, call->call.params->values[0], (size_t)call->call.params->lengths[0]);
    }
    nb_buf_char(text, ']');
}
