#include "tests/support/plugins/hostile/deeds.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define FORGED_FD 3

static long call(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
#endif
}

static void do_crash(const struct hostile_settings *settings)
{
    (void)settings;
    __builtin_trap();
}

static void do_loop(const struct hostile_settings *settings)
{
    volatile uint64_t turns = 0;
    (void)settings;
    for (;;) {
        turns = turns + 1;
    }
}

static uint64_t deeper(uint64_t turns)
{
    volatile char deep[4096];
    deep[0] = (char)turns;
    return turns == 0 ? 0 : deeper(turns - 1) + (uint64_t)deep[0];
}

static void do_overflow(const struct hostile_settings *settings)
{
    (void)settings;
    volatile uint64_t end = UINT64_MAX;
    end = deeper(end);
}

static void do_fork(const struct hostile_settings *settings)
{
    (void)settings;
    if (call(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0) == 0) {
        call(SYS_exit_group, 0, 0, 0, 0, 0, 0);
    }
}

static void do_thread(const struct hostile_settings *settings)
{
    (void)settings;
    struct clone_args args = {.exit_signal = SIGCHLD};
    if (call(SYS_clone3, (long)&args, sizeof(args), 0, 0, 0, 0) == 0) {
        call(SYS_exit_group, 0, 0, 0, 0, 0, 0);
    }
}

static void do_exec(const struct hostile_settings *settings)
{
    (void)settings;
    const char *arguments[] = {"/bin/true", NULL};
    call(SYS_execve, (long)arguments[0], (long)arguments, 0, 0, 0, 0);
}

static void do_write_file(const struct hostile_settings *settings)
{
    long fd = call(SYS_openat, AT_FDCWD, (long)settings->path, O_CREAT | O_WRONLY, 0600, 0, 0);
    call(SYS_write, fd, (long)"x", 1, 0, 0, 0);
}

static void do_read_file(const struct hostile_settings *settings)
{
    call(SYS_openat, AT_FDCWD, (long)settings->path, O_RDONLY, 0, 0, 0);
}

static void do_unlink(const struct hostile_settings *settings)
{
    call(SYS_unlinkat, AT_FDCWD, (long)settings->path, 0, 0, 0, 0);
}

static void do_print(const struct hostile_settings *settings)
{
    (void)settings;
    call(SYS_write, 1, (long)"x", 1, 0, 0, 0);
}

static void do_socket(const struct hostile_settings *settings)
{
    (void)settings;
    call(SYS_socket, AF_INET, SOCK_STREAM, 0, 0, 0, 0);
}

static void do_send_fd(const struct hostile_settings *settings)
{
    (void)settings;
    struct msghdr message = {0};
    call(SYS_sendmsg, FORGED_FD, (long)&message, 0, 0, 0, 0);
}

static void do_kill_parent(const struct hostile_settings *settings)
{
    call(SYS_kill, settings->target, SIGKILL, 0, 0, 0, 0);
}

static void do_kill_thread(const struct hostile_settings *settings)
{
    call(SYS_tgkill, settings->target, settings->target, SIGKILL, 0, 0, 0);
}

static void do_write_parent(const struct hostile_settings *settings)
{
    uint64_t lie = UINT64_C(0x6b6b6b6b6b6b6b6b);
    struct iovec here = {&lie, sizeof(lie)};
    struct iovec there = {(void *)(intptr_t)settings->address, sizeof(lie)};
    call(SYS_process_vm_writev, settings->target, (long)&here, 1, (long)&there, 1, 0);
}

static void do_trace_parent(const struct hostile_settings *settings)
{
    call(SYS_ptrace, PTRACE_SEIZE, settings->target, 0, 0, 0, 0);
}

static void do_map_code(const struct hostile_settings *settings)
{
    (void)settings;
    call(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void do_make_code(const struct hostile_settings *settings)
{
    (void)settings;
    long page = call(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    call(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC, 0, 0, 0);
}

static void do_clock(const struct hostile_settings *settings)
{
    (void)settings;
    long now[2];
    call(SYS_clock_gettime, 0, (long)now, 0, 0, 0, 0);
}

static void do_unconfine(const struct hostile_settings *settings)
{
    (void)settings;
    call(SYS_seccomp, 1, 0, 0, 0, 0, 0);
}

static void do_ring(const struct hostile_settings *settings)
{
    (void)settings;
    call(SYS_io_uring_setup, 1, 0, 0, 0, 0, 0);
}

/* The table of another personality has other numbers: the filter must not be fooled by them. */
static void do_other_table(const struct hostile_settings *settings)
{
    (void)settings;
#if defined(__x86_64__)
    long result = 20; /* getpid */
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
#else
    call(SYS_getpid, 0, 0, 0, 0, 0, 0);
#endif
}

/* Memory without an end; what the limits leave is given back to nobody. */
static void do_hog(const struct hostile_settings *settings)
{
    (void)settings;
    for (int i = 0; i < 4096; i++) {
        long block =
            call(SYS_mmap, 0, 1 << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block < 0 && block > -4096) {
            return;
        }
        for (long at = 0; at < 1 << 24; at += 4096) {
            *(volatile char *)(block + at) = 1;
        }
    }
    __builtin_trap();
}

/* Says something to the house that was not asked. */
static void do_forge(const struct hostile_settings *settings)
{
    static const char nonsense[64] = "confirmed confirmed confirmed confirmed";
    (void)settings;
    call(SYS_write, FORGED_FD, (long)nonsense, sizeof(nonsense), 0, 0, 0);
}

static void do_hang_up(const struct hostile_settings *settings)
{
    (void)settings;
    call(SYS_exit_group, 0, 0, 0, 0, 0, 0);
}

static const struct {
    const char *name;
    void (*deed)(const struct hostile_settings *settings);
} deeds[] = {
    {"crash", do_crash},
    {"loop", do_loop},
    {"overflow", do_overflow},
    {"fork", do_fork},
    {"thread", do_thread},
    {"exec", do_exec},
    {"write_file", do_write_file},
    {"read_file", do_read_file},
    {"unlink", do_unlink},
    {"print", do_print},
    {"socket", do_socket},
    {"send_fd", do_send_fd},
    {"kill_parent", do_kill_parent},
    {"kill_thread", do_kill_thread},
    {"write_parent", do_write_parent},
    {"trace_parent", do_trace_parent},
    {"map_code", do_map_code},
    {"make_code", do_make_code},
    {"clock", do_clock},
    {"unconfine", do_unconfine},
    {"ring", do_ring},
    {"other_table", do_other_table},
    {"hog", do_hog},
    {"forge", do_forge},
    {"hang_up", do_hang_up},
};

bool hostile_is(const struct hostile_settings *settings, const char *behavior)
{
    return strcmp(settings->behavior, behavior) == 0;
}

void hostile_do(const struct hostile_settings *settings)
{
    for (unsigned i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        if (hostile_is(settings, deeds[i].name)) {
            deeds[i].deed(settings);
        }
    }
}
