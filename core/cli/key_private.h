/*
 * Commands of `nightbridge key` that stand in files of their own.
 */
#ifndef NB_CLI_KEY_PRIVATE_H
#define NB_CLI_KEY_PRIVATE_H

#include "core/cli/ask.h"
#include "core/cli/progress.h"

#include <stdint.h>

extern const struct cli_command cli_key_rotate;
extern const struct cli_command cli_key_officer;
extern const struct cli_command cli_key_escrow;
extern const struct cli_command cli_key_copy;
extern const struct cli_command cli_key_restore;

/* How many keys and fingerprints a rotation made anew. */
struct key_tally {
    int64_t hotlines;
    int64_t guests;
    int64_t confirmations;
    int64_t cases;
};

/* Wraps and prints everything that lives under the keys' current epoch, in short transactions; may
 * be repeated after a crash. Stops at the first key that does not open, and names its row. */
bool key_renew_all(struct cli_ask *ask, const struct vault_keys *keys,
                   struct cli_progress *progress, struct key_tally *ret_tally,
                   struct nb_err *err) NB_MUST_CHECK;

#endif
