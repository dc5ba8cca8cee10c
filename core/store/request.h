/*
 * Requests and drafts: opening, changing, closing, reading. Secrets come sealed (the guest's key,
 * the hotline's for drafts) and go out sealed: nothing here opens them.
 */
#ifndef NB_STORE_REQUEST_H
#define NB_STORE_REQUEST_H

#include "core/store/operation.h"
#include "core/store/page.h"
#include "core/store/reveal.h"
#include "core/vault/seal.h"

#define STORE_SECRETS_MAX 16
#define STORE_PRINTS_MAX VAULT_EPOCHS_MAX

/* A sealed secret of a guest; kind is a word of pii.guest_secret ("exclusion_zone"). */
struct store_secret {
    const char *kind;
    const uint8_t *sealed;
    size_t bytes;
};

/* Borrowed until the function that takes it returns. */
struct store_request_open {
    const char *role;  /* the actor's */
    const char *facts; /* JSON of intake_facts */
    struct public_id guest;
    const char *alias;
    const uint8_t *wrapped_key; /* VAULT_WRAPPED_BYTES */
    uint32_t epoch;
    const struct store_secret *secrets;
    size_t secret_count;
    const struct vault_print *prints; /* of the case reference, the current key's first; may be 0 */
    size_t print_count;
};
void store_request_open(struct store *store, const struct store_operation *operation,
                        const struct store_request_open *open, store_write_fn done, void *data);

struct store_request_change {
    const char *role;
    struct public_id id;
    int64_t match_version; /* 0: any */
    const char *facts;
    const char *const *replaced; /* kinds of secrets that are replaced, maybe by none */
    size_t replaced_count;
    const struct store_secret *secrets;
    size_t secret_count;
};
void store_request_change(struct store *store, const struct store_operation *operation,
                          const struct store_request_change *change, store_write_fn done,
                          void *data);

void store_request_close(struct store *store, const struct store_operation *operation,
                         struct public_id id, int64_t match_version, const char *reason,
                         store_write_fn done, void *data);

#define STORE_REQUEST_ZONES_MAX 16

/* Texts are borrowed until done returns. */
struct store_request {
    struct public_id id;
    int64_t version;
    const char *state;
    const char *body; /* JSON: the fields as they were asked for, without secrets and place */
    double latitude;
    double longitude;
    const char *country;
    const char *region; /* NULL when not known */
    const char *zone;
    struct night check_in;
    struct nb_instant opened_at;
    bool has_next_action;
    struct nb_instant next_action_at;
    bool unaccompanied_minor;
    const char *author_role;
    bool stay_allowed;       /* the role that looks may book all its nights, without a reason */
    bool stay_reason_needed; /* of whoever books them */
    const char *stay_by;     /* the lowest role that may; NULL when it is allowed, or for nobody */
    bool has_repeat_of;
    struct public_id repeat_of;
    bool has_last_search;
    struct public_id last_search;
    const char *open_tasks; /* an array's text of words */
    struct public_id guest;
    const uint8_t *wrapped_key; /* NULL once destroyed */
    size_t wrapped_bytes;
    struct store_bytes zones[STORE_REQUEST_ZONES_MAX]; /* sealed */
    size_t zone_count;
};
/* request is NULL when the hotline has none of that id. */
typedef void (*store_request_fn)(void *data, const struct store_result *result,
                                 const struct store_request *request);
/* role: the right under which somebody looks. */
void store_request_find(struct store *store, struct hotline_id hotline, const char *role,
                        struct public_id id, store_request_fn done, void *data);

struct store_request_row {
    struct public_id id;
    int64_t sort;
    const char *state;
    const char *urgency;
    const char *country;
    const char *region; /* NULL when not known */
    struct night check_in;
    int64_t nights;
    int64_t people;
    struct nb_instant opened_at;
    bool has_next_action;
    struct nb_instant next_action_at;
    int64_t version;
};
typedef void (*store_request_rows_fn)(void *data, const struct store_result *result,
                                      const struct store_request_row *rows, size_t count);
/* state: NULL for any. */
void store_request_list(struct store *store, struct hotline_id hotline, const char *state,
                        const struct store_page *page, store_request_rows_fn done, void *data);

/* --- drafts --- */

#define STORE_DRAFT_NEW (-1)

/* match_version: STORE_DRAFT_NEW, or the version that was read, 0 for any. */
void store_draft_save(struct store *store, const struct store_operation *operation,
                      struct public_id id, int64_t match_version, const uint8_t *sealed,
                      size_t bytes, store_write_fn done, void *data);
void store_draft_drop(struct store *store, const struct store_operation *operation,
                      struct public_id id, store_write_fn done, void *data);

struct store_draft {
    struct public_id id;
    int64_t sort;
    int64_t version;
    struct nb_instant updated_at;
    const uint8_t *sealed; /* NULL in a list */
    size_t bytes;
    struct public_id hotline;
    const uint8_t *hotline_key; /* wrapped; NULL when it was never made, and in a list */
    size_t hotline_key_bytes;
};
/* draft is NULL when the user has none of that id. */
typedef void (*store_draft_fn)(void *data, const struct store_result *result,
                               const struct store_draft *draft);
void store_draft_find(struct store *store, struct user_id user, struct public_id id,
                      store_draft_fn done, void *data);
typedef void (*store_drafts_fn)(void *data, const struct store_result *result,
                                const struct store_draft *drafts, size_t count);
void store_draft_list(struct store *store, struct user_id user, const struct store_page *page,
                      store_drafts_fn done, void *data);

/* The wrapped key of a hotline: what seals drafts. bytes 0 when it was never made. */
typedef void (*store_hotline_key_fn)(void *data, const struct store_result *result,
                                     struct public_id hotline, const uint8_t *wrapped,
                                     size_t bytes);
void store_hotline_key(struct store *store, struct hotline_id hotline, store_hotline_key_fn done,
                       void *data);

#endif
