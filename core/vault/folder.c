/*
 * System calls of the key folder. Everything goes through the folder's descriptor, so a folder that
 * is renamed or replaced while we work cannot redirect a write.
 */
#include "core/vault/folder.h"

#include "core/vault/secret.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool folder_failed(struct nb_err *err, const char *what, const char *name)
{
    int number = errno;
    return nb_err_set(err, NB_ERR_UNAVAILABLE, "key_folder_io", "%s %s: %s.", what, name,
                      strerrordesc_np(number));
}

static bool folder_closes(int fd, bool result)
{
    close(fd);
    return result;
}

/* Private means: mine, and no bit for group or others. */
static bool folder_private(int fd, const char *name, mode_t mode, struct nb_err *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return folder_failed(err, "cannot look at", name);
    }
    if (status.st_uid != geteuid()) {
        return nb_err_set(err, NB_ERR_AUTH, "key_folder_open",
                          "%s belongs to user %u, not to user %u who runs this.", name,
                          (unsigned)status.st_uid, (unsigned)geteuid());
    }
    if ((status.st_mode & 077) != 0) {
        return nb_err_set(err, NB_ERR_AUTH, "key_folder_open",
                          "%s has mode %03o and others could read it; make it %03o (chmod %03o).",
                          name, (unsigned)(status.st_mode & 0777), (unsigned)mode, (unsigned)mode);
    }
    return true;
}

bool vault_folder_open(int parent_fd, const char *path, int *ret_fd, struct nb_err *err)
{
    int fd = openat(parent_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return nb_err_set(err, NB_ERR_NOT_FOUND, "key_folder_missing",
                          "there is no key folder %s; make one with `nightbridge key init`.", path);
    }
    if (fd < 0) {
        return folder_failed(err, "cannot open key folder", path);
    }
    if (!folder_private(fd, path, 0700, err)) {
        return folder_closes(fd, false);
    }
    *ret_fd = fd;
    return true;
}

bool vault_folder_make(int parent_fd, const char *path, int *ret_fd, struct nb_err *err)
{
    if (mkdirat(parent_fd, path, 0700) != 0 && errno != EEXIST) {
        return folder_failed(err, "cannot make key folder", path);
    }
    return vault_folder_open(parent_fd, path, ret_fd, err);
}

bool vault_folder_lock(int fd, struct nb_err *err)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        return true;
    }
    if (errno == EWOULDBLOCK) {
        return nb_err_set(err, NB_ERR_CONFLICT, "key_folder_busy",
                          "another process is changing the key folder; try again when it is done.");
    }
    return folder_failed(err, "cannot lock", "the key folder");
}

void vault_folder_unlock(int fd)
{
    (void)flock(fd, LOCK_UN);
}

/* Reads until the end or capacity + 1 bytes, so that a longer file is noticed. */
static bool read_whole(int fd, const char *name, uint8_t *ret_bytes, size_t capacity,
                       size_t *ret_count, struct nb_err *err)
{
    size_t count = 0;
    while (count < capacity) {
        ssize_t got = read(fd, ret_bytes + count, capacity - count);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return folder_failed(err, "cannot read", name);
        }
        if (got == 0) {
            *ret_count = count;
            return true;
        }
        count += (size_t)got;
    }
    uint8_t more;
    if (read(fd, &more, 1) != 0) {
        return nb_err_set(err, NB_ERR_LIMIT, "key_file_damaged", "%s is longer than it can be.",
                          name);
    }
    *ret_count = count;
    return true;
}

bool vault_folder_read(int fd, const char *name, uint8_t *ret_bytes, size_t capacity,
                       size_t *ret_count, struct nb_err *err)
{
    int file = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return folder_failed(err, "cannot open", name);
    }
    bool read_it = folder_private(file, name, 0600, err) &&
                   read_whole(file, name, ret_bytes, capacity, ret_count, err);
    return folder_closes(file, read_it);
}

static bool write_whole(int fd, const uint8_t *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        ssize_t wrote = write(fd, bytes + done, count - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote < 0) {
            return false;
        }
        done += (size_t)wrote;
    }
    return fsync(fd) == 0;
}

bool vault_folder_write(int fd, const char *name, const uint8_t *bytes, size_t count,
                        struct nb_err *err)
{
    char temporary[VAULT_NAME_MAX + 8];
    int length = snprintf(temporary, sizeof(temporary), ".%s.new", name);
    NB_ASSERT(length > 0 && (size_t)length < sizeof(temporary));
    int file = openat(fd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return folder_failed(err, "cannot write", name);
    }
    bool written = write_whole(file, bytes, count);
    if (!written || renameat(fd, temporary, fd, name) != 0 || fsync(fd) != 0) {
        (void)folder_failed(err, "cannot write", name);
        (void)unlinkat(fd, temporary, 0);
        return folder_closes(file, false);
    }
    return folder_closes(file, true);
}

static bool overwrite(int fd, size_t count)
{
    uint8_t noise[VAULT_FILE_MAX];
    while (count > 0) {
        size_t now = count < sizeof(noise) ? count : sizeof(noise);
        randombytes_buf(noise, now);
        if (!write_whole(fd, noise, now)) {
            return false;
        }
        count -= now;
    }
    return true;
}

bool vault_folder_destroy(int fd, const char *name, struct nb_err *err)
{
    vault_ready();
    int file = openat(fd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0 && errno == ENOENT) {
        return true;
    }
    if (file < 0) {
        return folder_failed(err, "cannot destroy", name);
    }
    struct stat status;
    if (fstat(file, &status) != 0 || !overwrite(file, (size_t)status.st_size) ||
        unlinkat(fd, name, 0) != 0 || fsync(fd) != 0) {
        return folder_closes(file, folder_failed(err, "cannot destroy", name));
    }
    return folder_closes(file, true);
}

bool vault_folder_has(int fd, const char *name)
{
    return faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool vault_folder_each(int fd, vault_folder_visit visit, void *context, struct nb_err *err)
{
    /* A fresh open, not dup: duplicated descriptors share the read position. */
    int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = own < 0 ? NULL : fdopendir(own);
    if (entries == NULL) {
        (void)folder_failed(err, "cannot list", "the key folder");
        if (own >= 0) {
            close(own);
        }
        return false;
    }
    bool going = true;
    for (struct dirent *entry; going && (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] != '.') {
            going = visit(context, entry->d_name, err);
        }
    }
    closedir(entries);
    return going;
}
