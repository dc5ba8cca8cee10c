/*
 * A copy is "NBE1", the epoch (u32), the officer's public key, and the sealed box over epoch and
 * key: the head says whose it is without opening it, the box repeats the epoch so that the head
 * cannot lie.
 */
#include "core/vault/escrow.h"

#include "core/base/mem.h"
#include "core/vault/bytes.h"
#include "core/vault/folder.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COPY_HEAD "NBE1"
#define HEAD_BYTES 4
#define EPOCH_BYTES 4
#define OFFICER_BYTES 32
#define BOX_OFFSET (HEAD_BYTES + EPOCH_BYTES + OFFICER_BYTES)
#define BOX_PLAIN_BYTES (EPOCH_BYTES + VAULT_MASTER_BYTES)
#define OFFICERS_FILE "officers"
#define ESCROW_FOLDER "escrow"

_Static_assert(BOX_OFFSET + BOX_PLAIN_BYTES + crypto_box_SEALBYTES == VAULT_ESCROW_BYTES,
               "a copy's size is part of its format");
_Static_assert(OFFICER_BYTES == crypto_box_PUBLICKEYBYTES, "an officer's key is X25519");
_Static_assert(VAULT_OFFICERS_MAX *OFFICER_BYTES <= VAULT_FILE_MAX, "the list fits its file");

struct officer_list {
    size_t count;
    struct vault_officer officers[VAULT_OFFICERS_MAX];
};

struct vault_secret *vault_officer_create(struct vault_officer *ret_officer)
{
    vault_ready();
    uint8_t secret_key[crypto_box_SECRETKEYBYTES];
    crypto_box_keypair(ret_officer->public_key, secret_key);
    struct vault_secret *secret =
        vault_secret_create(VAULT_KIND_OFFICER, secret_key, sizeof(secret_key));
    sodium_memzero(secret_key, sizeof(secret_key));
    return secret;
}

void vault_officer_name(const struct vault_officer *officer, char ret_name[VAULT_OFFICER_NAME])
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    crypto_generichash(hash, sizeof(hash), officer->public_key, OFFICER_BYTES, NULL, 0);
    sodium_bin2hex(ret_name, VAULT_OFFICER_NAME, hash, 8);
}

static void copy_file_name(uint32_t epoch, const struct vault_officer *officer,
                           char ret_name[VAULT_NAME_MAX])
{
    char who[VAULT_OFFICER_NAME];
    vault_officer_name(officer, who);
    snprintf(ret_name, VAULT_NAME_MAX, "epoch-%08" PRIx32 "-%s.sealed", epoch, who);
}

static bool officers_read(int folder_fd, struct officer_list *ret_list, struct nb_err *err)
{
    uint8_t bytes[VAULT_OFFICERS_MAX * OFFICER_BYTES];
    size_t count = 0;
    *ret_list = (struct officer_list){0};
    if (!vault_folder_has(folder_fd, OFFICERS_FILE)) {
        return true;
    }
    if (!vault_folder_read(folder_fd, OFFICERS_FILE, bytes, sizeof(bytes), &count, err)) {
        return false;
    }
    if (count % OFFICER_BYTES != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "officers_damaged",
                          "the list of escrow officers is damaged; run `key escrow` again.");
    }
    ret_list->count = count / OFFICER_BYTES;
    for (size_t i = 0; i < ret_list->count; i++) {
        memcpy(ret_list->officers[i].public_key, bytes + i * OFFICER_BYTES, OFFICER_BYTES);
    }
    return true;
}

static bool officers_write(int folder_fd, const struct officer_list *list, struct nb_err *err)
{
    uint8_t bytes[VAULT_OFFICERS_MAX * OFFICER_BYTES];
    for (size_t i = 0; i < list->count; i++) {
        memcpy(bytes + i * OFFICER_BYTES, list->officers[i].public_key, OFFICER_BYTES);
    }
    return vault_folder_write(folder_fd, OFFICERS_FILE, bytes, list->count * OFFICER_BYTES, err);
}

static bool copy_write(int escrow_fd, const struct vault_officer *officer, uint32_t epoch,
                       const struct vault_secret *master, struct nb_err *err)
{
    uint8_t plain[BOX_PLAIN_BYTES];
    uint8_t copy[VAULT_ESCROW_BYTES];
    memcpy(copy, COPY_HEAD, HEAD_BYTES);
    vault_put_u32(copy + HEAD_BYTES, epoch);
    memcpy(copy + HEAD_BYTES + EPOCH_BYTES, officer->public_key, OFFICER_BYTES);
    vault_put_u32(plain, epoch);
    memcpy(plain + EPOCH_BYTES, vault_secret_reveal(master, VAULT_FOR_SEALING), VAULT_MASTER_BYTES);
    int sealed = crypto_box_seal(copy + BOX_OFFSET, plain, sizeof(plain), officer->public_key);
    sodium_memzero(plain, sizeof(plain));
    if (sealed != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "officer_key_weak",
                          "an escrow officer's public key is not a usable X25519 key.");
    }
    char name[VAULT_NAME_MAX];
    copy_file_name(epoch, officer, name);
    return vault_folder_write(escrow_fd, name, copy, sizeof(copy), err);
}

