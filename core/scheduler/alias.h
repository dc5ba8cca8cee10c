/*
 * The name by which staff speak of a guest, and under which a desk expects them. A desk asks for a
 * given name and a surname, so an alias has both: what is missing is made up. Pure.
 * Invariant: nothing that was said is lost but spaces at its ends.
 */
#ifndef NB_SCHEDULER_ALIAS_H
#define NB_SCHEDULER_ALIAS_H

#include "core/base/arena.h"

#include <stdint.h>

/* said: NULL for nothing. draw: random bits that choose what is made up. Gives the alias, in the
 * arena; NULL when that is full. One that is too long for a further word stays one word. */
const char *alias_whole(const char *said, uint64_t draw, struct nb_arena *arena);

#endif
