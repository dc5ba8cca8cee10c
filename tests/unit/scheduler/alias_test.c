/* A desk gets a given name and a surname, whatever was said on the phone. */
#include "core/base/mem.h"
#include "core/scheduler/alias.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

TestSuite(alias, .timeout = 10);

static struct nb_arena *arena;

static void begin(void)
{
    arena = nb_arena_create((size_t)1 << 20);
}

static void end(void)
{
    arena = nb_arena_destroy(arena);
}

static const struct {
    const char *said;
    const char *alias; /* with draw 0 */
    const char *why;
} cases[] = {
    {"Marigold Ash", "Marigold Ash", "two words are one's own"},
    {"Ana de la Luz", "Ana de la Luz", "and more than two"},
    {"Marigold", "Marigold Hill", "a surname is made up"},
    {"  Marigold ", "Marigold Hill", "spaces are no word"},
    {"Marigold Ash ", "Marigold Ash", "nor is the last one a surname"},
    {"Zo\xc3\xab", "Zo\xc3\xab Hill", "in any script"},
    {"   ", "Robin Hill", "spaces alone say nothing"},
    {NULL, "Robin Hill", "nobody has to think of one"},
    {"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "there is no room for another"},
};

Test(alias, has_a_given_name_and_a_surname, .init = begin, .fini = end)
{
    for (size_t i = 0; i < NB_COUNT(cases); i++) {
        cr_expect_str_eq(alias_whole(cases[i].said, 0, arena), cases[i].alias, "%s", cases[i].why);
    }
}

Test(alias, passes_for_a_name_at_any_desk, .init = begin, .fini = end)
{
    const char *first = alias_whole(NULL, 0, arena);
    int others = 0;

    for (uint64_t draw = 0; draw < 512; draw++) {
        const char *alias = alias_whole(NULL, draw, arena);
        int spaces = 0;
        for (const char *at = alias; *at != '\0'; at++) {
            spaces += *at == ' ';
            cr_assert(*at == ' ' || isalpha((unsigned char)*at), "%s", alias);
        }
        cr_expect_eq(spaces, 1, "%s", alias);
        others += strcmp(alias, first) != 0;
    }
    cr_expect_eq(others, 511, "each draw is another");
}

Test(alias, is_nothing_where_there_is_no_room_at_all)
{
    struct nb_arena *full = nb_arena_create(1);

    cr_expect_null(alias_whole("Marigold", 0, full));
    (void)nb_arena_destroy(full);
}
