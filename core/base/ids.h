/*
 * Identities. Internal keys are database bigints, one struct type per kind, so that the compiler
 * rejects mix-ups; whatever leaves the house is a public_id: 128 random bits, written as a UUID.
 */
#ifndef NB_BASE_IDS_H
#define NB_BASE_IDS_H

#include "core/base/err.h"

#include <stdint.h>

#define NB_ID_TYPE(name)                                                                           \
    struct name {                                                                                  \
        int64_t v;                                                                                 \
    }

NB_ID_TYPE(hotline_id);
NB_ID_TYPE(user_id);
NB_ID_TYPE(provider_id);
NB_ID_TYPE(property_id);
NB_ID_TYPE(unit_type_id);
NB_ID_TYPE(program_id);
NB_ID_TYPE(account_id);
NB_ID_TYPE(request_id);
NB_ID_TYPE(booking_id);
NB_ID_TYPE(attempt_id);
NB_ID_TYPE(outbox_id);

#define NB_PUBLIC_ID_TEXT 37 /* 36 characters and the NUL */

struct public_id {
    uint8_t bytes[16];
};

/* 128 bits from the kernel; aborts if the kernel has none. */
struct public_id nb_public_id_random(void);
/* Accepts exactly the 36-character lower- or upper-case form; false for anything else. */
bool nb_public_id_parse(const char *text, struct public_id *ret_id) NB_MUST_CHECK;
void nb_public_id_format(struct public_id id, char ret_text[NB_PUBLIC_ID_TEXT]);

#endif
