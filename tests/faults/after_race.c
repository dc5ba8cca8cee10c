/*
 * Who won: when anybody is told that the one bed of a night is taken, somebody got it; and never
 * two at once. A second one may have it only after the booking of the first has ended.
 */
#include "tests/faults/after.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

#define HEATS_MAX 64

/* One race about one night. */
struct heat {
    const char *race; /* both borrowed from the journal */
    const char *night;
    int wanted;
    int full; /* were told that somebody has it */
    int won;
    int living;
};

static struct heat *heat_of(struct heat *heats, size_t *count, const json_t *line)
{
    const char *race = client_text(line, "race");
    const char *night = client_text(line, "night");

    for (size_t i = 0; i < *count; i++) {
        if (strcmp(heats[i].race, race) == 0 && strcmp(heats[i].night, night) == 0) {
            return &heats[i];
        }
    }
    NB_ASSERT(*count < HEATS_MAX);
    heats[*count] = (struct heat){.race = race, .night = night};
    return &heats[(*count)++];
}

static bool lives(struct client *client, const json_t *line)
{
    const char *path = client_path(client, "/v1/bookings/%s", client_text(line, "booking"));

    return client_get(client, client_text(line, "person"), path) == 200 &&
           !after_is_over(client_text(client->answer.json, "state"));
}

void after_races(struct client *client, const json_t *journal)
{
    struct heat heats[HEATS_MAX] = {{.race = NULL}};
    size_t count = 0;
    size_t i;
    const json_t *line;

    json_array_foreach(journal, i, line)
    {
        if (json_object_get(line, "race") != NULL) {
            struct heat *heat = heat_of(heats, &count, line);
            bool won = json_object_get(line, "booking") != NULL;
            heat->wanted++;
            heat->full += strcmp(client_text(line, "code"), "no_capacity") == 0 ? 1 : 0;
            heat->won += won ? 1 : 0;
            heat->living += won && lives(client, line) ? 1 : 0;
        }
    }
    for (i = 0; i < count; i++) {
        const struct heat *heat = &heats[i];
        printf("  %s, %s: %d wanted it, %d got it, %d found it taken, %d kept it\n", heat->race,
               heat->night, heat->wanted, heat->won, heat->full, heat->living);
        if (strcmp(heat->race, "last bed") == 0 &&
            (heat->living > 1 || (heat->full > 0 && heat->won == 0))) {
            client_alarm(
                client, "B5 the %s of %s: %d wanted it, %d got it, %d have it, %d found it taken",
                heat->race, heat->night, heat->wanted, heat->won, heat->living, heat->full);
        }
    }
}
