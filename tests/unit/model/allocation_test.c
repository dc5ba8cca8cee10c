/* A group over several places: households whole, fitting shelters first, as many people as it goes.
 */
#include "core/base/mem.h"
#include "core/model/allocation.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(allocation, .timeout = 30);

enum { SHELTER = 1, HOTEL = 2, GENERAL = 3 };

static struct nb_arena *arena;

static struct model_allocation divided(const struct model_allocation_ask *ask)
{
    struct model_allocation result;
    struct nb_err err = {0};

    cr_assert(model_allocate(ask, arena, &result, &err), "%s", err.text);
    return result;
}

static void open_arena(void)
{
    arena = nb_arena_create((size_t)1 << 20);
}

static void close_arena(void)
{
    arena = nb_arena_destroy(arena);
}

Test(allocation, a_fitting_shelter_is_full_before_points_are_spent, .init = open_arena,
     .fini = close_arena)
{
    const struct model_household singles[] = {{.adults = 1}, {.adults = 1}, {.adults = 1}};
    const struct model_allocation_place places[] = {
        {.rooms = 2, .room_takes = 1, .by_bed = true, .class = SHELTER},
        {.rooms = 9, .room_takes = 1, .by_bed = true, .class = SHELTER},
        {.rooms = 3, .room_takes = 2, .class = HOTEL},
        {.rooms = 1, .room_takes = 1, .by_bed = true, .class = GENERAL}};
    const struct model_allocation result = divided(&(struct model_allocation_ask){
        .households = singles, .household_count = 3, .places = places, .place_count = 4});

    cr_expect_eq(result.people_placed, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(places[result.place_of[i]].class, SHELTER, "household %zu", i);
    }
}

Test(allocation, a_general_shelter_takes_those_for_whom_no_hotel_is_left, .init = open_arena,
     .fini = close_arena)
{
    const struct model_household two[] = {{.adults = 1}, {.adults = 1}};
    const struct model_allocation_place places[] = {
        {.rooms = 1, .room_takes = 2, .class = HOTEL},
        {.rooms = 1, .room_takes = 1, .by_bed = true, .class = GENERAL}};
    const struct model_allocation result = divided(&(struct model_allocation_ask){
        .households = two, .household_count = 2, .places = places, .place_count = 2});

    cr_expect_eq(result.place_of[0], 0);
    cr_expect_eq(result.place_of[1], 1);
}

Test(allocation, more_people_find_a_place_when_a_smaller_household_gives_way, .init = open_arena,
     .fini = close_arena)
{
    /* The four fit into the shelter alone; the two could sleep at the hotel as well. */
    const struct model_household households[] = {{.adults = 2}, {.adults = 4}, {.adults = 1}};
    const struct model_allocation_place places[] = {
        {.rooms = 4, .room_takes = 1, .by_bed = true, .class = SHELTER},
        {.rooms = 1, .room_takes = 2, .class = HOTEL}};
    const bool allowed[] = {true, true, true, false, true, true};
    const struct model_allocation result =
        divided(&(struct model_allocation_ask){.households = households,
                                               .household_count = 3,
                                               .places = places,
                                               .place_count = 2,
                                               .allowed = allowed});

    cr_expect_eq(result.place_of[1], 0);
    cr_expect_eq(result.place_of[0], 1);
    cr_assert_eq(result.left_over_count, 1, "the hotel has one room");
    cr_expect_eq(result.left_over[0], 2);
    cr_expect_eq(result.people_placed, 6);
    cr_expect_eq(result.people_left, 1);
}

/* --- whatever the group and the places --- */

#define HOUSEHOLDS 12
#define PLACES 6

struct world {
    struct model_household households[HOUSEHOLDS];
    struct model_allocation_place places[PLACES];
    bool allowed[HOUSEHOLDS * PLACES];
    struct model_allocation_ask ask;
};

static unsigned state;

static unsigned draw(unsigned below)
{
    state = state * 1103515245u + 12345u;
    return (state >> 16) % below;
}

