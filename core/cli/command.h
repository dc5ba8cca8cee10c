/*
 * The command tree of `nightbridge`: a command is a row of data with a function. Each verb is a
 * file of its own that gives one struct cli_command; tree.c lists them.
 * Invariant: nothing is printed to standard output but the answer, so that --json can be piped.
 */
#ifndef NB_CLI_COMMAND_H
#define NB_CLI_COMMAND_H

#include "core/base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct config;
struct cli;

#define CLI_OK 0
#define CLI_FAILED 1 /* refused or failed */
#define CLI_USAGE 2
#define CLI_WORDS_MAX 64
#define CLI_OPTIONS_MAX 40

/* One option of a command: "--name VALUE", or "--name" when value is NULL. */
struct cli_option {
    const char *name;  /* without the dashes; NULL ends a list */
    const char *value; /* what the help calls its value; NULL: a flag */
    const char *help;
    bool repeats; /* may be given more than once; see cli_option_each */
};

struct cli_command {
    const char *name;
    const char *usage;    /* the words after the name: "NAME [--country CC]"; NULL: none */
    const char *help;     /* one sentence */
    const char *examples; /* whole lines, each ending in \n; NULL: none */
    const struct cli_option *options; /* NULL: none */
    int words_min;                    /* words beside options */
    int words_max;
    int (*run)(struct cli *cli);                  /* NULL for a command that has subcommands */
    const struct cli_command *const *subcommands; /* ends with NULL; NULL: none */
};

/* Finds the command that the words name, checks options and words, runs it; the exit status. */
int cli_main(const struct cli_command *root, int count, char **words);

/* --- what a command reads --- */

/* The words beside options; NULL beyond the last. */
const char *cli_word(const struct cli *cli, int position);
int cli_word_count(const struct cli *cli);
/* The value of an option (the last given), NULL when it was not given; "" for a flag. */
const char *cli_option(const struct cli *cli, const char *name);
/* The nth value of an option that repeats, NULL beyond the last. */
const char *cli_option_each(const struct cli *cli, const char *name, int position);
bool cli_flag(const struct cli *cli, const char *name);
bool cli_json(const struct cli *cli);
/* Read when first asked for; NULL with err. Owned by cli. */
const struct config *cli_config(struct cli *cli, struct nb_err *err);

/* --- what a command says; each gives the exit status: `return cli_fail(...)` reads well --- */

/* On standard error: {"error":{...}} with --json, else "nightbridge: text". */
int cli_fail(struct cli *cli, const struct nb_err *err);
int cli_refuse(struct cli *cli, const char *code, const char *fmt, ...) NB_PRINTF(3, 4);
/* Wrong usage: the sentence and the command's usage line. */
int cli_usage(struct cli *cli, const char *fmt, ...) NB_PRINTF(2, 3);
/* Takes answer. With --json prints it; else prints `fmt` and a line feed (fmt NULL: nothing). */
int cli_answer(struct cli *cli, json_t *answer, const char *fmt, ...) NB_PRINTF(3, 4);
/* One line of an answer for people, before cli_answer; nothing with --json. */
void cli_line(struct cli *cli, const char *fmt, ...) NB_PRINTF(2, 3);
/* A line of progress or advice for a person, on standard error; nothing with --json. */
void cli_note(struct cli *cli, const char *fmt, ...) NB_PRINTF(2, 3);

#endif
