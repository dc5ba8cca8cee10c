/*
 * The step machine of the gateway contract, for every program that speaks it: quote when no quote
 * is named, then the write, then the outcome. One write at most in the life of an operation; after
 * a write that may have left, every doubt is NB_OUTCOME_UNKNOWN and the house reads.
 */
#ifndef NB_KIT_MACHINE_H
#define NB_KIT_MACHINE_H

#include "plugins/kit/gateway.h"

#define KIT_MACHINE_STATE_VERSION 1u

/* Flat and without pointers: what nb_plugin.state_bytes is the size of. */
struct kit_machine_state {
    uint32_t phase;     /* enum kit_phase */
    uint32_t operation; /* enum nb_operation_kind; another one in a later event is refused */
};

enum kit_phase {
    KIT_PHASE_NONE = 0, /* nothing was begun */
    KIT_PHASE_QUOTING,  /* a question is out: nothing it answers can have an effect */
    KIT_PHASE_WRITING,  /* the one write is out */
    KIT_PHASE_READING,  /* a question after somebody else's write is out */
    KIT_PHASE_OVER,
    KIT_PHASE_COUNT
};

enum nb_status kit_machine_step(const struct nb_call *call,
                                const struct kit_gateway_settings *settings,
                                struct kit_machine_state *state, const struct nb_event *event,
                                struct nb_effect *effect);

#endif
