/*
 * Help as text, from the command tree alone.
 */
#ifndef NB_CLI_HELP_H
#define NB_CLI_HELP_H

#include "core/cli/command.h"

#include <stdio.h>

#define CLI_DEPTH_MAX 6

/* path: from the root to the command, depth of them. */
void cli_help_print(FILE *to, const struct cli_command *const *path, int depth);
void cli_help_usage(FILE *to, const struct cli_command *const *path, int depth);
/* The manual page of the whole tree, as roff (man.c). */
void cli_help_man(FILE *to, const struct cli_command *root);
/* The subcommand that a mistyped word was probably meant for; NULL when none is near. */
const char *cli_help_nearest(const struct cli_command *command, const char *word);
/* Ends with a row without a name. */
const struct cli_option *cli_common_options(void);

#endif
