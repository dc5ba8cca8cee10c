/* Intake: parties and their rooms, distances. */
#include "core/base/mem.h"
#include "core/model/geography.h"
#include "core/model/party.h"

#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(intake, .timeout = 10);

static struct model_household household(uint8_t adults, uint8_t children, uint8_t each_age)
{
    struct model_household made = {.adults = adults, .child_count = children};
    for (size_t i = 0; i < children; i++) {
        made.child_ages[i] = each_age;
    }
    return made;
}

Test(intake, counts_the_rooms_of_a_household)
{
    static const struct {
        uint8_t adults, children;
        uint32_t room_takes, rooms;
        const char *why;
    } cases[] = {
        {1, 0, 4, 1, "one person, one room"},
        {1, 3, 4, 1, "four fit into one"},
        {2, 4, 4, 2, "six need two, an adult in each"},
        {1, 4, 4, 0, "five need two rooms, and one would have children alone"},
        {0, 2, 4, 1, "a youth house gives children a room"},
        {5, 0, 2, 3, "rounded up"},
        {1, 0, 0, 0, "a room that takes nobody"},
        {0, 0, 4, 0, "nobody needs no room"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct model_household made = household(cases[i].adults, cases[i].children, 6);
        cr_assert_eq(model_household_rooms(&made, cases[i].room_takes), cases[i].rooms, "%s",
                     cases[i].why);
    }
}

Test(intake, gives_every_household_of_a_party_rooms_of_its_own)
{
    struct model_household two[] = {household(2, 1, 4), household(1, 0, 0)};
    struct model_party party = {.households = two, .household_count = 2};
    cr_assert_eq(model_party_people(&party), 4u);
    cr_assert_eq(model_party_rooms(&party, 4), 2u);
    two[1] = household(1, 5, 4);
    cr_assert_eq(model_party_rooms(&party, 4), 0u, "one household that does not fit, no party");
}

Test(intake, tells_kinds_of_households_apart)
{
    static const struct {
        uint8_t adults, children;
        enum model_household_kind kind;
    } cases[] = {
        {0, 0, MODEL_HOUSEHOLD_NONE},   {1, 0, MODEL_HOUSEHOLD_SINGLE_ADULT},
        {2, 0, MODEL_HOUSEHOLD_COUPLE}, {3, 0, MODEL_HOUSEHOLD_ADULTS},
        {1, 2, MODEL_HOUSEHOLD_FAMILY}, {0, 1, MODEL_HOUSEHOLD_YOUTH},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct model_household made = household(cases[i].adults, cases[i].children, 10);
        cr_assert_eq(model_household_kind(&made), cases[i].kind, "%zu", i);
    }
}

Test(intake, notices_a_minor_alone_in_any_household)
{
    struct model_household two[] = {household(1, 0, 0), household(0, 1, 16)};
    struct model_party party = {.households = two, .household_count = 2};
    cr_assert(model_party_has_unaccompanied_minor(&party));
    party.household_count = 1;
    cr_assert_not(model_party_has_unaccompanied_minor(&party));
    cr_assert_eq(model_household_lead_age(&two[1]), 16u);
    cr_assert_eq(model_household_lead_age(&two[0]), 0u, "an adult's age may stay unsaid");
}

Test(intake, reads_urgency_from_the_hours_that_are_left)
{
    cr_assert_eq(model_urgency_of(-3), MODEL_URGENCY_CRISIS);
    cr_assert_eq(model_urgency_of(24), MODEL_URGENCY_CRISIS);
    cr_assert_eq(model_urgency_of(25), MODEL_URGENCY_URGENT);
    cr_assert_eq(model_urgency_of(72), MODEL_URGENCY_URGENT);
    cr_assert_eq(model_urgency_of(73), MODEL_URGENCY_PLANNED);
}

Test(intake, measures_the_same_distance_both_ways)
{
    static const struct {
        struct model_spot a, b;
        int32_t meters;
        int32_t within;
        const char *why;
    } cases[] = {
        {{41.3083, -72.9279}, {41.3083, -72.9279}, 0, 0, "here"},
        {{0, 0}, {0, 1}, 111195, 1, "a degree of the equator"},
        {{40.7128, -74.0060}, {34.0522, -118.2437}, 3935746, 20, "New York to Los Angeles"},
        {{0, 179.5}, {0, -179.5}, 111195, 1, "across the date line"},
        {{0, 0}, {0, 180}, 20015115, 1, "the other side of the world"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        int32_t there = model_distance_m(cases[i].a, cases[i].b);
        cr_assert_leq(abs(there - cases[i].meters), cases[i].within, "%s: %d", cases[i].why, there);
        cr_assert_eq(there, model_distance_m(cases[i].b, cases[i].a), "%s", cases[i].why);
        cr_assert(model_spot_within(cases[i].b, cases[i].a, there), "%s", cases[i].why);
        cr_assert_not(model_spot_within(cases[i].b, cases[i].a, there - 1), "%s", cases[i].why);
    }
}
