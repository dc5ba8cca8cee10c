/*
 * Tasks: everything open has a person who took it, or waits for one.
 */
#ifndef NB_STORE_TASK_H
#define NB_STORE_TASK_H

#include "core/base/ids.h"
#include "core/store/operation.h"
#include "core/store/page.h"

#include <stddef.h>

struct store_task {
    struct public_id id;
    const char *kind;
    const char *for_role;
    const char *state;
    struct nb_instant due_at; /* of a page's sort, in microseconds */
    bool has_request;
    struct public_id request;
    bool has_booking;
    struct public_id booking;
    const char *detail; /* JSON text of an object */
    bool claimed;       /* by whom and until when is there */
    struct public_id claimed_by;
    const char *claimed_by_name;
    bool leased;
    struct nb_instant lease_until;
    int64_t fencing_token; /* grows with each claim */
    struct nb_instant created_at;
    bool done;
    struct nb_instant done_at;
    const char *result;   /* NULL until it ended */
    const char *handover; /* NULL: never given back */
};

struct store_task_filter {
    struct user_id actor; /* only tasks that this user may take */
    const struct public_id *one;
    const char *state;    /* open, claimed, done, dropped, live (open or claimed), all */
    const char *for_role; /* NULL: any */
    bool mine;            /* only those that the actor has claimed */
};

/* NULL and 0 unless the outcome is STORE_OK. */
typedef void (*store_tasks_fn)(void *data, const struct store_result *result,
                               const struct store_task *tasks, size_t count);

/* role: STORE_STAFF or STORE_ADMIN. The most urgent first. */
void store_task_list(struct store *store, enum store_role role,
                     const struct store_task_filter *filter, const struct store_page *page,
                     store_tasks_fn done, void *data);

#endif
