/*
 * The outbox as its worker sees it: operations claimed under a lease with a fencing token, what is
 * written before and after each effect, and how each ends. A worker whose token is stale changes
 * nothing (STORE_OUTBOX_STALE).
 */
#ifndef NB_STORE_OUTBOX_H
#define NB_STORE_OUTBOX_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/store/store.h"
#include "core/vault/fingerprint.h"

#define STORE_WORK_MAX 64      /* operations of one claim */
#define STORE_WORK_CHILDREN 16 /* ages told of one booking */
#define STORE_PRINTS_MAX 4     /* living epochs */

enum store_work_kind { STORE_WORK_NONE = 0, STORE_WORK_COMMIT, STORE_WORK_READ, STORE_WORK_CANCEL };

struct store_sealed {
    const uint8_t *bytes; /* NULL: there is none */
    size_t count;
};

/* One claimed operation. Texts and bytes are borrowed like everything of an answer. */
struct store_work {
    struct outbox_id outbox;
    struct public_id outbox_public;
    int64_t token;
    enum store_work_kind kind;
    bool assisted;   /* a person does it, with the plugin's script */
    bool phone_only; /* of the account */
    int64_t tries;   /* claims so far, this one included */
    struct request_id request;
    struct account_id account;
    struct public_id account_public;
    const char *program;
    struct public_id reference; /* of the attempt, for life */
    const char *property_code;
    const char *zone;
    struct night check_in;
    struct night check_out;
    struct night today; /* business date of the property */
    struct nb_instant now;
    int rooms;
    int adults;
    int child_count;
    int child_ages[STORE_WORK_CHILDREN];
    int64_t points;
    int64_t accept_higher; /* held beyond points for a price within the tolerance */
    /* How to call the guest; the secrets are sealed with the guest's key. */
    struct public_id guest;
    const char *alias;
    struct store_sealed wrapped_key;
    struct store_sealed given_name;
    struct store_sealed surname;
    struct store_sealed confirmation;
    struct store_sealed state; /* of an earlier step, when the operation waits */
};

/* work is NULL unless result->outcome is STORE_OK. */
typedef void (*store_work_fn)(void *data, const struct store_result *result,
                              const struct store_work *work, int count);

/* Claims up to `most` that are due, and moves the bookings of commits to dispatching. key: random,
 * one per claim, so that a claim whose answer was lost gives the same rows again. */
void store_outbox_claim(struct store *store, struct public_id key, int most, int64_t lease_ms,
                        store_work_fn done, void *data);

enum store_outbox_answer {
    STORE_OUTBOX_NONE = 0,
    STORE_OUTBOX_DONE,
    STORE_OUTBOX_STALE, /* the lease was lost: another one has it, or will */
};

/* answer is NONE unless result->outcome is STORE_OK. */
typedef void (*store_outbox_fn)(void *data, const struct store_result *result,
                                enum store_outbox_answer answer);

struct store_outbox_ref {
    struct outbox_id outbox;
    int64_t token;
    struct request_id request; /* whose locks are taken */
    struct account_id account;
};

/* Written before an effect is performed. */
struct store_outbox_step {
    int step;
    const char *operation; /* "commit" */
    bool may_be_sent;      /* the effect is a request that changes something */
    int64_t lease_ms;      /* the lease begins anew */
    struct store_sealed state;
    struct store_sealed request;
};
void store_outbox_saved(struct store *store, const struct store_outbox_ref *ref,
                        const struct store_outbox_step *step, store_outbox_fn done, void *data);

/* What came back of a step; changes nothing but its record. */
struct store_outbox_reply {
    int step;
    const char *sent;    /* "no", "maybe", "yes" */
    int http_status;     /* 0: no whole answer */
    const char *failure; /* NULL with a whole answer */
    struct store_sealed response;
};
void store_outbox_answered(struct store *store, const struct store_outbox_ref *ref,
                           const struct store_outbox_reply *reply, store_outbox_fn done,
                           void *data);

/* How it ended, by the vocabulary of core/scheduler/dispatch_judge.h. */
struct store_outbox_end {
    const char *outcome;
    const char *facts; /* JSON object of coded facts */
    int64_t retry_ms;  /* when it has to be tried again: not before */
    struct store_sealed confirmation;
    /* Of (account, confirmation), the current epoch first. */
    struct vault_print prints[STORE_PRINTS_MAX];
    int print_count;
};
void store_outbox_done(struct store *store, const struct store_outbox_ref *ref,
                       const struct store_outbox_end *end, store_outbox_fn done, void *data);

/* The plugin waits; the state is kept. */
void store_outbox_wait(struct store *store, const struct store_outbox_ref *ref, int64_t wait_ms,
                       struct store_sealed state, store_outbox_fn done, void *data);
/* Nothing of it left this house: it may be sent again after wait_ms. counted: it was tried. */
void store_outbox_give_back(struct store *store, const struct store_outbox_ref *ref,
                            int64_t wait_ms, bool counted, store_outbox_fn done, void *data);
/* It waits for a person with this script (JSON, placeholders unreplaced). */
void store_outbox_to_person(struct store *store, const struct store_outbox_ref *ref,
                            const char *script, store_outbox_fn done, void *data);

/* What a program says an account holds: fewer points than our books know of is a task. */
void store_outbox_balance(struct store *store, struct account_id account, int64_t points,
                          store_outbox_fn done, void *data);

/* Leases that ended: what may have been sent becomes unknown, the rest is ready again. */
struct store_outbox_state {
    int64_t lapsed;       /* leases taken away by this call */
    int64_t unknown_open; /* bookings of unknown outcome, all workers */
    int64_t waiting;      /* operations that are due */
    bool paused;
};
typedef void (*store_outbox_state_fn)(void *data, const struct store_result *result,
                                      const struct store_outbox_state *state);
void store_outbox_sweep(struct store *store, store_outbox_state_fn done, void *data);

/* Once at the start of a worker: pauses dispatch when this server is another one, or on another
 * timeline, than the last worker saw. */
void store_outbox_begin(struct store *store, store_outbox_state_fn done, void *data);

/* Windows and limits of dispatch, by their dated rows. */
struct store_dispatch_limits {
    int64_t lease_ms;
    int64_t settle_ms;
    int64_t retry_first_ms;
    int64_t retry_ceiling_ms;
    int64_t retry_asked_ms;
    int64_t rate_per_minute;
    int64_t rate_burst;
    int64_t balance_ms; /* between two looks at one account's balance */
};
typedef void (*store_limits_fn)(void *data, const struct store_result *result,
                                const struct store_dispatch_limits *limits);
void store_outbox_limits(struct store *store, store_limits_fn done, void *data);

#endif
