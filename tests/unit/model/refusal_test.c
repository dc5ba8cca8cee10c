/* The hard rules: each reason by itself, which one is shown, and who may read it. */
#include "tests/unit/model/placing.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>

TestSuite(refusal, .timeout = 10);

#define BIT(reason) MODEL_REFUSAL_BIT(MODEL_REFUSAL_##reason)

static void spoil_location(struct placing *at, enum model_refusal reason)
{
    at->place.vetted = reason != MODEL_REFUSAL_NOT_VETTED;
    at->place.in_exclusion_zone = reason == MODEL_REFUSAL_ZONE;
    at->place.do_not_place = reason == MODEL_REFUSAL_DO_NOT_PLACE;
    at->request.min_distance_m = reason == MODEL_REFUSAL_TOO_NEAR ? 5001 : 0;
    at->request.max_distance_m = reason == MODEL_REFUSAL_TOO_FAR ? 4999 : 40000;
    at->request.avoid_background_check = reason == MODEL_REFUSAL_BACKGROUND_CHECK;
    at->place.background_check = MODEL_BACKGROUND_RECORD_ACCEPTED;
}

static void spoil_household(struct placing *at, enum model_refusal reason)
{
    struct model_household *household = &at->household;
    struct model_unit *unit = &at->place.unit;

    if (reason == MODEL_REFUSAL_MINOR_NO_HOTEL) {
        *household = (struct model_household){.child_count = 1, .child_ages = {15}};
    } else if (reason == MODEL_REFUSAL_TEEN_SON) {
        *household = (struct model_household){
            .adults = 1, .child_count = 1, .child_ages = {14}, .has_teen_son = true};
    } else if (reason == MODEL_REFUSAL_PARTY_TOO_LARGE) {
        *household = (struct model_household){.adults = 1, .child_count = 2, .child_ages = {3, 4}};
    } else {
        household->oldest_adult_age = 20;
    }
    at->request.party.gender = MODEL_GENDER_MEN;
    unit->household = reason == MODEL_REFUSAL_HOUSEHOLD ? MODEL_TAKES_COUPLE : MODEL_TAKES_ANY;
    unit->gender =
        reason == MODEL_REFUSAL_GENDER_RULE ? MODEL_GENDER_RULE_WOMEN : MODEL_GENDER_RULE_MEN;
    unit->min_age = reason == MODEL_REFUSAL_AGE_RULE ? 21 : 0;
    unit->teen_sons = reason != MODEL_REFUSAL_TEEN_SON;
}

static void spoil_unit(struct placing *at, enum model_refusal reason)
{
    struct model_unit *unit = &at->place.unit;

    at->request.accessible = true;
    at->request.party.pets = 1;
    at->request.party.service_animals = 1;
    unit->accessible = reason == MODEL_REFUSAL_NOT_ACCESSIBLE ? MODEL_ACCESS_NO : MODEL_ACCESS_YES;
    unit->pets = reason != MODEL_REFUSAL_NO_PETS;
    unit->service_animals = reason != MODEL_REFUSAL_NO_SERVICE_ANIMALS;
    unit->free_units = reason == MODEL_REFUSAL_NO_CAPACITY ? 0 : 1;
}

static void spoil_desk(struct placing *at, enum model_refusal reason)
{
    struct model_desk *desk = &at->place.desk;
    bool watched = reason == MODEL_REFUSAL_GUEST_CARD_WATCHED;
    bool cardless = reason == MODEL_REFUSAL_NEEDS_CARD;

    desk->card = watched || cardless ? MODEL_CARD_GUEST : MODEL_CARD_NONE_NEEDED;
    at->request.account_watched = watched;
    at->request.has_card = !cardless;
    at->request.documents = reason == MODEL_REFUSAL_NEEDS_ID ? 2 : 1;
    desk->min_check_in_age = reason == MODEL_REFUSAL_CHECK_IN_AGE ? 21 : 18;
    desk->rooms_present = reason == MODEL_REFUSAL_PROPERTY_CAP ? desk->guest_cap : 0;
}

