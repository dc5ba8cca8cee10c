#include "core/plugin/client.h"

#include "core/base/mem.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"
#include "core/plugin/pending.h"
#include "core/plugin/process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HOST_MAGIC 0x504c4854u
#define CHUNK_BYTES 65536u
#define BACKOFF_FIRST_MS 50
#define BACKOFF_MOST_MS 30000
#define ANSWER_ARENA_BYTES ((size_t)32 << 20)

struct plugin_host {
    uint32_t magic;
    enum plugin_host_state state;
    struct loop *loop;
    char *program;
    char *path;
    char *sha256;
    struct nb_arena *kept; /* settings */
    struct plugin_open_ask open;
    struct nb_arena *described; /* what the plugin says of itself, from its first opening on */
    const struct nb_plugin *descriptor;
    char refusal[256];
    void (*changed)(void *user, struct plugin_host *host, enum plugin_host_state state);
    void *user;

    struct plugin_process process;
    struct loop_io traffic;
    struct loop_io ending; /* the pidfd */
    struct loop_timer timer;
    struct nb_mono start_again;
    uint32_t losses_in_a_row;
    uint64_t losses;
    uint64_t last_id;
    bool stopping;

    struct plugin_pending *flight; /* the call the host has */
    struct plugin_pending *first;  /* the calls that wait */
    struct plugin_pending *last;
    uint32_t waiting;
    struct nb_buf out;
    size_t out_sent;
    struct nb_buf in;
    struct nb_arena *answers;
};

static void host_advance(struct plugin_host *host);

static void set_state(struct plugin_host *host, enum plugin_host_state state)
{
    host->state = state;
    if (host->changed != NULL && !host->stopping) {
        host->changed(host->user, host, state);
    }
}

/* The queue --------------------------------------------------------------------------------------
 */

static void queue_push(struct plugin_host *host, struct plugin_pending *call, bool front)
{
    call->next = front ? host->first : NULL;
    if (host->first == NULL) {
        host->first = host->last = call;
    } else if (front) {
        host->first = call;
    } else {
        host->last->next = call;
        host->last = call;
    }
    host->waiting++;
}

static struct plugin_pending *queue_pop(struct plugin_host *host)
{
    struct plugin_pending *call = host->first;
    if (call != NULL) {
        host->first = call->next;
        host->last = host->first == NULL ? NULL : host->last;
        call->next = NULL;
        host->waiting--;
    }
    return call;
}

static bool overdue(const struct plugin_pending *call, struct nb_mono now)
{
    return nb_mono_ms_between(now, call->deadline) <= 0;
}

/* Takes every call that waited too long (or all) out of the queue first: a callback may add some.
 */
static void queue_fail(struct plugin_host *host, bool all)
{
    struct nb_mono now = nb_mono_now();
    struct plugin_pending *failed = NULL;
    struct plugin_pending **tail = &failed;
    uint32_t count = host->waiting;
    for (uint32_t i = 0; i < count; i++) {
        struct plugin_pending *call = queue_pop(host);
        if (all || overdue(call, now)) {
            *tail = call;
            tail = &call->next;
        } else {
            queue_push(host, call, false);
        }
    }
    while (failed != NULL) {
        struct plugin_pending *call = failed;
        failed = call->next;
        plugin_pending_finish(call, NULL);
    }
}

/* Losing the process -----------------------------------------------------------------------------
 */

static void back_off(struct plugin_host *host)
{
    uint32_t doublings = host->losses_in_a_row < 10 ? host->losses_in_a_row : 10;
    int64_t wait_ms = (int64_t)BACKOFF_FIRST_MS << doublings;
    wait_ms = wait_ms > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : wait_ms;
    host->losses_in_a_row++;
    host->start_again = nb_mono_add_ms(nb_mono_now(), wait_ms);
}

static void on_gone(void *data, bool readable, bool writable)
{
    (void)readable;
    (void)writable;
    struct plugin_host *host = data;
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    if (host->state == PLUGIN_HOST_DYING && plugin_process_gone(&host->process)) {
        loop_io_stop(&host->ending);
        set_state(host, PLUGIN_HOST_WAITING);
    }
    host_advance(host);
}

static void kill_process(struct plugin_host *host)
{
    loop_io_stop(&host->traffic);
    plugin_process_kill(&host->process);
    nb_buf_clear(&host->in);
    nb_buf_clear(&host->out);
    host->out_sent = 0;
    if (host->process.pidfd >= 0) {
        loop_io_watch(&host->ending, host->process.pidfd, true, false);
    }
}

