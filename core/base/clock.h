/*
 * Durations inside a process: CLOCK_BOOTTIME, which goes on while the machine sleeps. Wall time of
 * record is nb.now() in the database, never this process's idea of it; an instant only carries it.
 * The two are different types.
 */
#ifndef NB_BASE_CLOCK_H
#define NB_BASE_CLOCK_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Monotonic, for durations. */
struct nb_mono {
    int64_t ns;
};

/* A moment of wall time of record: microseconds since 1970-01-01T00:00:00Z. */
struct nb_instant {
    int64_t us;
};

#define NB_INSTANT_TEXT 40

struct nb_mono nb_mono_now(void);
/* Milliseconds from `from` to `to`; negative when `to` is earlier. */
int64_t nb_mono_ms_between(struct nb_mono from, struct nb_mono to);
struct nb_mono nb_mono_add_ms(struct nb_mono at, int64_t ms);

/* RFC 3339 with an offset ("2026-11-24T03:00:00Z", "...-05:00", fractions kept to microseconds). */
bool nb_instant_parse(const char *text, struct nb_instant *ret_at,
                      struct nb_err *err) NB_MUST_CHECK;
/* Always UTC with a trailing Z, whole seconds unless there is a fraction. */
void nb_instant_format(struct nb_instant at, char ret_text[NB_INSTANT_TEXT]);
/* The machine's wall clock, for log lines and HTTP dates only. */
struct nb_instant nb_instant_of_machine(void);

#endif
