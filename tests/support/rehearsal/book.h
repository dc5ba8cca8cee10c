/*
 * The rehearsal gateway's own book: hotels, accounts, quotes, reservations. What it holds at the
 * end is the truth that tests compare with. Everything below the lock functions is called with the
 * lock held. Invariant: an account's points equal its opening balance plus its activity lines.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_BOOK_H
#define TESTS_SUPPORT_REHEARSAL_BOOK_H

#include "core/base/clock.h"
#include "core/base/night.h"
#include "tests/support/rehearsal/map.h"
#include "tests/support/rehearsal/program.h"

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define REH_TEXT_MAX 96
#define REH_PRICES_MAX 64
#define REH_NEVER INT64_MAX

enum reh_status {
    REH_STATUS_NONE = 0,
    REH_HELD,
    REH_PENDING,
    REH_CONFIRMED,
    REH_CANCELLED,
};

struct reh_night_price {
    struct night night;
    int64_t points;
};

struct reh_property {
    enum reh_program program;
    char code[REH_TEXT_MAX];
    int64_t rooms;  /* that exist for awards on each night */
    int64_t points; /* a night, where prices[] says nothing else */
    int64_t bedrooms;
    int64_t policy;       /* its version */
    int64_t cancel_hours; /* after 00:00Z of the check-in date */
    size_t price_count;
    struct reh_night_price prices[REH_PRICES_MAX];
    struct reh_reservation *reservations; /* newest first, by next_of_property */
};

struct reh_line {
    struct reh_line *next;
    struct night posted_on;
    const char *kind;                          /* static: "redeem", "reinstate", "adjust" */
    int64_t points;                            /* signed */
    const struct reh_reservation *reservation; /* NULL for adjustments */
};

struct reh_account {
    enum reh_program program;
    char member[REH_TEXT_MAX];
    bool card; /* it holds the program's credit card */
    int64_t points;
    struct reh_line *lines; /* newest first */
    struct reh_account *next;
};

/* What a price is asked for. */
struct reh_stay {
    struct night check_in;
    struct night check_out;
    int64_t rooms;
    bool card; /* of the account that pays */
};

struct reh_quote {
    char id[REH_TEXT_MAX];
    struct reh_property *property;
    struct reh_stay stay;
    int64_t policy;
    int64_t expires_us;
    struct reh_price price;
};

struct reh_reservation {
    enum reh_program program;
    enum reh_status status;
    struct reh_property *property;
    struct reh_account *account; /* NULL while held */
    char reference[REH_TEXT_MAX];
    char confirmation[24]; /* empty while held or pending */
    char given_name[REH_TEXT_MAX];
    char surname[REH_TEXT_MAX];
    struct night check_in;
    struct night check_out;
    int64_t rooms;
    int64_t points_total;
    int64_t points_returned;
    int64_t policy;
    int64_t created_us;
    int64_t visible_us; /* reads find nothing before */
    int64_t settles_us; /* pending becomes confirmed then; REH_NEVER */
    int64_t held_until_us;
    struct reh_reservation *twin; /* a second effect under the same reference */
    bool is_twin;
    struct reh_reservation *next_of_property;
    struct reh_reservation *next; /* newest first */
};

struct reh_book {
    pthread_mutex_t lock;
    int64_t offset_us; /* rehearsal clock = machine clock + this */
    uint64_t numbers;
    struct reh_map properties;   /* "program/CODE" */
    struct reh_map accounts;     /* "program/member" */
    struct reh_map quotes;       /* "program/id" */
    struct reh_map reservations; /* "program/reference" */
    struct reh_map answers;      /* "program/operation/key": struct reh_remembered */
    struct reh_account *all_accounts;
    struct reh_reservation *all_reservations;
};

void reh_book_init(struct reh_book *book);
void reh_book_lock(struct reh_book *book);
void reh_book_unlock(struct reh_book *book);
int64_t reh_book_now_us(const struct reh_book *book);
struct night reh_book_today(const struct reh_book *book);

/* Replaces numbers when the hotel is known already. */
struct reh_property *reh_book_property_put(struct reh_book *book, enum reh_program program,
                                           const char *code, int64_t rooms, int64_t points,
                                           int64_t bedrooms);
struct reh_property *reh_book_property(const struct reh_book *book, enum reh_program program,
                                       const char *code);
/* The price of that night alone, instead of what it had; false when the hotel has no room for one
 * more. */
bool reh_book_night_price_put(struct reh_property *property, struct night night, int64_t points);
struct reh_account *reh_book_account_put(struct reh_book *book, enum reh_program program,
                                         const char *member, int64_t points);
struct reh_account *reh_book_account(const struct reh_book *book, enum reh_program program,
                                     const char *member);

/* Rooms free on the fullest night; `except` (may be NULL) is not counted. */
int64_t reh_book_free_rooms(const struct reh_book *book, const struct reh_property *property,
                            struct night check_in, struct night check_out,
                            const struct reh_reservation *except);
void reh_book_price(const struct reh_property *property, const struct reh_stay *stay,
                    struct reh_price *ret_price);
/* Remembers and borrows out a new quote, valid 15 minutes. */
struct reh_quote *reh_book_quote(struct reh_book *book, struct reh_property *property,
                                 const struct reh_stay *stay);
struct reh_quote *reh_book_quote_of(const struct reh_book *book, enum reh_program program,
                                    const char *id);

/* The reservation of a reference, brought up to now (pending may have settled); NULL when none. */
struct reh_reservation *reh_book_find(struct reh_book *book, enum reh_program program,
                                      const char *reference);
/*
 * Adds a reservation with status REH_STATUS_NONE (no effect on rooms or points yet) from a quote. A
 * second one under the same reference becomes the twin of the first.
 */
struct reh_reservation *reh_book_reserve(struct reh_book *book, const struct reh_quote *quote,
                                         const char *reference);
/* Gives it a number and takes the points. */
void reh_book_confirm(struct reh_book *book, struct reh_reservation *reservation);
/* Returns the points. */
void reh_book_cancel(struct reh_book *book, struct reh_reservation *reservation);
int64_t reh_book_cancel_by_us(const struct reh_reservation *reservation);

#endif