static bool is_open(const struct plugin_pending *call)
{
    return call->kind == PLUGIN_CALL_OPEN;
}

/* The process is useless: kill it, keep what can still be asked. */
static void host_lost(struct plugin_host *host)
{
    struct plugin_pending *call = host->flight;
    host->flight = NULL;
    host->losses++;
    kill_process(host);
    back_off(host);
    set_state(host, PLUGIN_HOST_DYING);
    if (call == NULL) {
        return;
    }
    if (is_open(call)) {
        plugin_pending_destroy(call);
    } else if (plugin_pending_lost(call)) {
        /* It waits again, but not for ever. */
        call->deadline =
            nb_mono_add_ms(nb_mono_now(), call->deadline_ms + (int64_t)BACKOFF_MOST_MS);
        queue_push(host, call, true);
    } else {
        plugin_pending_finish(call, NULL);
    }
}

/* Traffic ----------------------------------------------------------------------------------------
 */

static void watch(struct plugin_host *host)
{
    loop_io_watch(&host->traffic, host->process.socket, true, host->out_sent < host->out.length);
}

/* False when the socket is of no use any more. */
static bool flush(struct plugin_host *host)
{
    while (host->out_sent < host->out.length) {
        ssize_t put = write(host->process.socket, host->out.data + host->out_sent,
                            host->out.length - host->out_sent);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return errno == EAGAIN;
        }
        host->out_sent += (size_t)put;
    }
    return true;
}

/* Gives a call to the host. */
static void send_call(struct plugin_host *host, struct plugin_pending *call)
{
    host->flight = call;
    host->out_sent = 0;
    call->deadline = nb_mono_add_ms(nb_mono_now(), call->deadline_ms);
    if (!plugin_pending_frame(call, ++host->last_id, &host->out) || !flush(host)) {
        host_lost(host);
        return;
    }
    watch(host);
}

static void opened(struct plugin_host *host, const struct plugin_reply *reply)
{
    const struct plugin_open *open = reply->status == NB_OK ? reply->answers : NULL;
    plugin_pending_destroy(host->flight);
    host->flight = NULL;
    if (open != NULL && open->opened == 1) {
        set_state(host, PLUGIN_HOST_READY);
        return;
    }
    snprintf(host->refusal, sizeof(host->refusal), "%s",
             open == NULL ? "The plugin host does not understand this house." : open->refusal);
    loop_io_stop(&host->traffic);
    plugin_process_end(&host->process);
    set_state(host, PLUGIN_HOST_REFUSED);
}

/* The descriptor of the first opening stays, for whoever borrowed it. */
static struct nb_arena *arena_of_reply(struct plugin_host *host)
{
    bool first_open = is_open(host->flight) && host->descriptor == NULL;
    struct nb_arena *arena = first_open ? host->described : host->answers;
    nb_arena_reset(arena);
    return arena;
}

static void remember_descriptor(struct plugin_host *host, const struct plugin_reply *reply)
{
    const struct plugin_open *open = reply->answers;
    if (host->descriptor == NULL && reply->status == NB_OK) {
        host->descriptor = open->descriptor;
    }
}

static void handle_reply(struct plugin_host *host, struct wire_reader *reader)
{
    struct plugin_reply reply = {0};
    bool complete = false;
    reader->arena = arena_of_reply(host);
    if (!plugin_pending_answered(host->flight, reader, &complete, &reply, NULL)) {
        host_lost(host);
        return;
    }
    nb_buf_clear(&host->in);
    if (is_open(host->flight)) {
        remember_descriptor(host, &reply);
        opened(host, &reply);
        return;
    }
    struct plugin_pending *call = host->flight;
    if (!complete) {
        send_call(host, call);
        return;
    }
    host->flight = NULL;
    host->losses_in_a_row = 0;
    plugin_pending_finish(call, &reply);
}

/* Acts when a whole frame is there; a frame that nobody asked for is nonsense. */
static void handle_input(struct plugin_host *host)
{
    struct wire_header header;
    if (host->in.length < sizeof(header)) {
        return;
    }
    memcpy(&header, host->in.data, sizeof(header));
    if (host->flight == NULL || header.id != host->last_id ||
        header.kind != (uint32_t)host->flight->kind || header.length > WIRE_FRAME_BYTES_MAX ||
        host->in.length > sizeof(header) + header.length) {
        host_lost(host);
        return;
    }
    if (host->in.length == sizeof(header) + header.length) {
        struct wire_reader reader = {.at = (const uint8_t *)host->in.data + sizeof(header),
                                     .left = header.length};
        handle_reply(host, &reader);
    }
}

