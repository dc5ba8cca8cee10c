/* One list: classes first, weights within them, the same in any order of input; and what may go
 * wrong at the door. */
#include "tests/unit/model/placing.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>

TestSuite(ranking, .timeout = 10);

#define PLACES 5

/* A points hotel, a general, a specialized and an adjacent shelter, and one that nobody vetted, all
 * alike but for that. */
static void fill(struct placing *at, struct model_place places[PLACES])
{
    static const enum model_tier tiers[PLACES] = {MODEL_TIER_NONE, MODEL_TIER_GENERAL,
                                                  MODEL_TIER_SPECIALIZED, MODEL_TIER_ADJACENT,
                                                  MODEL_TIER_SPECIALIZED};
    for (size_t i = 0; i < PLACES; i++) {
        placing_init(at);
        if (tiers[i] != MODEL_TIER_NONE) {
            placing_shelter(at, tiers[i]);
        }
        places[i] = at->place;
        places[i].order_number = (int64_t)i;
        places[i].vetted = i + 1 < PLACES;
    }
}

static int16_t value_of(const struct placing *at, enum model_criterion criterion)
{
    struct model_ranked row;
    cr_assert_eq(model_rank(&at->request, &at->place, 1, &row), 1);
    return row.values[criterion];
}

Test(ranking, fitting_shelters_come_before_hotels_and_general_ones_after)
{
    static const uint32_t expected[PLACES] = {2, 3, 0, 1, 4};
    struct placing at;
    struct model_place places[PLACES];
    struct model_ranked ranked[PLACES];
    uint32_t counts[MODEL_REFUSAL_COUNT];

    fill(&at, places);
    places[1].distance_m = 100; /* nearest, and best in whatever is weighed */
    at.request.rules.weights[MODEL_CRITERION_DISTANCE] = 1000;
    cr_assert_eq(model_rank(&at.request, places, PLACES, ranked), PLACES - 1);
    for (size_t i = 0; i < PLACES; i++) {
        cr_expect_eq(ranked[i].place, expected[i], "row %zu", i);
    }
    cr_expect_eq(ranked[3].class, MODEL_CLASS_GENERAL_SHELTER);
    cr_expect_eq(ranked[4].refusal, MODEL_REFUSAL_NOT_VETTED);
    cr_expect_eq(ranked[4].score, 0);
    model_refusal_counts(ranked, PLACES, counts);
    cr_expect_eq(counts[MODEL_REFUSAL_NOT_VETTED], 1);
    cr_expect_eq(counts[MODEL_REFUSAL_NONE], 0);
}

Test(ranking, the_order_of_input_is_no_input)
{
    struct placing at;
    struct model_place places[PLACES], turned[PLACES];
    struct model_ranked first[PLACES], second[PLACES];

    fill(&at, places);
    places[3].distance_m = 4000;
    at.request.rules.weights[MODEL_CRITERION_DISTANCE] = 7;
    for (size_t shift = 1; shift < PLACES; shift++) {
        for (size_t i = 0; i < PLACES; i++) {
            turned[i] = places[(i + shift) % PLACES];
        }
        cr_assert_eq(model_rank(&at.request, places, PLACES, first),
                     model_rank(&at.request, turned, PLACES, second));
        for (size_t i = 0; i < PLACES; i++) {
            cr_expect_eq(first[i].order_number, second[i].order_number, "shift %zu", shift);
            cr_expect_eq(first[i].score, second[i].score, "shift %zu", shift);
        }
    }
}

Test(ranking, a_score_is_the_sum_of_weighted_values)
{
    struct placing at;
    struct model_ranked row;
    int64_t sum = 0;

    placing_init(&at);
    for (size_t i = 0; i < MODEL_CRITERION_COUNT; i++) {
        at.request.rules.weights[i] = (int32_t)(i + 1);
    }
    cr_assert_eq(model_rank(&at.request, &at.place, 1, &row), 1);
    for (size_t i = 0; i < MODEL_CRITERION_COUNT; i++) {
        cr_expect(row.values[i] >= 0 && row.values[i] <= 1000, "%s",
                  model_criterion_word((enum model_criterion)i));
        sum += (int64_t)(i + 1) * row.values[i];
    }
    cr_expect_eq(row.score, sum);
}

Test(ranking, values_say_how_much_of_what_was_asked_a_place_has)
{
    struct placing at;
    placing_init(&at);
    cr_expect_eq(value_of(&at, MODEL_CRITERION_DISTANCE), 875, "5 of 40 km");
    cr_expect_eq(value_of(&at, MODEL_CRITERION_LANGUAGE), 1000, "none was asked for");
    at.request.languages = 6;
    at.place.languages = 2;
    cr_expect_eq(value_of(&at, MODEL_CRITERION_LANGUAGE), 1000, "one in common is enough");
    at.place.languages = 8;
    cr_expect_eq(value_of(&at, MODEL_CRITERION_LANGUAGE), 0);
    at.request.wishes = 7;
    at.place.wishes = 3;
    cr_expect_eq(value_of(&at, MODEL_CRITERION_WISHES), 666, "two of three");
    at.place.unit.nights_ahead = 3;
    cr_expect_eq(value_of(&at, MODEL_CRITERION_ONE_STAY), 600,
                 "three of the five nights to expect");
    at.place.desk.has_training = at.place.desk.has_policy = true;
    cr_expect_eq(value_of(&at, MODEL_CRITERION_CHECKLIST), 500);
    cr_expect_eq(value_of(&at, MODEL_CRITERION_COST), 475, "105.00 a night of 200.00");
    at.place.program.expiring_soon.v = 15000;
    cr_expect_eq(value_of(&at, MODEL_CRITERION_EXPIRING), 500);
}

