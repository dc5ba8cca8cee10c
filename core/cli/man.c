/*
 * The manual page nightbridge(1), written from the command tree, so that it cannot say anything
 * else than --help. The build writes it beside the programs.
 */
#include "core/base/mem.h"
#include "core/cli/help.h"

#include <string.h>

/* Text as roff takes it: no line begins with a control character, hyphens are copied as such. */
static void put(FILE *to, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        bool begins = at == text || at[-1] == '\n';
        if (begins && (*at == '.' || *at == '\'')) {
            (void)fputs("\\&", to);
        }
        if (*at == '\\') {
            (void)fputs("\\e", to);
        } else if (*at == '-') {
            (void)fputs("\\-", to);
        } else {
            (void)fputc(*at, to);
        }
    }
}

static void put_options(FILE *to, const struct cli_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        (void)fputs(".TP\n.B \\-\\-", to);
        put(to, options->name);
        if (options->value != NULL) {
            (void)fputs("\\fR \\fI", to);
            put(to, options->value);
            (void)fputs("\\fR", to);
        }
        (void)fputc('\n', to);
        put(to, options->help);
        (void)fputs(options->repeats ? " (may be repeated)\n" : "\n", to);
    }
}

/* The options that every command of the API or of writes has are described once. */
static bool is_shared(const struct cli_option *option)
{
    static const char *const shared[] = {"api", "token-file", "key"};
    for (size_t i = 0; i < NB_COUNT(shared); i++) {
        if (strcmp(option->name, shared[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void put_command(FILE *to, const struct cli_command *const *path, int depth)
{
    const struct cli_command *command = path[depth - 1];
    (void)fputs(".SS ", to);
    for (int i = 0; i < depth; i++) {
        (void)fputs(i == 0 ? "" : " ", to);
        put(to, path[i]->name);
    }
    if (command->usage != NULL) {
        (void)fputc(' ', to);
        put(to, command->usage);
    }
    (void)fputc('\n', to);
    put(to, command->help);
    (void)fputs(".\n", to);
    for (const struct cli_option *option = command->options; option != NULL && option->name != NULL;
         option++) {
        if (!is_shared(option)) {
            const struct cli_option one[] = {*option, {NULL, NULL, NULL, false}};
            put_options(to, one);
        }
    }
    if (command->examples != NULL) {
        (void)fputs(".PP\n.nf\n", to);
        put(to, command->examples);
        (void)fputs(".fi\n", to);
    }
}

static void put_tree(FILE *to, const struct cli_command **path, int depth)
{
    const struct cli_command *command = path[depth - 1];
    if (command->run != NULL) {
        put_command(to, path, depth);
    }
    for (size_t i = 0; command->subcommands != NULL && command->subcommands[i] != NULL; i++) {
        NB_ASSERT(depth < CLI_DEPTH_MAX);
        path[depth] = command->subcommands[i];
        put_tree(to, path, depth + 1);
    }
}

static const char opening[] =
    ".TH NIGHTBRIDGE 1 \"\" \"Nightbridge\" \"User Commands\"\n"
    ".SH NAME\n"
    "nightbridge \\- places people in a safe bed tonight: the command line\n"
    ".SH SYNOPSIS\n"
    ".B nightbridge\n"
    ".I COMMAND\n"
    "[\\fIWORD\\fR]... [\\fIOPTION\\fR]...\n"
    ".SH DESCRIPTION\n"
    "Commands that set an installation up or look after it (migrate, key, hotline, user, token, "
    "plugin, erase, doctor, pause, resume, invariants) speak to the database as its owner and read "
    "the configuration of\n"
    ".BR nightbridged (8).\n"
    "All others are daily work and speak to the API. Nothing but the answer goes to standard "
    "output.\n"
    ".SH OPTIONS\n"
    "Every command has these.\n";

static const char shared_options[] =
    ".PP\n"
    "Commands that speak to the API have these as well.\n"
    ".TP\n.B \\-\\-api\\fR \\fIURL\\fR\n"
    "the API (default: NIGHTBRIDGE_API, or http://127.0.0.1:8080); https, or this machine\n"
    ".TP\n.B \\-\\-token\\-file\\fR \\fIFILE\\fR\n"
    "the bearer token, in a file of mode 600 (default: NIGHTBRIDGE_TOKEN_FILE)\n"
    ".TP\n.B \\-\\-key\\fR \\fIKEY\\fR\n"
    "of a write: its idempotency key. A command whose answer was lost names the key that it used; "
    "running it again with that key finishes it and never does it twice.\n"
    ".SH COMMANDS\n";

static const char closing[] =
    ".SH ENVIRONMENT\n"
    "NIGHTBRIDGE_CONFIG, NIGHTBRIDGE_DATABASE_URL, NIGHTBRIDGE_SECRETS, NIGHTBRIDGE_KEY_DIR: as "
    "in\n"
    ".BR nightbridged (8).\n"
    "NIGHTBRIDGE_API, NIGHTBRIDGE_TOKEN, NIGHTBRIDGE_TOKEN_FILE, NIGHTBRIDGE_CA_FILE: the API, the "
    "token or its file, the certificates that are trusted.\n"
    ".SH EXIT STATUS\n"
    "0 done, 1 refused or failed, 2 wrong usage.\n"
    ".SH SEE ALSO\n"
    ".BR nightbridged (8)\n";

void cli_help_man(FILE *to, const struct cli_command *root)
{
    const struct cli_command *path[CLI_DEPTH_MAX] = {root};
    (void)fputs(opening, to);
    put_options(to, cli_common_options());
    (void)fputs(shared_options, to);
    put_tree(to, path, 1);
    (void)fputs(closing, to);
}
