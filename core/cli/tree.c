#include "core/cli/tree.h"

static const struct cli_command *const commands[] = {
    &cli_migrate,    &cli_key,      &cli_hotline, &cli_user,    &cli_token,   &cli_plugin,
    &cli_erase,      &cli_doctor,   &cli_request, &cli_book,    &cli_booking, &cli_task,
    &cli_offer,      &cli_capacity, &cli_points,  &cli_breaker, &cli_pause,   &cli_resume,
    &cli_invariants, &cli_audit,    NULL,
};

const struct cli_command cli_root = {
    .name = "nightbridge",
    .help = "places people in a safe bed tonight: the command line",
    .subcommands = commands,
    .examples = "  nightbridge migrate\n"
                "  nightbridge user add --help\n",
};
