/*
 * What the files of the dispatch role share: the role's own object, and one operation on its way.
 * Nobody else includes it.
 * Invariant of an operation: at any moment it waits for exactly one thing (its state says which),
 * and it is freed only after that came back.
 */
#ifndef NB_SCHEDULER_DISPATCH_PRIVATE_H
#define NB_SCHEDULER_DISPATCH_PRIVATE_H

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/config/accounts.h"
#include "core/config/config.h"
#include "core/http/client.h"
#include "core/http/metrics.h"
#include "core/loop/timer.h"
#include "core/model/rate.h"
#include "core/plugin/client.h"
#include "core/plugin/placeholder.h"
#include "core/scheduler/dispatch_judge.h"
#include "core/scheduler/dispatch_record.h"
#include "core/scheduler/role.h"
#include "core/store/outbox.h"
#include "core/vault/seal.h"

#define DISPATCH_IN_FLIGHT_MAX 64
#define DISPATCH_CLAIM_MAX 16
#define DISPATCH_POLL_MS 1000
#define DISPATCH_SWEEP_POLLS 5 /* a sweep for lapsed leases every so many polls */
#define DISPATCH_STEP_MS 5000  /* for one call of a plugin */
/* A lease outlives the deadline of a request by this, or by a tenth of itself. */
#define DISPATCH_MARGIN_MS 5000
#define DISPATCH_OPERATION_MS INT64_C(600000) /* for all steps of one claim */
#define DISPATCH_ARENA_BYTES ((size_t)4 << 20)

#define DISPATCH_KINDS 3 /* commit, read, cancel */
/* The vocabulary of outcomes, and four words for what is no outcome of it. */
#define DISPATCH_WORDS (NB_OUTCOME_COUNT - 1 + 4)
#define OPERATION_MAGIC 0x6f706572u

enum operation_state {
    OPERATION_NONE = 0,
    OPERATION_STEPPING, /* the plugin translates */
    OPERATION_SAVING,   /* (state, effect) is being written */
    OPERATION_PACED,    /* the account's rate is used up for the moment */
    OPERATION_SENDING,  /* a request is out, or about to be */
    OPERATION_ENDING,   /* the end is being written */
    OPERATION_OVER,
};

/* How often one account may be called by this process, and when its balance was looked at. */
struct dispatch_pace {
    struct dispatch_pace *next;
    int64_t account;
    struct model_rate rate;
    bool balance_asked; /* once at least */
    bool balance_out;   /* it is being asked for */
    struct nb_mono balance_at;
};

struct dispatch_metrics {
    struct http_metric *in_flight;
    struct http_metric *unknown_open;
    struct http_metric *waiting;
    struct http_metric *paused;
    struct http_metric *lease_losses;
    struct http_metric *lapsed;
    struct http_metric *requests;
    struct http_metric *failures;
    struct http_metric *ends[DISPATCH_KINDS][DISPATCH_WORDS];
};

struct operation;

struct dispatch {
    unsigned magic;
    struct role *role;
    struct config_accounts *accounts;
    struct http_client *client;
    struct pg_notify *notify;
    struct loop_timer poll;
    struct operation *operations; /* in flight, newest first */
    int in_flight;
    int polls;
    int calls;     /* of the store that are out for the role itself, not for an operation */
    bool begun;    /* the start was written down */
    bool claiming; /* a claim is out */
    bool sweeping; /* a sweep is out */
    bool again;    /* there may be more: claim as soon as this one is back */
    bool hungry;   /* it wanted to claim, and there was no room */
    bool ended;    /* freed as soon as nothing is out */
    bool limits_known;
    struct store_dispatch_limits limits;
    struct store_outbox_state seen;
    struct dispatch_pace *paces;
    struct dispatch_metrics metrics;
    struct nb_mono claimed_at; /* when the claim that is out was sent */
    int64_t claimed_lease_ms;  /* and for how long it claims */
    bool stopping;
    loop_call_fn drained; /* called once when nothing is in flight any more */
    void *drained_data;
};