static void draw_world(struct world *world, unsigned seed)
{
    state = seed;
    *world = (struct world){
        .ask = {.household_count = 1 + draw(HOUSEHOLDS), .place_count = draw(PLACES + 1)}};
    for (size_t i = 0; i < world->ask.household_count; i++) {
        world->households[i].adults = (uint8_t)(1 + draw(5));
        world->households[i].child_count = (uint8_t)draw(3);
    }
    for (size_t i = 0; i < world->ask.place_count; i++) {
        world->places[i] = (struct model_allocation_place){.rooms = draw(7),
                                                           .room_takes = 1 + draw(4),
                                                           .by_bed = draw(2) == 0,
                                                           .class = (uint8_t)(SHELTER + draw(3))};
    }
    for (size_t i = 0; i < NB_COUNT(world->allowed); i++) {
        world->allowed[i] = draw(4) != 0;
    }
    world->ask.households = world->households;
    world->ask.places = world->places;
    world->ask.allowed = world->allowed;
}

static uint32_t units_of(const struct world *world, size_t household, size_t place)
{
    const struct model_allocation_place *there = &world->places[place];

    if (!world->allowed[household * world->ask.place_count + place]) {
        return 0;
    }
    return there->by_bed ? model_household_people(&world->households[household])
                         : model_household_rooms(&world->households[household], there->room_takes);
}

/* Gives what is left free in used. */
static void expect_whole_households(const struct world *world,
                                    const struct model_allocation *result, unsigned seed,
                                    uint32_t ret_used[PLACES])
{
    uint32_t placed = 0;
    size_t left = 0;

    memset(ret_used, 0, PLACES * sizeof(*ret_used));
    for (size_t h = 0; h < world->ask.household_count; h++) {
        size_t place = result->place_of[h];
        if (place == MODEL_UNPLACED) {
            cr_assert(left < result->left_over_count && result->left_over[left] == h, "%u", seed);
            left++;
            continue;
        }
        cr_assert_gt(result->rooms[h], 0u, "seed %u", seed);
        cr_assert_eq(result->rooms[h], units_of(world, h, place), "seed %u", seed);
        ret_used[place] += result->rooms[h];
        placed += model_household_people(&world->households[h]);
    }
    cr_assert_eq(result->left_over_count, left, "seed %u", seed);
    cr_assert_eq(result->people_placed, placed, "seed %u", seed);
    for (size_t p = 0; p < world->ask.place_count; p++) {
        cr_assert_leq(ret_used[p], world->places[p].rooms, "seed %u: place %zu", seed, p);
    }
}

static void expect_nothing_better(const struct world *world, const struct model_allocation *result,
                                  unsigned seed, const uint32_t used[PLACES])
{
    for (size_t h = 0; h < world->ask.household_count; h++) {
        size_t at = result->place_of[h];
        uint8_t class = at == MODEL_UNPLACED ? UINT8_MAX : world->places[at].class;
        for (size_t p = 0; p < world->ask.place_count; p++) {
            uint32_t units = units_of(world, h, p);
            cr_assert(units == 0 || units > world->places[p].rooms - used[p] ||
                          world->places[p].class >= class,
                      "seed %u: household %zu could sleep at %zu", seed, h, p);
        }
    }
}

Test(allocation, is_whole_within_what_is_free_and_in_no_worse_class_than_needed, .init = open_arena,
     .fini = close_arena)
{
    for (unsigned seed = 1; seed <= 5000; seed++) {
        struct world world;
        uint32_t used[PLACES];
        draw_world(&world, seed);
        const struct model_allocation result = divided(&world.ask);
        expect_whole_households(&world, &result, seed, used);
        expect_nothing_better(&world, &result, seed, used);
        const struct model_allocation again = divided(&world.ask);
        cr_assert_eq(memcmp(result.place_of, again.place_of,
                            world.ask.household_count * sizeof(*result.place_of)),
                     0, "seed %u", seed);
        nb_arena_reset(arena);
    }
}