static bool copies_write(int escrow_fd, const struct officer_list *list, uint32_t epoch,
                         const struct vault_secret *master, struct nb_err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!copy_write(escrow_fd, &list->officers[i], epoch, master, err)) {
            return false;
        }
    }
    return true;
}

struct forgetting {
    int escrow_fd;
    uint32_t keep_epoch;
    const struct officer_list *keep;
};

static bool forget_entry(void *context, const char *name, struct nb_err *err)
{
    const struct forgetting *what = context;
    for (size_t i = 0; i < what->keep->count; i++) {
        char kept[VAULT_NAME_MAX];
        copy_file_name(what->keep_epoch, &what->keep->officers[i], kept);
        if (strcmp(name, kept) == 0) {
            return true;
        }
    }
    return vault_folder_destroy(what->escrow_fd, name, err);
}

static bool copies_complete(int escrow_fd, const struct officer_list *list, uint32_t epoch,
                            struct nb_err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        char name[VAULT_NAME_MAX];
        copy_file_name(epoch, &list->officers[i], name);
        if (!vault_folder_has(escrow_fd, name)) {
            return nb_err_set(err, NB_ERR_UNAVAILABLE, "escrow_missing",
                              "an escrow officer has no copy of epoch %" PRIu32
                              "; mount the escrow medium and begin the rotation again.",
                              epoch);
        }
    }
    return true;
}

/* The remembered officers and their folder; -1 when there are none. */
static bool officers_open(int folder_fd, struct officer_list *ret_list, int *ret_escrow_fd,
                          struct nb_err *err)
{
    *ret_escrow_fd = -1;
    if (!officers_read(folder_fd, ret_list, err)) {
        return false;
    }
    return ret_list->count == 0 || vault_folder_open(folder_fd, ESCROW_FOLDER, ret_escrow_fd, err);
}

bool vault_escrow_officers(const struct vault_keys *keys,
                           struct vault_officer ret_officers[VAULT_OFFICERS_MAX], size_t *ret_count,
                           struct nb_err *err)
{
    struct officer_list list;
    if (!officers_read(vault_keys_folder(keys), &list, err)) {
        return false;
    }
    for (size_t i = 0; i < list.count; i++) {
        ret_officers[i] = list.officers[i];
    }
    *ret_count = list.count;
    return true;
}

bool vault_escrow_replicate(int folder_fd, uint32_t epoch, const struct vault_secret *master,
                            struct nb_err *err)
{
    struct officer_list list;
    int escrow_fd;
    if (!officers_open(folder_fd, &list, &escrow_fd, err)) {
        return false;
    }
    if (escrow_fd < 0) {
        return true;
    }
    bool written = copies_write(escrow_fd, &list, epoch, master, err);
    close(escrow_fd);
    return written;
}

bool vault_escrow_forget_older(int folder_fd, uint32_t current, struct nb_err *err)
{
    struct officer_list list;
    int escrow_fd;
    if (!officers_open(folder_fd, &list, &escrow_fd, err)) {
        return false;
    }
    if (escrow_fd < 0) {
        return true;
    }
    struct forgetting what = {.escrow_fd = escrow_fd, .keep_epoch = current, .keep = &list};
    bool forgotten = copies_complete(escrow_fd, &list, current, err) &&
                     vault_folder_each(escrow_fd, forget_entry, &what, err);
    close(escrow_fd);
    return forgotten;
}

/* Officers are remembered before their copies exist: a rotation in between then notices a gap. */
static bool escrow_replace(struct vault_keys *keys, const struct officer_list *list,
                           struct nb_err *err)
{
    if (!vault_keys_refresh(keys, err)) {
        return false;
    }
    if (vault_keys_rotating(keys)) {
        return nb_err_set(err, NB_ERR_CONFLICT, "rotation_open",
                          "a key rotation is open; finish it before changing escrow.");
    }
    int folder = vault_keys_folder(keys);
    int escrow_fd = -1;
    if (!vault_folder_make(folder, ESCROW_FOLDER, &escrow_fd, err)) {
        return false;
    }
    uint32_t epoch = vault_keys_epoch(keys);
    struct forgetting what = {.escrow_fd = escrow_fd, .keep_epoch = epoch, .keep = list};
    bool replaced = officers_write(folder, list, err) &&
                    copies_write(escrow_fd, list, epoch, vault_keys_master(keys, epoch), err) &&
                    vault_folder_each(escrow_fd, forget_entry, &what, err);
    close(escrow_fd);
    return replaced;
}

