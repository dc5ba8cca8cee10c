/*
 * What a provider sees of the requests that it asked for.
 * Invariant: neither guest nor place is among it, and what became of one only where the guest
 * consented.
 */
#ifndef NB_STORE_ASKED_H
#define NB_STORE_ASKED_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/store/page.h"
#include "core/store/store.h"

#include <stddef.h>

struct store_asked {
    struct public_id id;
    struct nb_instant opened_at; /* of a page's sort, in microseconds */
    struct night check_in;
    int64_t nights;
    const char *shares_back;
    const char *progress; /* "looking", "placed", "over"; NULL without consent */
};
typedef void (*store_asked_fn)(void *data, const struct store_result *result,
                               const struct store_asked *rows, size_t count);
/* Of the provider that this user belongs to, the latest first. */
void store_asked_list(struct store *store, struct user_id provider_user,
                      const struct store_page *page, store_asked_fn done, void *data);

#endif
