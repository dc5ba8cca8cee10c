/*
 * What points hotels cost and whether their programs let us book: one batch for each program and
 * kind of account through its plugin host, then the account that serves best at each hotel.
 * Invariant: a host that does not answer leaves its hotels "price unavailable" and touches no
 * other.
 */
#ifndef NB_SCHEDULER_PRICING_H
#define NB_SCHEDULER_PRICING_H

#include "core/base/arena.h"
#include "core/scheduler/search.h"
#include "core/store/search.h"

#define PRICING_PROGRAMS_MAX 8
#define PRICING_DEADLINE_MS 1000

/* How an account books, as a program's rules see it: gateway or a
 * person, charity's or custodian's. */
#define PRICING_PROFILES 4

/* What was found for one hotel; the texts and arrays live in the arena. */
struct pricing_offer {
    bool priced;          /* for one room */
    int64_t room_points;  /* the whole stay */
    int64_t *room_nights; /* by night; sums to room_points */
    int32_t room_free;    /* nights that the program gives */
    uint8_t asked;        /* profiles, as bits: answered at all, */
    uint8_t eligible;     /* allowed, */
    uint8_t phone_only;   /* refused for nothing but that a person must book, */
    uint8_t counted;      /* taking one of the yearly counter */
    const char *counter;  /* yearly counter that a booking takes; NULL for none */
    const struct store_search_account *account; /* chosen; NULL: none serves */
    bool gateway;                               /* the chosen account books by machine here */
};

struct pricing_program {
    char code[24];
    const struct store_search_account **accounts; /* the preferred first */
    size_t account_count;
    struct plugin_host *host; /* NULL: no plugin is enabled */
    const struct nb_rule *rules;
    uint32_t rule_count;
    int32_t rooms_per_booking; /* 0: no limit known */
    int32_t counter_most;      /* a year, by the program's rule; 0: not known */
    bool needs_guest_card;
    bool holds_card; /* each account does: a place has one price, whichever account pays */
};

struct pricing {
    struct nb_arena *arena;
    const struct store_search_request *request;
    struct store_search_place *places;
    size_t place_count;
    struct pricing_offer *offers; /* by place; zero where nothing was asked */
    struct pricing_program programs[PRICING_PROGRAMS_MAX];
    size_t program_count;
    int waiting;
    void (*done)(void *data);
    void *data;
};

/*
 * Learns the programs and tells each points hotel what does not need a price: whether an account is
 * there and whether the program wants the guest's card. Prices count as available and free until
 * pricing_start has asked. False (limit) when the arena is full.
 */
bool pricing_prepare(struct pricing *pricing, const struct store_search_means *means,
                     const struct search_programs *programs, struct nb_err *err) NB_MUST_CHECK;

/* Asks for the places named (indexes of points hotels); done is called once, maybe in this call.
 * Afterwards model.price and model.program of each say what was found. */
void pricing_start(struct pricing *pricing, const uint32_t *wanted, size_t count,
                   void (*done)(void *data), void *data);

/* Of a points hotel; NULL when the hotline has no account with its program. */
const struct pricing_program *pricing_program_of(const struct pricing *pricing,
                                                 const struct store_search_place *place);
/* The best account for that many points at a hotel that was priced, as pricing_start chooses.
 * bookings: how many of a yearly counter are taken. NULL when none serves. */
const struct store_search_account *pricing_account(const struct pricing *pricing, size_t place,
                                                   int64_t points, int32_t bookings,
                                                   bool *ret_gateway);
/* The bit of a kind of account. */
unsigned pricing_profile(bool gateway, bool charity);
/* May this account book there, and by machine? What only a person may do, a person does. */
bool pricing_may_book(const struct pricing_offer *offer, const struct store_search_account *account,
                      bool *ret_gateway);
/* Left of the yearly counter that the offer takes; -1 when it takes none. */
int32_t pricing_counter_left(const struct pricing *pricing, size_t place,
                             const struct store_search_account *account);

#endif
