/*
 * The directory as people keep it: organizations and hotels, and whether they are vetted.
 */
#ifndef NB_STORE_DIRECTORY_H
#define NB_STORE_DIRECTORY_H

#include "core/base/ids.h"
#include "core/store/operation.h"
#include "core/store/page.h"

#include <stddef.h>

struct store_provider {
    struct public_id id;
    const char *name;
    const char *kind;
    const char *vetting_state;
    bool vetted; /* vetted_at is there: somebody decided */
    struct nb_instant vetted_at;
    const char *country;
    const char *notify_channel;
    struct nb_instant created_at;
    int64_t services;
};

/* An answer of the safety checklist. */
enum store_answer_word { STORE_ANSWER_UNKNOWN = 0, STORE_ANSWER_NO, STORE_ANSWER_YES };

struct store_property {
    struct public_id id;
    const char *name;
    const char *brand;   /* NULL: none */
    const char *program; /* NULL: none */
    const char *company; /* NULL: independent */
    const char *country;
    const char *region;      /* NULL: not known */
    const char *postal_code; /* NULL: not known */
    const char *zone;
    bool zone_confirmed;
    const char *card_rule;
    bool takes_no_id;
    const char *accepted_id; /* JSON text of a list of words */
    int64_t min_check_in_age;
    int64_t guest_cap;
    enum store_answer_word policy;
    enum store_answer_word training;
    enum store_answer_word reporting;
    enum store_answer_word sourcing;
    const char *vetting_state;
    bool vetted;
    struct nb_instant vetted_at;
    bool verified; /* last_verified_at is there */
    struct nb_instant last_verified_at;
};

/* All NULL: everything. word is the kind of a provider, the program of a property. */
struct store_directory_filter {
    const struct public_id *one;
    const char *vetting_state;
    const char *word;
};

struct store_decision {
    const char *kind; /* "provider" or "property" */
    struct public_id subject;
    const char *decision; /* "vetted" or "suspended" */
};

/* NULL and 0 unless the outcome is STORE_OK. */
typedef void (*store_providers_fn)(void *data, const struct store_result *result,
                                   const struct store_provider *providers, size_t count);
typedef void (*store_properties_fn)(void *data, const struct store_result *result,
                                    const struct store_property *properties, size_t count);

/* role: STORE_STAFF or STORE_ADMIN, here and below. */
void store_directory_providers(struct store *store, enum store_role role,
                               const struct store_directory_filter *filter,
                               const struct store_page *page, store_providers_fn done, void *data);
void store_directory_properties(struct store *store, enum store_role role,
                                const struct store_directory_filter *filter,
                                const struct store_page *page, store_properties_fn done,
                                void *data);
/* nb.directory_decide: vetted, suspended, not_found, forbidden or invalid; the resource is the
 * subject. */
void store_directory_decide(struct store *store, enum store_role role,
                            const struct store_operation *operation,
                            const struct store_decision *decision, store_write_fn done, void *data);

#endif
