/*
 * The programs that the rehearsal gateway plays, and their prices, computed here on their own:
 * a plugin that is wrong about its program must be found out, not agreed with.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_PROGRAM_H
#define TESTS_SUPPORT_REHEARSAL_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define REH_NIGHTS_MAX 30
#define REH_ROOMS_MAX 9

enum reh_program { REH_PROGRAM_NONE = 0, REH_CHOICE, REH_IHG, REH_MARRIOTT, REH_WYNDHAM };
#define REH_PROGRAMS 5 /* with none, as array bound */

struct reh_price {
    int32_t nights;
    int64_t night[REH_NIGHTS_MAX]; /* points for all rooms; 0 for a free night */
    int64_t total;
};

enum reh_program reh_program_of(const char *name);
const char *reh_program_name(enum reh_program program);
/* Rooms that one reservation may have. */
int64_t reh_program_rooms_max(enum reh_program program);
/* The n-th confirmation number of a program, in its own style. */
void reh_program_confirmation(enum reh_program program, uint64_t number, char ret_text[24]);
/* What a night costs after its price went up. */
int64_t reh_program_next_price(enum reh_program program, int64_t points_per_night);

/* What is booked, and with which account: card = it holds the program's credit card. */
struct reh_units {
    int64_t rooms;
    int64_t bedrooms; /* of each room */
    bool card;
};

/*
 * Prices a stay. list: points of one bedroom (Wyndham) or room (the others) for each night.
 * Marriott: of every five consecutive nights of one reservation the cheapest is free (ten nights:
 * two). IHG: every fourth night is free when the account holds the card. Wyndham: tier points x
 * bedrooms x nights.
 */
void reh_price_stay(enum reh_program program, const int64_t *list, int32_t nights,
                    struct reh_units wanted, struct reh_price *ret_price);

#endif
