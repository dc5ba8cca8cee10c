/*
 * What a search reads: the request as it was frozen, the hotline's accounts, rules and budgets, and
 * every place inside a circle. Reading only; what a search decides stands in
 * core/scheduler/search.h and is recorded by core/store/search_record.h. Invariant: places come as
 * the directory and the capacity say, also those that no rule will let through: whoever refuses
 * them says why.
 */
#ifndef NB_STORE_SEARCH_H
#define NB_STORE_SEARCH_H

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/model/geography.h"
#include "core/model/place.h"
#include "core/store/reveal.h"
#include "core/store/store.h"

#define STORE_SEARCH_ZONES_MAX 16
#define STORE_SEARCH_WORDS_MAX 16
#define STORE_SEARCH_NIGHTS_MAX 60
#define STORE_SEARCH_COUNTERS_MAX 8

/* --- the request --- */

/* Everything in the arena that was handed in. */
struct store_search_request {
    struct request_id id;
    int64_t version;
    char state[16];
    char author_role[24];     /* who may read of places to avoid */
    struct nb_instant now;    /* of the database */
    struct night today;       /* tonight at the request's place */
    struct model_request ask; /* party, limits, needs, rules; no bits of words yet */
    struct model_spot spot;
    char country[3];
    char region[4];      /* empty when not known */
    char zone[64];       /* of the request's place, for programs' rules */
    char population[32]; /* the coarse word that a restriction of a fund may name */
    bool tonight;
    struct night check_in;
    const char *languages[STORE_SEARCH_WORDS_MAX]; /* primary subtags */
    size_t language_count;
    const char *wishes[STORE_SEARCH_WORDS_MAX];
    size_t wish_count;
    int32_t reserve_permille; /* of what is usable, kept for crises */
    int32_t expiring_days;
    const char *money_worth; /* JSON: currency to thousandths of the ranking's minor unit */
    int64_t valid_ms;        /* how long a choice may be made on the search */
    struct public_id guest;
    const uint8_t *wrapped_key; /* NULL when there are no zones */
    size_t wrapped_bytes;
    struct store_bytes zones[STORE_SEARCH_ZONES_MAX]; /* sealed */
    size_t zone_count;
};

/* request is NULL when the hotline has none of that id. */
typedef void (*store_search_request_fn)(void *data, const struct store_result *result,
                                        const struct store_search_request *request);
/* arena is borrowed until done and holds what request points to. */
void store_search_request(struct store *store, struct hotline_id hotline, struct public_id id,
                          struct nb_arena *arena, store_search_request_fn done, void *data);

/* --- what pays --- */

struct store_search_counter {
    char key[32];
    int year;
    int32_t left;
};

struct store_search_account {
    struct account_id id;
    char program[24];
    bool charity; /* granted by the program; else a custodian's */
    bool gateway; /* books by machine */
    bool phone_only;
    bool holds_card;          /* the program's credit card */
    struct points balance;    /* alive and allowed for this request */
    struct points restricted; /* of it from funds with a restriction */
    struct points expiring;   /* of it ending soon */
    struct night first_end;   /* when the first of it ends; NB_NIGHT_NEVER */
    int64_t rule_version;     /* of the program */
    int32_t minor_per_thousand;
    struct store_search_counter counters[STORE_SEARCH_COUNTERS_MAX];
    size_t counter_count;
};

struct store_search_rule {
    const char *program;
    const char *key;
    const char *value;
    int32_t from; /* day */
    int32_t to;   /* day, NB_DAY_NEVER's value when open */
};

struct store_search_budget {
    char currency[4];
    int64_t minor;
};

struct store_search_means {
    const struct store_search_account *accounts; /* of one program beside each other */
    size_t account_count;
    const struct store_search_rule *rules; /* the same */
    size_t rule_count;
    const struct store_search_budget *budgets;
    size_t budget_count;
};

/* Everything in arena. means is NULL unless result->outcome is STORE_OK. */
typedef void (*store_search_means_fn)(void *data, const struct store_result *result,
                                      const struct store_search_means *means);
void store_search_means(struct store *store, struct hotline_id hotline, struct public_id request,
                        struct nb_arena *arena, store_search_means_fn done, void *data);

/* --- places --- */

/* What is not asked by the rules but is needed to show, price and record a place. */
struct store_search_place {
    struct model_place model; /* without distance, zone, price, program and bits of words */
    struct model_spot spot;
    int64_t unit_type; /* 0 for a points hotel */
    int64_t property;  /* 0 for a shelter */
    int64_t provider;  /* 0 for a points hotel */
    const char *name;
    const char *unit_name;   /* NULL for a points hotel */
    const char *zone;        /* IANA */
    struct night check_in;   /* its own first night */
    const char *country;     /* hotels only */
    const char *region;      /* hotels only; NULL when not known */
    const char *populations; /* shelters, when asked for: an array's text */
    bool speaks;             /* shelters: a language of the guest */
    bool youth_route;        /* shelters: takes minors who are alone */
    bool has_cancel_by;
    struct nb_instant cancel_by;
    const char *program; /* points hotels */
    const char *property_code;
    const char *brand;     /* NULL when not known */
    const int32_t *free;   /* by night looked at: units; STORE_FREE_NOT_SAID or _UNKNOWN */
    const int64_t *prices; /* by night: points or minor units of one room; 0: none known */
    char currency[4];
};

#define STORE_FREE_NOT_SAID (-1) /* the source does not say how many */
#define STORE_FREE_UNKNOWN (-2)  /* nothing is known of that night */

struct store_search_circle {
    struct hotline_id hotline;
    struct nb_instant now; /* of the database */
    struct model_spot center;
    int32_t radius_m;
    bool tonight;
    struct night check_in; /* unless tonight */
    int32_t nights_looked; /* length of free and prices; <= STORE_SEARCH_NIGHTS_MAX */
    const char *const *languages;
    size_t language_count;
    bool populations;
    struct nb_arena *arena; /* borrowed until done; holds the places */
};

/* places is NULL unless result->outcome is STORE_OK. Fails (limit) when the arena is full. */
typedef void (*store_search_places_fn)(void *data, const struct store_result *result,
                                       struct store_search_place *places, size_t count);
void store_search_shelters(struct store *store, const struct store_search_circle *circle,
                           store_search_places_fn done, void *data);
void store_search_partner_hotels(struct store *store, const struct store_search_circle *circle,
                                 store_search_places_fn done, void *data);
void store_search_points_hotels(struct store *store, const struct store_search_circle *circle,
                                store_search_places_fn done, void *data);

/* Rooms that all hotlines fill at each property on any night of [check_in - 1, check_out + 1), in
 * the order asked. rooms is NULL unless result->outcome is STORE_OK. */
typedef void (*store_search_rooms_fn)(void *data, const struct store_result *result,
                                      const int32_t *rooms, size_t count);
void store_search_rooms_present(struct store *store, const int64_t *properties, size_t count,
                                struct night check_in, struct night check_out,
                                store_search_rooms_fn done, void *data);

#endif
