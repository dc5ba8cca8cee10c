#include "core/cli/command.h"

#include "core/base/mem.h"
#include "core/cli/help.h"
#include "core/config/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CLI_MAGIC 0x636c6921u
#define VERSION "0.1.0"

struct given {
    const struct cli_option *option;
    const char *value;
};

struct cli {
    unsigned magic;
    const struct cli_command *path[CLI_DEPTH_MAX]; /* from the root to the command */
    int depth;
    const char *words[CLI_WORDS_MAX];
    int word_count;
    struct given given[CLI_OPTIONS_MAX];
    int given_count;
    struct config *config;
};

/* Options that every command has. */
static const struct cli_option common[] = {
    {"json", NULL, "print one JSON document instead of text", false},
    {"config", "FILE", "the configuration (default: NIGHTBRIDGE_CONFIG)", false},
    {"help", NULL, "print this", false},
    {NULL, NULL, NULL, false},
};

const struct cli_option *cli_common_options(void)
{
    return common;
}

static const struct cli_option *find(const struct cli_option *options, const char *name,
                                     size_t length)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (strlen(options->name) == length && strncmp(options->name, name, length) == 0) {
            return options;
        }
    }
    return NULL;
}

static const struct cli_command *command_of(const struct cli *cli)
{
    return cli->path[cli->depth - 1];
}

static const struct given *given_of(const struct cli *cli, const char *name)
{
    for (int i = cli->given_count - 1; i >= 0; i--) {
        if (strcmp(cli->given[i].option->name, name) == 0) {
            return &cli->given[i];
        }
    }
    return NULL;
}

const char *cli_word(const struct cli *cli, int position)
{
    NB_CHECK_MAGIC(cli, CLI_MAGIC);
    return position < cli->word_count ? cli->words[position] : NULL;
}

int cli_word_count(const struct cli *cli)
{
    return cli->word_count;
}

const char *cli_option(const struct cli *cli, const char *name)
{
    const struct given *given = given_of(cli, name);
    return given == NULL ? NULL : given->value;
}

const char *cli_option_each(const struct cli *cli, const char *name, int position)
{
    for (int i = 0; i < cli->given_count; i++) {
        if (strcmp(cli->given[i].option->name, name) == 0 && position-- == 0) {
            return cli->given[i].value;
        }
    }
    return NULL;
}

bool cli_flag(const struct cli *cli, const char *name)
{
    return given_of(cli, name) != NULL;
}

bool cli_json(const struct cli *cli)
{
    return cli_flag(cli, "json");
}

const struct config *cli_config(struct cli *cli, struct nb_err *err)
{
    NB_CHECK_MAGIC(cli, CLI_MAGIC);
    if (cli->config == NULL && !config_read(cli_option(cli, "config"), &cli->config, err)) {
        return NULL;
    }
    return cli->config;
}

