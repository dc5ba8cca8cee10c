/*
 * What is secret about a guest, sealed before it reaches the database: safe contact and places to
 * avoid and the hotline's case reference under the guest's own key, and the fingerprint of that
 * reference, which recognizes a repeat contact. Pure CPU.
 * Invariant: nothing that this gives can be read without the guest's key, and that key only with
 * the master key of its epoch.
 */
#ifndef NB_SCHEDULER_GUEST_SEAL_H
#define NB_SCHEDULER_GUEST_SEAL_H

#include "core/scheduler/intake.h"
#include "core/store/request.h"
#include "core/vault/keys.h"
#include "core/vault/seal.h"

struct guest_seal {
    uint8_t wrapped[VAULT_WRAPPED_BYTES]; /* of guest_seal_new */
    uint32_t epoch;
    struct store_secret secrets[STORE_SECRETS_MAX]; /* bytes in the arena */
    size_t secret_count;
};

/* A new key for a new guest, and everything secret in the intake under it. */
bool guest_seal_new(const struct vault_keys *keys, struct public_id guest,
                    const struct intake *intake, struct nb_arena *arena,
                    struct guest_seal *ret_seal, struct nb_err *err) NB_MUST_CHECK;

/* The same under the key that the guest has: for what a change brings. Refreshes keys when the
 * epoch is new. */
bool guest_seal_more(struct vault_keys *keys, struct public_id guest, const uint8_t *wrapped,
                     size_t wrapped_bytes, const struct intake *intake, struct nb_arena *arena,
                     struct guest_seal *ret_seal, struct nb_err *err) NB_MUST_CHECK;

/* Opens one sealed place to avoid, to match it with places or for a person who may see it; gives
 * its JSON as intake_zone_json wrote it. */
bool guest_open_zone(struct vault_keys *keys, struct public_id guest, struct store_bytes wrapped,
                     struct store_bytes sealed, enum vault_purpose purpose, json_t **ret_zone,
                     struct nb_err *err) NB_MUST_CHECK;

/* Fingerprints of a case reference of a hotline under every living key, the current one first; how
 * many. Spelling does not count: spaces at the ends and case are ignored. */
size_t guest_case_prints(const struct vault_keys *keys, struct hotline_id hotline,
                         const char *reference, struct vault_print ret_prints[STORE_PRINTS_MAX]);

#endif
