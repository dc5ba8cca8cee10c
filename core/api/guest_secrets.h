/*
 * How a guest is called and what a program confirmed, opened for one answer that a person may see.
 * Not here: who may (nb.booking_reveal, nb.task_reveal). Invariant: nothing opened here outlives
 * the struct, which is wiped by api_guest_secrets_close.
 */
#ifndef NB_API_GUEST_SECRETS_H
#define NB_API_GUEST_SECRETS_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/store/reveal.h"
#include "core/vault/fingerprint.h"
#include "core/vault/keys.h"
#include "core/vault/secret.h"

struct api_guest_secrets {
    struct vault_secret *key;        /* the guest's */
    struct vault_secret *given_name; /* NULL where there is none, as all below */
    struct vault_secret *surname;
    struct vault_secret *confirmation;
    struct vault_secret *address; /* of a confidential place */
};

/* The guest's key alone, for sealing. NOT_FOUND "guest_erased" without it. Gives ownership. */
bool api_guest_key_open(struct vault_keys *keys, struct public_id guest, struct store_bytes wrapped,
                        struct vault_secret **ret_key, struct nb_err *err) NB_MUST_CHECK;

/* Opens what the reveal holds; refreshes the keys once when their epoch is not known. NOT_FOUND
 * "guest_erased" without the guest's key. Close it in every case. */
bool api_guest_secrets_open(struct vault_keys *keys, const struct store_reveal *reveal,
                            struct api_guest_secrets *ret_secrets,
                            struct nb_err *err) NB_MUST_CHECK;
void api_guest_secrets_close(struct api_guest_secrets *secrets);

/* The text of one, for a person who may see it; NULL for none. Borrowed. */
const char *api_secret_text(const struct vault_secret *secret);

/* A confirmation number on its way into the database: sealed with the guest's key and bound to the
 * attempt, and its fingerprint with the account, by which a number is known to be new. */
bool api_confirmation_seal(const struct api_guest_secrets *secrets, struct public_id reference,
                           const char *number, struct nb_buf *ret_sealed,
                           struct nb_err *err) NB_MUST_CHECK;
/* One under each living epoch, the current one first; returns their bytes in all. */
#define API_PRINTS_MAX VAULT_EPOCHS_MAX
size_t api_confirmation_prints(const struct vault_keys *keys, struct public_id account,
                               const char *number,
                               uint8_t ret_prints[API_PRINTS_MAX * VAULT_PRINT_BYTES]);

#endif
