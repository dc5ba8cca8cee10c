#include "core/plugin/client.h"

#include "core/plugin/client_private.h"

#include <string.h>

#define ANSWER_ARENA_BYTES ((size_t)32 << 20)

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
    nb_buf_init(&host->in, WIRE_FRAME_BYTES_MAX + sizeof(struct wire_header) + PLUGIN_CHUNK_BYTES);
    loop_io_init(&host->traffic, loop, plugin_host_on_traffic, host);
    loop_io_init(&host->ending, loop, plugin_host_on_gone, host);
    loop_timer_init(&host->timer, loop, plugin_host_on_timer, host);
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
    host->out = NULL;
    if (flight != NULL && plugin_pending_is_open(flight)) {
        plugin_pending_destroy(flight);
    } else if (flight != NULL) {
        plugin_pending_finish(flight, NULL);
    }
    plugin_queue_fail(&host->queue, nb_mono_now(), true);
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

const char *plugin_host_loss(const struct plugin_host *host)
{
    return host->loss;
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
    if (host->queue.waiting >= PLUGIN_QUEUE_MAX) {
        return nb_err_set(err, NB_ERR_LIMIT, "plugin_queue_full",
                          "More than %u calls wait for this plugin: try again.", PLUGIN_QUEUE_MAX);
    }
    struct plugin_pending *call =
        plugin_pending_create(kind, context, asks, count, deadline_ms, fn, user, err);
    if (call == NULL) {
        return false;
    }
    plugin_queue_push(&host->queue, call, false);
    plugin_host_offer(host);
    plugin_host_arm(host);
    return true;
}
