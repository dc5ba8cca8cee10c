/* Saved statements: what a row must be to be taken, and what is counted as skipped. */
#include "core/base/arena.h"
#include "core/base/mem.h"
#include "plugins/kit/activity.h"
#include "plugins/kit/dates.h"
#include "plugins/kit/statement.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(kit_statement, .timeout = 20);

static const struct kit_statement_form form = {.columns = {[KIT_COLUMN_POSTED] = "posted",
                                                           [KIT_COLUMN_KIND] = "kind",
                                                           [KIT_COLUMN_POINTS] = "points",
                                                           [KIT_COLUMN_DESCRIPTION] = "description",
                                                           [KIT_COLUMN_PROPERTY] = "property",
                                                           [KIT_COLUMN_CHECK_IN] = "check_in",
                                                           [KIT_COLUMN_CHECK_OUT] = "check_out",
                                                           [KIT_COLUMN_CANCELLED] = "cancelled"}};

#define NAMES "posted,kind,points,description,property,check_in,check_out\n"

static void *take(void *handle, size_t bytes)
{
    return nb_arena_alloc(handle, bytes);
}

static void *take_nothing(void *handle, size_t bytes)
{
    (void)handle;
    (void)bytes;
    return NULL;
}

static struct nb_arena *arena;
static struct nb_call call;

static void set_up(void)
{
    arena = nb_arena_create(4u << 20);
    call = (struct nb_call){.size = sizeof(call), .arena = {.alloc = take, .handle = arena}};
}

static void tear_down(void)
{
    nb_arena_destroy(arena);
}

static enum nb_status parse(const char *text, struct nb_statement *statement)
{
    const struct nb_statement_ask ask = {.byte_count = (uint32_t)strlen(text), .bytes = text};
    *statement = (struct nb_statement){0};
    return kit_statement(&call, &form, &ask, statement);
}

static const struct row_case {
    const char *row;
    bool taken;
    int64_t points;
    const char *why;
} rows[] = {
    {"2026-11-02,earn,500,A stay,ABCDE,2026-11-01,2026-11-02", true, 500, "an ordinary row"},
    {"2026-11-02,earn,+500,,,,", true, 500, "a plus sign, and nothing that is not needed"},
    {"2026-11-02,redeem,\"-1,250,000\",x,,,", true, -1250000, "thousands in quotes"},
    {"2026-11-02,redeem,0,x,ABCDE,2026-11-01,2026-11-02", true, 0, "a free night"},
    {" 2026-11-02 , adjust , -3 ,x,,,", true, -3, "spaces around a bare cell"},
    {"2026-11-02,earn,5,\"a \"\"good\"\" stay, twice\",,,", true, 5, "quotes and commas in quotes"},
    {"2026-11-02,earn,5", false, 0, "fewer cells than names"},
    {"2026-11-02,earn,5,x,,,,", false, 0, "more cells than names"},
    {"2026-11-02,earn,5,\xc3\xa9t\xc3\xa9,,,", true, 5, "another language"},
    {"2026-11-02,earn,1,500,x,,,", false, 0, "bare thousands are not one point"},
    {"2026-11-02,earn,\"1500,000\",x,,,", false, 0, "a comma where no thousand ends"},
    {"2026-11-02,earn,\",500\",x,,,", false, 0, "a comma before the first digit"},
    {"2026-11-02,earn,9223372036854775808,x,,,", false, 0, "more than points can be"},
    {"2026-11-02,earn,-,x,,,", false, 0, "a sign alone"},
    {"2026-11-02,earn,,x,,,", false, 0, "no points"},
    {"2026-11-02,earn,5.0,x,,,", false, 0, "no whole number"},
    {"2026-11-02,earn,-5,x,,,", false, 0, "nothing is earned below zero"},
    {"2026-11-02,redeem,5,x,,,", false, 0, "nor redeemed above it"},
    {"2026-11-02,gift,5,x,,,", false, 0, "a kind that nobody knows"},
    {"2026-11-31,earn,5,x,,,", false, 0, "a day that does not exist"},
    {"11/02/2026,earn,5,x,,,", false, 0, "a day that could be read in two ways"},
    {",earn,5,x,,,", false, 0, "no day"},
    {"2026-11-02,earn,5,x,,2026-11-01,", false, 0, "a stay without an end"},
    {"2026-11-02,earn,5,x,,,2026-11-01", false, 0, "a stay without a beginning"},
    {"2026-11-02,earn,5,x,,2026-11-02,2026-11-02", false, 0, "a stay without a night"},
    {"2026-11-02,earn,5,x,ABCDEFGHIJKLMNOP,,", false, 0, "a code longer than any"},
    {"2026-11-02,earn,5,\"x,,,", false, 0, "a quote that is not closed"},
    {"2026-11-02,earn,5,\"x\"y,,,", false, 0, "text behind a quote"},
    {"2026-11-02,earn,5,x\"y,,,", false, 0, "a quote inside a bare cell"},
    {"2026-11-02,earn,5,x\ty,,,", false, 0, "a control character"},
    {"2026-11-02,earn,5,\xff\xfe,,,", false, 0, "no UTF-8"},
    {"2026-11-02,earn,5,\xc0\xaf,,,", false, 0, "an overlong form"},
    {"2026-11-02,earn,5,\xed\xa0\x80,,,", false, 0, "a surrogate"},
};

