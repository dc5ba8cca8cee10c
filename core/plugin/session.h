/*
 * A plugin host asked one thing at a time, waiting for the answer: for the conformance run and
 * tests, which have nothing else to do meanwhile. Roles use client.h on their own loop.
 */
#ifndef NB_PLUGIN_SESSION_H
#define NB_PLUGIN_SESSION_H

#include "core/plugin/client.h"

#define PLUGIN_SESSION_MS 5000

struct plugin_session; /* opaque: a loop and one host */

/* One answer; everything lives in the session until the next ask of this session. */
struct plugin_said {
    enum plugin_result result;
    uint32_t status;
    uint32_t count;
    const void *rows;
    const bool *available;
    const char *bytes; /* the rows as they travel: equal answers have equal bytes */
    size_t byte_count;
};

/* Waits until the plugin is open; NULL with its refusal. */
struct plugin_session *plugin_session_open(const char *program, const char *path,
                                           struct nb_err *err) NB_MUST_CHECK;
struct plugin_session *plugin_session_close(struct plugin_session *session);
struct plugin_host *plugin_session_host(struct plugin_session *session);
/* Why the host was lost the last time: waits until its process is gone, so that the signal that
 * ended it is known. Borrowed until the next ask. */
const char *plugin_session_loss(struct plugin_session *session);
struct plugin_said plugin_session_ask(struct plugin_session *session, enum plugin_call_kind kind,
                                      const struct plugin_context *context, const void *asks,
                                      uint32_t count);

#endif
