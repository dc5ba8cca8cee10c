/*
 * A group of households over several places: each household whole or not at all, those left over
 * listed. Greedy (largest household first, tightest place first), a bounded improvement that places
 * more people, then moves into better classes: a fitting shelter before points are spent. Not here:
 * ranking (places come in the order of preference), and holding anything. Invariant: deterministic;
 * no place gets more rooms or people than it has; a household is at one place or at none, and never
 * while a place of a better class has room for it.
 */
#ifndef NB_MODEL_ALLOCATION_H
#define NB_MODEL_ALLOCATION_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/model/party.h"

#define MODEL_UNPLACED SIZE_MAX

struct model_allocation_place {
    uint32_t rooms;      /* free on every night, within our cap on guests there */
    uint32_t room_takes; /* people that one room takes; 1 for beds */
    bool by_bed;         /* a unit is a bed: a household takes one for each of its people */
    uint8_t class;       /* the lower the better: a fitting shelter, a hotel, a general shelter */
};

struct model_allocation_ask {
    const struct model_household *households; /* borrowed */
    size_t household_count;
    const struct model_allocation_place *places; /* borrowed; most wanted first */
    size_t place_count;
    /* household_count rows of place_count: may this household sleep there? NULL when each may sleep
     * at each. */
    const bool *allowed;
};

struct model_allocation {
    size_t *place_of;  /* by household: index of its place, or MODEL_UNPLACED */
    uint32_t *rooms;   /* by household: units it takes there, 0 when left over */
    size_t *left_over; /* households without a place, in their order */
    size_t left_over_count;
    uint32_t people_placed;
    uint32_t people_left;
};

/* Everything in the result lives in the arena. Fails (limit) when the
 * arena's ceiling is reached. */
bool model_allocate(const struct model_allocation_ask *ask, struct nb_arena *arena,
                    struct model_allocation *ret_allocation, struct nb_err *err) NB_MUST_CHECK;

#endif
