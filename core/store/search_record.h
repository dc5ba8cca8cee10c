/*
 * Recording a search and reading it back: its options, its refused places, its counts.
 * Invariant: options and refused places keep the order in which they were recorded.
 */
#ifndef NB_STORE_SEARCH_RECORD_H
#define NB_STORE_SEARCH_RECORD_H

#include "core/store/operation.h"
#include "core/store/page.h"

/* Borrowed until the function that takes it returns. */
struct store_search_record {
    struct public_id request;
    struct request_id request_id; /* for its lock */
    int64_t request_version;
    struct public_id id;
    int64_t considered;
    int64_t offered;
    const char *refusal_counts; /* JSON: word to number */
    const char *refused_kinds;  /* a letter each: s, p, h */
    const int64_t *refused_ids;
    const int64_t *refused_distances;
    const int64_t *refused_sets; /* from 1 */
    size_t refused_count;
    const char *const *reason_sets; /* words with commas */
    size_t set_count;
    const char *options;    /* JSON array as nb.search_candidates takes it */
    const char *further;    /* the same; NULL for none */
    const char *allocation; /* JSON; NULL for none */
    const int64_t *left_over;
    size_t left_over_count;
    int64_t people_left;
};
void store_search_record(struct store *store, const struct store_operation *operation,
                         const struct store_search_record *record, store_write_fn done, void *data);

/* Texts are borrowed until done returns. */
struct store_search {
    struct public_id id;
    struct public_id request;
    struct nb_instant made_at;
    struct nb_instant expires_at;
    int64_t considered;
    int64_t offered;
    int64_t recorded;           /* options that are candidates by now */
    const char *refusal_counts; /* JSON */
    const char *allocation;     /* JSON; NULL for none */
    bool stale;
    bool unaccompanied_minor;
    const char *author_role;
};
/* search is NULL when the hotline has none of that id. */
typedef void (*store_search_fn)(void *data, const struct store_result *result,
                                const struct store_search *search);
void store_search_find(struct store *store, struct hotline_id hotline, struct public_id id,
                       store_search_fn done, void *data);

/* Makes candidates of options that wait behind the recorded ones. recorded: how many are, -1 when
 * the hotline has no such search. */
typedef void (*store_search_further_fn)(void *data, const struct store_result *result,
                                        int64_t recorded);
void store_search_further(struct store *store, struct hotline_id hotline, struct public_id id,
                          store_search_further_fn done, void *data);

/* One option as it is shown; arrays as PostgreSQL writes them. */
struct store_option {
    struct public_id id;
    int64_t rank;
    const char *kind;
    const char *class;
    const char *transport;
    const char *program; /* NULL without one */
    const char *place_name;
    const char *unit_name; /* NULL for a points hotel */
    struct night check_in;
    struct night check_out;
    int64_t units;
    const char *households;
    int64_t points;           /* 0 without points */
    const char *night_points; /* NULL without points */
    int64_t free_nights;
    int64_t usable_after;
    int64_t rooms_per_booking; /* 0 for no limit */
    bool has_cash;
    int64_t cash_minor;
    const char *currency;
    bool has_cancel_by;
    struct nb_instant cancel_by;
    const char *cancel_by_local; /* on the clock of the house; NULL in a preview */
    bool cancel_by_passed;
    const char *zone;
    int64_t distance_m;
    int64_t score;
    const char *reasons; /* JSON */
    const char *risk_level;
    const char *risk_reasons;
    const char *freshness;
    bool has_reported_at;
    struct nb_instant reported_at;
    bool shelter_was_free;
    const char *flags;
};
typedef void (*store_options_fn)(void *data, const struct store_result *result,
                                 const struct store_option *options, size_t count);
/* after: rank of the last one seen, 0 from the start. */
void store_search_options(struct store *store, struct hotline_id hotline, struct public_id id,
                          int64_t after, int64_t limit, store_options_fn done, void *data);

struct store_refusal {
    int64_t position;
    char kind; /* s, p, h */
    struct public_id place;
    const char *place_name;
    const char *unit_name; /* NULL for a points hotel */
    int64_t distance_m;
    const char *reasons; /* words with commas */
};
typedef void (*store_refusals_fn)(void *data, const struct store_result *result,
                                  const struct store_refusal *refusals, size_t count);
/* after: position of the last one seen; reason: only places whose first reason it is, NULL any. */
void store_search_refusals(struct store *store, struct hotline_id hotline, struct public_id id,
                           int64_t after, int64_t limit, const char *reason, store_refusals_fn done,
                           void *data);

#endif
