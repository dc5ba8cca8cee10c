/*
 * One derived key per (epoch, purpose). The derivation is cheap, so nothing is cached that a
 * rotation would have to wipe.
 */
#include "core/vault/fingerprint.h"

#include "core/base/mem.h"
#include "core/vault/bytes.h"

#include <sodium.h>

#define EPOCH_BYTES 4
#define HASH_BYTES (VAULT_PRINT_BYTES - EPOCH_BYTES)
#define SUBKEY_FINGERPRINT 1

_Static_assert(crypto_kdf_KEYBYTES == VAULT_MASTER_BYTES, "subkeys are derived from the master");

/* The purpose word of crypto_kdf: exactly eight characters, never reused for anything else. */
static const char *purpose_word(enum vault_print_purpose purpose)
{
    switch (purpose) {
    case VAULT_PRINT_OPERATION:
        return "nb_opera";
    case VAULT_PRINT_CONFIRMATION:
        return "nb_confi";
    case VAULT_PRINT_SITUATION:
        return "nb_situa";
    case VAULT_PRINT_NONE:
        break;
    }
    return NULL;
}

bool vault_print_make_under(const struct vault_keys *keys, uint32_t epoch,
                            enum vault_print_purpose purpose, const void *bytes, size_t count,
                            struct vault_print *ret_print)
{
    const char *word = purpose_word(purpose);
    NB_ASSERT(word != NULL);
    const struct vault_secret *master = vault_keys_master(keys, epoch);
    if (master == NULL) {
        return false;
    }
    uint8_t subkey[crypto_generichash_KEYBYTES];
    crypto_kdf_derive_from_key(subkey, sizeof(subkey), SUBKEY_FINGERPRINT, word,
                               vault_secret_reveal(master, VAULT_FOR_CRYPTO));
    vault_put_u32(ret_print->bytes, epoch);
    crypto_generichash(ret_print->bytes + EPOCH_BYTES, HASH_BYTES, bytes, count, subkey,
                       sizeof(subkey));
    sodium_memzero(subkey, sizeof(subkey));
    return true;
}

struct vault_print vault_print_make(const struct vault_keys *keys, enum vault_print_purpose purpose,
                                    const void *bytes, size_t count)
{
    struct vault_print print;
    NB_ASSERT(vault_print_make_under(keys, vault_keys_epoch(keys), purpose, bytes, count, &print));
    return print;
}
