/* The part of the conformance run that walks the step machine; see conformance.h. */
#ifndef NB_PLUGIN_CONFORMANCE_STEPS_H
#define NB_PLUGIN_CONFORMANCE_STEPS_H

#include "core/plugin/session.h"

/* One promise of the contract, and the first thing seen that breaks it. */
struct conformance_promise {
    bool broken;
    struct nb_err err;
};

/* What a walk over every state it finds looks at. */
struct conformance_walk {
    struct conformance_promise begins;   /* each declared capability */
    struct conformance_promise states;   /* answers, losses, cancels; state without pointers */
    struct conformance_promise requests; /* placeholders, bodies, references */
    struct conformance_promise believes; /* confirmed only for exactly what was asked */
};

/* `other` is a second process of the same plugin, with its memory elsewhere: equal bytes from both
 * hold no pointer. */
void conformance_walk_run(struct plugin_session *session, struct plugin_session *other,
                          uint32_t capabilities, struct conformance_walk *ret_walk);
/* Events, operations and states that no plugin can know. True when all are refused. */
bool conformance_refuses_unknown(struct plugin_session *session, uint32_t capabilities,
                                 struct nb_err *err) NB_MUST_CHECK;

#endif
