/*
 * The life of a booking: one table {from, event, to, why, action} that is code, diagram, test and
 * (as sql/data/booking_transition.csv) the database's constraint. What is not in the table cannot
 * happen. Not here: who performs an action; the attempt of each candidate, which keeps its
 * reference for life (a reference found after it was declared absent is cancelled there and never
 * revives the booking). Invariant: what a booking takes is resolved (posted or given back) exactly
 * once on every path to a final state.
 */
#ifndef NB_MODEL_BOOKING_LIFECYCLE_H
#define NB_MODEL_BOOKING_LIFECYCLE_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum model_booking_state {
#define MODEL_BOOKING_STATES(name, word, may_expire, holds, final) MODEL_BOOKING_##name,
#include "core/model/booking_lifecycle.def"
    MODEL_BOOKING_STATE_COUNT
};

enum model_booking_event {
    MODEL_EVENT_NONE = 0,
#define MODEL_BOOKING_EVENTS(name, word) MODEL_EVENT_##name,
#include "core/model/booking_lifecycle.def"
    MODEL_EVENT_COUNT
};

/* What the caller does in the same transaction; each word's meaning stands in
 * booking_lifecycle.def. */
enum model_booking_action {
#define MODEL_BOOKING_ACTIONS(name, word) MODEL_ACTION_##name,
#include "core/model/booking_lifecycle.def"
    MODEL_ACTION_COUNT
};

struct model_booking_row {
    enum model_booking_state from;
    enum model_booking_event event;
    enum model_booking_state to;
    enum model_booking_action action;
    const char *why; /* static */
};

/* The table in its written order; NULL when i is past the end. Static storage. */
const struct model_booking_row *model_lifecycle_row(size_t i);
size_t model_lifecycle_row_count(void);

/* False when the event cannot happen in that state; ret_row is written only on success. */
bool model_booking_next(enum model_booking_state state, enum model_booking_event event,
                        struct model_booking_row *ret_row) NB_MUST_CHECK;

/* Words as in SQL ("desk_confirmed"). Static storage. */
const char *model_booking_state_word(enum model_booking_state state);
const char *model_booking_event_word(enum model_booking_event event);
const char *model_booking_action_word(enum model_booking_action action);
bool model_booking_state_parse(const char *word, enum model_booking_state *ret_state) NB_MUST_CHECK;
bool model_booking_event_parse(const char *word, enum model_booking_event *ret_event) NB_MUST_CHECK;

/* Only what nobody outside may be working on: held and offered. */
bool model_booking_may_expire(enum model_booking_state state);
/* Nothing happens to the booking any more. */
bool model_booking_is_final(enum model_booking_state state);
/* A hold of points or units may still be unresolved in this state. */
bool model_booking_holds_resources(enum model_booking_state state);

/* Appends the table as a mermaid state diagram. */
void model_lifecycle_mermaid(struct nb_buf *out);

#endif
