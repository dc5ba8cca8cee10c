/*
 * Files of the key folder, for the rest of core/vault only: a folder of mode 700, files of mode
 * 600, both owned by whoever runs this; written whole or not at all; destroyed by overwriting
 * first.
 */
#ifndef NB_VAULT_FOLDER_H
#define NB_VAULT_FOLDER_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define VAULT_FILE_MAX 4096 /* bytes; the largest file is the list of officers */
#define VAULT_NAME_MAX 128

/*
 * Opens a folder below parent_fd (AT_FDCWD for a path as such). Refuses with `auth` and code
 * "key_folder_open" anything that others may read or that somebody else owns; `not_found` when
 * there is none. Gives a descriptor that the caller closes.
 */
bool vault_folder_open(int parent_fd, const char *path, int *ret_fd,
                       struct nb_err *err) NB_MUST_CHECK;
/* The same, after making it with mode 700 when it is not there. */
bool vault_folder_make(int parent_fd, const char *path, int *ret_fd,
                       struct nb_err *err) NB_MUST_CHECK;
/* One writer at a time: `conflict` while another process holds
 * it. Released by vault_folder_unlock. */
bool vault_folder_lock(int fd, struct nb_err *err) NB_MUST_CHECK;
void vault_folder_unlock(int fd);

/* Reads a whole file of at most capacity bytes; refuses links, loose modes and larger files. */
bool vault_folder_read(int fd, const char *name, uint8_t *ret_bytes, size_t capacity,
                       size_t *ret_count, struct nb_err *err) NB_MUST_CHECK;
/* Replaces a file atomically: temporary name, fsync, rename, fsync of the folder. */
bool vault_folder_write(int fd, const char *name, const uint8_t *bytes, size_t count,
                        struct nb_err *err) NB_MUST_CHECK;
/*
 * Overwrites with random bytes, fsync, unlink, fsync of the folder. A file that is not there is
 * fine. Flash media and copy-on-write filesystems may keep the old blocks: the README says what to
 * do.
 */
bool vault_folder_destroy(int fd, const char *name, struct nb_err *err) NB_MUST_CHECK;
bool vault_folder_has(int fd, const char *name);
/* Calls visit for every entry but dot files until it returns false; false then, with its err. */
typedef bool (*vault_folder_visit)(void *context, const char *name, struct nb_err *err);
bool vault_folder_each(int fd, vault_folder_visit visit, void *context,
                       struct nb_err *err) NB_MUST_CHECK;

#endif
