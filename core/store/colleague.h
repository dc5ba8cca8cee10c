/*
 * Who works at a hotline: to whom work may be handed.
 */
#ifndef NB_STORE_COLLEAGUE_H
#define NB_STORE_COLLEAGUE_H

#include "core/base/ids.h"
#include "core/store/store.h"

#include <stddef.h>

struct store_colleague {
    struct public_id id;
    const char *name; /* as colleagues know them */
    const char *role; /* the highest placing right; NULL for none */
};
/* By name; NULL and 0 unless the outcome is STORE_OK. */
typedef void (*store_colleagues_fn)(void *data, const struct store_result *result,
                                    const struct store_colleague *rows, size_t count);
void store_colleague_list(struct store *store, struct hotline_id hotline, store_colleagues_fn done,
                          void *data);

#endif
