/*
 * A bar for long work, on standard error and only when a person looks at it: a terminal, no --json.
 * Invariant: nothing of it is left on the screen when the work is over.
 */
#ifndef NB_CLI_PROGRESS_H
#define NB_CLI_PROGRESS_H

#include "core/base/clock.h"
#include "core/cli/command.h"

#include <stdint.h>

struct cli_progress {
    const char *what; /* "wrapping keys"; borrowed, static */
    int64_t total;
    int64_t done;
    bool visible;
    struct nb_mono drawn;
};

void cli_progress_begin(struct cli_progress *progress, const struct cli *cli, const char *what,
                        int64_t total);
/* So much more is done. */
void cli_progress_add(struct cli_progress *progress, int64_t count);
/* Also after work that failed. */
void cli_progress_end(struct cli_progress *progress);

#endif
