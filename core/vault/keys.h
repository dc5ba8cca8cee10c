/*
 * Master keys with epochs, in a folder outside PostgreSQL (NIGHTBRIDGE_KEY_DIR, mode 700). A master
 * key wraps guest and hotline keys and derives fingerprint keys; it never seals data itself.
 * The highest epoch is the current one; a second, older one exists only while a rotation is open.
 * Rotation is what makes an erasure final: when the old epoch is destroyed, a wrapped key that lay
 * in an old backup opens no more. Everything here blocks on small files: call it off the loop.
 */
#ifndef NB_VAULT_KEYS_H
#define NB_VAULT_KEYS_H

#include "core/base/err.h"
#include "core/vault/folder.h"
#include "core/vault/secret.h"

#include <stdint.h>

#define VAULT_MASTER_BYTES 32
#define VAULT_EPOCHS_MAX                                                                           \
    4 /* living epochs at once; two suffice, more mean restored escrow copies */

struct vault_keys;

/* Makes the folder when absent, and epoch 1. `conflict` "keys_exist" when it already holds keys. */
bool vault_keys_init(const char *dir, struct nb_err *err) NB_MUST_CHECK;

/*
 * Reads every epoch. `not_found` without keys, `auth` for loose permissions, `invalid`
 * "key_file_damaged" for a file that does not hold together. Gives ownership.
 */
bool vault_keys_open(const char *dir, struct vault_keys **ret_keys,
                     struct nb_err *err) NB_MUST_CHECK;
/* Wipes the keys in memory; accepts NULL; returns NULL. */
struct vault_keys *vault_keys_close(struct vault_keys *keys);
/*
 * Reads the folder again: learns a new epoch, and wipes one that was destroyed. A process calls it
 * regularly, and vault_key_open does when it meets an epoch that is not known. On failure the keys
 * stay as they were.
 */
bool vault_keys_refresh(struct vault_keys *keys, struct nb_err *err) NB_MUST_CHECK;

uint32_t vault_keys_epoch(const struct vault_keys *keys);
/* True between rotate_begin and rotate_finish. */
bool vault_keys_rotating(const struct vault_keys *keys);
/* The master key of an epoch, borrowed until refresh, finish or close; NULL when it does not live
 * here. */
const struct vault_secret *vault_keys_master(const struct vault_keys *keys, uint32_t epoch);

/*
 * Makes the next epoch current, and its escrow copies before it. Repeating it after a crash goes on
 * with the epoch that was begun. The caller then (1) records the epoch in the database, which
 * refuses wraps under an older one from then on, so that no other process can wrap under the dying
 * key, (2) wraps every living key again, (3) calls finish.
 */
bool vault_keys_rotate_begin(struct vault_keys *keys, uint32_t *ret_epoch,
                             struct nb_err *err) NB_MUST_CHECK;
/*
 * Destroys every epoch but the current one, and their escrow copies. Refuses with `unavailable`
 * "escrow_missing" while an officer's copy of the current epoch is not in place.
 */
bool vault_keys_rotate_finish(struct vault_keys *keys, struct nb_err *err) NB_MUST_CHECK;

/* For escrow: the name of an epoch's file. */
void vault_keys_file_name(uint32_t epoch, char ret_name[VAULT_NAME_MAX]);
/* For escrow: the folder's descriptor, borrowed. */
int vault_keys_folder(const struct vault_keys *keys);
/* For escrow: writes one epoch's file (replacing it) into a folder. */
bool vault_keys_store(int folder_fd, uint32_t epoch, const struct vault_secret *master,
                      struct nb_err *err) NB_MUST_CHECK;

#endif
