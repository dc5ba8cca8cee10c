/*
 * Both layers are one format, told apart by the associated data ("wrap" or "data"), so that a
 * wrapped key can never be opened as data nor the reverse.
 */
#include "core/vault/seal.h"

#include "core/base/mem.h"
#include "core/vault/bytes.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SEAL_VERSION 1
#define VERSION_BYTES 1
#define EPOCH_BYTES 4
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define NONCE_OFFSET (VERSION_BYTES + EPOCH_BYTES)
#define TEXT_OFFSET (NONCE_OFFSET + NONCE_BYTES)
#define BLOCK_BYTES 64

_Static_assert(VAULT_WRAPPED_BYTES == TEXT_OFFSET + VAULT_KEY_BYTES + TAG_BYTES,
               "a wrapped key's size is part of the schema");
_Static_assert(VAULT_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "XChaCha20 keys");

struct associated {
    char text[VAULT_CONTEXT_MAX + 32];
    size_t length;
};

static struct associated associate(const char *layer, uint32_t epoch, const char *context)
{
    struct associated data;
    NB_ASSERT(strlen(context) <= VAULT_CONTEXT_MAX);
    int length = snprintf(data.text, sizeof(data.text), "nb%d|%s|%" PRIu32 "|%s", SEAL_VERSION,
                          layer, epoch, context);
    NB_ASSERT(length > 0 && (size_t)length < sizeof(data.text));
    data.length = (size_t)length;
    return data;
}

/* Writes TEXT_OFFSET + count + TAG_BYTES bytes. */
static void encrypt(const struct vault_secret *key, uint32_t epoch, const struct associated *data,
                    const uint8_t *plain, size_t count, uint8_t *ret_sealed)
{
    NB_ASSERT(vault_secret_length(key) == VAULT_KEY_BYTES);
    ret_sealed[0] = SEAL_VERSION;
    vault_put_u32(ret_sealed + VERSION_BYTES, epoch);
    randombytes_buf(ret_sealed + NONCE_OFFSET, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        ret_sealed + TEXT_OFFSET, NULL, plain, count, (const uint8_t *)data->text, data->length,
        NULL, ret_sealed + NONCE_OFFSET, vault_secret_reveal(key, VAULT_FOR_CRYPTO));
}

/* Writes count - TEXT_OFFSET - TAG_BYTES bytes; false when the tag does not fit. */
static bool decrypt(const struct vault_secret *key, const struct associated *data,
                    const uint8_t *sealed, size_t count, uint8_t *ret_plain)
{
    NB_ASSERT(vault_secret_length(key) == VAULT_KEY_BYTES);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               ret_plain, NULL, NULL, sealed + TEXT_OFFSET, count - TEXT_OFFSET,
               (const uint8_t *)data->text, data->length, sealed + NONCE_OFFSET,
               vault_secret_reveal(key, VAULT_FOR_CRYPTO)) == 0;
}

static bool damaged(struct nb_err *err)
{
    return nb_err_set(
        err, NB_ERR_INVALID, "sealed_damaged",
        "sealed data does not open: it was changed, or belongs to another row or key.");
}

struct vault_secret *vault_key_create(void)
{
    return vault_secret_random(VAULT_KEY_BYTES);
}

void vault_key_wrap(const struct vault_keys *keys, const struct vault_secret *key,
                    const char *context, uint8_t ret_wrapped[VAULT_WRAPPED_BYTES])
{
    NB_ASSERT(vault_secret_length(key) == VAULT_KEY_BYTES);
    uint32_t epoch = vault_keys_epoch(keys);
    struct associated data = associate("wrap", epoch, context);
    encrypt(vault_keys_master(keys, epoch), epoch, &data,
            vault_secret_reveal(key, VAULT_FOR_SEALING), VAULT_KEY_BYTES, ret_wrapped);
}

uint32_t vault_wrapped_epoch(const uint8_t *wrapped, size_t count)
{
    if (count != VAULT_WRAPPED_BYTES || wrapped[0] != SEAL_VERSION) {
        return 0;
    }
    return vault_get_u32(wrapped + VERSION_BYTES);
}

