/*
 * Bookings for tests through HTTP: requests with a guest whose key is wrapped by the house's own
 * master key, searches and options as a search would have recorded them (the makers of
 * tests/sql/support), and calls that read like a story.
 */
#ifndef NB_TESTS_INTEGRATION_BOOKING_HOUSE_H
#define NB_TESTS_INTEGRATION_BOOKING_HOUSE_H

#include "tests/integration/api_house.h"

/* Canaries: none of these may ever be seen but by a reveal. */
#define BOOKING_ALIAS "Canaryalias Wren"
#define BOOKING_SHELTER "canaryhouse of the test"
#define BOOKING_HOTEL "canaryhotel of the test"
#define BOOKING_CONFIRMATION "CANARY77431"

/* Opens an api house with the makers; its first provider is vetted. */
void booking_house_open(struct api_house *at);
/* Closes it after the invariants. */
void booking_house_close(struct api_house *at);

/* A formatted text, valid until the house is closed. */
const char *booking_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* SQL as the owner, one value; valid until the house is closed. */
const char *booking_sql(struct api_house *at, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A request of the first hotline for one adult (or these households), with its guest's key. Gives
 * its public id. */
const char *booking_request(struct api_house *at, const char *households);
/* So many beds of the first provider for five nights; gives the internal key of the unit. */
const char *booking_beds(struct api_house *at, int beds);
/* An option of a new search of the request. The caller's SQL makes it: "%s"
 * stands for the search. */
const char *booking_option(struct api_house *at, const char *request, const char *maker);
/* A points hotel of Wyndham at 15,000 a night, and an account of the first hotline with points. */
const char *booking_hotel(struct api_house *at);
const char *booking_account(struct api_house *at, int points, const char *mode);

/* Asks as the role's token; gives the status. key NULL: one of its own. */
int booking_post(struct api_house *at, enum api_role role, const char *path, const char *key,
                 const char *body);
int booking_get(struct api_house *at, enum api_role role, const char *path);
/* Books one option as a specialist; expects 201; gives the booking's id. more: further members, as
 * ", \"allow_next\": true", or "". */
const char *booking_made(struct api_house *at, const char *request, const char *option,
                         const char *more);
/* The state that GET shows. */
const char *booking_state(struct api_house *at, const char *booking);
/* What everybody holds of everything (nb_test.stock). */
const char *booking_stock(struct api_house *at);

#endif
