/*
 * One file per epoch: "NBK1", the epoch (u32, big-endian), 32 key bytes, 16 bytes of BLAKE2b over
 * all that, so that a torn or edited file is told from a key.
 */
#include "core/vault/keys.h"

#include "core/base/mem.h"
#include "core/vault/bytes.h"
#include "core/vault/escrow.h"
#include "core/vault/folder.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEYS_MAGIC 0x6b657973u
#define FILE_HEAD "NBK1"
#define HEAD_BYTES 4
#define EPOCH_BYTES 4
#define CHECK_BYTES 16
#define BODY_BYTES (HEAD_BYTES + EPOCH_BYTES + VAULT_MASTER_BYTES)
#define FILE_BYTES (BODY_BYTES + CHECK_BYTES)

struct living_epoch {
    uint32_t number;
    struct vault_secret *master; /* owned */
};

struct vault_keys {
    uint32_t magic;
    int folder;
    size_t count;
    struct living_epoch epochs[VAULT_EPOCHS_MAX]; /* ascending */
};

void vault_keys_file_name(uint32_t epoch, char ret_name[VAULT_NAME_MAX])
{
    snprintf(ret_name, VAULT_NAME_MAX, "epoch-%08" PRIx32 ".key", epoch);
}

/* False for every name that vault_keys_file_name does not write. */
static bool epoch_of_file_name(const char *name, uint32_t *ret_epoch)
{
    if (strncmp(name, "epoch-", 6) != 0) {
        return false;
    }
    uint32_t epoch = (uint32_t)strtoul(name + 6, NULL, 16);
    char canonical[VAULT_NAME_MAX];
    vault_keys_file_name(epoch, canonical);
    if (epoch == 0 || strcmp(name, canonical) != 0) {
        return false;
    }
    *ret_epoch = epoch;
    return true;
}

bool vault_keys_store(int folder_fd, uint32_t epoch, const struct vault_secret *master,
                      struct nb_err *err)
{
    NB_ASSERT(vault_secret_length(master) == VAULT_MASTER_BYTES);
    uint8_t file[FILE_BYTES];
    memcpy(file, FILE_HEAD, HEAD_BYTES);
    vault_put_u32(file + HEAD_BYTES, epoch);
    memcpy(file + HEAD_BYTES + EPOCH_BYTES, vault_secret_reveal(master, VAULT_FOR_SEALING),
           VAULT_MASTER_BYTES);
    crypto_generichash(file + BODY_BYTES, CHECK_BYTES, file, BODY_BYTES, NULL, 0);
    char name[VAULT_NAME_MAX];
    vault_keys_file_name(epoch, name);
    bool stored = vault_folder_write(folder_fd, name, file, sizeof(file), err);
    sodium_memzero(file, sizeof(file));
    return stored;
}

static bool epoch_file_valid(const uint8_t *file, size_t count, uint32_t epoch)
{
    uint8_t check[CHECK_BYTES];
    if (count != FILE_BYTES || memcmp(file, FILE_HEAD, HEAD_BYTES) != 0 ||
        vault_get_u32(file + HEAD_BYTES) != epoch) {
        return false;
    }
    crypto_generichash(check, CHECK_BYTES, file, BODY_BYTES, NULL, 0);
    return sodium_memcmp(check, file + BODY_BYTES, CHECK_BYTES) == 0;
}

static bool epoch_load(int folder_fd, const char *name, uint32_t epoch,
                       struct vault_secret **ret_master, struct nb_err *err)
{
    uint8_t file[FILE_BYTES];
    size_t count = 0;
    bool loaded = vault_folder_read(folder_fd, name, file, sizeof(file), &count, err);
    if (loaded && !epoch_file_valid(file, count, epoch)) {
        loaded = nb_err_set(err, NB_ERR_INVALID, "key_file_damaged",
                            "%s is damaged; restore it from an escrow copy.", name);
    }
    if (loaded) {
        *ret_master = vault_secret_create(VAULT_KIND_KEY, file + HEAD_BYTES + EPOCH_BYTES,
                                          VAULT_MASTER_BYTES);
    }
    sodium_memzero(file, sizeof(file));
    return loaded;
}

static void epochs_wipe(struct vault_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        keys->epochs[i].master = vault_secret_destroy(keys->epochs[i].master);
    }
    keys->count = 0;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = ((const struct living_epoch *)a)->number;
    uint32_t y = ((const struct living_epoch *)b)->number;
    return (x > y) - (x < y);
}

static bool load_entry(void *context, const char *name, struct nb_err *err)
{
    struct vault_keys *keys = context;
    uint32_t epoch = 0;
    if (!epoch_of_file_name(name, &epoch)) {
        return true;
    }
    if (keys->count == VAULT_EPOCHS_MAX) {
        return nb_err_set(err, NB_ERR_LIMIT, "too_many_epochs",
                          "the key folder holds more than %d epochs; finish the rotation.",
                          VAULT_EPOCHS_MAX);
    }
    struct living_epoch *slot = &keys->epochs[keys->count];
    if (!epoch_load(keys->folder, name, epoch, &slot->master, err)) {
        return false;
    }
    slot->number = epoch;
    keys->count++;
    return true;
}

/* Fills the epochs of a keys object that has a folder and none yet. */
static bool epochs_load(struct vault_keys *keys, struct nb_err *err)
{
    if (!vault_folder_each(keys->folder, load_entry, keys, err)) {
        epochs_wipe(keys);
        return false;
    }
    qsort(keys->epochs, keys->count, sizeof(keys->epochs[0]), by_number);
    return true;
}

