/*
 * What is shown of a booking's place and guest to one person with a reason: counted and audited in
 * the statement that gives it. Guest data is handed on as sealed as it is kept.
 */
#ifndef NB_STORE_REVEAL_H
#define NB_STORE_REVEAL_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/store/operation.h"

struct store_bytes {
    const uint8_t *bytes; /* NULL: there are none */
    size_t count;
};

enum store_reveal_outcome {
    STORE_REVEAL_NONE = 0,
    STORE_REVEALED,
    STORE_REVEAL_NOT_FOUND,
    STORE_REVEAL_NOT_CLAIMED, /* of a task: somebody else holds it, or nobody */
    STORE_REVEAL_QUOTA,       /* the hour's number of reveals was reached */
};

/* Everything is borrowed. Texts are NULL where there is none. */
struct store_reveal {
    enum store_reveal_outcome outcome;
    struct public_id guest;
    const char *alias;
    struct store_bytes wrapped_key; /* none: the guest was erased */
    struct store_bytes given_name;
    struct store_bytes surname;
    struct store_bytes confirmation;
    struct public_id reference; /* of the attempt */
    const char *place_name;
    const char *place_kind;
    const char *unit_name;
    const char *address;
    struct store_bytes sealed_address; /* of a confidential place, once it is confirmed */
    struct public_id address_of;       /* the location */
    bool confidential;
    const char *postal_code;
    const char *region;
    const char *country;
    const char *zone;
    const char *program;
    const char *property_code;
    const struct public_id *account; /* points account; NULL without one */
    bool phone_only;
    struct night check_in;
    struct night check_out;
    int64_t units;
    int64_t points; /* 0 without */
    const struct nb_instant *cancel_by;
    int64_t version; /* of the booking */
    struct public_id hotline;
    struct store_bytes hotline_key;
};

/* reveal is NULL unless result->outcome is STORE_OK. */
typedef void (*store_reveal_fn)(void *data, const struct store_result *result,
                                const struct store_reveal *reveal);

struct store_revealer {
    struct user_id actor;
    const char *role;
    struct hotline_id hotline;
};

/* Each call is a reveal of its own: two calls are two audit rows. */
void store_reveal_booking(struct store *store, const struct store_revealer *by,
                          struct public_id booking, const char *reason, store_reveal_fn done,
                          void *data);
/* For whoever holds the claim of a task about a booking. */
void store_reveal_task(struct store *store, const struct store_revealer *by, struct public_id task,
                       store_reveal_fn done, void *data);

#endif