static void spoil_means(struct placing *at, enum model_refusal reason)
{
    struct model_program *program = &at->place.program;

    at->place.price.available = reason != MODEL_REFUSAL_PRICE_UNAVAILABLE;
    program->eligible = reason != MODEL_REFUSAL_PROGRAM_INELIGIBLE;
    program->bookings_left = reason == MODEL_REFUSAL_COUNTER_USED_UP ? 0 : 1;
    program->balance.v = reason == MODEL_REFUSAL_BALANCE ? 29999 : 30000;
}

/* Makes exactly this reason true, everything else within a hair of it; what must follow from it is
 * in the answer. */
static uint64_t spoil(struct placing *at, enum model_refusal reason)
{
    bool minor = reason == MODEL_REFUSAL_MINOR_NO_HOTEL;

    spoil_location(at, reason);
    spoil_household(at, reason);
    spoil_unit(at, reason);
    spoil_desk(at, reason);
    spoil_means(at, reason);
    return MODEL_REFUSAL_BIT(reason) | (minor ? BIT(HOUSEHOLD) | BIT(CHECK_IN_AGE) : 0);
}

Test(refusal, an_ordinary_place_is_offered)
{
    struct placing at;
    placing_init(&at);
    cr_expect_eq(placing_refusals(&at), 0);
    placing_partner_hotel(&at);
    cr_expect_eq(placing_refusals(&at), 0);
    placing_shelter(&at, MODEL_TIER_SPECIALIZED);
    cr_expect_eq(placing_refusals(&at), 0);
}

Test(refusal, each_reason_stands_by_itself_and_has_words)
{
    for (int i = MODEL_REFUSAL_NONE + 1; i < MODEL_REFUSAL_COUNT; i++) {
        enum model_refusal reason = (enum model_refusal)i;
        struct placing at;
        placing_init(&at);
        cr_expect_gt(strlen(model_refusal_sentence(reason)), 10);
        if (reason == MODEL_REFUSAL_NOT_OFFERED) {
            continue;
        }
        uint64_t expected = spoil(&at, reason);
        uint64_t found = placing_refusals(&at);
        cr_expect_eq(found, expected, "%s: %llx", model_refusal_word(reason),
                     (unsigned long long)found);
        cr_expect_eq(model_refusal_first(found), reason, "%s", model_refusal_word(reason));
    }
}

Test(refusal, a_shelter_asks_for_no_card_no_paper_and_no_points)
{
    struct placing at;
    placing_init(&at);
    placing_shelter(&at, MODEL_TIER_GENERAL);
    at.request.documents = 0;
    at.request.has_card = false;
    at.request.account_watched = true;
    at.place.desk.card = MODEL_CARD_GUEST;
    at.place.price.available = false;
    at.place.program.eligible = false;
    cr_expect_eq(placing_refusals(&at), 0);
}

Test(refusal, a_partner_hotel_is_paid_from_the_budget_and_not_from_points)
{
    struct placing at;
    placing_init(&at);
    placing_partner_hotel(&at);
    at.place.program.balance.v = 0;
    cr_expect_eq(placing_refusals(&at), 0);
    at.place.price.cash_budget_minor = 9999;
    cr_expect_eq(placing_refusals(&at), BIT(BALANCE));
}

Test(refusal, what_can_never_change_is_shown_before_what_may_change_in_an_hour)
{
    struct placing at;
    placing_init(&at);
    at.place.unit.free_units = 0;
    at.place.unit.accessible = MODEL_ACCESS_NO;
    at.request.accessible = true;
    at.place.vetted = false;
    uint64_t refusals = placing_refusals(&at);
    cr_expect_eq(refusals, BIT(NOT_VETTED) | BIT(NOT_ACCESSIBLE) | BIT(NO_CAPACITY));
    cr_expect_eq(model_refusal_first(refusals), MODEL_REFUSAL_NOT_VETTED);
    cr_expect_eq(model_refusal_first(0), MODEL_REFUSAL_NONE);
}

