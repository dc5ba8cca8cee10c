#include "core/cli/help.h"

#include "core/base/mem.h"

#include <string.h>

#define WORD_MAX 32

static void print_path(FILE *to, const struct cli_command *const *path, int depth)
{
    for (int i = 0; i < depth; i++) {
        fprintf(to, "%s%s", i == 0 ? "" : " ", path[i]->name);
    }
}

void cli_help_usage(FILE *to, const struct cli_command *const *path, int depth)
{
    const struct cli_command *command = path[depth - 1];
    fputs("usage: ", to);
    print_path(to, path, depth);
    if (command->subcommands != NULL) {
        fputs(" COMMAND", to);
    }
    if (command->usage != NULL) {
        fprintf(to, " %s", command->usage);
    }
    fputs(" [--json] [--help]\n", to);
}

static void print_options(FILE *to, const struct cli_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        char left[2 * WORD_MAX];
        (void)snprintf(left, sizeof(left), "--%s%s%s", options->name,
                       options->value == NULL ? "" : " ",
                       options->value == NULL ? "" : options->value);
        fprintf(to, "  %-26s %s%s\n", left, options->help,
                options->repeats ? " (may be repeated)" : "");
    }
}

void cli_help_print(FILE *to, const struct cli_command *const *path, int depth)
{
    const struct cli_command *command = path[depth - 1];
    print_path(to, path, depth);
    fprintf(to, " - %s\n\n", command->help);
    cli_help_usage(to, path, depth);
    if (command->subcommands != NULL) {
        fputs("\ncommands:\n", to);
        for (size_t i = 0; command->subcommands[i] != NULL; i++) {
            fprintf(to, "  %-12s %s\n", command->subcommands[i]->name,
                    command->subcommands[i]->help);
        }
    }
    fputs("\noptions:\n", to);
    print_options(to, command->options);
    print_options(to, cli_common_options());
    if (command->examples != NULL) {
        fprintf(to, "\nexamples:\n%s", command->examples);
    }
    if (depth == 1) {
        fputs("\nexit: 0 done, 1 refused or failed, 2 wrong usage\n", to);
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, remove, replace or swap with their neighbor. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[WORD_MAX + 1][WORD_MAX + 1];
    size_t length_a = strnlen(a, WORD_MAX), length_b = strnlen(b, WORD_MAX);
    for (size_t i = 0; i <= length_a; i++) {
        for (size_t j = 0; j <= length_b; j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = i + j;
                continue;
            }
            size_t replace = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            rows[i][j] = least(replace, least(rows[i - 1][j], rows[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }
    }
    return rows[length_a][length_b];
}

const char *cli_help_nearest(const struct cli_command *command, const char *word)
{
    const char *nearest = NULL;
    /* Half of the word may be wrong at most, and never more than three letters. */
    size_t best = least(strlen(word) / 2 + 1, 4);
    for (size_t i = 0; command->subcommands != NULL && command->subcommands[i] != NULL; i++) {
        const char *name = command->subcommands[i]->name;
        size_t far = strlen(word) > WORD_MAX ? best : distance(word, name);
        if (far < best) {
            best = far;
            nearest = name;
        }
    }
    return nearest;
}
