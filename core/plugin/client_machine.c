/*
 * The machine of a plugin host: started, opened, asked, lost, started again with back-off.
 * State moves only in set_state; whatever happens ends in plugin_host_advance.
 */
#include "core/plugin/client_private.h"

#include "core/base/backoff.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct nb_backoff backoff = {.first_ms = 50, .ceiling_ms = 30000};

static void set_state(struct plugin_host *host, enum plugin_host_state state)
{
    host->state = state;
    if (host->changed != NULL && !host->stopping) {
        host->changed(host->user, host, state);
    }
}

static size_t unsent(const struct plugin_host *host)
{
    return host->out == NULL ? 0 : host->out_bytes - host->out_sent;
}

/* Losing the process --------------------------------------------------------------------------- */

static void back_off(struct plugin_host *host)
{
    int64_t wait_ms = nb_backoff_most_ms(&backoff, host->losses_in_a_row++);
    host->start_again = nb_mono_add_ms(nb_mono_now(), wait_ms);
}

#define ENDED "The plugin's process ended."

/* A process that ended by itself says more when it is reaped. */
static void tell_ending(struct plugin_host *host)
{
    int number = host->process.signal;
    if (strcmp(host->loss, ENDED) != 0 || number == 0) {
        return;
    }
    const char *what = number == SIGSYS    ? "a system call that no plugin may make"
                       : number == SIGSEGV ? "a wrong address"
                                           : "a signal";
    snprintf(host->loss, sizeof(host->loss), "The plugin's process was ended by %s (SIG%s).", what,
             sigabbrev_np(number));
}

void plugin_host_on_gone(void *data, bool readable, bool writable)
{
    (void)readable;
    (void)writable;
    struct plugin_host *host = data;
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    if (host->state == PLUGIN_HOST_DYING && plugin_process_gone(&host->process)) {
        loop_io_stop(&host->ending);
        tell_ending(host);
        set_state(host, PLUGIN_HOST_WAITING);
    }
    plugin_host_advance(host);
}

/* Registering costs a system call: only when it changes. */
static void watch(struct plugin_host *host)
{
    bool write = unsent(host) > 0;
    if (!host->watched || host->watched_write != write) {
        loop_io_watch(&host->traffic, host->process.socket, true, write);
        host->watched = true;
        host->watched_write = write;
    }
}

static void unwatch(struct plugin_host *host)
{
    loop_io_stop(&host->traffic);
    host->watched = false;
}

static void kill_process(struct plugin_host *host)
{
    unwatch(host);
    plugin_process_kill(&host->process);
    nb_buf_clear(&host->in);
    host->out = NULL;
    host->broken = false;
    if (host->process.pidfd >= 0) {
        loop_io_watch(&host->ending, host->process.pidfd, true, false);
    }
}

bool plugin_pending_is_open(const struct plugin_pending *call)
{
    return call->kind == PLUGIN_CALL_OPEN;
}

/* The process is useless: kill it, keep what can still be asked. */
static void host_lost(struct plugin_host *host, const char *why)
{
    struct plugin_pending *call = host->flight;
    host->flight = NULL;
    host->losses++;
    snprintf(host->loss, sizeof(host->loss), "%s", why);
    kill_process(host);
    back_off(host);
    set_state(host, PLUGIN_HOST_DYING);
    if (call == NULL) {
        return;
    }
    if (plugin_pending_is_open(call)) {
        plugin_pending_destroy(call);
    } else if (plugin_pending_lost(call)) {
        /* It waits again, but not for ever. */
        call->deadline = nb_mono_add_ms(nb_mono_now(), call->deadline_ms + backoff.ceiling_ms);
        plugin_queue_push(&host->queue, call, true);
    } else {
        plugin_pending_finish(call, NULL);
    }
}

/* Traffic -------------------------------------------------------------------------------------- */

