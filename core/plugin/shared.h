/*
 * Memory that a plugin host and the house share, so that a batch costs no copy through the socket:
 * one half for what the house asks, one for what is answered. The socket still carries a frame's
 * header, which wakes the other side.
 * Invariant: its size is sealed, so no side can make the other fault; the house never reads what
 * the host could write but through one copy of its own (the host runs a stranger's code).
 */
#ifndef NB_PLUGIN_SHARED_H
#define NB_PLUGIN_SHARED_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Of one half; a longer frame goes through the socket. */
#define PLUGIN_SHARED_BYTES ((size_t)256 << 10)
/* A shorter one as well: there one copy more is nothing. */
#define PLUGIN_SHARED_LEAST ((size_t)2 << 10)

struct plugin_shared {
    uint8_t *bytes; /* both halves; NULL: none */
};

/* Gives a descriptor for the other process (to be closed here once that runs), always above the
 * first few numbers, where a child's own descriptors go. */
bool plugin_shared_create(struct plugin_shared *ret_shared, int *ret_fd,
                          struct nb_err *err) NB_MUST_CHECK;
/* The other side. Closes fd in any case. */
bool plugin_shared_map(int fd, struct plugin_shared *ret_shared, struct nb_err *err) NB_MUST_CHECK;
/* Accepts a zeroed struct and leaves one. */
void plugin_shared_fini(struct plugin_shared *shared);

uint8_t *plugin_shared_asks(const struct plugin_shared *shared);
uint8_t *plugin_shared_answers(const struct plugin_shared *shared);
/* Whether a frame of so many bytes behind its header goes this way. */
bool plugin_shared_takes(const struct plugin_shared *shared, size_t bytes);

#endif
