/*
 * A bed for tests of the dispatch role: a house (tests/support/house.h), a rehearsal gateway, a
 * gateway account of each program, and dispatch processes that the test itself supervises, so that
 * it may kill and stop them. Time moves only by bed_advance, which moves the gateway's clock as
 * well. Not a daemon: requests and searches are rows, choices go through the product's own
 * function.
 */
#ifndef NB_TESTS_SUPPORT_DISPATCH_BED_H
#define NB_TESTS_SUPPORT_DISPATCH_BED_H

#include "tests/support/house.h"
#include "tests/support/rehearsal/harness/process.h"

#include "core/base/ids.h"
#include "core/pg/direct.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define BED_POINTS 10000000 /* of each account, in our books and in the gateway's */
#define BED_PROGRAMS 4
/* Settings for tests with many faults: the breaker has tests of its own. */
#define BED_PATIENT                                                                                \
    "('breaker_failures', null::bigint, '1000'), ('retry_asked_ms', 3000, null::text)"
#define BED_HOPS 12 /* enough for any booking to come to its end */

/* What the accounts' file says of one account. */
struct bed_opening {
    const char *bearer;
    const char *member;
};

struct bed {
    struct house house;
    struct reh_process gateway;
    int64_t hotline;
    int64_t actor;
    char accounts[BED_PROGRAMS][NB_PUBLIC_ID_TEXT]; /* in the order of the rows of bed.c */
    char config[160];
    char accounts_file[160];
    struct bed_opening opening[BED_PROGRAMS];
    struct pg_direct *direct; /* one connection, for all that is asked again and again */
    int64_t offset_s;
    int guests;
    int properties;
};

struct bed_worker {
    pid_t pid;
    int pipe_fd;
    char log[160];
};

struct bed_options {
    const char *settings; /* further rows for nb.setting, "('lease_ms', 3000, null)"; NULL: none */
    bool opentravel;      /* wyndham is spoken to in OpenTravel */
};

void bed_open(struct bed *bed, const struct bed_options *options);
void bed_close(struct bed *bed);

/* Writes the accounts' file again, for workers that start from now on. */
void bed_write_accounts(struct bed *bed);

/* Starts a dispatch process and waits until it is ready. */
void bed_worker_start(struct bed *bed, struct bed_worker *worker);
/* SIGTERM, and waits; its exit status, negative for a signal. */
int bed_worker_stop(struct bed_worker *worker);
void bed_worker_kill(struct bed_worker *worker, int signal);
/* Its log so far; free() it. */
char *bed_worker_log(const struct bed_worker *worker);

struct bed_choice {
    const char *program; /* NULL: marriott */
    int64_t price;       /* for the two nights; 0: what the gateway asks */
    int64_t tolerance;
    bool second; /* a second hotel of the program may be taken next */
    bool other;  /* and a third, of another program */
    bool quiet;  /* nobody is told: a worker has to look by itself */
};

struct bed_booking {
    int64_t id;
    char code[16];  /* of the hotel */
    char next[16];  /* of the second one */
    char other[16]; /* of the third */
};

/* A new guest, request, search and hotel, and a booking of it that waits to be dispatched. NULL:
 * all zero. The outbox is told. */
void bed_prepare(struct bed *bed, const struct bed_choice *choice, struct bed_booking *booking);
void bed_choose(struct bed *bed, const struct bed_choice *choice, struct bed_booking *booking);
void bed_book(struct bed *bed, const struct bed_choice *choice, struct bed_booking *booking);
void bed_cancel(struct bed *bed, const struct bed_booking *booking);

/* The next `times` calls of that kind at the booking's hotel get this fault.
 * delay_ms 0: its own. */
void bed_fault(struct bed *bed, const struct bed_booking *booking, const char *operation,
               const char *fault, int times, int64_t delay_ms);
void bed_faults_clear(struct bed *bed);
/* A control call of the gateway: bed_tell(bed, "price", json_pack(...)); takes body. */
void bed_tell(struct bed *bed, const char *name, json_t *body);
/* How often the gateway has applied a fault so far. */
int64_t bed_applied(struct bed *bed, const char *fault);
/* Wakes the workers. */
void bed_hint(struct bed *bed);
/* Moves the time of the house and of the gateway. */
void bed_advance(struct bed *bed, int64_t seconds);
/* Runs SQL as the owner on that connection; the first column of the first row as a number, 0 when
 * there is none. */
int64_t bed_number(struct bed *bed, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same as text, "" when there is none; free() it. */
char *bed_text(struct bed *bed, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The schema nb as pg_dump writes it, reference data left out; free() it. Its exit status. */
int bed_dump(struct bed *bed, char **ret_text);
/* Waits until nothing is due or under way. */
void bed_settle(struct bed *bed);
/* Moves on from due time to due time until nothing but tasks is left, at most so many hops. */
void bed_play(struct bed *bed, int hops);

/* "confirmed"; static storage until the next call. */
const char *bed_state(struct bed *bed, const struct bed_booking *booking);
/* Fails the running test when the booking is in another state. */
void bed_expect_state(struct bed *bed, const struct bed_booking *booking, const char *state);
void bed_expect_why(struct bed *bed, const struct bed_booking *booking, const char *state,
                    const char *why);
/* Of one open or claimed task of that kind about the booking: 1, else 0. */
int64_t bed_tasks(struct bed *bed, const struct bed_booking *booking, const char *kind);
/* Reservations that the gateway's book holds for this booking, in that status ("confirmed"). */
int bed_held_there(struct bed *bed, const struct bed_booking *booking, const char *status);
/* Calls that the gateway counted. */
int64_t bed_calls(struct bed *bed, const char *program, const char *operation);

/* The invariants, after what the clock role would have done meanwhile. */
void bed_check_invariants(struct bed *bed);

/* B2, B3, L: both books hold the same bookings and the same points, and the invariants hold.
 * `but` (may be NULL) is a booking that a person has still to settle. */
void bed_compare_books(struct bed *bed, const struct bed_booking *but);

#endif
