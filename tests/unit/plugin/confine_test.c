/* What a plugin does by itself ends its host, has no effect, and hurts nobody else. */
#include "core/base/mem.h"
#include "core/plugin/confine.h"
#include "core/plugin/elf_file.h"
#include "core/plugin/frame.h"
#include "core/plugin/process.h"
#include "tests/unit/plugin/hosted.h"
#include "tests/unit/plugin/image.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(plugin_confine, .timeout = 120);

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

static uint64_t memory_of_parent = 42;

static const struct deed {
    const char *behavior;
    bool sanitizer_needs_it; /* its runtime makes this call itself */
    const char *why;
} deeds[] = {
    {"fork", false, "a process of its own would outlive the deadline"},
    {"thread", false, "the same by the newer call"},
    {"exec", false, "any program at all"},
    {"write_file", true, "a file that outlives it"},
    {"read_file", true, "the house's keys"},
    {"unlink", false, "the house's files"},
    {"print", true, "the house's terminal or log"},
    {"socket", false, "the whole network"},
    {"send_fd", false, "descriptors over the one socket it has"},
    {"kill_parent", false, "the house"},
    {"kill_thread", false, "the hosted, by another call"},
    {"write_parent", false, "the house's memory"},
    {"trace_parent", false, "the hosted, as a debugger"},
    {"map_code", true, "code that nobody checked"},
    {"make_code", true, "the same in two steps"},
    {"clock", true, "answers that depend on the time"},
    {"unconfine", false, "a filter of its own"},
    {"ring", false, "calls that no filter sees"},
    {"other_table", false, "numbers of another table"},
};

/* The host of the hostile plugin, by hand: so that it can be seen how it ended. */
struct bare_host {
    struct plugin_process process;
    uint64_t id;
};

static void send_frame(struct bare_host *host, enum plugin_call_kind kind, const void *ask)
{
    struct nb_buf frame;
    struct nb_err err = {0};
    nb_buf_init(&frame, WIRE_FRAME_BYTES_MAX);
    cr_assert(plugin_request_write(&frame, kind, ++host->id, &hosted_context, ask, 1, &err), "%s",
              err.text);
    cr_assert_eq(send(host->process.socket, frame.data, frame.length, MSG_NOSIGNAL),
                 (ssize_t)frame.length);
    nb_buf_fini(&frame);
}

/* False when the host ended before it answered. */
static bool answered(struct bare_host *host)
{
    struct pollfd wait = {.fd = host->process.socket, .events = POLLIN};
    char bytes[65536];
    cr_assert_eq(poll(&wait, 1, 20000), 1, "no answer and no end in time");
    return read(host->process.socket, bytes, sizeof(bytes)) > 0;
}

static void start_bare(struct bare_host *host, const struct plugin_setting *settings,
                       uint32_t count)
{
    NB_AUTOFREE char *program = plugin_process_beside("nightbridge-plugin-host");
    NB_AUTOFREE char *plugin = plugin_process_beside("test-plugins/hostile.so");
    struct plugin_open_ask open = {.setting_count = count, .settings = settings};
    struct nb_err err = {0};
    host->id = 0;
    cr_assert(plugin_process_start(program, plugin, NULL, &host->process, &err), "%s", err.text);
    send_frame(host, PLUGIN_CALL_OPEN, &open);
    cr_assert(answered(host));
}

/* The signal that ended it; 0 when it ended by itself. */
static int ended_by(struct bare_host *host)
{
    siginfo_t about = {0};
    cr_assert_eq(waitid(P_PID, (id_t)host->process.pid, &about, WEXITED | WNOWAIT), 0);
    plugin_process_end(&host->process);
    return about.si_code == CLD_EXITED ? 0 : about.si_status;
}