Test(ranking, the_reserve_is_kept_for_crises_and_a_crisis_may_use_it)
{
    struct placing at;
    placing_init(&at);
    at.place.program.reserve.v = 140000; /* 70,000 would be left */
    cr_expect_eq(value_of(&at, MODEL_CRITERION_RESERVE), 500);
    at.request.urgency = MODEL_URGENCY_CRISIS;
    cr_expect_eq(value_of(&at, MODEL_CRITERION_RESERVE), 1000);
}

Test(ranking, a_report_ages_at_its_two_limits)
{
    static const struct {
        int32_t age_s;
        enum model_freshness freshness;
    } cases[] = {{0, MODEL_FRESH},
                 {6 * 3600, MODEL_FRESH},
                 {6 * 3600 + 1, MODEL_AGEING},
                 {24 * 3600 - 1, MODEL_AGEING},
                 {24 * 3600, MODEL_STALE},
                 {INT32_MAX, MODEL_STALE}};
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct placing at;
        struct model_ranked row;
        placing_init(&at);
        at.place.report_age_s = cases[i].age_s;
        cr_assert_eq(model_rank(&at.request, &at.place, 1, &row), 1);
        cr_expect_eq(row.freshness, cases[i].freshness, "%d s", cases[i].age_s);
    }
}

/* Makes exactly this risk true. */
static void endanger(struct placing *at, enum model_risk risk)
{
    struct model_desk *desk = &at->place.desk;
    switch (risk) {
    case MODEL_RISK_RULES_UNVERIFIED:
        desk->verified_days = 366;
        return;
    case MODEL_RISK_WITHOUT_ID:
        at->request.documents = 0;
        desk->takes_no_id = true;
        return;
    case MODEL_RISK_CARD_FORM:
        desk->card = MODEL_CARD_FORM_ACCEPTED;
        return;
    case MODEL_RISK_AGE_TO_CONFIRM:
        desk->min_check_in_age = 21;
        return;
    case MODEL_RISK_GENDER_TO_CONFIRM:
        at->place.unit.gender = MODEL_GENDER_RULE_MEN;
        return;
    case MODEL_RISK_ACCESS_TO_CONFIRM:
        at->request.accessible = true;
        at->place.unit.accessible = MODEL_ACCESS_UNKNOWN;
        return;
    case MODEL_RISK_NO_ALIAS:
        desk->alias_allowed = false;
        return;
    case MODEL_RISK_DESK_CLOSES:
        desk->open_24h = false;
        return;
    case MODEL_RISK_STRIKES:
        desk->strikes = 1;
        return;
    case MODEL_RISK_COUNT:
        break;
    }
}

Test(ranking, each_risk_at_the_door_stands_by_itself_and_says_what_to_do)
{
    for (int i = 0; i < MODEL_RISK_COUNT; i++) {
        struct placing at;
        placing_init(&at);
        cr_expect_eq(model_check_in_risk(&at.request, &at.place).level, MODEL_RISK_NONE);
        endanger(&at, (enum model_risk)i);
        struct model_check_in_risk risk = model_check_in_risk(&at.request, &at.place);
        cr_expect_eq(risk.reasons, UINT32_C(1) << i, "%s", model_risk_word((enum model_risk)i));
        cr_expect_gt(risk.level, MODEL_RISK_NONE, "%s", model_risk_word((enum model_risk)i));
        cr_expect_gt(strlen(model_risk_sentence((enum model_risk)i)), 10);
        cr_expect_eq(placing_refusals(&at), 0, "a risk is no refusal");
    }
}

Test(ranking, the_worst_risk_gives_the_level_and_a_known_age_settles_it)
{
    struct placing at;
    placing_init(&at);
    endanger(&at, MODEL_RISK_NO_ALIAS);
    endanger(&at, MODEL_RISK_AGE_TO_CONFIRM);
    cr_expect_eq(model_check_in_risk(&at.request, &at.place).level, MODEL_RISK_MEDIUM);
    cr_expect_eq(value_of(&at, MODEL_CRITERION_CHECK_IN_RISK), 300);
    at.household.oldest_adult_age = 21;
    cr_expect_eq(model_check_in_risk(&at.request, &at.place).level, MODEL_RISK_LOW);
    placing_shelter(&at, MODEL_TIER_GENERAL);
    cr_expect_eq(model_check_in_risk(&at.request, &at.place).level, MODEL_RISK_NONE,
                 "a shelter has no desk");
}
