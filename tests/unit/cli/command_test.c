/*
 * The command tree: words find their command, options are checked before anything runs, and every
 * command of the real tree can explain itself.
 */
#include "core/base/mem.h"
#include "core/cli/help.h"
#include "core/cli/tree.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <string.h>

TestSuite(cli, .timeout = 10, .init = cr_redirect_stderr);

static char ran[128];

static int note(struct cli *cli)
{
    const char *second = cli_option_each(cli, "tag", 1);
    snprintf(ran, sizeof(ran), "%s|%s|%s|%s", cli_word(cli, 0) == NULL ? "" : cli_word(cli, 0),
             cli_option(cli, "to") == NULL ? "" : cli_option(cli, "to"),
             cli_flag(cli, "fast") ? "fast" : "", second == NULL ? "" : second);
    return CLI_OK;
}

static const struct cli_option options[] = {{"to", "PLACE", "where", false},
                                            {"fast", NULL, "soon", false},
                                            {"tag", "TEXT", "more", true},
                                            {NULL, NULL, NULL, false}};
static const struct cli_command go = {.name = "go",
                                      .usage = "THING",
                                      .help = "goes",
                                      .options = options,
                                      .words_min = 1,
                                      .words_max = 1,
                                      .run = note};
static const struct cli_command gather = {.name = "gather", .help = "gathers", .run = note};
static const struct cli_command *const leaves[] = {&go, &gather, NULL};
static const struct cli_command branch = {
    .name = "branch", .help = "a branch", .subcommands = leaves};
static const struct cli_command *const branches[] = {&branch, NULL};
static const struct cli_command root = {.name = "tree", .help = "a tree", .subcommands = branches};

struct line {
    const char *words[10];
    int status;
    const char *ran; /* what the command saw; NULL: it did not run */
    const char *why;
};

Test(cli, checks_words_and_options_before_it_runs_a_command)
{
    static const struct line lines[] = {
        {{"branch", "go", "x"}, CLI_OK, "x|||", "a word"},
        {{"branch", "go", "x", "--to", "y", "--fast"}, CLI_OK, "x|y|fast|", "options after words"},
        {{"branch", "go", "--to=y", "x"}, CLI_OK, "x|y||", "a value behind a sign"},
        {{"branch", "go", "--to", "--fast", "x"},
         CLI_OK,
         "x|--fast||",
         "the next word is the value"},
        {{"branch", "go", "--", "--fast"}, CLI_OK, "--fast|||", "words that look like options"},
        {{"branch", "go", "x", "--tag", "1", "--tag", "2"}, CLI_OK, "x|||2", "a repeated option"},
        {{"branch", "go"}, CLI_USAGE, NULL, "a word is missing"},
        {{"branch", "go", "x", "y"}, CLI_USAGE, NULL, "a word too many"},
        {{"branch", "go", "x", "--to"}, CLI_USAGE, NULL, "a value is missing"},
        {{"branch", "go", "x", "--fast=1"}, CLI_USAGE, NULL, "a flag has no value"},
        {{"branch", "go", "x", "--to", "a", "--to", "b"}, CLI_USAGE, NULL, "twice"},
        {{"branch", "go", "x", "--slow"}, CLI_USAGE, NULL, "no such option"},
        {{"branch", "gather", "--to", "x"}, CLI_USAGE, NULL, "an option of another command"},
        {{"branch"}, CLI_USAGE, NULL, "no command"},
        {{"branch", "gone"}, CLI_USAGE, NULL, "no such command"},
        {{NULL}, CLI_USAGE, NULL, "nothing at all"},
    };
    for (size_t i = 0; i < NB_COUNT(lines); i++) {
        char *words[12] = {(char[]){"tree"}};
        char texts[10][32];
        int count = 1;
        for (int j = 0; lines[i].words[j] != NULL; j++) {
            snprintf(texts[j], sizeof(texts[j]), "%s", lines[i].words[j]);
            words[count++] = texts[j];
        }
        ran[0] = '\0';
        cr_expect_eq(cli_main(&root, count, words), lines[i].status, "%s", lines[i].why);
        cr_expect_str_eq(ran, lines[i].ran == NULL ? "" : lines[i].ran, "%s", lines[i].why);
    }
}

Test(cli, suggests_the_nearest_command)
{
    cr_expect_str_eq(cli_help_nearest(&branch, "og"), "go");
    cr_expect_str_eq(cli_help_nearest(&branch, "gahter"), "gather");
    cr_expect_str_eq(cli_help_nearest(&branch, "gathers"), "gather");
    cr_expect_null(cli_help_nearest(&branch, "zebra"));
    cr_expect_null(cli_help_nearest(&branch, ""));
    cr_expect_str_eq(cli_help_nearest(&cli_root, "migrte"), "migrate");
}

static void check(const struct cli_command *command, const char *parent)
{
    cr_expect_not_null(command->help, "%s %s", parent, command->name);
    cr_expect((command->run == NULL) != (command->subcommands == NULL), "%s %s", parent,
              command->name);
    if (command->run != NULL) {
        cr_expect_not_null(command->examples, "%s %s has no example", parent, command->name);
        cr_expect_leq(command->words_min, command->words_max, "%s %s", parent, command->name);
        cr_expect((command->words_max == 0 && command->options == NULL) || command->usage != NULL,
                  "%s %s does not say what follows it", parent, command->name);
    }
    for (size_t i = 0; command->subcommands != NULL && command->subcommands[i] != NULL; i++) {
        check(command->subcommands[i], command->name);
    }
}

Test(cli, every_command_explains_itself)
{
    check(&cli_root, "");
}