bool vault_keys_escrow(struct vault_keys *keys, const struct vault_officer *officers, size_t count,
                       struct nb_err *err)
{
    if (count == 0 || count > VAULT_OFFICERS_MAX) {
        return nb_err_set(err, NB_ERR_INVALID, "officers_count",
                          "escrow needs 1 to %d officers, %zu were named.", VAULT_OFFICERS_MAX,
                          count);
    }
    struct officer_list list = {.count = count};
    memcpy(list.officers, officers, count * sizeof(*officers));
    int folder = vault_keys_folder(keys);
    if (!vault_folder_lock(folder, err)) {
        return false;
    }
    bool replaced = escrow_replace(keys, &list, err);
    vault_folder_unlock(folder);
    return replaced;
}

bool vault_escrow_read(const struct vault_keys *keys, const struct vault_officer *officer,
                       uint8_t ret_copy[VAULT_ESCROW_BYTES], struct nb_err *err)
{
    int escrow_fd = -1;
    if (!vault_folder_open(vault_keys_folder(keys), ESCROW_FOLDER, &escrow_fd, err)) {
        return false;
    }
    char name[VAULT_NAME_MAX];
    copy_file_name(vault_keys_epoch(keys), officer, name);
    size_t count = 0;
    bool got = vault_folder_read(escrow_fd, name, ret_copy, VAULT_ESCROW_BYTES, &count, err);
    close(escrow_fd);
    if (got && count != VAULT_ESCROW_BYTES) {
        return nb_err_set(err, NB_ERR_INVALID, "escrow_damaged", "%s is damaged.", name);
    }
    return got;
}

static bool copy_open(const uint8_t *copy, size_t count, const struct vault_secret *officer_secret,
                      uint32_t *ret_epoch, struct vault_secret **ret_master, struct nb_err *err)
{
    if (count != VAULT_ESCROW_BYTES || memcmp(copy, COPY_HEAD, HEAD_BYTES) != 0 ||
        vault_secret_length(officer_secret) != crypto_box_SECRETKEYBYTES) {
        return nb_err_set(err, NB_ERR_INVALID, "escrow_damaged",
                          "this is not an escrow copy with an officer's secret key.");
    }
    const uint8_t *secret_key = vault_secret_reveal(officer_secret, VAULT_FOR_CRYPTO);
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    uint8_t plain[BOX_PLAIN_BYTES];
    crypto_scalarmult_base(public_key, secret_key);
    if (crypto_box_seal_open(plain, copy + BOX_OFFSET, BOX_PLAIN_BYTES + crypto_box_SEALBYTES,
                             public_key, secret_key) != 0 ||
        vault_get_u32(plain) != vault_get_u32(copy + HEAD_BYTES)) {
        sodium_memzero(plain, sizeof(plain));
        return nb_err_set(err, NB_ERR_AUTH, "escrow_not_yours",
                          "this secret key does not open this escrow copy.");
    }
    *ret_epoch = vault_get_u32(plain);
    *ret_master = vault_secret_create(VAULT_KIND_KEY, plain + EPOCH_BYTES, VAULT_MASTER_BYTES);
    sodium_memzero(plain, sizeof(plain));
    return true;
}

static bool restore_into(int folder_fd, uint32_t epoch, const struct vault_secret *master,
                         struct nb_err *err)
{
    char name[VAULT_NAME_MAX];
    vault_keys_file_name(epoch, name);
    if (!vault_folder_lock(folder_fd, err)) {
        return false;
    }
    if (vault_folder_has(folder_fd, name)) {
        return nb_err_set(err, NB_ERR_CONFLICT, "keys_exist",
                          "the key folder already holds epoch %" PRIu32 ".", epoch);
    }
    return vault_keys_store(folder_fd, epoch, master, err);
}

bool vault_keys_restore(const char *dir, const uint8_t *copy, size_t count,
                        const struct vault_secret *officer_secret, uint32_t *ret_epoch,
                        struct nb_err *err)
{
    vault_ready();
    uint32_t epoch = 0;
    VAULT_AUTOSECRET struct vault_secret *master = NULL;
    if (!copy_open(copy, count, officer_secret, &epoch, &master, err)) {
        return false;
    }
    int folder = -1;
    if (!vault_folder_make(AT_FDCWD, dir, &folder, err)) {
        return false;
    }
    bool restored = restore_into(folder, epoch, master, err);
    close(folder); /* releases the lock */
    if (restored) {
        *ret_epoch = epoch;
    }
    return restored;
}
