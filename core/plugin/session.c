#include "core/plugin/session.h"

#include "core/base/mem.h"

#include <string.h>

#define SESSION_MAGIC 0x53455353u
#define SESSION_ARENA_BYTES ((size_t)32 << 20)

struct plugin_session {
    uint32_t magic;
    struct loop *loop;
    struct plugin_host *host;
    struct nb_arena *arena;
    struct nb_buf bytes;
    struct plugin_said said;
};

static void on_state(void *user, struct plugin_host *host, enum plugin_host_state state)
{
    (void)host;
    struct plugin_session *session = user;
    NB_CHECK_MAGIC(session, SESSION_MAGIC);
    if (state == PLUGIN_HOST_READY || state == PLUGIN_HOST_REFUSED ||
        state == PLUGIN_HOST_WAITING) {
        loop_stop(session->loop);
    }
}

/* The rows die with the callback: they are written as bytes and read back into the session. */
static void keep_rows(struct plugin_session *session, const struct plugin_answer *answer)
{
    const struct plugin_call_row *row = &plugin_calls[answer->kind];
    bool *available = nb_arena_alloc(session->arena, answer->count * sizeof(bool));
    uint8_t *rows = nb_arena_alloc(session->arena, (size_t)answer->count * row->answer_bytes);
    NB_ASSERT(available != NULL && rows != NULL);
    memcpy(available, answer->available, answer->count * sizeof(bool));
    for (uint32_t i = 0; i < answer->count; i++) {
        size_t offset = (size_t)i * row->answer_bytes;
        bool written =
            wire_write(&session->bytes, row->answer, (const uint8_t *)answer->rows + offset, NULL);
        NB_ASSERT(written && !session->bytes.failed);
    }
    struct wire_reader reader = {.at = (uint8_t *)session->bytes.data,
                                 .left = session->bytes.length,
                                 .arena = session->arena};
    for (uint32_t i = 0; i < answer->count; i++) {
        bool read = wire_read(&reader, row->answer, rows + (size_t)i * row->answer_bytes, NULL);
        NB_ASSERT(read);
    }
    session->said.rows = rows;
    session->said.available = available;
    session->said.bytes = nb_buf_str(&session->bytes);
    session->said.byte_count = session->bytes.length;
}

static void on_answer(void *user, const struct plugin_answer *answer)
{
    struct plugin_session *session = user;
    NB_CHECK_MAGIC(session, SESSION_MAGIC);
    session->said = (struct plugin_said){
        .result = answer->result, .status = answer->status, .count = answer->count};
    if (answer->result == PLUGIN_ANSWERED) {
        keep_rows(session, answer);
    }
    loop_stop(session->loop);
}

struct plugin_session *plugin_session_open(const char *program, const char *path,
                                           struct nb_err *err)
{
    struct plugin_session *session = nb_alloc(sizeof(*session));
    session->magic = SESSION_MAGIC;
    session->loop = loop_create();
    session->arena = nb_arena_create(SESSION_ARENA_BYTES);
    nb_buf_init(&session->bytes, WIRE_FRAME_BYTES_MAX);
    struct plugin_host_options options = {
        .program = program, .path = path, .changed = on_state, .user = session};
    session->host = plugin_host_start(session->loop, &options);
    /* A host that cannot be started keeps trying in silence: a call of our own has a deadline. */
    struct plugin_context context = {0};
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_PROPERTY, .text = ""};
    bool asked = plugin_host_validate(session->host, &context, &ask, 1, PLUGIN_SESSION_MS,
                                      on_answer, session, err);
    /* Changes of state stop the loop as well: go on until the one answer is there. */
    while (asked && session->said.result == PLUGIN_RESULT_NONE) {
        loop_run(session->loop);
    }
    if (plugin_host_state(session->host) != PLUGIN_HOST_READY) {
        const char *refusal = plugin_host_refusal(session->host);
        const char *loss = plugin_session_loss(session);
        (void)nb_err_set(err, NB_ERR_INVALID, "plugin_not_opened", "%s",
                         *refusal != '\0' ? refusal
                         : *loss != '\0'  ? loss
                                          : "The plugin host does not start.");
        return plugin_session_close(session);
    }
    return session;
}

struct plugin_session *plugin_session_close(struct plugin_session *session)
{
    if (session == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(session, SESSION_MAGIC);
    plugin_host_stop(session->host);
    loop_destroy(session->loop);
    nb_arena_destroy(session->arena);
    nb_buf_fini(&session->bytes);
    session->magic = 0;
    return nb_free(session);
}

struct plugin_host *plugin_session_host(struct plugin_session *session)
{
    return session->host;
}

const char *plugin_session_loss(struct plugin_session *session)
{
    NB_CHECK_MAGIC(session, SESSION_MAGIC);
    while (plugin_host_state(session->host) == PLUGIN_HOST_DYING) {
        loop_run(session->loop);
    }
    return plugin_host_loss(session->host);
}

struct plugin_said plugin_session_ask(struct plugin_session *session, enum plugin_call_kind kind,
                                      const struct plugin_context *context, const void *asks,
                                      uint32_t count)
{
    NB_CHECK_MAGIC(session, SESSION_MAGIC);
    nb_arena_reset(session->arena);
    nb_buf_clear(&session->bytes);
    session->said = (struct plugin_said){.result = PLUGIN_RESULT_NONE};
    if (!plugin_host_call(session->host, kind, context, asks, count, PLUGIN_SESSION_MS, on_answer,
                          session, NULL)) {
        return session->said;
    }
    while (session->said.result == PLUGIN_RESULT_NONE) {
        loop_run(session->loop);
    }
    return session->said;
}
