/*
 * Referrals: offers of a party to a shelter or a partner hotel. A provider reads what was offered
 * to it through a view of its own; the hotline's staff read the same of theirs, without the place.
 */
#ifndef NB_STORE_REFERRAL_H
#define NB_STORE_REFERRAL_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/store/keys.h"
#include "core/store/operation.h"
#include "core/store/page.h"

/* Whose offers: exactly one of the two, with the pool that may read them. */
struct store_offers_of {
    enum store_role pool; /* STORE_PROVIDER with provider, STORE_STAFF with hotline */
    struct provider_id provider;
    struct hotline_id hotline;
};

struct store_offer {
    struct public_id id;
    const struct public_id *booking; /* for staff; NULL for a provider, as request */
    const struct public_id *request;
    const struct public_id *unit;     /* for a provider; NULL for staff, as property */
    const struct public_id *property; /* NULL for a shelter */
    const char *state;
    struct nb_instant offered_at;
    struct nb_instant expires_at;
    struct nb_instant cap_at;
    int64_t renewals;
    struct night check_in;
    struct night check_out;
    int64_t units;
    bool has_cash;
    int64_t cash_minor;
    const char *currency;
    const char *households; /* JSON array of {adults, children_ages} */
    const char *urgency;
    const char *gender;
    int64_t pets;
    int64_t service_animals;
    bool accessible;
    const char *languages; /* JSON array of text */
    const char *decline_reason;
    const char *declined_by_side;
    const struct nb_instant *answered_at;
    const char *alias; /* for a provider that accepted; else NULL */
};

typedef void (*store_offers_fn)(void *data, const struct store_result *result,
                                const struct store_offer *offers, size_t count);
/* Newest first; page->sort: microseconds of offered_at. state NULL: all. */
void store_referral_list(struct store *store, const struct store_offers_of *of, const char *state,
                         const struct store_page *page, store_offers_fn done, void *data);
/* One of them, or none. */
void store_referral_find(struct store *store, const struct store_offers_of *of,
                         struct public_id referral, store_offers_fn done, void *data);

void store_referral_keys(struct store *store, const struct store_offers_of *of,
                         struct public_id referral, store_keys_fn done, void *data);

struct store_referral_answer {
    struct public_id referral;
    bool accept;
    const char *reason; /* NULL when accepted, as side */
    const char *side;   /* "client", "provider" */
};
void store_referral_answer(struct store *store, enum store_role pool,
                           const struct store_operation *operation,
                           const struct store_referral_answer *answer,
                           const struct store_lock_keys *keys, store_write_fn done, void *data);

#endif
