#include "core/plugin/host.h"

#include "core/base/mem.h"
#include "core/plugin/confine.h"
#include "core/plugin/frame.h"
#include "core/plugin/invoke.h"
#include "core/plugin/shared.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Not to be executed as a program; newer kernels may insist on it. Implies that
 * it can be sealed. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif

/* What decoded requests may take; a frame is at most WIRE_FRAME_BYTES_MAX. */
#define ASK_ARENA_BYTES ((size_t)32 << 20)
#define FRAME_FIRST_BYTES ((size_t)64 << 10)

struct host {
    int fd;
    const struct nb_plugin *plugin; /* NULL when it was refused: then refusal says why */
    struct nb_err refusal;
    struct plugin_invoker *invoker; /* NULL until OPEN */
    struct nb_arena *arena;
    struct plugin_shared shared;
    struct nb_buf answers; /* stands in the shared memory: never grown, never freed */
    struct nb_buf reply;   /* what has no room there */
    uint8_t *frame;        /* header and all; large enough that most come in one read */
    size_t frame_bytes;
};

/* The checked bytes, in memory of their own that nobody can change any more. -1 with err. */
static int seal_image(const struct plugin_image *image, struct nb_err *err)
{
    int fd = memfd_create("plugin", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
    if (fd < 0 && errno == EINVAL) { /* a kernel from before 6.3 */
        fd = memfd_create("plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    size_t written = 0;
    while (fd >= 0 && written < image->count) {
        ssize_t count = write(fd, image->bytes + written, image->count - written);
        if (count <= 0) {
            close(fd);
            fd = -1;
        }
        written += count > 0 ? (size_t)count : 0;
    }
    if (fd < 0) {
        (void)nb_err_set(err, NB_ERR_UNAVAILABLE, "plugin_host_memory",
                         "The plugin host has no memory for the plugin (errno %d).", errno);
        return -1;
    }
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        (void)nb_err_set(err, NB_ERR_UNAVAILABLE, "plugin_host_seal",
                         "The plugin host cannot seal the plugin (errno %d).", errno);
        close(fd);
        return -1;
    }
    return fd;
}

static int load_image(const char *path, const char *want_sha256, struct nb_err *err)
{
    struct plugin_image image;
    struct plugin_identity identity;
    if (!plugin_image_read(path, &image, err)) {
        return -1;
    }
    int fd = plugin_image_check(&image, want_sha256, &identity, err) ? seal_image(&image, err) : -1;
    plugin_image_fini(&image);
    return fd;
}

static bool slots_sound(const struct nb_plugin *plugin, struct nb_err *err)
{
    bool stay = plugin->product == NB_PRODUCT_STAY;
    if (plugin->validate == NULL || plugin->script == NULL || plugin->step == NULL ||
        (stay && (plugin->quote_price == NULL || plugin->eligible == NULL ||
                  plugin->expiry_of == NULL || plugin->refund_effect == NULL))) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_slots",
                          "The plugin leaves a required slot empty.");
    }
    if ((plugin->option_count > 0 && plugin->options == NULL) ||
        (plugin->rule_count > 0 && plugin->rules == NULL) ||
        (plugin->spend_order_count > 0 && plugin->spend_order == NULL) ||
        (plugin->give_count > 0 && plugin->gives == NULL)) {
        return nb_err_set(err, NB_ERR_INVALID, "plugin_slots",
                          "The plugin counts rows that it does not give.");
    }
    return true;
}

/* Runs the plugin's relocations; the descriptor is checked again as it stands in memory. */
static const struct nb_plugin *load_plugin(int image_fd, struct nb_err *err)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", image_fd);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const struct nb_plugin *plugin = handle == NULL ? NULL : dlsym(handle, NB_PLUGIN_SYMBOL);
    if (plugin == NULL) {
        (void)nb_err_set(err, NB_ERR_INVALID, "plugin_load", "The plugin does not load.");
        return NULL;
    }
    return plugin_descriptor_check(plugin, err) && slots_sound(plugin, err) ? plugin : NULL;
}

/* Serving -------------------------------------------------------------------------------------- */

/* Reads on from `have` until at least `wanted` bytes are there; never more than there is room for.
 */
static bool read_until(struct host *host, size_t *have, size_t wanted)
{
    while (*have < wanted) {
        ssize_t got = read(host->fd, host->frame + *have, host->frame_bytes - *have);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        *have += (size_t)got;
    }
    return true;
}

static bool write_exactly(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t put = write(fd, bytes, count);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        bytes += put;
        count -= (size_t)put;
    }
    return true;
}

static enum nb_status open_plugin(struct host *host, const struct plugin_open_ask *ask,
                                  struct plugin_open *answer)
{
    if (host->plugin != NULL) {
        plugin_invoker_destroy(host->invoker);
        host->invoker =
            plugin_invoker_create(host->plugin, ask->settings, ask->setting_count, &host->refusal);
    }
    bool opened = host->invoker != NULL;
    *answer = (struct plugin_open){.opened = opened,
                                   .refusal = opened ? NULL : host->refusal.text,
                                   .descriptor = opened ? host->plugin : NULL};
    return NB_OK;
}

