#include "core/plugin/confine.h"

#include "core/base/mem.h"
#include "core/plugin/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ADDRESS_SPACE_BYTES ((rlim_t)256 << 20)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static bool failed(struct nb_err *err, const char *what)
{
    return nb_err_set(err, NB_ERR_UNAVAILABLE, "plugin_host_confine",
                      "The plugin host could not be confined (%s: errno %d).", what, errno);
}

static bool limit(int resource, rlim_t most)
{
    struct rlimit limits = {.rlim_cur = most, .rlim_max = most};
    return setrlimit((__rlimit_resource_t)resource, &limits) == 0;
}

static bool close_others(int fd)
{
    unsigned keep = (unsigned)fd;
    if (keep > 0 && SANITIZED == 0 && close_range(0, keep - 1, 0) != 0) {
        return false;
    }
    return close_range(keep + 1, ~0u, 0) == 0;
}

bool confine_process(int fd, struct nb_err *err)
{
    if (!close_others(fd)) {
        return failed(err, "close_range");
    }
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return failed(err, "prctl");
    }
    if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, PLUGIN_FILE_BYTES_MAX) ||
        !limit(RLIMIT_NOFILE, 16) || !limit(RLIMIT_NPROC, 0) ||
        (SANITIZED == 0 && !limit(RLIMIT_AS, ADDRESS_SPACE_BYTES))) {
        return failed(err, "setrlimit");
    }
    return true;
}

/* Calls allowed whatever their arguments. */
static const int serving_calls[] = {
    SCMP_SYS(munmap),     SCMP_SYS(mremap),       SCMP_SYS(brk),
    SCMP_SYS(madvise),    SCMP_SYS(futex),        SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
};
static const int loading_calls[] = {
    SCMP_SYS(close),      SCMP_SYS(fstat),  SCMP_SYS(newfstatat), SCMP_SYS(read),
    SCMP_SYS(pread64),    SCMP_SYS(lseek),  SCMP_SYS(mmap),       SCMP_SYS(mprotect),
    SCMP_SYS(getrandom),  SCMP_SYS(prctl),  SCMP_SYS(seccomp),    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
};
#if SANITIZED
/* What the sanitizers' runtime calls, also while it reports. */
static const int sanitizer_calls[] = {
    SCMP_SYS(sigaltstack),    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(gettid),
    SCMP_SYS(getpid),         SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime),  SCMP_SYS(mprotect),
    SCMP_SYS(mmap),           SCMP_SYS(read),
    SCMP_SYS(readlink),       SCMP_SYS(openat),
    SCMP_SYS(open),           SCMP_SYS(close),
    SCMP_SYS(write),          SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getrlimit),      SCMP_SYS(prlimit64),
    SCMP_SYS(uname),          SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
};
#endif

/* Files ---------------------------------------------------------------------------------------- */

/* Folders of the C library, for the dynamic linker; the plugin itself comes from memory. */
static const char *const library_places[] = {"/lib", "/lib64", "/usr/lib", "/usr/lib64",
                                             "/etc/ld.so.cache"};

/* Every right that version of Landlock knows: what is not handled stays allowed. */
static uint64_t file_rights(long version)
{
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    rights |= version >= 2 ? UINT64_C(1) << 13 : 0; /* refer */
    rights |= version >= 3 ? UINT64_C(1) << 14 : 0; /* truncate */
    rights |= version >= 5 ? UINT64_C(1) << 15 : 0; /* ioctl of devices */
    return rights;
}

static bool allow_reading(int rules, const char *path)
{
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) {
        return true; /* not on this system */
    }
    struct stat about;
    uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE;
    if (fstat(place, &about) == 0 && S_ISDIR(about.st_mode)) {
        rights |= LANDLOCK_ACCESS_FS_READ_DIR;
    }
    struct landlock_path_beneath_attr below = {.allowed_access = rights, .parent_fd = place};
    bool added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
    close(place);
    return added;
}

/* Where the kernel has Landlock, no file but the system's libraries can be read any more: not the
 * house's configuration, not its keys. Where it has not, the filters stand alone. */
static bool confine_files(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        return true;
    }
    struct landlock_ruleset_attr handled = {.handled_access_fs = file_rights(version)};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
    bool ready = rules >= 0;
    for (size_t i = 0; ready && SANITIZED == 0 && i < NB_COUNT(library_places); i++) {
        ready = allow_reading(rules, library_places[i]);
    }
    /* A sanitizer's report reads its own maps. */
    ready = ready && (SANITIZED == 0 || allow_reading(rules, "/"));
    ready = ready && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (rules >= 0) {
        close(rules);
    }
    return ready;
}

/* System calls --------------------------------------------------------------------------------- */

static bool allow_all(scmp_filter_ctx filter, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
        if (status != 0 && status != -EEXIST) {
            return false;
        }
    }
    return true;
}

/* The same in both filters: traffic on the one socket. */
static bool allow_socket(scmp_filter_ctx filter, int fd)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd)) == 0 &&
           allow_all(filter, serving_calls, NB_COUNT(serving_calls));
}

static bool load_filter(scmp_filter_ctx filter, bool ready)
{
#if SANITIZED
    ready = ready && allow_all(filter, sanitizer_calls, NB_COUNT(sanitizer_calls));
#endif
    /* An error here means a filter that is not the intended one: refuse rather
     * than run with less. */
    ready = ready && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ready;
}

bool confine_for_loading(int fd, struct nb_err *err)
{
    if (!confine_files()) {
        return failed(err, "Landlock");
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) {
        return failed(err, "seccomp_init");
    }
    const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
    bool ready = allow_socket(filter, fd) &&
                 allow_all(filter, loading_calls, NB_COUNT(loading_calls)) &&
                 seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                                  SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY)) == 0;
    return load_filter(filter, ready) || failed(err, "first filter");
}

bool confine_for_serving(int fd, struct nb_err *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) {
        return failed(err, "seccomp_init");
    }
    bool ready = allow_socket(filter, fd) &&
                 seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
                                  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd)) == 0 &&
                 seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                                  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                                  SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0 &&
                 seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
    return load_filter(filter, ready) || failed(err, "second filter");
}