Test(plugin_confine, a_forbidden_call_ends_the_host_and_has_no_effect)
{
    char folder[] = "/tmp/plugin_confine.XXXXXX", file[64], target[24], address[24];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/written", folder);
    snprintf(target, sizeof(target), "%d", (int)getpid());
    snprintf(address, sizeof(address), "%llu", (unsigned long long)(uintptr_t)&memory_of_parent);
    for (size_t i = 0; i < NB_COUNT(deeds); i++) {
        if (SANITIZED && deeds[i].sanitizer_needs_it) {
            continue;
        }
        const struct plugin_setting settings[] = {{"behavior", deeds[i].behavior},
                                                  {"path", file},
                                                  {"target", target},
                                                  {"address", address}};
        struct bare_host host;
        struct nb_validate_ask ask = {.kind = NB_VALIDATE_MEMBER, .text = HOSTILE_TEXT};
        start_bare(&host, settings, NB_COUNT(settings));
        send_frame(&host, PLUGIN_CALL_VALIDATE, &ask);
        cr_expect_not(answered(&host), "%s: %s", deeds[i].behavior, deeds[i].why);
        cr_expect_eq(ended_by(&host), SIGSYS, "%s: %s", deeds[i].behavior, deeds[i].why);
        cr_expect_eq(memory_of_parent, 42, "%s", deeds[i].behavior);
        cr_expect_neq(access(file, F_OK), 0, "%s", deeds[i].behavior);
    }
    rmdir(folder);
}

Test(plugin_confine, the_house_goes_on_with_every_other_plugin)
{
    char target[24], address[24];
    struct hosted hosted;
    snprintf(target, sizeof(target), "%d", (int)getpid());
    snprintf(address, sizeof(address), "%llu", (unsigned long long)(uintptr_t)&memory_of_parent);
    const struct plugin_setting settings[] = {{"target", target}, {"address", address}};
    hosted_open(&hosted, "write_parent", settings, NB_COUNT(settings));
    NB_AUTOFREE char *path = plugin_process_beside("plugins/wyndham.so");
    struct plugin_host *other =
        plugin_host_start(hosted.loop, &(struct plugin_host_options){.path = path});
    hosted_validate(&hosted, HOSTILE_TEXT, 5000);
    hosted_wait(&hosted, 1);
    cr_expect_eq(hosted.result, PLUGIN_UNAVAILABLE);
    struct plugin_host *hostile = hosted.host;
    hosted.host = other;
    hosted.answers = 0;
    hosted.result = PLUGIN_RESULT_NONE;
    hosted_validate(&hosted, "ABC123456", 5000);
    hosted_wait(&hosted, 1);
    cr_expect_eq(hosted.result, PLUGIN_ANSWERED);
    cr_expect_eq(plugin_host_losses(other), 0);
    hosted.host = hostile;
    cr_expect(hosted_serves(&hosted), "and the hostile one is started again");
    cr_expect_eq(memory_of_parent, 42);
    plugin_host_stop(other);
    hosted_close(&hosted);
}

Test(plugin_confine, memory_has_an_end)
{
    struct hosted hosted;
    if (SANITIZED) {
        return; /* it reserves terabytes: there is no limit then */
    }
    hosted_open(&hosted, "hog", NULL, 0);
    hosted_validate(&hosted, HOSTILE_TEXT, 20000);
    hosted_wait(&hosted, 1);
    cr_expect(hosted.result == PLUGIN_ANSWERED || hosted.result == PLUGIN_UNAVAILABLE);
    cr_expect_eq(plugin_host_losses(hosted.host), hosted.result == PLUGIN_UNAVAILABLE);
    if (hosted.result == PLUGIN_ANSWERED) {
        NB_AUTOFREE char *status = nb_alloc(64);
        snprintf(status, 64, "/proc/%d/statm", plugin_host_pid(hosted.host));
        FILE *file = fopen(status, "r");
        unsigned long pages = 0;
        cr_assert_not_null(file);
        cr_assert_eq(fscanf(file, "%lu", &pages), 1);
        fclose(file);
        cr_expect_leq(pages * (unsigned long)sysconf(_SC_PAGESIZE), 256ul << 20);
    }
    hosted_close(&hosted);
}