/* What is there, up to a frame's ceiling; false when the host is of no use any more. */
static bool receive(struct plugin_host *host)
{
    char chunk[CHUNK_BYTES];
    ssize_t got = sizeof(chunk);
    while (got == (ssize_t)sizeof(chunk) && !host->in.failed) {
        got = read(host->process.socket, chunk, sizeof(chunk));
        if (got > 0) {
            nb_buf_add(&host->in, chunk, (size_t)got);
        }
    }
    return !host->in.failed && (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)));
}

static bool running(const struct plugin_host *host)
{
    return host->state == PLUGIN_HOST_STARTING || host->state == PLUGIN_HOST_READY;
}

static void on_traffic(void *data, bool readable, bool writable)
{
    struct plugin_host *host = data;
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    if (running(host) && writable) {
        if (flush(host)) {
            watch(host);
        } else {
            host_lost(host);
        }
    }
    if (running(host) && readable) {
        if (receive(host)) {
            handle_input(host);
        } else {
            host_lost(host);
        }
    }
    host_advance(host);
}

/* The machine ------------------------------------------------------------------------------------
 */

static void ignore_answer(void *user, const struct plugin_answer *answer)
{
    (void)user;
    (void)answer;
}

static void start_process(struct plugin_host *host)
{
    struct nb_err err;
    struct plugin_context context = {0};
    if (host->program == NULL ||
        !plugin_process_start(host->program, host->path, host->sha256, &host->process, &err)) {
        back_off(host);
        return;
    }
    struct plugin_pending *call = plugin_pending_create(PLUGIN_CALL_OPEN, &context, &host->open, 1,
                                                        PLUGIN_OPEN_MS, ignore_answer, NULL, &err);
    if (call == NULL) {
        plugin_process_end(&host->process);
        snprintf(host->refusal, sizeof(host->refusal), "%s", err.text);
        set_state(host, PLUGIN_HOST_REFUSED);
        return;
    }
    set_state(host, PLUGIN_HOST_STARTING);
    send_call(host, call);
}

static int64_t sooner(int64_t wait_ms, struct nb_mono now, struct nb_mono at)
{
    int64_t ms = nb_mono_ms_between(now, at) + 1;
    return wait_ms < 0 || ms < wait_ms ? (ms < 0 ? 0 : ms) : wait_ms;
}

static void arm_timer(struct plugin_host *host)
{
    struct nb_mono now = nb_mono_now();
    int64_t wait_ms = -1;
    if (host->flight != NULL) {
        wait_ms = sooner(wait_ms, now, host->flight->deadline);
    }
    if (host->state == PLUGIN_HOST_WAITING) {
        wait_ms = sooner(wait_ms, now, host->start_again);
    }
    for (const struct plugin_pending *call = host->first; call != NULL; call = call->next) {
        wait_ms = sooner(wait_ms, now, call->deadline);
    }
    if (wait_ms < 0) {
        loop_timer_stop(&host->timer);
    } else {
        loop_timer_start(&host->timer, wait_ms);
    }
}

/* Whatever happened: does what the state allows now, and says when to look again. */
static void host_advance(struct plugin_host *host)
{
    struct nb_mono now = nb_mono_now();
    if (host->flight != NULL && overdue(host->flight, now)) {
        host_lost(host);
    }
    if (host->state == PLUGIN_HOST_WAITING && nb_mono_ms_between(host->start_again, now) >= 0) {
        start_process(host);
    }
    queue_fail(host, host->state == PLUGIN_HOST_REFUSED);
    if (host->state == PLUGIN_HOST_READY && host->flight == NULL && host->first != NULL) {
        send_call(host, queue_pop(host));
    }
    arm_timer(host);
}

static void on_timer(void *data)
{
    struct plugin_host *host = data;
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    host_advance(host);
}

/* From outside -----------------------------------------------------------------------------------
 */

static char *keep_text(struct plugin_host *host, const char *text)
{
    char *copy = nb_arena_strndup(host->kept, text, strlen(text));
    NB_ASSERT(copy != NULL);
    return copy;
}

static void keep_settings(struct plugin_host *host, const struct plugin_host_options *options)
{
    struct plugin_setting *settings =
        nb_arena_alloc(host->kept, options->setting_count * sizeof(*settings));
    NB_ASSERT(settings != NULL);
    for (uint32_t i = 0; i < options->setting_count; i++) {
        settings[i].name = keep_text(host, options->settings[i].name);
        settings[i].value = keep_text(host, options->settings[i].value);
    }
    host->open.settings = settings;
    host->open.setting_count = options->setting_count;
}

