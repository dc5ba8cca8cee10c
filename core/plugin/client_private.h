/* A plugin host as its machine (client_machine.c) and what others call (client.c) see it. */
#ifndef NB_PLUGIN_CLIENT_PRIVATE_H
#define NB_PLUGIN_CLIENT_PRIVATE_H

#include "core/base/mem.h"
#include "core/loop/io.h"
#include "core/loop/timer.h"
#include "core/plugin/client.h"
#include "core/plugin/process.h"
#include "core/plugin/queue.h"

#define HOST_MAGIC 0x504c4854u
#define PLUGIN_CHUNK_BYTES 65536u /* read at once */

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
    char loss[256]; /* why the last one */
    uint64_t last_id;
    bool stopping;

    struct plugin_pending *flight; /* the call the host has */
    struct plugin_queue queue;
    const char *out; /* borrowed of the flight, or note; NULL = nothing to send */
    size_t out_bytes;
    size_t out_sent;
    struct wire_header note; /* of a frame that stands in shared memory */
    bool watched;
    bool watched_write;
    bool broken; /* the socket could not be written; acted on in the next turn */
    struct nb_buf in;
    struct nb_arena *answers;
};

/* Does what the state allows now, and says when to look again. */
void plugin_host_advance(struct plugin_host *host);
/* Sets the timer for what comes next; does nothing else. */
void plugin_host_arm(struct plugin_host *host);
/* Gives an idle host the next call that waits; tells nobody anything. */
void plugin_host_offer(struct plugin_host *host);
void plugin_host_on_traffic(void *host, bool readable, bool writable);
void plugin_host_on_gone(void *host, bool readable, bool writable);
void plugin_host_on_timer(void *host);
bool plugin_pending_is_open(const struct plugin_pending *call);

#endif
