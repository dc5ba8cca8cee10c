/*
 * Tasks: everything open has a person who took it, or waits for one.
 */
#ifndef NB_STORE_TASK_H
#define NB_STORE_TASK_H

#include "core/base/ids.h"
#include "core/store/keys.h"
#include "core/store/operation.h"
#include "core/store/page.h"
#include "core/store/reveal.h"

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

/* --- taking one --- */

/* The locks that claiming or ending it may need; keys is NULL for a task that is not the hotline's
 * (0: an administrator of all) or for none of the roles. */
void store_task_keys(struct store *store, enum store_role role, struct hotline_id hotline,
                     const char *const *roles, size_t role_count, struct public_id task,
                     store_keys_fn done, void *data);

void store_task_claim(struct store *store, enum store_role role,
                      const struct store_operation *operation, struct public_id task,
                      const struct store_lock_keys *keys, store_write_fn done, void *data);
/* handover: a coded word for whoever takes it next, or NULL. */
void store_task_release(struct store *store, enum store_role role,
                        const struct store_operation *operation, struct public_id task,
                        int64_t token, const char *handover, const struct store_lock_keys *keys,
                        store_write_fn done, void *data);

struct store_hand_over {
    struct public_id task;
    int64_t token; /* of the claim that ends */
    struct public_id to;
    const char *why; /* coded */
};
void store_task_hand_over(struct store *store, const struct store_operation *operation,
                          const struct store_hand_over *hand_over,
                          const struct store_lock_keys *keys, store_write_fn done, void *data);

/* What the end of a task is held against. Everything but kind is zero or NULL without a booking. */
struct store_task_work {
    const char *kind;
    bool has_booking;
    struct public_id reference; /* of the attempt */
    bool has_account;
    struct public_id account;
    struct night check_in;
    struct night check_out;
    int64_t units;
    int64_t points;
    struct public_id guest;
    struct store_bytes wrapped_key;
};
/* work is NULL when there is none of that hotline, and unless the result is STORE_OK. */
typedef void (*store_task_work_fn)(void *data, const struct store_result *result,
                                   const struct store_task_work *work);
void store_task_work(struct store *store, struct hotline_id hotline, struct public_id task,
                     store_task_work_fn done, void *data);

struct store_task_end {
    struct public_id task;
    int64_t token;
    const char *result;              /* JSON object */
    struct store_bytes confirmation; /* sealed with the guest's key */
    struct store_bytes prints;       /* its fingerprints, one a living epoch */
};
void store_task_done(struct store *store, enum store_role role,
                     const struct store_operation *operation, const struct store_task_end *end,
                     const struct store_lock_keys *keys, store_write_fn done, void *data);

#endif