struct operation {
    unsigned magic;
    struct operation *next;
    struct operation **link;
    struct dispatch *dispatch;
    enum operation_state state;
    struct nb_arena *arena;      /* what was claimed */
    struct nb_arena *step_arena; /* the request under way; begun anew by each effect */
    struct store_work work;
    struct store_outbox_ref ref;
    struct nb_operation asked;
    char reference[NB_PUBLIC_ID_TEXT];
    const struct config_account *account; /* NULL: not configured here */
    struct vault_secret *guest_key;
    struct vault_secret *given_name;
    struct vault_secret *surname;
    struct vault_secret *confirmation;
    struct plugin_values values;
    struct nb_mono begun;
    struct nb_mono lease_until;
    struct dispatch_trail trail;
    bool balance;      /* no operation of the outbox: a look at an account's balance */
    bool moved_points; /* the program took some, or gave some back */
    bool follows;      /* its end may have put something else into the outbox */
    bool wrote_before; /* trail.wrote before the request under way */
    uint32_t steps;
    uint32_t state_version;
    uint32_t state_bytes;
    uint8_t plugin_state[NB_STATE_BYTES_MAX];
    struct nb_request request; /* in step_arena */
    struct http_endpoint endpoint;
    int64_t deadline_ms; /* of that request, cut to the lease */
    struct loop_timer pace;
    struct http_exchange *exchange;
};

/* dispatch_operation.c: takes work (copies it), begins, and frees itself when it is over. */
void operation_start(struct dispatch *dispatch, const struct store_work *work,
                     struct nb_mono lease_until);
/* The role stops: what has not sent anything is handed back. */
void operation_stop(struct operation *operation);
/* Frees it without an end: the lease will say. */
void operation_abandon(struct operation *operation);
/* The role ends, whatever is out: freed now, or when what it waits for comes back. */
void operation_orphan(struct operation *operation);
/* For callbacks: true, and it is freed, when the role has ended meanwhile. */
bool operation_is_orphan(struct operation *operation);

/* dispatch_step.c: asks the plugin about event, and performs what it says. */
void operation_step(struct operation *operation, const struct nb_event *event);
void operation_script(struct operation *operation);

/* dispatch_send.c */
void operation_send(struct operation *operation);
struct dispatch_pace *dispatch_pace_of(struct dispatch *dispatch, int64_t account);

/* dispatch_balance.c: the program said that this operation took points or gave some back. */
void dispatch_balance_moved(struct dispatch *dispatch, const struct operation *operation);
/* The end of a look: what the plugin made of it, NULL for nothing. */
void operation_balance_end(struct operation *operation, const struct nb_effect *effect);
/* Inside dispatch_operation.c: an operation with a copy of work, on the role's list. */
struct operation *operation_create(struct dispatch *dispatch, const struct store_work *work,
                                   struct nb_mono lease_until);

/* dispatch_end.c */
void operation_end(struct operation *operation, const struct dispatch_verdict *verdict,
                   const struct nb_facts *facts);
void operation_give_back(struct operation *operation, int64_t wait_ms, bool counted);
void operation_wait(struct operation *operation, int64_t wait_ms);
/* Its lease is lost, or nothing could be written: whoever has the lease goes on. */
void operation_lost(struct operation *operation, const struct store_result *result);

void operation_set_state(struct operation *operation, enum operation_state state);
/* dispatch.c: one is over; there may be work. */
void dispatch_forget(struct dispatch *dispatch);
void dispatch_look(struct dispatch *dispatch);

/* dispatch_metrics.c */
void dispatch_metrics_declare(struct dispatch_metrics *metrics, struct http_metrics *registry);
void dispatch_metrics_count_end(const struct dispatch_metrics *metrics, enum store_work_kind kind,
                                const char *outcome);

/* dispatch_keys.c: the guest's key and what it seals; false when the key does not live (any more),
 * or when a kept state cannot be read. */
bool operation_open_secrets(struct operation *operation, struct nb_err *err) NB_MUST_CHECK;
/* Only what the account's file says: for a look at the balance. */
void operation_name_account(struct operation *operation);
/* Seals bytes for one field of this operation ("state", "request|3"). */
bool operation_seal(const struct operation *operation, const char *field, const void *bytes,
                    size_t count, struct nb_buf *ret_sealed, struct nb_err *err) NB_MUST_CHECK;
/* A confirmation number, for the attempt that it belongs to. */
bool operation_seal_confirmation(const struct operation *operation, const char *number,
                                 struct nb_buf *ret_sealed, struct nb_err *err) NB_MUST_CHECK;
/* The record of the plugin's state, sealed. */
bool operation_seal_state(const struct operation *operation, struct nb_buf *ret_sealed,
                          struct nb_err *err) NB_MUST_CHECK;
/* Fingerprints of (account, confirmation) under every living epoch; their number. */
int operation_prints(const struct operation *operation, const char *confirmation,
                     struct vault_print ret_prints[STORE_PRINTS_MAX]);
void operation_close_secrets(struct operation *operation);

#endif
