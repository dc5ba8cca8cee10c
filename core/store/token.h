/*
 * Who a bearer token speaks for.
 */
#ifndef NB_STORE_TOKEN_H
#define NB_STORE_TOKEN_H

#include "core/base/ids.h"
#include "core/store/store.h"
#include "core/vault/token.h"

struct store_holder {
    struct user_id user;
    struct public_id user_public;
    char role[24];               /* nb.role_word: the one right that the token carries */
    struct hotline_id hotline;   /* 0 without one; at most one of the three homes is there */
    struct provider_id provider; /* 0 without one */
    int64_t partner;             /* 0 without one */
    struct nb_instant expires_at;
};

/* holder is NULL when nobody holds the token (STORE_OK) and when that is not known. */
typedef void (*store_holder_fn)(void *data, const struct store_result *result,
                                const struct store_holder *holder);

/* Needs the pool of STORE_STAFF or STORE_ADMIN, named by role. */
void store_token_find(struct store *store, enum store_role role,
                      const uint8_t hash[VAULT_TOKEN_HASH_BYTES], store_holder_fn done, void *data);

#endif
