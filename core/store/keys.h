/*
 * The advisory locks of a write, read beforehand from the rows that it will change, because only
 * the database knows which place a booking takes from.
 */
#ifndef NB_STORE_KEYS_H
#define NB_STORE_KEYS_H

#include "core/store/call.h"

/* Options of one group: each is a place to take from. */
#define STORE_OPTIONS_MAX 40
#define STORE_KEYS_MAX PG_LOCK_KEYS_MAX

struct store_lock_keys {
    int64_t keys[STORE_KEYS_MAX]; /* the first chooses the connection; twice is once */
    size_t count;
};

/* keys is NULL when there is nothing of that id, and unless the result is STORE_OK. */
typedef void (*store_keys_fn)(void *data, const struct store_result *result,
                              const struct store_lock_keys *keys);

/* "{1,-2}": a bigint[] as PostgreSQL writes it. More than STORE_KEYS_MAX is a bug. */
void store_lock_keys_read(const char *text, struct store_lock_keys *ret_keys);
/* Reads one row with lock_keys, for a store_keys_fn. */
void store_lock_keys_reader(const struct store_reading *reading);
/* Names them all for the call. */
void store_lock_keys_take(struct store_call *call, const struct store_lock_keys *keys);

#endif
