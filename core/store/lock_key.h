/*
 * The advisory lock keys of sql/functions/lock_key.sql, computed here, so that a group of calls can
 * take the locks of all its calls in sorted order before the first of them runs.
 * Invariant: store_lock_key(kind, id) equals nb.lock_key(kind, id), bit for bit.
 */
#ifndef NB_STORE_LOCK_KEY_H
#define NB_STORE_LOCK_KEY_H

#include <stdint.h>

/* kind: a short word ("account", "unit"), at most 60 characters; id: the internal key. */
int64_t store_lock_key(const char *kind, int64_t id);

#endif
