/*
 * Sources of the rules: the programs' public terms (Marriott: stay for five, pay for four,
 * points-only awards; Wyndham: 7,500 / 15,000 / 30,000 per bedroom-night; Choice: each night at its
 * own price, none free; IHG: the fourth night of a reservation for holders of its card).
 */
#include "tests/support/rehearsal/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t rooms_max;
    uint64_t first;
} programs[REH_PROGRAMS] = {
    [REH_CHOICE] = {"choice", 1, 45100029u},
    [REH_IHG] = {"ihg", REH_ROOMS_MAX, 26400017u},
    [REH_MARRIOTT] = {"marriott", REH_ROOMS_MAX, 71000013u},
    [REH_WYNDHAM] = {"wyndham", 1, 880004u},
};

enum reh_program reh_program_of(const char *name)
{
    for (int i = REH_PROGRAM_NONE + 1; i < REH_PROGRAMS; i++) {
        if (strcmp(programs[i].name, name) == 0) {
            return (enum reh_program)i;
        }
    }
    return REH_PROGRAM_NONE;
}

const char *reh_program_name(enum reh_program program)
{
    return programs[program].name;
}

int64_t reh_program_rooms_max(enum reh_program program)
{
    return programs[program].rooms_max;
}

void reh_program_confirmation(enum reh_program program, uint64_t number, char ret_text[24])
{
    uint64_t value = programs[program].first + number * 37;
    if (program == REH_WYNDHAM) {
        snprintf(ret_text, 24, "%" PRIu64 "WR", value);
    } else {
        snprintf(ret_text, 24, "%" PRIu64, value);
    }
}

int64_t reh_program_next_price(enum reh_program program, int64_t points_per_night)
{
    return program == REH_WYNDHAM ? points_per_night * 2 : points_per_night + 1000;
}

static int32_t cheapest_of_five(const int64_t *night, int32_t first)
{
    int32_t cheapest = first;
    for (int32_t i = first + 1; i < first + 5; i++) {
        if (night[i] < night[cheapest]) {
            cheapest = i;
        }
    }
    return cheapest;
}

void reh_price_stay(enum reh_program program, const int64_t *list, int32_t nights,
                    struct reh_units wanted, struct reh_price *ret_price)
{
    *ret_price = (struct reh_price){.nights = nights};
    int64_t units = program == REH_WYNDHAM ? wanted.rooms * wanted.bedrooms : wanted.rooms;
    for (int32_t i = 0; i < nights; i++) {
        ret_price->night[i] = list[i] * units;
    }
    for (int32_t i = 0; program == REH_MARRIOTT && i + 5 <= nights; i += 5) {
        ret_price->night[cheapest_of_five(ret_price->night, i)] = 0;
    }
    for (int32_t i = 3; program == REH_IHG && wanted.card && i < nights; i += 4) {
        ret_price->night[i] = 0;
    }
    for (int32_t i = 0; i < nights; i++) {
        ret_price->total += ret_price->night[i];
    }
}