bool vault_key_unwrap(const struct vault_keys *keys, const char *context, const uint8_t *wrapped,
                      size_t count, struct vault_secret **ret_key, struct nb_err *err)
{
    uint32_t epoch = vault_wrapped_epoch(wrapped, count);
    if (epoch == 0) {
        return damaged(err);
    }
    const struct vault_secret *master = vault_keys_master(keys, epoch);
    if (master == NULL) {
        return nb_err_set(err, NB_ERR_CONFLICT, "epoch_unknown",
                          "the key folder holds no epoch %" PRIu32 ".", epoch);
    }
    struct associated data = associate("wrap", epoch, context);
    uint8_t plain[VAULT_KEY_BYTES];
    if (!decrypt(master, &data, wrapped, count, plain)) {
        return damaged(err);
    }
    *ret_key = vault_secret_create(VAULT_KIND_KEY, plain, sizeof(plain));
    sodium_memzero(plain, sizeof(plain));
    return true;
}

bool vault_key_open(struct vault_keys *keys, const char *context, const uint8_t *wrapped,
                    size_t count, struct vault_secret **ret_key, struct nb_err *err)
{
    return vault_key_unwrap(keys, context, wrapped, count, ret_key, err) ||
           (err->kind == NB_ERR_CONFLICT && vault_keys_refresh(keys, err) &&
            vault_key_unwrap(keys, context, wrapped, count, ret_key, err));
}

bool vault_key_rewrap(const struct vault_keys *keys, const char *context, const uint8_t *wrapped,
                      size_t count, uint8_t ret_wrapped[VAULT_WRAPPED_BYTES], struct nb_err *err)
{
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    if (!vault_key_unwrap(keys, context, wrapped, count, &key, err)) {
        return false;
    }
    vault_key_wrap(keys, key, context, ret_wrapped);
    return true;
}

/* A padded copy in memory that is wiped by wiped_free. */
static uint8_t *padded_copy(const void *plain, size_t count, size_t *ret_padded)
{
    size_t room = (count / BLOCK_BYTES + 1) * BLOCK_BYTES;
    uint8_t *copy = nb_alloc(room);
    if (count > 0) {
        memcpy(copy, plain, count);
    }
    NB_ASSERT(sodium_pad(ret_padded, copy, count, BLOCK_BYTES, room) == 0);
    return copy;
}

static void wiped_free(uint8_t *bytes, size_t count)
{
    sodium_memzero(bytes, count);
    nb_free(bytes);
}

bool vault_seal(const struct vault_secret *key, const char *context, const void *plain,
                size_t count, struct nb_buf *ret_sealed, struct nb_err *err)
{
    if (count > VAULT_SEAL_MAX) {
        return nb_err_set(err, NB_ERR_LIMIT, "seal_too_large",
                          "at most %zu bytes can be sealed at once.", VAULT_SEAL_MAX);
    }
    struct associated data = associate("data", 0, context);
    size_t padded = 0;
    uint8_t *copy = padded_copy(plain, count, &padded);
    size_t sealed_bytes = TEXT_OFFSET + padded + TAG_BYTES;
    NB_AUTOFREE uint8_t *sealed = nb_alloc(sealed_bytes);
    encrypt(key, 0, &data, copy, padded, sealed);
    wiped_free(copy, padded);
    nb_buf_add(ret_sealed, sealed, sealed_bytes);
    return nb_buf_ok(ret_sealed, err);
}

static bool sealed_plausible(const uint8_t *sealed, size_t count)
{
    return count >= TEXT_OFFSET + BLOCK_BYTES + TAG_BYTES &&
           count <= TEXT_OFFSET + VAULT_SEAL_MAX + BLOCK_BYTES + TAG_BYTES &&
           sealed[0] == SEAL_VERSION && vault_get_u32(sealed + VERSION_BYTES) == 0;
}

bool vault_open(const struct vault_secret *key, const char *context, const uint8_t *sealed,
                size_t count, enum vault_kind kind, struct vault_secret **ret_plain,
                struct nb_err *err)
{
    if (!sealed_plausible(sealed, count)) {
        return damaged(err);
    }
    struct associated data = associate("data", 0, context);
    size_t padded = count - TEXT_OFFSET - TAG_BYTES;
    size_t length = 0;
    uint8_t *plain = nb_alloc(padded);
    bool opened = decrypt(key, &data, sealed, count, plain) &&
                  sodium_unpad(&length, plain, padded, BLOCK_BYTES) == 0;
    if (opened) {
        *ret_plain = vault_secret_create(kind, plain, length);
    }
    wiped_free(plain, padded);
    return opened || damaged(err);
}
