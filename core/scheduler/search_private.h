/*
 * What the files of a search share: search.c (the machine), search_assemble.c (facts become what
 * the rules read), search_split.c (who sleeps where), search_texts.c (what is recorded). Nobody
 * else includes it.
 */
#ifndef NB_SCHEDULER_SEARCH_PRIVATE_H
#define NB_SCHEDULER_SEARCH_PRIVATE_H

#include "core/base/buf.h"
#include "core/http/token.h"
#include "core/model/ranking.h"
#include "core/scheduler/pricing.h"
#include "core/scheduler/search.h"
#include "core/store/search.h"

#define SEARCH_PARTS 3 /* shelters, partner hotels, points hotels */

struct search_zone {
    struct model_spot center;
    int32_t radius_m;
};

/* One offered place with those who would sleep there. */
struct search_option {
    struct public_id id;
    const struct model_ranked *row;
    uint32_t units;
    const uint8_t *households; /* indexes, rising */
    size_t household_count;
    const struct store_search_account *account; /* points hotels */
    bool gateway;
    int64_t points;
    bool suggested; /* part of the allocation of a group */
};

struct search_allocation {
    const uint8_t *left_over; /* households without a place */
    size_t left_over_count;
    uint32_t people_left;
    uint32_t people_placed;
};

struct search {
    unsigned magic;
    struct search_ask ask;
    struct store_operation operation;
    char key[HTTP_IDEMPOTENCY_KEY_TEXT];
    search_done_fn done;
    void *data;
    struct nb_arena *arena;
    int waiting;                 /* answers to come before the next step */
    struct store_result failure; /* the first; STORE_OK while there is none */
    bool found;
    struct store_search_request request;
    struct store_search_means means;
    struct store_search_place *parts[SEARCH_PARTS];
    size_t part_counts[SEARCH_PARTS];
    struct search_zone zones[STORE_SEARCH_ZONES_MAX];
    size_t zone_count;
    struct store_search_place *places;
    size_t place_count;
    struct pricing pricing;
    uint32_t *hotels; /* places whose rooms are counted, in the order asked */
    size_t hotel_count;
    struct model_ranked *ranked;
    size_t offered;
    struct search_option *options; /* offered of them */
    struct search_allocation allocation;
    struct public_id id;
};

/* search_assemble.c: fills in what the rules read of every place; prices of points hotels apart. */
void search_assemble(struct search *search);

/* search_split.c: who would sleep at each offered place, and who at none. May take an option off
 * the list that no household fits into. False when the arena is full. */
bool search_split(struct search *search) NB_MUST_CHECK;

/* search_texts.c: what the database takes. Everything in the arena. */
struct search_texts {
    const char *options;
    const char *further; /* NULL for none */
    const char *refusal_counts;
    const char *allocation; /* NULL unless the party may split */
    const char *refused_kinds;
    int64_t *refused_ids;
    int64_t *refused_distances;
    int64_t *refused_sets;
    size_t refused_count;
    const char **reason_sets;
    size_t set_count;
};
/* False when the arena is full. */
bool search_texts(struct search *search, struct search_texts *ret_texts) NB_MUST_CHECK;
const char *search_refusal_counts(struct search *search);
const char *search_allocation_text(struct search *search);

/* search_option.c. Appends the option as JSON; its households with commas. */
void search_write_option(struct search *search, const struct search_option *option,
                         struct nb_buf *buf);
void search_write_households(struct nb_buf *buf, const struct search_option *option);
/* The text so far into the arena, and the buffer empty again; NULL when either is full. */
const char *search_keep(struct search *search, struct nb_buf *buf);
/* The option as it is shown; arrays as PostgreSQL writes them. */
bool search_show(struct search *search, const struct search_option *option, int64_t rank,
                 struct store_option *ret_shown) NB_MUST_CHECK;

#endif
