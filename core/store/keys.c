#include "core/store/keys.h"

#include <stdlib.h>

void store_lock_keys_read(const char *text, struct store_lock_keys *ret_keys)
{
    const char *at = text;

    ret_keys->count = 0;
    NB_ASSERT(*at == '{');
    while (*at != '}' && at[1] != '}') {
        char *end = NULL;
        NB_ASSERT(ret_keys->count < STORE_KEYS_MAX);
        ret_keys->keys[ret_keys->count++] = strtoll(at + 1, &end, 10);
        NB_ASSERT(end > at + 1 && (*end == ',' || *end == '}'));
        at = end;
    }
}

void store_lock_keys_reader(const struct store_reading *reading)
{
    struct store_lock_keys keys;
    bool found =
        store_reading_count(reading) == 1 && !pg_row_is_null(reading->rows, 0, "lock_keys");

    if (found) {
        store_lock_keys_read(pg_row_text(reading->rows, 0, "lock_keys"), &keys);
    }
    ((store_keys_fn)reading->done)(reading->data, reading->result, found ? &keys : NULL);
}

void store_lock_keys_take(struct store_call *call, const struct store_lock_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        store_call_lock(call, keys->keys[i]);
    }
}
