/*
 * The command line. Wiring only: core/cli/tree.c lists the commands.
 */
#include "core/cli/tree.h"

int main(int count, char **words)
{
    return cli_main(&cli_root, count, words);
}
