/* Who may book how long. */
#include "core/base/mem.h"
#include "core/scheduler/placement.h"

#include <criterion/criterion.h>

TestSuite(placement, .timeout = 10);

static const struct {
    uint32_t nights;
    enum model_role role;
    bool coordinator;
    bool reason;
    bool allowed;
    bool reason_needed;
    enum model_role who;
    const char *why;
} cases[] = {
    {1, MODEL_ROLE_SPECIALIST, false, false, true, false, MODEL_ROLE_SPECIALIST, "one night"},
    {3, MODEL_ROLE_SPECIALIST, false, false, true, false, MODEL_ROLE_SPECIALIST, "three"},
    {4, MODEL_ROLE_SPECIALIST, false, true, false, false, MODEL_ROLE_COORDINATOR, "unowned search"},
    {4, MODEL_ROLE_SPECIALIST, true, false, true, false, MODEL_ROLE_SPECIALIST, "it has an owner"},
    {5, MODEL_ROLE_COORDINATOR, false, false, true, false, MODEL_ROLE_COORDINATOR, "owner asks"},
    {6, MODEL_ROLE_COORDINATOR, true, true, false, false, MODEL_ROLE_SUPERVISOR, "a supervisor's"},
    {7, MODEL_ROLE_SUPERVISOR, false, false, true, false, MODEL_ROLE_SUPERVISOR, "no reason yet"},
    {5, MODEL_ROLE_SUPERVISOR, false, false, true, false, MODEL_ROLE_COORDINATOR, "a higher role"},
    {8, MODEL_ROLE_SUPERVISOR, false, false, false, true, MODEL_ROLE_SUPERVISOR, "why?"},
    {8, MODEL_ROLE_SUPERVISOR, false, true, true, true, MODEL_ROLE_SUPERVISOR, "with a reason"},
    {8, MODEL_ROLE_COORDINATOR, true, true, false, true, MODEL_ROLE_SUPERVISOR, "whatever reason"},
    {11, MODEL_ROLE_SUPERVISOR, true, true, false, true, MODEL_ROLE_DIRECTOR, "a director's"},
    {11, MODEL_ROLE_DIRECTOR, false, false, false, true, MODEL_ROLE_DIRECTOR, "no decision"},
    {30, MODEL_ROLE_DIRECTOR, false, true, true, true, MODEL_ROLE_DIRECTOR, "decided"},
    {1, MODEL_ROLE_NONE, true, true, false, false, MODEL_ROLE_SPECIALIST, "no placing role"},
};

Test(placement, lets_each_role_book_up_to_its_nights)
{
    struct model_approval_row rows[PLACEMENT_ROWS_MAX];
    size_t count = 0;

    cr_assert(placement_rows(NULL, rows, &count, NULL));
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        const struct placement_ask ask = {cases[i].nights, cases[i].role, cases[i].coordinator,
                                          cases[i].reason};
        struct placement_limit limit = placement_limit(rows, count, &ask);
        cr_expect_eq(limit.allowed, cases[i].allowed, "%u: %s", cases[i].nights, cases[i].why);
        cr_expect_eq(limit.reason_needed, cases[i].reason_needed, "%u: %s", cases[i].nights,
                     cases[i].why);
        cr_expect_eq(limit.who, cases[i].who, "%u: %s", cases[i].nights, cases[i].why);
    }
}

static uint32_t most(const struct model_approval_row *rows, size_t count, enum model_role role,
                     bool coordinator, bool reason)
{
    const struct placement_ask ask = {1, role, coordinator, reason};

    return placement_limit(rows, count, &ask).most;
}

Test(placement, says_how_many_nights_a_role_may)
{
    struct model_approval_row rows[PLACEMENT_ROWS_MAX];
    size_t count = 0;

    cr_assert(placement_rows(NULL, rows, &count, NULL));
    cr_expect_eq(most(rows, count, MODEL_ROLE_SPECIALIST, false, false), 3);
    cr_expect_eq(most(rows, count, MODEL_ROLE_SPECIALIST, true, false), 5);
    cr_expect_eq(most(rows, count, MODEL_ROLE_COORDINATOR, false, true), 5);
    cr_expect_eq(most(rows, count, MODEL_ROLE_SUPERVISOR, false, false), 7);
    cr_expect_eq(most(rows, count, MODEL_ROLE_SUPERVISOR, false, true), 10);
    cr_expect_eq(most(rows, count, MODEL_ROLE_DIRECTOR, false, true), UINT32_MAX);
    cr_expect_eq(most(rows, 0, MODEL_ROLE_SPECIALIST, false, false), UINT32_MAX);
}

static const struct {
    const char *json;
    bool fits;
    size_t count;
    const char *why;
} texts[] = {
    {"[]", true, 0, "no limits"},
    {"[{\"night\": 2, \"role\": \"supervisor\"}]", true, 1, "without a condition"},
    {"[{\"night\": 2, \"role\": \"specialist\", \"condition\": \"coordinator_claimed\"}]", true, 1,
     "with one"},
    {"[{\"night\": 2, \"role\": \"supervisor\"}, {\"night\": 2, \"role\": \"director\"}]", false, 0,
     "twice the same night"},
    {"[{\"night\": 2, \"role\": \"partner\"}]", false, 0, "a role that places nobody"},
    {"[{\"night\": 0, \"role\": \"supervisor\"}]", false, 0, "no night"},
    {"[{\"night\": 1, \"role\": \"supervisor\", \"condition\": \"maybe\"}]", false, 0,
     "an unknown condition"},
    {"{}", false, 0, "no array"},
    {"nonsense", false, 0, "no JSON"},
};

Test(placement, reads_the_rows_that_a_request_keeps)
{
    for (size_t i = 0; i < NB_COUNT(texts); i++) {
        struct model_approval_row rows[PLACEMENT_ROWS_MAX];
        size_t count = 0;
        struct nb_err err = {0};
        bool fits = placement_rows(texts[i].json, rows, &count, &err);
        cr_expect_eq(fits, texts[i].fits, "%s", texts[i].why);
        cr_expect(fits || err.kind == NB_ERR_INVALID, "%s", texts[i].why);
        cr_expect(!fits || count == texts[i].count, "%s", texts[i].why);
    }
}
