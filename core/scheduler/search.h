/*
 * From a request to ranked options: loads the request and everything in reach, prices through the
 * plugin hosts, ranks, divides a group over places, and records the snapshot. Asynchronous: nothing
 * here waits, and a plugin that is down makes its own hotels "price unavailable".
 * Not here: what the rules are (core/model), how the answer looks (core/api/searches.c).
 * Invariant: every place within reach is in the answer exactly once, offered or with its reasons.
 */
#ifndef NB_SCHEDULER_SEARCH_H
#define NB_SCHEDULER_SEARCH_H

#include "core/plugin/client.h"
#include "core/store/search_record.h"
#include "core/vault/keys.h"

/* Options that are candidates at once; those behind them wait until somebody pages there. */
#define SEARCH_PAGE_OPTIONS 50

/* Which host serves a program: core/scheduler/plugins.h in a role process, anything in a test. */
struct search_programs {
    struct plugin_host *(*host_of)(void *data, const char *program); /* NULL: none is enabled */
    void *data;
};

/* Copied; what it points to outlives the search, but for operation, which is copied too. */
struct search_ask {
    struct store *store;
    struct vault_keys *keys;
    struct search_programs programs;
    struct hotline_id hotline;
    struct public_id request;
    const struct store_operation *operation; /* NULL: a preview, which records nothing */
};

enum search_outcome {
    SEARCH_NONE = 0,
    SEARCH_RECORDED, /* write says what the database made of it; also a refusal or a replay */
    SEARCH_PREVIEW,  /* preview is filled in */
    SEARCH_ABSENT,   /* the hotline has no such request */
    SEARCH_FAILED,   /* result says why */
};

/* What a preview shows; borrowed until done returns. */
struct search_preview {
    int64_t considered;
    int64_t offered;
    const char *refusal_counts; /* JSON */
    const char *allocation;     /* JSON; NULL for none */
    const char *author_role;
    bool unaccompanied_minor;
    struct nb_instant at;
    const struct store_option *options; /* the first SEARCH_PAGE_OPTIONS */
    size_t option_count;
};

struct search_answer {
    enum search_outcome outcome;
    const struct store_result *result;
    const struct store_write *write;
    const struct search_preview *preview;
};

typedef void (*search_done_fn)(void *data, const struct search_answer *answer);

/* done is called once, in a later turn. */
void search_start(const struct search_ask *ask, search_done_fn done, void *data);

#endif
