/*
 * API tokens: `nbt_` and 256 random bits in base64url. The database keeps only the SHA-256 hash; a
 * slow hash would add nothing, because there is nothing to guess.
 */
#ifndef NB_VAULT_TOKEN_H
#define NB_VAULT_TOKEN_H

#include "core/base/err.h"
#include "core/vault/secret.h"

#include <stdint.h>

#define VAULT_TOKEN_LENGTH 47 /* "nbt_" and 43 characters */
#define VAULT_TOKEN_HASH_BYTES 32

/* Gives a new token as a credential; it is shown to a person once. */
struct vault_secret *vault_token_create(void);
/*
 * The hash to store or look up. False for any text that no token looks like (wrong prefix, length
 * or character), so that such a request never reaches the database.
 */
bool vault_token_hash(const char *text, uint8_t ret_hash[VAULT_TOKEN_HASH_BYTES]) NB_MUST_CHECK;

#endif
