/*
 * API tokens: shape, hash, and what is refused before the database is asked.
 */
#include "core/vault/token.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <string.h>

Test(token, looks_the_same_to_its_hash_every_time, .timeout = 5)
{
    uint8_t first[VAULT_TOKEN_HASH_BYTES];
    uint8_t second[VAULT_TOKEN_HASH_BYTES];
    VAULT_AUTOSECRET struct vault_secret *token = vault_token_create();
    const char *text = (const char *)vault_secret_reveal(token, VAULT_FOR_PERSON);
    cr_assert_eq(strlen(text), (size_t)VAULT_TOKEN_LENGTH);
    cr_assert_eq(strncmp(text, "nbt_", 4), 0);
    cr_assert(vault_token_hash(text, first));
    cr_assert(vault_token_hash(text, second));
    cr_assert_eq(memcmp(first, second, sizeof(first)), 0);
    cr_assert_null(memmem(first, sizeof(first), text + 4, 4));
}

Test(token, is_never_the_same_twice, .timeout = 5)
{
    VAULT_AUTOSECRET struct vault_secret *a = vault_token_create();
    VAULT_AUTOSECRET struct vault_secret *b = vault_token_create();
    cr_assert_not(vault_secret_equal(a, b));
}

Test(token, hashes_with_sha256_so_that_the_database_can_check, .timeout = 5)
{
    /* printf 'nbt_AAAA...' (43 times A) | sha256sum */
    static const uint8_t expected[4] = {0x23, 0x96, 0xee, 0xa1};
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    cr_assert(vault_token_hash("nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", hash));
    cr_assert_eq(memcmp(hash, expected, sizeof(expected)), 0);
}

Test(token, refuses_what_no_token_looks_like, .timeout = 5)
{
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {"", "empty"},
        {"nbt_", "prefix only"},
        {"nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a character short"},
        {"nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a character long"},
        {"xyz_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "another prefix"},
        {"nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "padding"},
        {"nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A", "not the URL alphabet"},
        {"nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA A", "a space"},
        {"nbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", "bits beyond the 256"},
    };
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        cr_expect_not(vault_token_hash(rows[i].text, hash), "%s", rows[i].why);
    }
}