/* False when the socket is of no use any more. */
static bool flush(struct plugin_host *host)
{
    while (unsent(host) > 0) {
        ssize_t put = write(host->process.socket, host->out + host->out_sent, unsent(host));
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

/* The frame, or what announces it when it goes through shared memory. */
static void set_out(struct plugin_host *host, const struct nb_buf *frame)
{
    size_t bytes = frame->length - sizeof(host->note);
    host->out = frame->data;
    host->out_bytes = frame->length;
    if (plugin_shared_takes(&host->process.shared, bytes)) {
        memcpy(plugin_shared_asks(&host->process.shared), frame->data + sizeof(host->note), bytes);
        memcpy(&host->note, frame->data, sizeof(host->note));
        host->note.shared = 1;
        host->out = (const char *)&host->note;
        host->out_bytes = sizeof(host->note);
    }
}

/* Gives a call to the host; what goes wrong shows in `broken`. */
static void give_call(struct plugin_host *host, struct plugin_pending *call)
{
    host->flight = call;
    host->out = NULL;
    host->out_sent = 0;
    call->deadline = nb_mono_add_ms(nb_mono_now(), call->deadline_ms);
    const struct nb_buf *frame = plugin_pending_frame(call, ++host->last_id);
    if (frame != NULL) {
        set_out(host, frame);
    }
    host->broken = frame == NULL || !flush(host);
    watch(host);
}

static void send_call(struct plugin_host *host, struct plugin_pending *call)
{
    give_call(host, call);
    if (host->broken) {
        host_lost(host, ENDED);
    }
}

void plugin_host_offer(struct plugin_host *host)
{
    if (host->state == PLUGIN_HOST_READY && host->flight == NULL && host->queue.first != NULL) {
        give_call(host, plugin_queue_pop(&host->queue));
    }
}

static void opened(struct plugin_host *host, const struct plugin_reply *reply)
{
    const struct plugin_open *open = reply->status == NB_OK ? reply->answers : NULL;
    plugin_pending_destroy(host->flight);
    host->flight = NULL;
    host->out = NULL;
    if (open != NULL && open->opened == 1) {
        set_state(host, PLUGIN_HOST_READY);
        return;
    }
    snprintf(host->refusal, sizeof(host->refusal), "%s",
             open == NULL ? "The plugin host does not understand this house." : open->refusal);
    unwatch(host);
    plugin_process_end(&host->process);
    set_state(host, PLUGIN_HOST_REFUSED);
}

/* The descriptor of the first opening stays, for whoever borrowed it. */
static struct nb_arena *arena_of_reply(struct plugin_host *host)
{
    bool first_open = plugin_pending_is_open(host->flight) && host->descriptor == NULL;
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
    struct nb_err err = {0};
    reader->arena = arena_of_reply(host);
    if (!plugin_pending_answered(host->flight, reader, &complete, &reply, &err)) {
        host_lost(host, err.text);
        return;
    }
    nb_buf_clear(&host->in);
    if (plugin_pending_is_open(host->flight)) {
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
    host->out = NULL;
    host->losses_in_a_row = 0;
    plugin_pending_finish(call, &reply);
}

/* What the header announced in shared memory, copied once; false for what cannot be there. */
static bool fetch(struct plugin_host *host, const struct wire_header *header)
{
    const uint8_t *answers = plugin_shared_answers(&host->process.shared);
    if (header->shared > 1 || host->in.length != sizeof(*header) ||
        header->length > PLUGIN_SHARED_BYTES - sizeof(*header)) {
        return false;
    }
    void *place = nb_buf_extend(&host->in, header->length);
    if (place != NULL) {
        memcpy(place, answers + sizeof(*header), header->length);
    }
    return place != NULL;
}

/* Acts when a whole frame is there; a frame that nobody asked for is nonsense. */
static void handle_input(struct plugin_host *host)
{
    struct wire_header header;
    if (host->in.length < sizeof(header)) {
        return;
    }
    memcpy(&header, host->in.data, sizeof(header));
    if (host->flight == NULL || unsent(host) > 0 || header.id != host->last_id ||
        header.kind != (uint32_t)host->flight->kind || header.length > WIRE_FRAME_BYTES_MAX ||
        host->in.length > sizeof(header) + header.length ||
        (header.shared != 0 && !fetch(host, &header))) {
        host_lost(host, "The plugin's process spoke without being asked.");
        return;
    }
    if (host->in.length == sizeof(header) + header.length) {
        /* Read once, into memory of our own: what is checked is what is used. The answer to OPEN is
         * kept for longer than that. */
        struct wire_reader reader = {.at = (uint8_t *)host->in.data + sizeof(header),
                                     .left = header.length,
                                     .in_place = !plugin_pending_is_open(host->flight)};
        handle_reply(host, &reader);
    }
}

/* What is there, up to a frame's ceiling; false when the host is of no use any more. */
static bool receive(struct plugin_host *host)
{
    ssize_t got = PLUGIN_CHUNK_BYTES;
    while (got == (ssize_t)PLUGIN_CHUNK_BYTES && !host->in.failed) {
        size_t before = host->in.length;
        void *place = nb_buf_extend(&host->in, PLUGIN_CHUNK_BYTES);
        got = place == NULL ? 0 : read(host->process.socket, place, PLUGIN_CHUNK_BYTES);
        host->in.length = before + (got > 0 ? (size_t)got : 0);
    }
    return !host->in.failed && (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)));
}

static bool running(const struct plugin_host *host)
{
    return host->state == PLUGIN_HOST_STARTING || host->state == PLUGIN_HOST_READY;
}

void plugin_host_on_traffic(void *data, bool readable, bool writable)
{
    struct plugin_host *host = data;
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    if (running(host) && writable) {
        if (flush(host)) {
            watch(host);
        } else {
            host_lost(host, ENDED);
        }
    }
    if (running(host) && readable) {
        if (receive(host)) {
            handle_input(host);
        } else {
            host_lost(host,
                      host->in.failed ? "The plugin's answer is larger than any may be." : ENDED);
        }
    }
    plugin_host_advance(host);
}

/* The machine ---------------------------------------------------------------------------------- */

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

void plugin_host_arm(struct plugin_host *host)
{
    struct nb_mono now = nb_mono_now();
    bool idle = host->state == PLUGIN_HOST_READY && host->flight == NULL;
    /* An idle host gets its call in the next turn; a loss on the way is acted on there, not here.
     */
    int64_t wait_ms = host->broken || (idle && host->queue.first != NULL) ? 0 : -1;
    if (host->flight != NULL) {
        wait_ms = sooner(wait_ms, now, host->flight->deadline);
    }
    if (host->state == PLUGIN_HOST_WAITING) {
        wait_ms = sooner(wait_ms, now, host->start_again);
    }
    for (const struct plugin_pending *call = host->queue.first; call != NULL; call = call->next) {
        wait_ms = sooner(wait_ms, now, call->deadline);
    }
    if (wait_ms < 0) {
        loop_timer_stop(&host->timer);
    } else {
        loop_timer_start(&host->timer, wait_ms);
    }
}

/* Whatever happened: does what the state allows now, and says when to look again. */
void plugin_host_advance(struct plugin_host *host)
{
    struct nb_mono now = nb_mono_now();
    if (host->broken) {
        host_lost(host, ENDED);
    }
    if (host->flight != NULL && plugin_pending_overdue(host->flight, now)) {
        host_lost(host, "The plugin did not answer in time.");
    }
    if (host->state == PLUGIN_HOST_WAITING && nb_mono_ms_between(host->start_again, now) >= 0) {
        start_process(host);
    }
    plugin_queue_fail(&host->queue, now, host->state == PLUGIN_HOST_REFUSED);
    if (host->state == PLUGIN_HOST_READY && host->flight == NULL && host->queue.first != NULL) {
        send_call(host, plugin_queue_pop(&host->queue));
    }
    plugin_host_arm(host);
}

void plugin_host_on_timer(void *data)
{
    struct plugin_host *host = data;
    NB_CHECK_MAGIC(host, HOST_MAGIC);
    plugin_host_advance(host);
}