struct plugin_host *plugin_host_start(struct loop *loop, const struct plugin_host_options *options)
{
    struct plugin_host *host = nb_alloc(sizeof(*host));
    host->magic = HOST_MAGIC;
    host->loop = loop;
    host->program = options->program != NULL ? nb_strdup(options->program)
                                             : plugin_process_beside("nightbridge-plugin-host");
    host->path = nb_strdup(options->path);
    host->sha256 = options->sha256 == NULL ? NULL : nb_strdup(options->sha256);
    host->changed = options->changed;
    host->user = options->user;
    host->kept = nb_arena_create((size_t)1 << 20);
    host->described = nb_arena_create((size_t)4 << 20);
    host->answers = nb_arena_create(ANSWER_ARENA_BYTES);
    host->process = (struct plugin_process){.pidfd = -1, .socket = -1};
    keep_settings(host, options);
    nb_buf_init(&host->out, WIRE_FRAME_BYTES_MAX);
    nb_buf_init(&host->in, WIRE_FRAME_BYTES_MAX + sizeof(struct wire_header));
    loop_io_init(&host->traffic, loop, on_traffic, host);
    loop_io_init(&host->ending, loop, on_gone, host);
    loop_timer_init(&host->timer, loop, on_timer, host);
    host->state = PLUGIN_HOST_WAITING;
    host->start_again = nb_mono_now();
    /* The first start is the timer's, so that nobody is told anything from inside this call. */
    loop_timer_start(&host->timer, 0);
    return host;
}

static void host_free(void *data)
{
    struct plugin_host *host = data;
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    loop_io_fini(&host->traffic);
    loop_io_fini(&host->ending);
    loop_timer_fini(&host->timer);
    nb_arena_destroy(host->kept);
    nb_arena_destroy(host->described);
    nb_arena_destroy(host->answers);
    nb_buf_fini(&host->in);
    nb_buf_fini(&host->out);
    nb_free(host->program);
    nb_free(host->path);
    nb_free(host->sha256);
    host->magic = 0;
    nb_free(host);
}

struct plugin_host *plugin_host_stop(struct plugin_host *host)
{
    if (host == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    host->stopping = true;
    loop_io_stop(&host->traffic);
    loop_io_stop(&host->ending);
    loop_timer_stop(&host->timer);
    plugin_process_end(&host->process);
    struct plugin_pending *flight = host->flight;
    host->flight = NULL;
    if (flight != NULL && is_open(flight)) {
        plugin_pending_destroy(flight);
    } else if (flight != NULL) {
        plugin_pending_finish(flight, NULL);
    }
    queue_fail(host, true);
    loop_defer_free(host->loop, host, host_free);
    return NULL;
}

enum plugin_host_state plugin_host_state(const struct plugin_host *host)
{
    return host->state;
}

const struct nb_plugin *plugin_host_descriptor(const struct plugin_host *host)
{
    return host->descriptor;
}

const char *plugin_host_refusal(const struct plugin_host *host)
{
    return host->refusal;
}

int plugin_host_pid(const struct plugin_host *host)
{
    return (int)host->process.pid;
}

uint64_t plugin_host_losses(const struct plugin_host *host)
{
    return host->losses;
}

bool plugin_host_call(struct plugin_host *host, enum plugin_call_kind kind,
                      const struct plugin_context *context, const void *asks, uint32_t count,
                      int64_t deadline_ms, plugin_answer_fn fn, void *user, struct nb_err *err)
{
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    if (host->state == PLUGIN_HOST_REFUSED || host->stopping) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "plugin_refused", "The plugin is not open: %s",
                          host->refusal);
    }
    if (host->waiting >= PLUGIN_QUEUE_MAX) {
        return nb_err_set(err, NB_ERR_LIMIT, "plugin_queue_full",
                          "More than %u calls wait for this plugin: try again.", PLUGIN_QUEUE_MAX);
    }
    struct plugin_pending *call =
        plugin_pending_create(kind, context, asks, count, deadline_ms, fn, user, err);
    if (call == NULL) {
        return false;
    }
    queue_push(host, call, false);
    /* An idle host gets it now; a loss on the way is acted on by the timer, not in here. */
    if (host->state == PLUGIN_HOST_READY && host->flight == NULL && host->first == call) {
        loop_timer_start(&host->timer, 0);
    } else {
        arm_timer(host);
    }
    return true;
}
