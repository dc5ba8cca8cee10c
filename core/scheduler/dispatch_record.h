/*
 * What is kept of an operation between two effects: the plugin's state with what the house adds
 * (steps, whether a write may have left), and the request as a person could read it, with its
 * placeholders unreplaced. Both are sealed with the guest's key by the caller.
 */
#ifndef NB_SCHEDULER_DISPATCH_RECORD_H
#define NB_SCHEDULER_DISPATCH_RECORD_H

#include "core/base/buf.h"
#include "core/plugin/nb_plugin.h"

struct dispatch_record {
    uint32_t steps; /* events so far */
    bool wrote;
    uint32_t state_version;
    uint32_t state_bytes;
    const uint8_t *state; /* borrowed */
};

/* Bytes that a packed record takes at most. */
#define DISPATCH_RECORD_MAX (NB_STATE_BYTES_MAX + 32u)

void dispatch_record_pack(const struct dispatch_record *record, struct nb_buf *out);
/* state points into bytes. NB_ERR_INVALID for anything that pack does not write. */
bool dispatch_record_unpack(const uint8_t *bytes, size_t count, struct dispatch_record *ret_record,
                            struct nb_err *err) NB_MUST_CHECK;

/* "POST /v1/quotes", headers, an empty line, the body. */
void dispatch_request_write(const struct nb_request *request, struct nb_buf *out);

#endif