Test(kit_statement, a_row_is_taken_whole_or_counted_as_skipped, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        char file[256];
        struct nb_statement statement;
        snprintf(file, sizeof(file), NAMES "%s\r\n", rows[i].row);
        cr_assert_eq(parse(file, &statement), NB_OK, "%s", rows[i].why);
        cr_expect_eq(statement.line_count, rows[i].taken, "%s", rows[i].why);
        cr_expect_eq(statement.skipped, !rows[i].taken, "%s", rows[i].why);
        if (rows[i].taken && statement.line_count == 1) {
            cr_expect_eq(statement.lines[0].points, rows[i].points, "%s", rows[i].why);
            cr_expect_not_null(statement.lines[0].description, "%s", rows[i].why);
        }
    }
}

static const struct flag_case {
    const char *row;
    enum nb_activity_kind kind; /* NB_ACTIVITY_NONE: skipped */
    const char *why;
} flags[] = {
    {"2026-11-02,redeem,-500,yes", NB_ACTIVITY_REDEEM, "what was taken for it"},
    {"2026-11-05,redeem,500,Yes", NB_ACTIVITY_REINSTATE, "what came back"},
    {"2026-11-05,reinstate,500,yes", NB_ACTIVITY_REINSTATE, "the same, by its own word"},
    {"2026-11-05,redeem,-500,no", NB_ACTIVITY_REDEEM, "a stay that stands"},
    {"2026-11-05,redeem,-500,", NB_ACTIVITY_REDEEM, "nothing is said of it"},
    {"2026-11-05,redeem,500,no", NB_ACTIVITY_NONE, "points come in of a stay that stands"},
    {"2026-11-05,redeem,500,maybe", NB_ACTIVITY_NONE, "another word"},
    {"2026-11-05,earn,500,yes", NB_ACTIVITY_NONE, "earned by a stay that was given up"},
};

Test(kit_statement, points_of_a_cancelled_stay_came_back, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(flags); i++) {
        char file[128];
        struct nb_statement statement;
        snprintf(file, sizeof(file), "posted,kind,points,cancelled\n%s\n", flags[i].row);
        cr_assert_eq(parse(file, &statement), NB_OK, "%s", flags[i].why);
        bool taken = flags[i].kind != NB_ACTIVITY_NONE;
        cr_expect_eq(statement.line_count, taken, "%s", flags[i].why);
        cr_expect(!taken || statement.lines[0].kind == (uint32_t)flags[i].kind, "%s", flags[i].why);
    }
}