static void print_json(FILE *to, json_t *tree)
{
    (void)json_dumpf(tree, to, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    (void)fputc('\n', to);
    json_decref(tree);
}

int cli_fail(struct cli *cli, const struct nb_err *err)
{
    if (cli_json(cli)) {
        print_json(stderr,
                   json_pack("{s:{s:s, s:s, s:s}}", "error", "kind", nb_err_kind_name(err->kind),
                             "code", err->code, "detail", err->text));
    } else {
        fprintf(stderr, "nightbridge: %s\n", err->text);
    }
    return CLI_FAILED;
}

int cli_refuse(struct cli *cli, const char *code, const char *fmt, ...)
{
    char text[256];
    struct nb_err err;
    va_list arguments;
    va_start(arguments, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, arguments);
    va_end(arguments);
    nb_err_set(&err, NB_ERR_INVALID, code, "%s", text);
    return cli_fail(cli, &err);
}

int cli_usage(struct cli *cli, const char *fmt, ...)
{
    va_list arguments;
    fputs("nightbridge: ", stderr);
    va_start(arguments, fmt);
    (void)vfprintf(stderr, fmt, arguments);
    va_end(arguments);
    fputs("\n", stderr);
    cli_help_usage(stderr, cli->path, cli->depth);
    return CLI_USAGE;
}

int cli_answer(struct cli *cli, json_t *answer, const char *fmt, ...)
{
    va_list arguments;
    if (cli_json(cli)) {
        print_json(stdout, answer);
        return CLI_OK;
    }
    json_decref(answer);
    if (fmt != NULL) {
        va_start(arguments, fmt);
        (void)vprintf(fmt, arguments);
        va_end(arguments);
        (void)putchar('\n');
    }
    return CLI_OK;
}

void cli_line(struct cli *cli, const char *fmt, ...)
{
    va_list arguments;
    if (cli_json(cli)) {
        return;
    }
    va_start(arguments, fmt);
    (void)vprintf(fmt, arguments);
    va_end(arguments);
    (void)putchar('\n');
}

void cli_note(struct cli *cli, const char *fmt, ...)
{
    va_list arguments;
    if (cli_json(cli)) {
        return;
    }
    va_start(arguments, fmt);
    (void)vfprintf(stderr, fmt, arguments);
    va_end(arguments);
    fputs("\n", stderr);
}

/* 0 to go on, else the exit status. *at moves over a value that stands in the next word. */
static int take_option(struct cli *cli, int count, char **words, int *at)
{
    const char *name = words[*at] + 2;
    const char *sign = strchr(name, '=');
    size_t length = sign == NULL ? strlen(name) : (size_t)(sign - name);
    const struct cli_option *option = find(command_of(cli)->options, name, length);
    if (option == NULL) {
        option = find(common, name, length);
    }
    if (option == NULL) {
        return cli_usage(cli, "there is no option --%.*s here", (int)length, name);
    }
    if (option->value == NULL && sign != NULL) {
        return cli_usage(cli, "--%s takes no value", option->name);
    }
    if (option->value != NULL && sign == NULL && *at + 1 >= count) {
        return cli_usage(cli, "--%s needs a value: %s", option->name, option->value);
    }
    if (!option->repeats && given_of(cli, option->name) != NULL) {
        return cli_usage(cli, "--%s was given twice", option->name);
    }
    if (cli->given_count == CLI_OPTIONS_MAX) {
        return cli_usage(cli, "at most %d options are taken", CLI_OPTIONS_MAX);
    }
    const char *value = "";
    if (option->value != NULL) {
        value = sign != NULL ? sign + 1 : words[++*at];
    }
    cli->given[cli->given_count++] = (struct given){.option = option, .value = value};
    return CLI_OK;
}

static const struct cli_command *subcommand(const struct cli_command *command, const char *word)
{
    for (size_t i = 0; command->subcommands != NULL && command->subcommands[i] != NULL; i++) {
        if (strcmp(command->subcommands[i]->name, word) == 0) {
            return command->subcommands[i];
        }
    }
    return NULL;
}

/* Words that name the command come first: a value can never be taken for a verb. */
static int descend(struct cli *cli, int count, char **words, int *at)
{
    while (command_of(cli)->subcommands != NULL && *at < count && words[*at][0] != '-') {
        const struct cli_command *next = subcommand(command_of(cli), words[*at]);
        if (next == NULL) {
            const char *nearest = cli_help_nearest(command_of(cli), words[*at]);
            return nearest == NULL
                       ? cli_usage(cli, "there is no command \"%s\" here", words[*at])
                       : cli_usage(cli, "there is no command \"%s\" here; did you mean %s?",
                                   words[*at], nearest);
        }
        NB_ASSERT(cli->depth < CLI_DEPTH_MAX);
        cli->path[cli->depth++] = next;
        (*at)++;
    }
    return CLI_OK;
}

static int parse(struct cli *cli, int count, char **words)
{
    int at = 1;
    bool only_words = false;
    int status = descend(cli, count, words, &at);
    for (; status == CLI_OK && at < count; at++) {
        const char *word = words[at];
        if (!only_words && strcmp(word, "--") == 0) {
            only_words = true;
        } else if (!only_words && strncmp(word, "--", 2) == 0) {
            status = take_option(cli, count, words, &at);
        } else if (cli->word_count == CLI_WORDS_MAX) {
            status = cli_usage(cli, "at most %d words are taken", CLI_WORDS_MAX);
        } else {
            cli->words[cli->word_count++] = word;
        }
    }
    return status;
}

static int run(struct cli *cli)
{
    const struct cli_command *command = command_of(cli);
    if (cli_flag(cli, "help")) {
        cli_help_print(stdout, cli->path, cli->depth);
        return CLI_OK;
    }
    if (command->run == NULL) {
        return cli_usage(cli, "which command?");
    }
    if (cli->word_count < command->words_min) {
        return cli_usage(cli, "something is missing after %s", command->name);
    }
    if (cli->word_count > command->words_max) {
        return cli_usage(cli, "\"%s\" is one word too many", cli->words[command->words_max]);
    }
    return command->run(cli);
}

int cli_main(const struct cli_command *root, int count, char **words)
{
    struct cli cli = {.magic = CLI_MAGIC, .path = {root}, .depth = 1};
    if (count == 2 && strcmp(words[1], "--version") == 0) {
        puts("nightbridge " VERSION);
        return CLI_OK;
    }
    if (count == 2 && strcmp(words[1], "--man") == 0) {
        cli_help_man(stdout, root);
        return fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
    }
    int status = parse(&cli, count, words);
    if (status == CLI_OK) {
        status = run(&cli);
    }
    config_destroy(cli.config);
    /* A full disk or a closed pipe must not look like success. */
    if (fflush(stdout) != 0 && status == CLI_OK) {
        fputs("nightbridge: the answer could not be written\n", stderr);
        status = CLI_FAILED;
    }
    return status;
}
