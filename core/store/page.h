/*
 * Keyset pages: rows behind (sort, id), where sort is whatever the list is ordered by first and id
 * the public id that makes the order total.
 */
#ifndef NB_STORE_PAGE_H
#define NB_STORE_PAGE_H

#include "core/base/ids.h"
#include "core/store/call.h"

#include <stdbool.h>
#include <stdint.h>

struct store_page {
    int64_t limit; /* rows to give */
    bool follows;  /* only rows behind (sort, id) */
    int64_t sort;  /* microseconds since 1970, days, or 0: the list says which */
    struct public_id id;
};

/* Adds three parameters: limit bigint, sort bigint and id uuid (both null on a first page). */
void store_page_params(struct pg_params *params, const struct store_page *page);

#endif
