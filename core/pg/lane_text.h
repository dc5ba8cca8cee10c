/*
 * Inside core/pg: what a group sends as text of its own: the advisory keys of all its calls, or, of
 * calls that join, their elements as one array.
 * Invariant: keys are sorted and each stands there once, so that no two groups deadlock.
 */
#ifndef NB_PG_LANE_TEXT_H
#define NB_PG_LANE_TEXT_H

#include "core/base/buf.h"
#include "core/base/digits.h"
#include "core/pg/lane.h"

#include <stddef.h>

#define LANE_KEYS_MAX (LANE_GROUP_MAX * PG_LOCK_KEYS_MAX)
/* Room for every key of a group as text, separators and braces included. */
#define LANE_KEYS_TEXT (LANE_KEYS_MAX * (NB_INT64_TEXT + 1) + 2)

/* The keys of the calls from first on as a PostgreSQL array; returns its length, 0 when they have
 * none. */
size_t lane_keys_text(const struct lane_call *first, char ret_text[LANE_KEYS_TEXT]);

/* Appends the only parameter of each call from first on as an element of a JSON array. */
void lane_joined_text(const struct lane_call *first, struct nb_buf *text);

#endif
