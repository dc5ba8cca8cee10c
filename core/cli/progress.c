#include "core/cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_CELLS 30
#define REDRAW_MS 100
#define TO_LINE_START_AND_CLEAR "\r\x1b[K"

static void draw(struct cli_progress *progress)
{
    char bar[BAR_CELLS + 1];
    int64_t done = progress->done < progress->total ? progress->done : progress->total;

    for (int i = 0; i < BAR_CELLS; i++) {
        bar[i] = i < done * BAR_CELLS / progress->total ? '#' : '.';
    }
    bar[BAR_CELLS] = '\0';
    (void)fprintf(stderr, TO_LINE_START_AND_CLEAR "%s [%s] %3d %%", progress->what, bar,
                  (int)(done * 100 / progress->total));
    (void)fflush(stderr);
    progress->drawn = nb_mono_now();
}

void cli_progress_begin(struct cli_progress *progress, const struct cli *cli, const char *what,
                        int64_t total)
{
    *progress = (struct cli_progress){
        .what = what,
        .total = total,
        .visible = total > 0 && !cli_json(cli) && isatty(STDERR_FILENO),
    };
    if (progress->visible) {
        draw(progress);
    }
}

void cli_progress_add(struct cli_progress *progress, int64_t count)
{
    progress->done += count;
    if (progress->visible && nb_mono_ms_between(progress->drawn, nb_mono_now()) >= REDRAW_MS) {
        draw(progress);
    }
}

void cli_progress_end(struct cli_progress *progress)
{
    if (progress->visible) {
        (void)fputs(TO_LINE_START_AND_CLEAR, stderr);
        (void)fflush(stderr);
    }
    progress->visible = false;
}
