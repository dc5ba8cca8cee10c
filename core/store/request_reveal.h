/*
 * What is secret about a request, for one person with a reason: counted and audited in the
 * statement that gives it, and handed on as sealed as it is kept.
 */
#ifndef NB_STORE_REQUEST_REVEAL_H
#define NB_STORE_REQUEST_REVEAL_H

#include "core/store/request.h"
#include "core/store/reveal.h"

/* Everything is borrowed. */
struct store_request_reveal {
    enum store_reveal_outcome outcome;
    struct public_id guest;
    const char *alias;
    struct store_bytes wrapped_key;  /* none: the guest was erased */
    struct store_bytes safe_contact; /* none was given */
    bool author;                     /* may learn of places to avoid */
    struct store_bytes zones[STORE_REQUEST_ZONES_MAX];
    size_t zone_count;
};

/* reveal is NULL unless result->outcome is STORE_OK. */
typedef void (*store_request_reveal_fn)(void *data, const struct store_result *result,
                                        const struct store_request_reveal *reveal);
/* Each call is a reveal of its own. */
void store_request_reveal(struct store *store, const struct store_revealer *by,
                          struct public_id request, const char *reason,
                          store_request_reveal_fn done, void *data);

#endif
