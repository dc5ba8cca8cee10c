/*
 * Keyed fingerprints: equality without content. A plain hash of an intake or a confirmation number
 * can be guessed; these are BLAKE2b under a key derived from the master, one per purpose, so that
 * fingerprints of different purposes never compare equal. They rotate with the master: a
 * fingerprint names its epoch, and after that epoch is destroyed nothing can be found by it.
 */
#ifndef NB_VAULT_FINGERPRINT_H
#define NB_VAULT_FINGERPRINT_H

#include "core/base/err.h"
#include "core/vault/keys.h"

#include <stddef.h>
#include <stdint.h>

enum vault_print_purpose {
    VAULT_PRINT_NONE = 0,
    VAULT_PRINT_OPERATION,    /* the body of an idempotent write */
    VAULT_PRINT_CONFIRMATION, /* (account, confirmation): is this number new? */
    VAULT_PRINT_SITUATION,    /* a hotline's own case reference: has it asked before? */
};

#define VAULT_PRINT_BYTES 36 /* epoch (u32 big-endian) and 32 bytes; stored as it stands */

struct vault_print {
    uint8_t bytes[VAULT_PRINT_BYTES];
};

/* Under the current epoch. The caller hands canonical bytes: what should compare equal must be
 * equal. */
struct vault_print vault_print_make(const struct vault_keys *keys, enum vault_print_purpose purpose,
                                    const void *bytes, size_t count);
/*
 * The same under another living epoch; false when it does not live. A unique index over
 * fingerprints is looked up under every living epoch, and living rows get new ones during a
 * rotation.
 */
bool vault_print_make_under(const struct vault_keys *keys, uint32_t epoch,
                            enum vault_print_purpose purpose, const void *bytes, size_t count,
                            struct vault_print *ret_print) NB_MUST_CHECK;

#endif
