/*
 * Escrow: the master key sealed to the public key of each escrow officer (crypto_box_seal), so that
 * the loss of the key folder is not the loss of every guest's record. Copies stand in `escrow/`
 * below the key folder; make that a mount point to keep them on another medium. Officers' public
 * keys are remembered, so that a rotation replaces the copies by itself and no copy outlives its
 * epoch here. A copy that an officer carried away is the officer's to destroy: an erasure is not
 * final before.
 */
#ifndef NB_VAULT_ESCROW_H
#define NB_VAULT_ESCROW_H

#include "core/base/err.h"
#include "core/vault/keys.h"
#include "core/vault/secret.h"

#include <stddef.h>
#include <stdint.h>

#define VAULT_OFFICERS_MAX 16
#define VAULT_OFFICER_NAME 20 /* 16 hexadecimal digits of the public key's hash, and the NUL */
#define VAULT_ESCROW_BYTES 124

struct vault_officer {
    uint8_t public_key[32]; /* X25519 */
};

/* A new officer's pair; the secret key is for the officer alone and is
 * not kept. Gives ownership. */
struct vault_secret *vault_officer_create(struct vault_officer *ret_officer);
/* A short name for file names and screens. */
void vault_officer_name(const struct vault_officer *officer, char ret_name[VAULT_OFFICER_NAME]);

/*
 * Makes the given officers (1 to VAULT_OFFICERS_MAX) the only ones: a copy of the current epoch for
 * each, the copies of all others destroyed. `conflict` "rotation_open" during a rotation.
 */
bool vault_keys_escrow(struct vault_keys *keys, const struct vault_officer *officers, size_t count,
                       struct nb_err *err) NB_MUST_CHECK;
/* Reads the copy that an officer may carry away. */
bool vault_escrow_read(const struct vault_keys *keys, const struct vault_officer *officer,
                       uint8_t ret_copy[VAULT_ESCROW_BYTES], struct nb_err *err) NB_MUST_CHECK;
/* The remembered officers; 0 when escrow was never set up. */
bool vault_escrow_officers(const struct vault_keys *keys,
                           struct vault_officer ret_officers[VAULT_OFFICERS_MAX], size_t *ret_count,
                           struct nb_err *err) NB_MUST_CHECK;
/*
 * Puts the key of a copy back into dir (made when absent). `auth` "escrow_not_yours" when the
 * secret key does not open it; `conflict` "keys_exist" when dir already holds a key of that epoch.
 */
bool vault_keys_restore(const char *dir, const uint8_t *copy, size_t count,
                        const struct vault_secret *officer_secret, uint32_t *ret_epoch,
                        struct nb_err *err) NB_MUST_CHECK;

/* For rotation, under the folder's lock: a copy of this epoch for every remembered officer. */
bool vault_escrow_replicate(int folder_fd, uint32_t epoch, const struct vault_secret *master,
                            struct nb_err *err) NB_MUST_CHECK;
/* For rotation: checks that every officer has a copy of `current`, then
 * destroys every other copy. */
bool vault_escrow_forget_older(int folder_fd, uint32_t current, struct nb_err *err) NB_MUST_CHECK;

#endif
