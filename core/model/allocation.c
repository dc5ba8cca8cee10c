#include "core/model/allocation.h"

/* Passes of improvement: each places more people or is the last, so few are ever needed. */
#define PASSES_MAX 8
#define ANY_CLASS (UINT8_MAX + 1)

struct work {
    const struct model_allocation_ask *ask;
    uint32_t *free; /* by place: units not yet given */
    size_t *order;  /* households, largest first */
    struct model_allocation out;
};

/* Units that the household would take there; 0 when it cannot sleep there. */
static uint32_t units_at(const struct work *work, size_t household, size_t place)
{
    const struct model_allocation_ask *ask = work->ask;
    const struct model_allocation_place *there = &ask->places[place];

    if (ask->allowed != NULL && !ask->allowed[household * ask->place_count + place]) {
        return 0;
    }
    return there->by_bed ? model_household_people(&ask->households[household])
                         : model_household_rooms(&ask->households[household], there->room_takes);
}

static uint32_t people_of(const struct work *work, size_t household)
{
    return model_household_people(&work->ask->households[household]);
}

static void give(struct work *work, size_t household, size_t place)
{
    uint32_t units = units_at(work, household, place);

    NB_ASSERT(units > 0 && units <= work->free[place]);
    work->free[place] -= units;
    work->out.place_of[household] = place;
    work->out.rooms[household] = units;
}

static void take_back(struct work *work, size_t household)
{
    work->free[work->out.place_of[household]] += work->out.rooms[household];
    work->out.place_of[household] = MODEL_UNPLACED;
    work->out.rooms[household] = 0;
}

/* The place that is left with the fewest free units; among equals the more wanted one. Only those
 * of a class below `class`. */
static size_t tightest_place(const struct work *work, size_t household, size_t not_at, int class)
{
    size_t best = MODEL_UNPLACED;
    uint32_t best_rest = UINT32_MAX;

    for (size_t place = 0; place < work->ask->place_count; place++) {
        uint32_t units = place == not_at ? 0 : units_at(work, household, place);
        if (units == 0 || units > work->free[place] || work->ask->places[place].class >= class) {
            continue;
        }
        if (work->free[place] - units < best_rest) {
            best = place;
            best_rest = work->free[place] - units;
        }
    }
    return best;
}

static void place_greedily(struct work *work)
{
    for (size_t i = 0; i < work->ask->household_count; i++) {
        size_t household = work->order[i];
        size_t place = work->out.place_of[household] == MODEL_UNPLACED
                           ? tightest_place(work, household, MODEL_UNPLACED, ANY_CLASS)
                           : MODEL_UNPLACED;
        if (place != MODEL_UNPLACED) {
            give(work, household, place);
        }
    }
}

/* Would `wanting` fit where `placed` is, once that one has gone? */
static bool fits_instead(const struct work *work, size_t wanting, size_t placed)
{
    size_t place = work->out.place_of[placed];
    uint32_t units = units_at(work, wanting, place);

    return units > 0 && units <= work->free[place] + work->out.rooms[placed];
}

/* Makes room for `wanting` by moving one placed household, or by leaving out a smaller one. */
static bool swap_in(struct work *work, size_t wanting)
{
    for (size_t placed = 0; placed < work->ask->household_count; placed++) {
        size_t from = work->out.place_of[placed];
        if (from == MODEL_UNPLACED || !fits_instead(work, wanting, placed)) {
            continue;
        }
        size_t to = tightest_place(work, placed, from, ANY_CLASS);
        if (to == MODEL_UNPLACED && people_of(work, placed) >= people_of(work, wanting)) {
            continue;
        }
        take_back(work, placed);
        give(work, wanting, from);
        if (to != MODEL_UNPLACED) {
            give(work, placed, to);
        }
        return true;
    }
    return false;
}

static void improve(struct work *work)
{
    bool better = true;

    for (int pass = 0; better && pass < PASSES_MAX; pass++) {
        better = false;
        for (size_t i = 0; i < work->ask->household_count; i++) {
            size_t household = work->order[i];
            if (work->out.place_of[household] == MODEL_UNPLACED && swap_in(work, household)) {
                better = true;
            }
        }
        /* Who was left out may fit into what a swap has freed. */
        place_greedily(work);
    }
}

/* A place of a better class with room for somebody who is placed; MODEL_UNPLACED for none. */
static size_t better_place(const struct work *work, size_t household)
{
    size_t from = work->out.place_of[household];

    return from == MODEL_UNPLACED
               ? MODEL_UNPLACED
               : tightest_place(work, household, from, work->ask->places[from].class);
}

/* So far as many people as it goes have a place; now the better classes are filled, and who was
 * left out gets what that frees. Each step makes somebody better off and nobody worse, so this
 * ends. */
static void move_up(struct work *work)
{
    bool moved = true;

    while (moved) {
        moved = false;
        for (size_t i = 0; i < work->ask->household_count; i++) {
            size_t household = work->order[i];
            size_t to = better_place(work, household);
            if (to != MODEL_UNPLACED) {
                take_back(work, household);
                give(work, household, to);
                moved = true;
            }
        }
        place_greedily(work);
    }
}

/* Insertion keeps equals in their order, and groups are small. */
static void order_by_size(struct work *work)
{
    for (size_t i = 0; i < work->ask->household_count; i++) {
        size_t at = i;
        for (; at > 0 && people_of(work, work->order[at - 1]) < people_of(work, i); at--) {
            work->order[at] = work->order[at - 1];
        }
        work->order[at] = i;
    }
}

static void sum_up(struct work *work)
{
    for (size_t i = 0; i < work->ask->household_count; i++) {
        if (work->out.place_of[i] == MODEL_UNPLACED) {
            work->out.left_over[work->out.left_over_count++] = i;
            work->out.people_left += people_of(work, i);
        } else {
            work->out.people_placed += people_of(work, i);
        }
    }
}

static bool prepare(struct work *work, struct nb_arena *arena)
{
    size_t households = work->ask->household_count;
    size_t places = work->ask->place_count;

    work->free = nb_arena_alloc(arena, (places + 1) * sizeof *work->free);
    work->order = nb_arena_alloc(arena, (households + 1) * sizeof *work->order);
    work->out.place_of = nb_arena_alloc(arena, (households + 1) * sizeof *work->out.place_of);
    work->out.rooms = nb_arena_alloc(arena, (households + 1) * sizeof *work->out.rooms);
    work->out.left_over = nb_arena_alloc(arena, (households + 1) * sizeof *work->out.left_over);
    if (work->free == NULL || work->order == NULL || work->out.place_of == NULL ||
        work->out.rooms == NULL || work->out.left_over == NULL) {
        return false;
    }
    for (size_t i = 0; i < places; i++) {
        work->free[i] = work->ask->places[i].rooms;
    }
    for (size_t i = 0; i < households; i++) {
        work->out.place_of[i] = MODEL_UNPLACED;
    }
    return true;
}

bool model_allocate(const struct model_allocation_ask *ask, struct nb_arena *arena,
                    struct model_allocation *ret_allocation, struct nb_err *err)
{
    struct work work = {.ask = ask};

    if (!prepare(&work, arena)) {
        return nb_err_set(err, NB_ERR_LIMIT, "group_too_large",
                          "the group and its places need more memory than one call may take");
    }
    order_by_size(&work);
    place_greedily(&work);
    improve(&work);
    move_up(&work);
    sum_up(&work);
    *ret_allocation = work.out;
    return true;
}
