/*
 * The house's side of a plugin host: starts nightbridge-plugin-host for one plugin, keeps it alive,
 * and makes calls of it on the libev loop, one at a time, each with a deadline.
 * A host that crashes, hangs or talks nonsense is killed and started again with back-off. A batch
 * that it took along, or that the plugin refused, is asked again row by row, so that only the rows
 * that kill it or make no sense are unavailable; a call of one row is not asked again.
 * Invariant: every accepted call gets exactly one callback, never from inside plugin_host_call.
 */
#ifndef NB_PLUGIN_CLIENT_H
#define NB_PLUGIN_CLIENT_H

#include "core/loop/turn.h"
#include "core/plugin/calls.h"

#define PLUGIN_QUEUE_MAX 256u       /* calls that wait; the next one is refused (NB_ERR_LIMIT) */
#define PLUGIN_SINGLE_LOSSES_MAX 4u /* rows of one batch that may take the host along */
#define PLUGIN_OPEN_MS 5000

struct plugin_host; /* opaque; one plugin, its process and the calls that wait for it */

enum plugin_host_state {
    PLUGIN_HOST_NONE = 0,
    PLUGIN_HOST_STARTING, /* the process runs, the plugin is being opened */
    PLUGIN_HOST_READY,
    PLUGIN_HOST_DYING,   /* killed, not yet gone */
    PLUGIN_HOST_WAITING, /* until it may be started again */
    PLUGIN_HOST_REFUSED, /* the plugin does not open: for good, until an administrator acts */
};

struct plugin_host_options {
    const char *program; /* nightbridge-plugin-host; NULL = beside this executable */
    const char *path;    /* the plugin */
    const char *sha256;  /* NULL accepts any file: for plugin check only */
    const struct plugin_setting *settings;
    uint32_t setting_count;
    /* Told of every change of state; may be NULL. Must not stop the host. */
    void (*changed)(void *user, struct plugin_host *host, enum plugin_host_state state);
    void *user;
};

enum plugin_result {
    PLUGIN_RESULT_NONE = 0,
    PLUGIN_ANSWERED,    /* rows are there; see available for each */
    PLUGIN_REFUSED,     /* the plugin said that the ask makes no sense, or had no memory */
    PLUGIN_UNAVAILABLE, /* no answer: host gone, deadline, queue time, not opened */
};

/* Valid, and everything it points to, during the callback. */
struct plugin_answer {
    enum plugin_call_kind kind;
    enum plugin_result result;
    uint32_t status;       /* enum nb_status of a refusal */
    uint32_t count;        /* rows asked; 0 unless ANSWERED */
    const void *rows;      /* of the kind's answer struct; an unavailable row is zero */
    const bool *available; /* count; an unavailable price also has reason NB_PRICE_UNAVAILABLE */
};

/* Must not stop the host; may make calls. */
typedef void (*plugin_answer_fn)(void *user, const struct plugin_answer *answer);

/* Never NULL: a host that cannot be started yet keeps trying. Everything in options is copied. */
struct plugin_host *plugin_host_start(struct loop *loop, const struct plugin_host_options *options);
/* Kills the process, calls back what waits as UNAVAILABLE, frees at the end of the turn. Accepts
 * NULL; returns NULL. Not from a callback of this host. */
struct plugin_host *plugin_host_stop(struct plugin_host *host);

enum plugin_host_state plugin_host_state(const struct plugin_host *host);
const char *plugin_host_state_name(enum plugin_host_state state);
/* What the plugin says of itself, without slots; NULL until it was opened once. Borrowed until
 * stop. */
const struct nb_plugin *plugin_host_descriptor(const struct plugin_host *host);
/* Why it was refused; empty unless REFUSED. */
const char *plugin_host_refusal(const struct plugin_host *host);
/* Of the running process, 0 when there is none: for tests and metrics. */
int plugin_host_pid(const struct plugin_host *host);
/* How often the process was lost, and why the last time (empty before the first; one sentence, no
 * guest data; the signal is known once the state is WAITING). */
uint64_t plugin_host_losses(const struct plugin_host *host);
const char *plugin_host_loss(const struct plugin_host *host);

/* Copies context and asks. deadline_ms counts while waiting, and anew once the host has the call.
 * False (and no callback) for a full queue, a batch too large, or a refused plugin. */
bool plugin_host_call(struct plugin_host *host, enum plugin_call_kind kind,
                      const struct plugin_context *context, const void *asks, uint32_t count,
                      int64_t deadline_ms, plugin_answer_fn fn, void *user,
                      struct nb_err *err) NB_MUST_CHECK;

/* The same with types. */
#define PLUGIN_HOST_CALL(name, kind, type)                                                         \
    static inline NB_MUST_CHECK bool plugin_host_##name(                                           \
        struct plugin_host *host, const struct plugin_context *context, const type *asks,          \
        uint32_t count, int64_t deadline_ms, plugin_answer_fn fn, void *user, struct nb_err *err)  \
    {                                                                                              \
        return plugin_host_call(host, kind, context, asks, count, deadline_ms, fn, user, err);     \
    }
PLUGIN_HOST_CALL(price, PLUGIN_CALL_PRICE, struct nb_price_ask)
PLUGIN_HOST_CALL(eligible, PLUGIN_CALL_ELIGIBLE, struct nb_eligible_ask)
PLUGIN_HOST_CALL(expiry, PLUGIN_CALL_EXPIRY, struct nb_expiry_ask)
PLUGIN_HOST_CALL(refund, PLUGIN_CALL_REFUND, struct nb_refund_ask)
PLUGIN_HOST_CALL(validate, PLUGIN_CALL_VALIDATE, struct nb_validate_ask)
PLUGIN_HOST_CALL(script, PLUGIN_CALL_SCRIPT, struct nb_script_ask)
PLUGIN_HOST_CALL(step, PLUGIN_CALL_STEP, struct plugin_step_ask)

/* The rows of an answer with their type; an assertion when the kind is another. */
const struct nb_price *plugin_answer_prices(const struct plugin_answer *answer);
const struct nb_eligible *plugin_answer_eligible(const struct plugin_answer *answer);
const struct nb_expiry *plugin_answer_expiry(const struct plugin_answer *answer);
const struct nb_refund *plugin_answer_refund(const struct plugin_answer *answer);
const struct nb_validation *plugin_answer_validation(const struct plugin_answer *answer);
const struct nb_script *plugin_answer_script(const struct plugin_answer *answer);
const struct plugin_step *plugin_answer_step(const struct plugin_answer *answer);

#endif
