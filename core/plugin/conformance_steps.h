/* The part of the conformance run that walks the step machine; see conformance.h. */
#ifndef NB_PLUGIN_CONFORMANCE_STEPS_H
#define NB_PLUGIN_CONFORMANCE_STEPS_H

#include "core/plugin/session.h"

/* Each true when it holds, else false with what was seen. `other` is a second process of the same
 * plugin, with its memory elsewhere: equal bytes from both hold no pointer. */
bool conformance_begins(struct plugin_session *session, uint32_t capabilities, struct nb_err *err);
bool conformance_refuses_unknown(struct plugin_session *session, struct nb_err *err);
bool conformance_walk(struct plugin_session *session, struct plugin_session *other,
                      uint32_t capabilities, struct nb_err *err);

#endif
