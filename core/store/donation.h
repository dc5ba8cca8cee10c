/*
 * Points that were given: the gifts, and the funds under which they are recorded.
 */
#ifndef NB_STORE_DONATION_H
#define NB_STORE_DONATION_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/base/points.h"
#include "core/store/operation.h"
#include "core/store/page.h"

#include <stddef.h>

/* What a gift may be used for; each NULL where it says nothing. */
struct store_restriction {
    const char *region;
    const char *population;
    const char *purpose;
};

struct store_fund {
    struct public_id id;
    const char *name;
    const char *campaign; /* NULL without one */
    bool has_partner;
    struct public_id partner;
    const char *partner_name;
    struct store_restriction restriction;
};

struct store_donation {
    struct public_id id;
    bool has_account; /* not for partners */
    struct public_id account;
    const char *program;
    struct public_id fund;
    const char *fund_name;
    struct store_restriction restriction;
    struct points points;
    struct night received_on;
    bool expires;
    struct night hard_expires_on;
    struct nb_instant recorded_at; /* of a page's sort, in microseconds */
};

/* What arrived. Borrowed. */
struct store_topup {
    struct account_id account; /* for its lock */
    struct public_id account_public;
    struct public_id fund;
    struct points points;
    struct night received_on;
    bool expires;
    struct night hard_expires_on;
};

/* A new fund. Borrowed; NULL where it says nothing. */
struct store_new_fund {
    const char *name;
    const char *campaign;
    const struct public_id *partner;
    struct store_restriction restriction;
};

/* NULL and 0 unless the outcome is STORE_OK. */
typedef void (*store_donations_fn)(void *data, const struct store_result *result,
                                   const struct store_donation *donations, size_t count);
typedef void (*store_funds_fn)(void *data, const struct store_result *result,
                               const struct store_fund *funds, size_t count);

/* hotline 0: every hotline's; account may be NULL: all. The latest first. */
struct store_donation_filter {
    struct hotline_id hotline;
    const struct public_id *account;
};
void store_donation_list(struct store *store, enum store_role role,
                         const struct store_donation_filter *filter, const struct store_page *page,
                         store_donations_fn done, void *data);
/* One, or none. */
void store_donation_find(struct store *store, enum store_role role, struct hotline_id hotline,
                         struct public_id id, store_donations_fn done, void *data);
/* A partner's own (STORE_PARTNER), the latest first. */
void store_donation_gifts(struct store *store, struct user_id partner_user,
                          const struct store_page *page, store_donations_fn done, void *data);
/* one may be NULL: all. */
void store_fund_list(struct store *store, enum store_role role, const struct public_id *one,
                     const struct store_page *page, store_funds_fn done, void *data);

/* nb.donation_record: received, not_found or invalid; the resource is the donation. */
void store_donation_record(struct store *store, enum store_role role,
                           const struct store_operation *operation, const struct store_topup *topup,
                           store_write_fn done, void *data);
/* nb.fund_open: opened, not_found or invalid; the resource is the fund. */
void store_fund_open(struct store *store, enum store_role role,
                     const struct store_operation *operation, const struct store_new_fund *fund,
                     store_write_fn done, void *data);

#endif
