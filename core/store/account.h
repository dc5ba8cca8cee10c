/*
 * Points accounts: what lies in them, and the lots it lies in.
 */
#ifndef NB_STORE_ACCOUNT_H
#define NB_STORE_ACCOUNT_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/base/points.h"
#include "core/store/page.h"
#include "core/store/store.h"

#include <stddef.h>

struct store_account {
    struct account_id account; /* internal: for its lock, never shown */
    struct public_id id;
    const char *program;
    const char *label;
    const char *kind;
    const char *mode;
    const char *state;
    bool can_quote;
    bool can_hold;
    bool can_cancel;
    bool can_read;
    bool can_convert;
    bool phone_only;
    bool holds_card; /* the program's credit card */
    bool idles;      /* idle_expires_on is there */
    struct night idle_expires_on;
    struct points available;
    struct points held;
    struct points spent;
    struct points gone;   /* expired, forfeited or converted */
    int64_t version;      /* grows with every transfer */
    const char *counters; /* JSON text of a list {key, year, used, most} */
};

struct store_lot {
    struct public_id donation;
    struct public_id fund;
    const char *fund_name;
    struct night received_on;
    int64_t received_day; /* of a page's sort */
    bool expires;         /* hard_expires_on is there */
    struct night hard_expires_on;
    bool ends; /* usable_until is there: the earlier of hard and idle expiry */
    struct night usable_until;
    struct points received;
    struct points available;
    struct points held;
    struct points spent;
    struct points gone;
};

/* NULL and 0 unless the outcome is STORE_OK. */
typedef void (*store_accounts_fn)(void *data, const struct store_result *result,
                                  const struct store_account *accounts, size_t count);
/* NULL when there is none that the hotline may see. */
typedef void (*store_account_fn)(void *data, const struct store_result *result,
                                 const struct store_account *account);
typedef void (*store_lots_fn)(void *data, const struct store_result *result,
                              const struct store_lot *lots, size_t count);

/* hotline 0: every hotline's. */
void store_account_list(struct store *store, enum store_role role, struct hotline_id hotline,
                        const struct store_page *page, store_accounts_fn done, void *data);
void store_account_find(struct store *store, enum store_role role, struct hotline_id hotline,
                        struct public_id id, store_account_fn done, void *data);
/* Oldest first; none for an account that the hotline may not see. */
void store_account_lots(struct store *store, enum store_role role, struct hotline_id hotline,
                        struct public_id id, const struct store_page *page, store_lots_fn done,
                        void *data);

#endif
