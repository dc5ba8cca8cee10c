/*
 * Bookings as staff of a hotline see them: everything but the place. What stands where is given by
 * store_booking_reveal alone, which leaves an audit row.
 * Invariant: every function that changes a booking names the advisory locks it needs beforehand
 * (store_booking_keys), or is sent with others of its kind alone (store_booking_book), so that
 * groups of calls cannot deadlock.
 */
#ifndef NB_STORE_BOOKING_H
#define NB_STORE_BOOKING_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/store/keys.h"
#include "core/store/operation.h"
#include "core/store/page.h"
#include "core/store/reveal.h"

/* Texts are borrowed; NULL where SQL says NULL. */
struct store_booking {
    struct public_id id;
    struct public_id request;
    const struct public_id *group;  /* NULL for none, as below */
    const char *group_kind;         /* "family", "group" */
    const char *role;               /* "primary", "covering" */
    const struct public_id *covers; /* of a covering booking: the primary one */
    const char *state;
    const char *place_kind;
    const char *transport;
    const char *program;
    struct night check_in;
    struct night check_out;
    int64_t units;
    const char *households; /* JSON array of positions in the request */
    bool has_points;
    int64_t points;
    bool has_cash;
    int64_t cash_minor;
    const char *currency;
    const char *points_reason;
    const char *long_stay_reason;
    bool allowed_next;
    int64_t price_tolerance_points;
    const struct nb_instant *hold_expires_at; /* NULL when there is none, as below */
    const struct nb_instant *cancel_by;
    const struct nb_instant *desk_confirmed_at;
    const char *desk_contact;
    const struct nb_instant *guest_told_at;
    const struct nb_instant *next_action_at;
    struct nb_instant created_at;
    int64_t version;
    /* JSON of coded facts; NULL in a list. */
    const char *attempts;
    const char *timeline;
    const char *tasks;
    const char *referral;
};

/* booking is NULL when there is none of that hotline, and unless the result is STORE_OK. */
typedef void (*store_booking_fn)(void *data, const struct store_result *result,
                                 const struct store_booking *booking);
void store_booking_find(struct store *store, struct hotline_id hotline, struct public_id booking,
                        store_booking_fn done, void *data);

typedef void (*store_bookings_fn)(void *data, const struct store_result *result,
                                  const struct store_booking *bookings, size_t count);
/* Bookings of one request, oldest first; page->sort: microseconds of created_at. */
void store_booking_of_request(struct store *store, struct hotline_id hotline,
                              struct public_id request, const struct store_page *page,
                              store_bookings_fn done, void *data);
/* What nb.book made: one booking, or the members of a group, oldest first. */
void store_booking_made(struct store *store, struct hotline_id hotline, struct public_id made,
                        store_bookings_fn done, void *data);

/* --- booking --- */

struct store_book {
    const char *role; /* the right under which it is asked for; decides how long the stay may be */
    struct public_id request;
    const struct public_id *options;
    size_t option_count;
    const char *reason;           /* why points are spent although a shelter is free; NULL */
    const char *long_stay_reason; /* why the stay goes on for so long; NULL */
    const struct public_id *covers;
    bool allow_next;
    int64_t tolerance_points;
};
/* write as in store_write_fn; made: the one booking that it made just now, without its request and
 * what it covers, which the caller named; NULL for a group, a refusal or a repeated key, whose
 * booking is asked for with store_booking_made. */
typedef void (*store_book_fn)(void *data, const struct store_result *result,
                              const struct store_write *write, const struct store_booking *made);
/* nb.book: choices that wait together are made in one call. */
void store_booking_book(struct store *store, const struct store_operation *operation,
                        const struct store_book *book, store_book_fn done, void *data);

/* --- entering one that was made by hand --- */

struct store_enter_plan {
    struct public_id guest;
    struct store_bytes wrapped_key; /* to seal the confirmation number with */
    struct store_lock_keys keys;
};
/* plan is NULL when there is no such request of that hotline, and unless the result is STORE_OK. */
typedef void (*store_enter_plan_fn)(void *data, const struct store_result *result,
                                    const struct store_enter_plan *plan);
/* entry: JSON object as nb.booking_enter takes it. */
void store_booking_enter_plan(struct store *store, struct hotline_id hotline,
                              struct public_id request, const char *entry, store_enter_plan_fn done,
                              void *data);

struct store_enter {
    struct public_id request;
    const char *entry;
    struct store_bytes confirmation; /* sealed, bound to the reference that the entry names */
    struct store_bytes prints;
};
void store_booking_enter(struct store *store, const struct store_operation *operation,
                         const struct store_enter *enter, const struct store_lock_keys *keys,
                         store_write_fn done, void *data);

/* --- what happens to a booking --- */

/* Of the booking and of all that share its group or cover it, and of the places that it may move on
 * to. */
void store_booking_keys(struct store *store, struct hotline_id hotline, struct public_id booking,
                        store_keys_fn done, void *data);

/* Each of these is one operation on one booking. */
enum store_booking_act {
    STORE_BOOKING_ACT_NONE = 0,
    STORE_BOOKING_CANCEL,       /* word: coded reason */
    STORE_BOOKING_DESK_CONFIRM, /* word: the role of who answered there */
    STORE_BOOKING_GUEST_TOLD,
    STORE_BOOKING_CHECK_IN,
    STORE_BOOKING_CHECK_OUT,
    STORE_BOOKING_LEAVE_EARLY, /* word: coded reason or NULL, as the next two */
    STORE_BOOKING_NO_SHOW,
    STORE_BOOKING_REFUSE_AT_DESK,
    STORE_BOOKING_SURVIVES, /* of two bookings of one need, by a supervisor */
};
void store_booking_act(struct store *store, const struct store_operation *operation,
                       struct public_id booking, enum store_booking_act act, const char *word,
                       const struct store_lock_keys *keys, store_write_fn done, void *data);

#endif
