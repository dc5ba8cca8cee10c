/*
 * Contract 7: when DONE(confirmed) of a plugin is believed. Pure. That (account, confirmation) is
 * new is the database's to say; everything else is said here.
 */
#ifndef NB_PLUGIN_VERIFY_H
#define NB_PLUGIN_VERIFY_H

#include "core/base/err.h"
#include "core/plugin/nb_plugin.h"

/* What the house itself saw of the last request it sent for this operation. */
struct plugin_evidence {
    uint32_t operation;   /* enum nb_operation_kind that the request served: COMMIT or READ */
    uint32_t http_status; /* of the answer; 0 = there was none */
    bool answered;        /* a RESPONSE event led to this effect */
};

/* The outcome to act on: the plugin's own, or NB_OUTCOME_UNKNOWN when it claims what it did not
 * show. err (may be NULL) then says what does not match, without values. */
enum nb_outcome plugin_outcome_verify(const struct nb_operation *asked,
                                      const struct plugin_evidence *seen,
                                      const struct nb_effect *done, struct nb_err *err);

#endif
