/*
 * Bytes that must never be printed: guest data, credentials, keys. They live in guarded pages that
 * are locked, read-only and wiped on destroy. The type is opaque and has no conversion that a log
 * field, a JSON value or a format string takes; the only way to the bytes is vault_secret_reveal,
 * which names a purpose that the kind of secret allows.
 * Each secret costs a few pages and two or three mappings: hold dozens, not tens of thousands.
 */
#ifndef NB_VAULT_SECRET_H
#define NB_VAULT_SECRET_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

struct vault_secret;

enum vault_kind {
    VAULT_KIND_NONE = 0,
    VAULT_KIND_GUEST,      /* name, contact, confirmation, coordinates, confidential address */
    VAULT_KIND_CREDENTIAL, /* gateway credential, API token, member number */
    VAULT_KIND_STATE,      /* a plugin's stored state, which holds placeholders and no guest data */
    VAULT_KIND_KEY,        /* master, guest and hotline keys */
    VAULT_KIND_OFFICER,    /* an escrow officer's secret key */
};

/* Why the bytes are needed. Each is one place in the program that can be reviewed. */
enum vault_purpose {
    VAULT_FOR_NONE = 0,
    VAULT_FOR_SENDING,  /* a placeholder is replaced just before a request leaves */
    VAULT_FOR_PERSON,   /* an audited reveal to a person, or a token shown once */
    VAULT_FOR_MATCHING, /* computed with here and not kept: a distance, an equality */
    VAULT_FOR_PLUGIN,   /* handed to a plugin host */
    VAULT_FOR_SEALING,  /* becomes ciphertext or a keyed fingerprint */
    VAULT_FOR_CRYPTO,   /* used as a key */
};

/* Starts libsodium once; every function of this folder that needs it calls
 * it. Aborts on failure. */
void vault_ready(void);

/* Copies count bytes (may be 0); gives ownership; aborts on out of memory. The caller wipes its own
 * copy. */
struct vault_secret *vault_secret_create(enum vault_kind kind, const void *bytes, size_t count);
/* The same for NUL-terminated text, without the NUL. */
struct vault_secret *vault_secret_of_text(enum vault_kind kind, const char *text);
/* Gives count random bytes of kind key. */
struct vault_secret *vault_secret_random(size_t count);
/* Wipes and frees; accepts NULL; returns NULL. */
struct vault_secret *vault_secret_destroy(struct vault_secret *secret);

size_t vault_secret_length(const struct vault_secret *secret);
enum vault_kind vault_secret_kind(const struct vault_secret *secret);
/* True when a kind of secret may be revealed for a purpose (the table in secret.c). */
bool vault_purpose_allowed(enum vault_kind kind, enum vault_purpose purpose);
/*
 * The bytes, followed by a NUL that the length does not count; borrowed until destroy. Asking for a
 * purpose that the kind does not allow is a bug and aborts.
 */
const uint8_t *vault_secret_reveal(const struct vault_secret *secret, enum vault_purpose purpose);
/* Compares in constant time (lengths are public). */
bool vault_secret_equal(const struct vault_secret *a, const struct vault_secret *b);

/* Locals destroyed at scope end. */
void vault_secret_autodestroy(struct vault_secret **secret);
#define VAULT_AUTOSECRET __attribute__((cleanup(vault_secret_autodestroy)))

#endif