Test(kit_statement, values_stand_where_their_names_stand, .init = set_up, .fini = tear_down)
{
    struct nb_statement statement;
    int32_t night = 0;
    cr_assert(kit_day_parse("2026-11-01", &night));
    cr_assert_eq(
        parse("\xef\xbb\xbfPoints,remark,Posted,check_out,check_in,Property,KIND,description\n"
              "-9,secret,2026-11-05,2026-11-04,2026-11-01,ABCDE,redeem,\"a \"\"b\"\", c\"\n"
              "\n\r\n"
              "7,,2026-11-06,,,,earn,\n2026-11-07,earn,7",
              &statement),
        NB_OK);
    cr_assert_eq(statement.line_count, 2);
    cr_expect_eq(statement.skipped, 1, "an empty line is no row");
    const struct nb_statement_line *line = statement.lines;
    cr_expect_eq(line->points, -9);
    cr_expect_eq(line->posted_on, night + 4);
    cr_expect_eq(line->check_in, night);
    cr_expect_eq(line->check_out, night + 3);
    cr_expect_eq(line->kind, NB_ACTIVITY_REDEEM);
    cr_expect_str_eq(line->property_code, "ABCDE");
    cr_expect_str_eq(line->description, "a \"b\", c");
    cr_expect_eq(line[1].check_in, NB_DAY_NONE);
    cr_expect_eq(line[1].check_out, NB_DAY_NONE);
    cr_expect_null(line[1].property_code);
    cr_expect_str_eq(line[1].description, "");
}

Test(kit_statement, a_file_that_is_no_statement_is_refused, .init = set_up, .fini = tear_down)
{
    static const struct {
        const char *file;
        const char *why;
    } files[] = {
        {"", "nothing"},
        {"\n\n", "no names"},
        {"posted,kind\n", "no points"},
        {"posted,points,kind,points\n", "a name twice"},
        {"\"posted,kind,points\n", "a quote that is not closed"},
        {"<html>\n", "a page"},
    };
    struct nb_statement statement;
    for (size_t i = 0; i < NB_COUNT(files); i++) {
        cr_expect_eq(parse(files[i].file, &statement), NB_REFUSED, "%s", files[i].why);
    }
    const struct nb_statement_ask none = {.byte_count = 0, .bytes = NULL};
    cr_expect_eq(kit_statement(&call, &form, &none, &statement), NB_REFUSED);
    cr_expect_eq(parse(NAMES, &statement), NB_OK, "names alone are a statement without rows");
    cr_expect_eq(statement.line_count + statement.skipped, 0);
}

Test(kit_statement, too_many_rows_and_too_little_memory_are_told, .init = set_up, .fini = tear_down)
{
    static char file[sizeof(NAMES) + NB_TREE_NODES_MAX + 2];
    struct nb_statement statement;
    memcpy(file, NAMES, sizeof(NAMES) - 1);
    memset(file + sizeof(NAMES) - 1, '\n', NB_TREE_NODES_MAX);
    cr_expect_eq(parse(file, &statement), NB_REFUSED);
    call.arena.alloc = take_nothing;
    cr_expect_eq(parse(NAMES "2026-11-02,earn,5,x,,,\n", &statement), NB_NO_MEMORY);
}

Test(kit_statement, a_kind_has_one_word_and_a_direction)
{
    static const struct {
        const char *word;
        enum nb_activity_kind kind;
        bool in;
        bool out;
    } words[] = {{"earn", NB_ACTIVITY_EARN, true, false},
                 {"donation_in", NB_ACTIVITY_DONATION_IN, true, false},
                 {"transfer_in", NB_ACTIVITY_TRANSFER_IN, true, false},
                 {"transfer_out", NB_ACTIVITY_TRANSFER_OUT, false, true},
                 {"redeem", NB_ACTIVITY_REDEEM, false, true},
                 {"reinstate", NB_ACTIVITY_REINSTATE, true, false},
                 {"expire", NB_ACTIVITY_EXPIRE, false, true},
                 {"adjust", NB_ACTIVITY_ADJUST, true, true},
                 {"purchase", NB_ACTIVITY_PURCHASE, true, false}};
    cr_expect_eq(NB_COUNT(words), NB_ACTIVITY_COUNT - 1, "every kind has its word");
    for (size_t i = 0; i < NB_COUNT(words); i++) {
        enum nb_activity_kind kind = words[i].kind;
        cr_expect_eq(kit_activity_of(words[i].word, strlen(words[i].word)), kind);
        cr_expect_eq(kit_activity_fits(kind, 1), words[i].in, "%s", words[i].word);
        cr_expect_eq(kit_activity_fits(kind, -1), words[i].out, "%s", words[i].word);
        cr_expect(kit_activity_fits(kind, 0), "%s", words[i].word);
    }
    cr_expect_eq(kit_activity_of("earned", 6), NB_ACTIVITY_NONE);
    cr_expect_eq(kit_activity_of("", 0), NB_ACTIVITY_NONE);
}