static struct vault_keys *keys_allocate(int folder)
{
    struct vault_keys *keys = nb_alloc(sizeof(*keys));
    keys->magic = KEYS_MAGIC;
    keys->folder = folder;
    return keys;
}

struct vault_keys *vault_keys_close(struct vault_keys *keys)
{
    if (keys == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    epochs_wipe(keys);
    close(keys->folder);
    keys->magic = 0;
    return nb_free(keys);
}

bool vault_keys_init(const char *dir, struct nb_err *err)
{
    int folder = -1;
    if (!vault_folder_make(AT_FDCWD, dir, &folder, err)) {
        return false;
    }
    struct vault_keys *keys = keys_allocate(folder);
    bool made = vault_folder_lock(folder, err) && epochs_load(keys, err);
    if (made && keys->count > 0) {
        made = nb_err_set(err, NB_ERR_CONFLICT, "keys_exist",
                          "%s already holds keys; `key rotate` makes the next ones.", dir);
    }
    if (made) {
        VAULT_AUTOSECRET struct vault_secret *master = vault_secret_random(VAULT_MASTER_BYTES);
        made = vault_keys_store(folder, 1, master, err);
    }
    vault_keys_close(keys);
    return made;
}

bool vault_keys_open(const char *dir, struct vault_keys **ret_keys, struct nb_err *err)
{
    int folder = -1;
    if (!vault_folder_open(AT_FDCWD, dir, &folder, err)) {
        return false;
    }
    struct vault_keys *keys = keys_allocate(folder);
    bool opened = epochs_load(keys, err);
    if (opened && keys->count == 0) {
        opened = nb_err_set(err, NB_ERR_NOT_FOUND, "key_folder_empty",
                            "%s holds no keys; make them with `nightbridge key init`.", dir);
    }
    if (!opened) {
        vault_keys_close(keys);
        return false;
    }
    *ret_keys = keys;
    return true;
}

bool vault_keys_refresh(struct vault_keys *keys, struct nb_err *err)
{
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    struct vault_keys fresh = {.magic = KEYS_MAGIC, .folder = keys->folder};
    if (!epochs_load(&fresh, err)) {
        return false;
    }
    if (fresh.count == 0) {
        return nb_err_set(err, NB_ERR_NOT_FOUND, "key_folder_empty",
                          "the key folder holds no keys any more.");
    }
    epochs_wipe(keys);
    *keys = fresh;
    return true;
}

uint32_t vault_keys_epoch(const struct vault_keys *keys)
{
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    return keys->epochs[keys->count - 1].number;
}

bool vault_keys_rotating(const struct vault_keys *keys)
{
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    return keys->count > 1;
}

const struct vault_secret *vault_keys_master(const struct vault_keys *keys, uint32_t epoch)
{
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->epochs[i].number == epoch) {
            return keys->epochs[i].master;
        }
    }
    return NULL;
}

int vault_keys_folder(const struct vault_keys *keys)
{
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    return keys->folder;
}

/*
 * Escrow copies first: if we die in between there is a copy of a key that wraps nothing, never a
 * key in use without its copy.
 */
static bool rotation_begin(struct vault_keys *keys, struct nb_err *err)
{
    if (!vault_keys_refresh(keys, err)) {
        return false;
    }
    if (keys->count > 1) {
        return vault_escrow_replicate(keys->folder, vault_keys_epoch(keys),
                                      vault_keys_master(keys, vault_keys_epoch(keys)), err);
    }
    uint32_t next = vault_keys_epoch(keys) + 1;
    VAULT_AUTOSECRET struct vault_secret *master = vault_secret_random(VAULT_MASTER_BYTES);
    return vault_escrow_replicate(keys->folder, next, master, err) &&
           vault_keys_store(keys->folder, next, master, err) && vault_keys_refresh(keys, err);
}

bool vault_keys_rotate_begin(struct vault_keys *keys, uint32_t *ret_epoch, struct nb_err *err)
{
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    if (!vault_folder_lock(keys->folder, err)) {
        return false;
    }
    bool begun = rotation_begin(keys, err);
    vault_folder_unlock(keys->folder);
    if (begun) {
        *ret_epoch = vault_keys_epoch(keys);
    }
    return begun;
}

static bool rotation_finish(struct vault_keys *keys, struct nb_err *err)
{
    if (!vault_keys_refresh(keys, err)) {
        return false;
    }
    uint32_t current = vault_keys_epoch(keys);
    if (!vault_escrow_forget_older(keys->folder, current, err)) {
        return false;
    }
    for (size_t i = 0; i + 1 < keys->count; i++) {
        char name[VAULT_NAME_MAX];
        vault_keys_file_name(keys->epochs[i].number, name);
        if (!vault_folder_destroy(keys->folder, name, err)) {
            return false;
        }
    }
    return vault_keys_refresh(keys, err);
}

bool vault_keys_rotate_finish(struct vault_keys *keys, struct nb_err *err)
{
    NB_CHECK_MAGIC(keys, KEYS_MAGIC);
    if (!vault_folder_lock(keys->folder, err)) {
        return false;
    }
    bool finished = rotation_finish(keys, err);
    vault_folder_unlock(keys->folder);
    return finished;
}
