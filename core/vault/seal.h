/*
 * Sealing: what the application encrypts before it reaches SQL. Two layers: data is sealed with a
 * guest's or a hotline's key; those keys are wrapped by the current master key. Deleting a wrapped
 * key and rotating the master erases everything under it. Format of both: version (1 byte), epoch
 * (u32 big-endian; 0 for data, which no epoch governs), nonce (24), XChaCha20-Poly1305 ciphertext.
 * The context is bound as associated data: bytes moved to another row do not open. Data is padded
 * to blocks of 64 bytes, so that a length tells little. Pure CPU, no blocking.
 */
#ifndef NB_VAULT_SEAL_H
#define NB_VAULT_SEAL_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/vault/keys.h"
#include "core/vault/secret.h"

#include <stddef.h>
#include <stdint.h>

#define VAULT_KEY_BYTES 32
#define VAULT_WRAPPED_BYTES (1 + 4 + 24 + VAULT_KEY_BYTES + 16)
#define VAULT_SEAL_MAX ((size_t)1 << 20) /* bytes of plain text */
#define VAULT_CONTEXT_MAX 200

/* Gives a new random key for one guest or one hotline. */
struct vault_secret *vault_key_create(void);

/*
 * Wraps a key under the current epoch. context: what it is the key of, by outside id, e.g.
 * "guest_key|<public id>", at most VAULT_CONTEXT_MAX bytes.
 */
void vault_key_wrap(const struct vault_keys *keys, const struct vault_secret *key,
                    const char *context, uint8_t ret_wrapped[VAULT_WRAPPED_BYTES]);
/*
 * Errors: `conflict` "epoch_unknown" when the epoch does not live here (vault_key_open
 * looks again; after that it is gone for good), `invalid` "sealed_damaged" for anything tampered
 * with or of another context. Gives ownership.
 */
bool vault_key_unwrap(const struct vault_keys *keys, const char *context, const uint8_t *wrapped,
                      size_t count, struct vault_secret **ret_key,
                      struct nb_err *err) NB_MUST_CHECK;
/* The same for a process whose keys may be older than a rotation that began elsewhere: reads the
 * folder once more before it gives up. Errors as above, and those of vault_keys_refresh. */
bool vault_key_open(struct vault_keys *keys, const char *context, const uint8_t *wrapped,
                    size_t count, struct vault_secret **ret_key, struct nb_err *err) NB_MUST_CHECK;
/* Unwraps and wraps under the current epoch: a rotation's work for each living key. */
bool vault_key_rewrap(const struct vault_keys *keys, const char *context, const uint8_t *wrapped,
                      size_t count, uint8_t ret_wrapped[VAULT_WRAPPED_BYTES],
                      struct nb_err *err) NB_MUST_CHECK;
/* The epoch that a wrapped key needs, without opening it; 0 when it is not one. */
uint32_t vault_wrapped_epoch(const uint8_t *wrapped, size_t count);

/*
 * Appends the sealed bytes to ret_sealed. context: which field of which row, e.g.
 * "guest_secret|<public id>|contact". `limit` for more than VAULT_SEAL_MAX bytes or a full buffer.
 */
bool vault_seal(const struct vault_secret *key, const char *context, const void *plain,
                size_t count, struct nb_buf *ret_sealed, struct nb_err *err) NB_MUST_CHECK;
/* `invalid` "sealed_damaged" as above. Gives a secret of the kind named. */
bool vault_open(const struct vault_secret *key, const char *context, const uint8_t *sealed,
                size_t count, enum vault_kind kind, struct vault_secret **ret_plain,
                struct nb_err *err) NB_MUST_CHECK;

#endif