Test(plugin_confine, a_host_holds_one_descriptor_and_no_environment)
{
    struct hosted hosted;
    char path[64], name[64];
    int held = 0;
    cr_assert_eq(setenv("PGPASSWORD", "secret", 1), 0);
    hosted_open(&hosted, "none", NULL, 0);
    cr_expect(hosted_serves(&hosted));
    snprintf(path, sizeof(path), "/proc/%d/environ", plugin_host_pid(hosted.host));
    int fd = open(path, O_RDONLY);
    if (fd < 0 && geteuid() != 0) {
        cr_expect_eq(errno, EACCES, "even its own user may not look inside");
        hosted_close(&hosted);
        return;
    }
    cr_assert_geq(fd, 0);
    cr_expect_eq(read(fd, name, sizeof(name)), 0, "an empty environment");
    close(fd);
    snprintf(path, sizeof(path), "/proc/%d/fd", plugin_host_pid(hosted.host));
    DIR *folder = opendir(path);
    cr_assert_not_null(folder);
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        char link[384], to[256] = "";
        snprintf(link, sizeof(link), "%s/%s", path, entry->d_name);
        ssize_t length = readlink(link, to, sizeof(to) - 1);
        bool socket = length > 0 && strncmp(to, "socket:", 7) == 0;
        bool memory = length > 0 && strncmp(to, "/memfd:", 7) == 0;
        /* A sanitizer keeps its terminal; the plugin's own sealed bytes are nobody's secret. */
        cr_expect(length < 0 || socket || memory || (SANITIZED && atoi(entry->d_name) < 3), "%s",
                  to);
        held += socket;
    }
    cr_expect(SANITIZED || held == 1);
    closedir(folder);
    hosted_close(&hosted);
}

/* Loading -------------------------------------------------------------------------------------- */

static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

/* How a child ended that was confined for loading and then opened a file: its errno (0 when it was
 * opened), or 256 + the signal. */
static int open_confined(const char *path, int flags)
{
    int ends[2];
    siginfo_t about = {0};
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct nb_err err;
        if (!confine_process(ends[0], &err) || !confine_for_loading(ends[0], &err)) {
            _exit(255);
        }
        long fd = syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
        _exit(fd >= 0 ? 0 : errno);
    }
    cr_assert_eq(waitid(P_PID, (id_t)child, &about, WEXITED), 0);
    close(ends[0]);
    close(ends[1]);
    return about.si_code == CLD_EXITED ? about.si_status : 256 + about.si_status;
}

Test(plugin_confine, while_it_is_loaded_only_libraries_can_be_read_and_nothing_written)
{
    char secret[] = "/tmp/plugin_secret.XXXXXX";
    int fd = mkstemp(secret);
    cr_assert_geq(fd, 0);
    cr_expect_eq(open_confined("/etc/ld.so.cache", O_RDONLY), 0, "the linker reads this");
    if (!SANITIZED) {
        cr_expect_eq(open_confined(secret, O_WRONLY), 256 + SIGSYS);
        cr_expect_eq(open_confined(secret, O_RDWR), 256 + SIGSYS);
        cr_expect_eq(open_confined(secret, O_RDONLY | O_TRUNC), 256 + SIGSYS);
        cr_expect_eq(open_confined("/tmp/plugin_new", O_RDONLY | O_CREAT), 256 + SIGSYS);
        cr_expect_eq(open_confined(secret, O_RDONLY), has_landlock() ? EACCES : 0,
                     "a kernel without Landlock lets it be read before the second filter");
    }
    close(fd);
    unlink(secret);
}

Test(plugin_confine, the_host_program_links_what_it_needs_and_nothing_that_speaks)
{
    static const char *const allowed[] = {"libjansson.so.", "libseccomp.so.", "libsodium.so.",
                                          "libev.so.",      "libm.so.",       "libc.so.",
                                          "ld-linux-",      "libasan.so.",    "libubsan.so."};
    struct plugin_image image = image_of("nightbridge-plugin-host");
    struct elf_file file;
    struct nb_err err = {0};
    const char *needed;
    size_t count = 0;
    cr_assert(elf_file_read(image.bytes, image.count, &file, &err), "%s", err.text);
    for (; (needed = elf_file_needed(&file, count)) != NULL; count++) {
        bool known = false;
        for (size_t i = 0; i < NB_COUNT(allowed); i++) {
            known = known || strncmp(needed, allowed[i], strlen(allowed[i])) == 0;
        }
        cr_expect(known, "%s", needed);
    }
    cr_expect_geq(count, 2);
    plugin_image_fini(&image);
}
