/*
 * Answers of the API as text for people: a list as a table of the columns that a command names, one
 * thing as its members, a line each.
 */
#ifndef NB_CLI_RENDER_H
#define NB_CLI_RENDER_H

#include "core/cli/command.h"

#include <jansson.h>

struct cli_column {
    const char *title; /* NULL ends a list */
    const char *path;  /* members and positions in lists, a point between them: "price.points" */
};

/* Prints the items ({items, next} or a bare array); with --json the answer as it came. Takes
 * answer; gives the exit status. empty: what is said of no item. */
int cli_render_list(struct cli *cli, json_t *answer, const struct cli_column *columns,
                    const char *empty);
/* Prints every member that is there, nested ones indented. Takes answer. */
int cli_render_one(struct cli *cli, json_t *answer);

/* What stands at a path, as text in a caller's buffer: numbers grouped, yes or no for a truth,
 * words of an array with commas, "-" for nothing. */
#define CLI_CELL_TEXT 200
void cli_render_cell(const json_t *item, const char *path, char ret_text[CLI_CELL_TEXT]);

#endif
