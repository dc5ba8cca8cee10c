/* Nights as a search's statements send them. */
#include "core/store/search.h"
#include "core/store/search_nights.h"

#include <criterion/criterion.h>

static struct nb_arena *arena;

static void make(void)
{
    arena = nb_arena_create(1 << 16);
}

static void drop(void)
{
    nb_arena_destroy(arena);
}

TestSuite(search_nights, .init = make, .fini = drop, .timeout = 10);

/* A night: 15,000 points, rooms, seen so many seconds after 2020 began. */
#define RATE(rooms, seen) "00003a98" rooms seen
#define NOTHING "00000000000000000000"

Test(search_nights, each_rate_is_its_own_nights_and_a_gap_is_not_known)
{
    struct search_rates rates;

    cr_assert(search_nights_rates("\\x" RATE("0003", "00000010") NOTHING RATE("7fff", "00000005"),
                                  1, 5, arena, &rates));
    const int64_t prices[] = {0, 15000, 0, 15000, 0};
    const int32_t free[] = {STORE_FREE_UNKNOWN, 3, STORE_FREE_UNKNOWN, STORE_FREE_NOT_SAID,
                            STORE_FREE_UNKNOWN};
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(rates.prices[i], prices[i], "night %d", i);
        cr_expect_eq(rates.free[i], free[i], "night %d", i);
    }
    cr_expect_eq(rates.oldest_seen_s, 1577836800 + 5, "the older look of two");
}

Test(search_nights, what_lies_behind_the_nights_looked_at_is_passed_over)
{
    struct search_rates rates;

    cr_assert(search_nights_rates("\\x" RATE("0001", "00000001") RATE("0002", "00000002"), 0, 1,
                                  arena, &rates));
    cr_expect_eq(rates.free[0], 1);
    cr_assert(search_nights_rates("\\x" RATE("0001", "00000001"), 3, 3, arena, &rates));
    cr_expect_eq(rates.free[2], STORE_FREE_UNKNOWN);
    cr_expect_eq(rates.oldest_seen_s, 0, "no look at these nights");
}

Test(search_nights, no_rates_are_no_knowledge)
{
    struct search_rates rates;

    cr_assert(search_nights_rates(NULL, 0, 2, arena, &rates));
    cr_expect_eq(rates.prices[1], 0);
    cr_expect_eq(rates.free[1], STORE_FREE_UNKNOWN);
    cr_expect_eq(rates.oldest_seen_s, 0);
}

Test(search_nights, free_units_stand_at_their_night)
{
    const int64_t packed[] = {2 * 65536 + 7, 0 * 65536};
    int32_t *free = search_nights_free(packed, 2, 3, arena);

    cr_expect_eq(free[0], 0);
    cr_expect_eq(free[1], STORE_FREE_UNKNOWN);
    cr_expect_eq(free[2], 7);
}