Test(refusal, only_the_author_reads_of_a_zone_and_others_nothing_beside_it)
{
    uint64_t refusals = BIT(ZONE) | BIT(NO_CAPACITY);
    cr_expect_eq(model_refusals_shown(refusals, true), refusals);
    cr_expect_eq(model_refusals_shown(refusals, false), BIT(NOT_OFFERED));
    cr_expect_eq(model_refusals_shown(BIT(NO_CAPACITY), false), BIT(NO_CAPACITY));
}

Test(refusal, what_was_not_said_excludes_nobody)
{
    struct placing at;
    placing_init(&at);
    at.place.unit.gender = MODEL_GENDER_RULE_WOMEN;
    at.place.unit.min_age = 25;
    at.place.desk.min_check_in_age = 21;
    at.place.unit.accessible = MODEL_ACCESS_UNKNOWN;
    at.request.accessible = true;
    cr_expect_eq(placing_refusals(&at), 0);
    at.place.unit.max_age = 17;
    cr_expect_eq(placing_refusals(&at), BIT(AGE_RULE), "an adult is not meant there");
}

Test(refusal, a_youth_house_takes_a_young_adult_whose_age_is_known)
{
    struct placing at;
    placing_init(&at);
    placing_shelter(&at, MODEL_TIER_ADJACENT);
    at.place.unit.household = MODEL_TAKES_YOUTH;
    at.place.unit.max_age = 24;
    cr_expect_eq(placing_refusals(&at), BIT(HOUSEHOLD));
    at.household.oldest_adult_age = 24;
    cr_expect_eq(placing_refusals(&at), 0);
    at.household.oldest_adult_age = 25;
    cr_expect_eq(placing_refusals(&at), BIT(HOUSEHOLD) | BIT(AGE_RULE));
    at.household = (struct model_household){.child_count = 1, .child_ages = {16}};
    cr_expect_eq(placing_refusals(&at), 0, "that is what it is for");
}

Test(refusal, a_desk_that_waived_the_card_waives_it_for_the_program_too)
{
    static const struct {
        enum model_card_rule card;
        bool program;
        bool refused;
        const char *why;
    } cases[] = {
        {MODEL_CARD_NONE_NEEDED, false, false, "nobody wants one"},
        {MODEL_CARD_NONE_NEEDED, true, false, "the desk agreed to take none"},
        {MODEL_CARD_FORM_ACCEPTED, false, false, "somebody else's card, by a form"},
        {MODEL_CARD_FORM_ACCEPTED, true, true, "a form is not the guest's own card"},
        {MODEL_CARD_GUEST, false, true, "the desk wants the guest's own"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct placing at;
        placing_init(&at);
        at.request.has_card = false;
        at.place.desk.card = cases[i].card;
        at.place.program.needs_guest_card = cases[i].program;
        cr_expect_eq(placing_refusals(&at), cases[i].refused ? BIT(NEEDS_CARD) : 0, "%s",
                     cases[i].why);
    }
}

Test(refusal, a_group_goes_where_one_household_fits_and_a_family_where_all_do)
{
    struct placing at;
    const struct model_household households[] = {{.adults = 2}, {.adults = 1}};
    placing_init(&at);
    at.place.unit.household = MODEL_TAKES_SINGLE_ADULT;
    at.request.party.households = households;
    at.request.party.household_count = NB_COUNT(households);
    cr_expect_eq(placing_refusals(&at), BIT(HOUSEHOLD));
    at.request.party.may_split = true;
    cr_expect_eq(placing_refusals(&at), 0);
}

Test(refusal, a_stay_counts_its_bookings_and_its_nights)
{
    struct placing at;
    placing_init(&at);
    at.household.adults = 3; /* two rooms, and one booking has one */
    at.place.program.bookings_left = 1;
    cr_expect_eq(placing_refusals(&at), BIT(COUNTER_USED_UP));
    at.place.program.rooms_per_booking = 2;
    cr_expect_eq(placing_refusals(&at), 0);
    at.place.unit.nights_ahead = 1;
    cr_expect_eq(placing_refusals(&at), BIT(NO_CAPACITY), "not on every night");
    at.place.unit.nights_ahead = 2;
    at.place.unit.free_units = -1;
    cr_expect_eq(placing_refusals(&at), 0, "a source that does not say is no refusal");
}
