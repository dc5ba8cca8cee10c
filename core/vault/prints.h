/*
 * The canonical bytes of what is fingerprinted: whoever makes, compares and renews a fingerprint
 * must hand the same. Under one epoch; core/vault/fingerprint.h says why that matters.
 */
#ifndef NB_VAULT_PRINTS_H
#define NB_VAULT_PRINTS_H

#include "core/base/ids.h"
#include "core/vault/fingerprint.h"

#define VAULT_REFERENCE_MAX 400 /* bytes of a case reference that count */
#define VAULT_NUMBER_MAX 4096

/* A hotline's own case reference. Spelling does not count: spaces at the ends and case are ignored.
 * Two hotlines that use the same reference do not show it. False when the epoch does not live. */
bool vault_print_case(const struct vault_keys *keys, uint32_t epoch, struct hotline_id hotline,
                      const char *reference, struct vault_print *ret_print) NB_MUST_CHECK;
/* A confirmation number of a points account; false also for one over VAULT_NUMBER_MAX bytes. */
bool vault_print_confirmation(const struct vault_keys *keys, uint32_t epoch,
                              struct public_id account, const char *number,
                              struct vault_print *ret_print) NB_MUST_CHECK;

#endif
