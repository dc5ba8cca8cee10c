/* Points in two dimensions: which lots and which funds a hold would take. */
#include "core/base/mem.h"
#include "core/model/lots.h"

#include <criterion/criterion.h>

TestSuite(lots, .timeout = 10);

static struct model_lot lot(int64_t id, int32_t received, int32_t expires, int64_t available)
{
    return (struct model_lot){{id}, {received}, {expires}, {available}};
}

static struct model_portion portion(int64_t id, int32_t expires, int64_t available, bool allowed)
{
    return (struct model_portion){id, {expires}, {available}, allowed};
}

static struct model_hold_ask ask(int64_t wanted, enum model_spend_order order)
{
    return (struct model_hold_ask){{wanted}, {100}, {MODEL_DAY_NEVER}, order};
}

Test(lots, spends_in_the_order_of_the_program)
{
    static const struct {
        enum model_spend_order order;
        int64_t first;
        const char *why;
    } cases[] = {
        {MODEL_SPEND_EXPIRING_FIRST, 3, "the lot that expires first"},
        {MODEL_SPEND_OLDEST_FIRST, 1, "the lot that came first"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct model_lot lots[] = {lot(2, 20, 400, 50), lot(1, 10, MODEL_DAY_NEVER, 50),
                                   lot(3, 30, 300, 50)};
        struct model_portion portions[] = {portion(9, 500, 150, true)};
        struct model_slice slices[MODEL_SLICES_MOST(3, 1)];
        struct model_hold_ask wanted = ask(60, cases[i].order);
        struct model_hold_preview preview;
        cr_assert(model_hold_preview(&wanted, lots, 3, portions, 1, slices, &preview, NULL));
        cr_assert_eq(preview.outcome, MODEL_HOLD_HELD);
        cr_assert_eq(preview.slice_count, 2u);
        cr_assert_eq(slices[0].lot.v, cases[i].first, "%s", cases[i].why);
        cr_assert_eq(slices[0].points.v, 50);
        cr_assert_eq(slices[1].lot.v, 2);
        cr_assert_eq(slices[1].points.v, 10);
    }
}

Test(lots, cuts_where_a_lot_or_a_fund_ends)
{
    struct model_lot lots[] = {lot(1, 1, 200, 70), lot(2, 2, 300, 70)};
    struct model_portion portions[] = {portion(7, 900, 100, true), portion(8, 800, 40, true)};
    struct model_slice slices[MODEL_SLICES_MOST(2, 2)];
    struct model_hold_ask wanted = ask(140, MODEL_SPEND_EXPIRING_FIRST);
    struct model_hold_preview preview;
    cr_assert(model_hold_preview(&wanted, lots, 2, portions, 2, slices, &preview, NULL));
    static const struct model_slice expected[] = {{{1}, 8, {40}}, {{1}, 7, {30}}, {{2}, 7, {70}}};
    cr_assert_eq(preview.slice_count, NB_COUNT(expected));
    for (size_t i = 0; i < NB_COUNT(expected); i++) {
        cr_assert_eq(slices[i].lot.v, expected[i].lot.v, "slice %zu", i);
        cr_assert_eq(slices[i].portion, expected[i].portion, "slice %zu", i);
        cr_assert_eq(slices[i].points.v, expected[i].points.v, "slice %zu", i);
    }
}

Test(lots, tells_too_little_from_not_for_this_request)
{
    static const struct {
        int64_t wanted;
        int32_t idle;
        bool allowed;
        enum model_hold_outcome outcome;
        const char *why;
    } cases[] = {
        {100, MODEL_DAY_NEVER, true, MODEL_HOLD_HELD, "all of it"},
        {101, MODEL_DAY_NEVER, true, MODEL_HOLD_INSUFFICIENT, "one too many"},
        {100, 100, true, MODEL_HOLD_HELD, "the last day still counts"},
        {1, 99, true, MODEL_HOLD_INSUFFICIENT, "the whole account fell idle"},
        {1, MODEL_DAY_NEVER, false, MODEL_HOLD_RESTRICTED, "the fund is for somewhere else"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct model_lot lots[] = {lot(1, 1, 500, 100), lot(2, 2, 99, 1000)};
        struct model_portion portions[] = {portion(7, 500, 100, cases[i].allowed)};
        struct model_slice slices[MODEL_SLICES_MOST(2, 1)];
        struct model_hold_ask wanted = ask(cases[i].wanted, MODEL_SPEND_OLDEST_FIRST);
        struct model_hold_preview preview;
        wanted.idle_expiry.day = cases[i].idle;
        cr_assert(model_hold_preview(&wanted, lots, 2, portions, 1, slices, &preview, NULL));
        cr_assert_eq(preview.outcome, cases[i].outcome, "%s", cases[i].why);
    }
}

Test(lots, refuses_sums_that_no_account_can_have)
{
    struct model_lot lots[] = {lot(1, 1, 500, INT64_MAX), lot(2, 2, 500, 1)};
    struct model_slice slices[2];
    struct model_hold_ask wanted = ask(1, MODEL_SPEND_OLDEST_FIRST);
    struct model_hold_preview preview = {.outcome = MODEL_HOLD_NONE};
    struct nb_err err = {0};
    cr_assert_not(model_hold_preview(&wanted, lots, 2, NULL, 0, slices, &preview, &err));
    cr_assert_eq(err.kind, NB_ERR_LIMIT);
    cr_assert_eq(preview.outcome, MODEL_HOLD_NONE);
}

Test(lots, allow_only_what_the_donor_allowed)
{
    static const struct model_designation request = {"US-CT", "families", NULL};
    static const struct {
        struct model_restriction restriction;
        bool allowed;
        const char *why;
    } cases[] = {
        {{NULL, NULL, NULL}, true, "for anything"},
        {{"US-CT", NULL, NULL}, true, "for here"},
        {{"US-NY", NULL, NULL}, false, "for elsewhere"},
        {{"US-CT", "families", NULL}, true, "for both"},
        {{NULL, NULL, "travel"}, false, "a purpose that the request does not name"},
    };
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        cr_assert_eq(model_restriction_allows(&cases[i].restriction, &request), cases[i].allowed,
                     "%s", cases[i].why);
    }
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

#define MANY 8

Test(lots, take_no_more_than_is_there_and_sum_to_the_hold_whatever_the_lots)
{
    uint64_t seed = 7;
    int held = 0;
    for (int run = 0; run < 5000; run++) {
        struct model_lot lots[MANY];
        struct model_portion portions[MANY];
        struct model_slice slices[MODEL_SLICES_MOST(MANY, MANY)];
        for (int64_t i = 0; i < MANY; i++) {
            int64_t points = next_random(&seed) % 50;
            int32_t expires = 90 + (int32_t)(next_random(&seed) % 40);
            lots[i] = lot(i, (int32_t)(next_random(&seed) % 30), expires, points);
            portions[i] = portion(i, expires, points, next_random(&seed) % 4 != 0);
        }
        struct model_hold_ask wanted =
            ask(1 + next_random(&seed) % 150, (enum model_spend_order)(1 + run % 2));
        struct model_hold_preview preview;
        cr_assert(model_hold_preview(&wanted, lots, MANY, portions, MANY, slices, &preview, NULL));
        bool enough = preview.in_lots.v >= wanted.wanted.v;
        bool allowed = preview.in_portions.v >= wanted.wanted.v;
        cr_assert_eq(preview.outcome == MODEL_HOLD_HELD, enough && allowed);
        cr_assert_eq(preview.outcome == MODEL_HOLD_INSUFFICIENT, !enough);
        int64_t of_lot[MANY] = {0}, of_portion[MANY] = {0}, total = 0;
        for (size_t i = 0; i < preview.slice_count; i++) {
            cr_assert_gt(slices[i].points.v, 0);
            of_lot[slices[i].lot.v] += slices[i].points.v;
            of_portion[slices[i].portion] += slices[i].points.v;
            total += slices[i].points.v;
        }
        for (size_t i = 0; i < MANY && preview.slice_count > 0; i++) {
            cr_assert_leq(of_lot[lots[i].id.v], lots[i].available.v);
            cr_assert_leq(of_portion[portions[i].id], portions[i].available.v);
            cr_assert(of_lot[lots[i].id.v] == 0 || lots[i].hard_expiry.day >= wanted.at.day);
            cr_assert(of_portion[portions[i].id] == 0 || portions[i].allowed);
        }
        cr_assert_eq(total, preview.outcome == MODEL_HOLD_HELD ? wanted.wanted.v : 0);
        held += preview.outcome == MODEL_HOLD_HELD;
    }
    cr_assert(held > 500 && held < 4500, "%d of the holds were possible", held);
}
