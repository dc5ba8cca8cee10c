#include "core/scheduler/alias.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

#define ALIAS_TEXT 16    /* two words of ours with their space */
#define ALIAS_MAX 60     /* as pii.guest takes it */
#define ALIAS_ROOM_FOR 7 /* the longest surname below, with its space */

/* Plain in any lobby, said of anybody, and nobody's in particular. */
static const char *const given_names[] = {
    "Robin", "Casey", "Jamie", "Alex",  "Morgan", "Taylor", "Jordan", "Riley",
    "Avery", "Quinn", "Rowan", "Sasha", "Dana",   "Kim",    "Lee",    "Jesse",
};
static const char *const surnames[] = {
    "Hill", "Lane",  "Brook", "Field",  "Marsh", "Reed",   "Stone", "Wood",
    "Ford", "Heath", "Mill",  "Carter", "Baker", "Mason",  "Cook",  "Fisher",
    "Page", "Price", "Dale",  "Bishop", "Park",  "Rivers", "Banks", "North",
    "West", "Day",   "Frost", "Glenn",  "Holt",  "Lowe",   "Nash",  "Webb",
};

_Static_assert(NB_COUNT(given_names) == 16 && NB_COUNT(surnames) == 32, "the bits of a draw");

const char *alias_whole(const char *said, uint64_t draw, struct nb_arena *arena)
{
    const char *surname = surnames[draw & 31u];
    const char *given = said == NULL ? "" : said + strspn(said, " ");
    size_t length = strlen(given);
    char text[ALIAS_MAX + ALIAS_TEXT];

    while (length > 0 && given[length - 1] == ' ') {
        length--;
    }
    if (length == 0) {
        given = given_names[draw >> 5 & 15u];
        length = strlen(given);
    }
    if (memchr(given, ' ', length) != NULL || length + ALIAS_ROOM_FOR > ALIAS_MAX) {
        return nb_arena_strndup(arena, given, length);
    }
    int wrote = snprintf(text, sizeof(text), "%.*s %s", (int)length, given, surname);
    return nb_arena_strndup(arena, text, (size_t)wrote);
}
