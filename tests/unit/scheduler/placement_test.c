/* Who may book how long. */
#include "core/base/mem.h"
#include "core/scheduler/placement.h"

#include <criterion/criterion.h>

TestSuite(placement, .timeout = 10);

static const struct {
    uint32_t nights;
    enum model_role role;
    bool coordinator;
    bool allowed;
    enum model_role who;
    const char *why;
} cases[] = {
    {1, MODEL_ROLE_SPECIALIST, false, true, MODEL_ROLE_SPECIALIST, "one night"},
    {3, MODEL_ROLE_SPECIALIST, false, true, MODEL_ROLE_SPECIALIST, "three"},
    {4, MODEL_ROLE_SPECIALIST, false, false, MODEL_ROLE_COORDINATOR, "nobody owns the search"},
    {4, MODEL_ROLE_SPECIALIST, true, true, MODEL_ROLE_SPECIALIST, "a coordinator does"},
    {5, MODEL_ROLE_COORDINATOR, false, true, MODEL_ROLE_COORDINATOR, "the coordinator asks"},
    {6, MODEL_ROLE_COORDINATOR, true, false, MODEL_ROLE_SUPERVISOR, "a supervisor's"},
    {7, MODEL_ROLE_SUPERVISOR, false, true, MODEL_ROLE_SUPERVISOR, "without a reason"},
    {5, MODEL_ROLE_SUPERVISOR, false, true, MODEL_ROLE_COORDINATOR, "a higher role may as well"},
    {8, MODEL_ROLE_DIRECTOR, false, false, MODEL_ROLE_NONE, "a reason has to be on record"},
    {1, MODEL_ROLE_NONE, true, false, MODEL_ROLE_SPECIALIST, "no placing role"},
};

Test(placement, lets_each_role_book_up_to_its_nights)
{
    struct model_approval_row rows[PLACEMENT_ROWS_MAX];
    size_t count = 0;

    cr_assert(placement_rows(NULL, rows, &count, NULL));
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        struct placement_limit limit =
            placement_limit(rows, count, cases[i].nights, cases[i].role, cases[i].coordinator);
        cr_expect_eq(limit.allowed, cases[i].allowed, "%u: %s", cases[i].nights, cases[i].why);
        cr_expect_eq(limit.who, cases[i].who, "%u: %s", cases[i].nights, cases[i].why);
    }
}

Test(placement, says_how_many_nights_a_role_may)
{
    struct model_approval_row rows[PLACEMENT_ROWS_MAX];
    size_t count = 0;

    cr_assert(placement_rows(NULL, rows, &count, NULL));
    cr_expect_eq(placement_limit(rows, count, 1, MODEL_ROLE_SPECIALIST, false).most, 3);
    cr_expect_eq(placement_limit(rows, count, 1, MODEL_ROLE_SPECIALIST, true).most, 5);
    cr_expect_eq(placement_limit(rows, count, 1, MODEL_ROLE_COORDINATOR, false).most, 5);
    cr_expect_eq(placement_limit(rows, count, 1, MODEL_ROLE_SUPERVISOR, false).most, 7);
    cr_expect_eq(placement_limit(rows, 0, 1, MODEL_ROLE_SPECIALIST, false).most, UINT32_MAX);
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