/* From here on the other side may look: its header says where. */
static bool send_reply(struct host *host, const struct nb_buf *reply)
{
    struct wire_header note;
    size_t bytes = reply->length - sizeof(note);
    if (reply->failed || reply != &host->answers || !plugin_shared_takes(&host->shared, bytes)) {
        return !reply->failed && write_exactly(host->fd, reply->data, reply->length);
    }
    memcpy(&note, reply->data, sizeof(note));
    note.shared = 1;
    return write_exactly(host->fd, (const char *)&note, sizeof(note));
}

static bool reply(struct host *host, const struct wire_header *header, enum nb_status status,
                  const void *answers, uint32_t count)
{
    nb_buf_clear(&host->answers);
    if (host->answers.data != NULL &&
        plugin_reply_write(&host->answers, header, status, answers, count)) {
        return send_reply(host, &host->answers);
    }
    nb_buf_clear(&host->reply);
    (void)plugin_reply_write(&host->reply, header, status, answers, count);
    return send_reply(host, &host->reply);
}

static bool answer_request(struct host *host, const struct wire_header *header,
                           const struct plugin_request *request)
{
    const void *answers = NULL;
    struct plugin_open opened;
    enum nb_status status = NB_REFUSED;
    if (header->kind == PLUGIN_CALL_OPEN) {
        status = open_plugin(host, request->asks, &opened);
        answers = &opened;
    } else if (host->invoker != NULL) {
        status = plugin_invoke(host->invoker, (enum plugin_call_kind)header->kind,
                               &request->context, request->asks, request->count, &answers);
    }
    return reply(host, header, status, answers, request->count);
}

static void make_room(struct host *host, size_t bytes)
{
    if (bytes > host->frame_bytes) {
        uint8_t *larger = nb_alloc(bytes);
        if (host->frame != NULL) {
            memcpy(larger, host->frame, host->frame_bytes);
            nb_free(host->frame);
        }
        host->frame = larger;
        host->frame_bytes = bytes;
    }
}

/* The house sends nothing before it has the answer, so whatever can be read is of this frame, and
 * what stands in shared memory stays as it is meanwhile. */
static bool read_frame(struct host *host, struct wire_header *ret_header, uint8_t **ret_bytes)
{
    size_t have = 0;
    make_room(host, FRAME_FIRST_BYTES);
    if (!read_until(host, &have, sizeof(*ret_header))) {
        return false;
    }
    memcpy(ret_header, host->frame, sizeof(*ret_header));
    if (ret_header->shared != 0) {
        *ret_bytes = plugin_shared_asks(&host->shared);
        return host->shared.bytes != NULL && have == sizeof(*ret_header) &&
               ret_header->length <= PLUGIN_SHARED_BYTES;
    }
    size_t whole = sizeof(*ret_header) + ret_header->length;
    if (ret_header->length > WIRE_FRAME_BYTES_MAX || have > whole) {
        return false;
    }
    make_room(host, whole);
    *ret_bytes = host->frame + sizeof(*ret_header);
    return read_until(host, &have, whole);
}

/* False when the house hung up or spoke nonsense: there is nothing left to do then. */
static bool serve_one(struct host *host)
{
    struct wire_header header;
    struct plugin_request request;
    uint8_t *bytes = NULL;
    nb_arena_reset(host->arena);
    if (!read_frame(host, &header, &bytes)) {
        return false;
    }
    struct wire_reader reader = {
        .at = bytes, .left = header.length, .arena = host->arena, .in_place = true};
    if (!plugin_request_read(&reader, header.kind, &request, NULL)) {
        return false;
    }
    return answer_request(host, &header, &request);
}

static bool share(struct host *host, int shared_fd)
{
    if (!plugin_shared_map(shared_fd, &host->shared, &host->refusal)) {
        return false;
    }
    /* One byte below the top stays free for the NUL. */
    host->answers = (struct nb_buf){.data = (char *)plugin_shared_answers(&host->shared),
                                    .capacity = PLUGIN_SHARED_BYTES,
                                    .ceiling = PLUGIN_SHARED_BYTES - 1};
    return true;
}

static void prepare(struct host *host, int fd, int shared_fd, const char *path,
                    const char *want_sha256)
{
    /* A batch's memory goes back and forth: keep it instead of asking the kernel each time. */
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_MMAP_THRESHOLD, 16 << 20);
    host->fd = fd;
    host->arena = nb_arena_create(ASK_ARENA_BYTES);
    nb_buf_init(&host->reply, WIRE_FRAME_BYTES_MAX);
    if (!share(host, shared_fd) || !confine_process(fd, &host->refusal)) {
        return;
    }
    int image = load_image(path, want_sha256, &host->refusal);
    if (!confine_for_loading(fd, &host->refusal)) {
        return;
    }
    const struct nb_plugin *plugin = image < 0 ? NULL : load_plugin(image, &host->refusal);
    if (confine_for_serving(fd, &host->refusal)) {
        host->plugin = plugin;
    }
}

int plugin_host_run(int fd, int shared_fd, const char *path, const char *want_sha256)
{
    struct host host = {0};
    prepare(&host, fd, shared_fd, path, want_sha256);
    bool served = true;
    while (served) {
        served = serve_one(&host);
    }
    return host.plugin == NULL;
}
