/*
 * The contexts that wrapped keys are bound to (core/vault/seal.h): "table|outside id|field". They
 * stand here once, because whoever wraps, opens and rotates must write the same.
 */
#ifndef NB_VAULT_CONTEXT_H
#define NB_VAULT_CONTEXT_H

#include "core/base/ids.h"

#define VAULT_CONTEXT_TEXT 96

/* pii.guest_key.wrapped_key of a guest. */
void vault_context_guest_key(struct public_id guest, char ret_text[VAULT_CONTEXT_TEXT]);
/* nb.hotline.sealed_key of a hotline. */
void vault_context_hotline_key(struct public_id hotline, char ret_text[VAULT_CONTEXT_TEXT]);
/* Data sealed with one of these keys: field is a word of ours ("safe_contact"). */
void vault_context_guest_data(struct public_id guest, const char *field,
                              char ret_text[VAULT_CONTEXT_TEXT]);
/* The confirmation number of a booking attempt (pii.guest_secret, kind confirmation), by the
 * attempt's reference: a guest may have several. */
void vault_context_confirmation(struct public_id reference, char ret_text[VAULT_CONTEXT_TEXT]);
/* State and exchanges of an operation of the outbox ("state", "request|3"), by its public id. */
void vault_context_operation(struct public_id outbox, const char *field,
                             char ret_text[VAULT_CONTEXT_TEXT]);
void vault_context_hotline_data(struct public_id hotline, const char *field,
                                char ret_text[VAULT_CONTEXT_TEXT]);
/* nb.location.sealed_address, sealed with a hotline's key and bound to the location. */
void vault_context_address(struct public_id location, char ret_text[VAULT_CONTEXT_TEXT]);

#endif
