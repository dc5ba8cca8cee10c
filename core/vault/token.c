/*
 * The prefix lets secret scanners find a token that leaked into a repository or a ticket.
 */
#include "core/vault/token.h"

#include <sodium.h>
#include <string.h>

#define PREFIX "nbt_"
#define PREFIX_LENGTH 4
#define RANDOM_BYTES 32
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

_Static_assert(PREFIX_LENGTH + sodium_base64_ENCODED_LEN(RANDOM_BYTES, VARIANT) ==
                   VAULT_TOKEN_LENGTH + 1,
               "a token's length is part of the API");

struct vault_secret *vault_token_create(void)
{
    vault_ready();
    uint8_t random[RANDOM_BYTES];
    char text[VAULT_TOKEN_LENGTH + 1] = PREFIX;
    randombytes_buf(random, sizeof(random));
    sodium_bin2base64(text + PREFIX_LENGTH, sizeof(text) - PREFIX_LENGTH, random, sizeof(random),
                      VARIANT);
    struct vault_secret *token = vault_secret_of_text(VAULT_KIND_CREDENTIAL, text);
    sodium_memzero(random, sizeof(random));
    sodium_memzero(text, sizeof(text));
    return token;
}

bool vault_token_hash(const char *text, uint8_t ret_hash[VAULT_TOKEN_HASH_BYTES])
{
    vault_ready();
    if (strnlen(text, VAULT_TOKEN_LENGTH + 1) != VAULT_TOKEN_LENGTH ||
        strncmp(text, PREFIX, PREFIX_LENGTH) != 0) {
        return false;
    }
    uint8_t random[RANDOM_BYTES];
    size_t count = 0;
    int decoded =
        sodium_base642bin(random, sizeof(random), text + PREFIX_LENGTH,
                          VAULT_TOKEN_LENGTH - PREFIX_LENGTH, NULL, &count, NULL, VARIANT);
    sodium_memzero(random, sizeof(random));
    if (decoded != 0 || count != RANDOM_BYTES) {
        return false;
    }
    crypto_hash_sha256(ret_hash, (const uint8_t *)text, VAULT_TOKEN_LENGTH);
    return true;
}
