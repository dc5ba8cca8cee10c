#include "core/plugin/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOTH_BYTES (2 * PLUGIN_SHARED_BYTES)
/* Standard streams, a child's socket and its memory. */
#define FIRST_FREE_FD 5

/* Not to be executed as a program; newer kernels may insist on it. Implies that it can be sealed.
 */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif

static bool failed(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_UNAVAILABLE, "plugin_shared_memory",
                      "There is no memory to share with a plugin host (%s: errno %d).", what,
                      errno);
}

static int sealed_memory(void)
{
    int low = memfd_create("batch", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
    if (low < 0 && errno == EINVAL) { /* a kernel from before 6.3 */
        low = memfd_create("batch", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    if (low >= 0) {
        close(low);
    }
    if (fd >= 0 && (ftruncate(fd, (off_t)BOTH_BYTES) != 0 ||
                    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool map(int fd, struct plugin_shared *ret_shared)
{
    void *bytes = mmap(NULL, BOTH_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED) {
        return false;
    }
    ret_shared->bytes = bytes;
    return true;
}

bool plugin_shared_create(struct plugin_shared *ret_shared, int *ret_fd, struct nb_err *err)
{
    int fd = sealed_memory();
    if (fd < 0) {
        return failed(err, "memfd");
    }
    if (!map(fd, ret_shared)) {
        close(fd);
        return failed(err, "mmap");
    }
    *ret_fd = fd;
    return true;
}

bool plugin_shared_map(int fd, struct plugin_shared *ret_shared, struct nb_err *err)
{
    struct stat about;
    bool sized = fstat(fd, &about) == 0 && about.st_size == (off_t)BOTH_BYTES;
    bool mapped = sized && map(fd, ret_shared);
    if (!mapped) {
        (void)failed(err, sized ? "mmap" : "fstat");
    }
    close(fd);
    return mapped;
}

void plugin_shared_fini(struct plugin_shared *shared)
{
    if (shared->bytes != NULL) {
        (void)munmap(shared->bytes, BOTH_BYTES);
        shared->bytes = NULL;
    }
}

uint8_t *plugin_shared_asks(const struct plugin_shared *shared)
{
    return shared->bytes;
}

uint8_t *plugin_shared_answers(const struct plugin_shared *shared)
{
    return shared->bytes + PLUGIN_SHARED_BYTES;
}

bool plugin_shared_takes(const struct plugin_shared *shared, size_t bytes)
{
    return shared->bytes != NULL && bytes >= PLUGIN_SHARED_LEAST && bytes <= PLUGIN_SHARED_BYTES;
}
