/*
 * Guarded bytes over sodium_malloc: guard pages catch overruns, the page is read-only after create,
 * and sodium_free wipes it.
 */
#include "core/vault/secret.h"

#include "core/base/mem.h"

#include <sodium.h>
#include <string.h>

#define SECRET_MAGIC 0x5ec7e701u

struct vault_secret {
    uint32_t magic;
    enum vault_kind kind;
    size_t length;
    uint8_t *bytes; /* owned, guarded, length + 1 with a NUL */
};

/*
 * A key is only ever used or wrapped; a plugin only ever gets its own state. What a row does not
 * list cannot be written by mistake, because the reveal aborts in the first test that does it.
 */
static const struct {
    enum vault_kind kind;
    enum vault_purpose purpose;
} allowed[] = {
    {VAULT_KIND_GUEST, VAULT_FOR_SENDING},      {VAULT_KIND_GUEST, VAULT_FOR_PERSON},
    {VAULT_KIND_GUEST, VAULT_FOR_MATCHING},     {VAULT_KIND_GUEST, VAULT_FOR_SEALING},
    {VAULT_KIND_CREDENTIAL, VAULT_FOR_SENDING}, {VAULT_KIND_CREDENTIAL, VAULT_FOR_PERSON},
    {VAULT_KIND_CREDENTIAL, VAULT_FOR_SEALING}, {VAULT_KIND_STATE, VAULT_FOR_PLUGIN},
    {VAULT_KIND_STATE, VAULT_FOR_SEALING},      {VAULT_KIND_KEY, VAULT_FOR_SEALING},
    {VAULT_KIND_KEY, VAULT_FOR_CRYPTO},         {VAULT_KIND_OFFICER, VAULT_FOR_PERSON},
    {VAULT_KIND_OFFICER, VAULT_FOR_CRYPTO},
};

void vault_ready(void)
{
    NB_ASSERT(sodium_init() >= 0);
}

/* Gives an unfilled secret whose bytes are still writable. */
static struct vault_secret *secret_allocate(enum vault_kind kind, size_t count)
{
    vault_ready();
    NB_ASSERT(kind != VAULT_KIND_NONE);
    struct vault_secret *secret = nb_alloc(sizeof(*secret));
    secret->magic = SECRET_MAGIC;
    secret->kind = kind;
    secret->length = count;
    secret->bytes = sodium_malloc(count + 1);
    NB_ASSERT(secret->bytes != NULL);
    secret->bytes[count] = 0;
    return secret;
}

struct vault_secret *vault_secret_create(enum vault_kind kind, const void *bytes, size_t count)
{
    struct vault_secret *secret = secret_allocate(kind, count);
    if (count > 0) {
        memcpy(secret->bytes, bytes, count);
    }
    NB_ASSERT(sodium_mprotect_readonly(secret->bytes) == 0);
    return secret;
}

struct vault_secret *vault_secret_of_text(enum vault_kind kind, const char *text)
{
    return vault_secret_create(kind, text, strlen(text));
}

struct vault_secret *vault_secret_random(size_t count)
{
    struct vault_secret *secret = secret_allocate(VAULT_KIND_KEY, count);
    randombytes_buf(secret->bytes, count);
    NB_ASSERT(sodium_mprotect_readonly(secret->bytes) == 0);
    return secret;
}

struct vault_secret *vault_secret_destroy(struct vault_secret *secret)
{
    if (secret == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(secret, SECRET_MAGIC);
    sodium_free(secret->bytes);
    sodium_memzero(secret, sizeof(*secret));
    return nb_free(secret);
}

void vault_secret_autodestroy(struct vault_secret **secret)
{
    *secret = vault_secret_destroy(*secret);
}

size_t vault_secret_length(const struct vault_secret *secret)
{
    NB_CHECK_MAGIC(secret, SECRET_MAGIC);
    return secret->length;
}

enum vault_kind vault_secret_kind(const struct vault_secret *secret)
{
    NB_CHECK_MAGIC(secret, SECRET_MAGIC);
    return secret->kind;
}

bool vault_purpose_allowed(enum vault_kind kind, enum vault_purpose purpose)
{
    for (size_t i = 0; i < NB_COUNT(allowed); i++) {
        if (allowed[i].kind == kind && allowed[i].purpose == purpose) {
            return true;
        }
    }
    return false;
}

const uint8_t *vault_secret_reveal(const struct vault_secret *secret, enum vault_purpose purpose)
{
    NB_CHECK_MAGIC(secret, SECRET_MAGIC);
    NB_ASSERT(vault_purpose_allowed(secret->kind, purpose));
    return secret->bytes;
}

bool vault_secret_equal(const struct vault_secret *a, const struct vault_secret *b)
{
    NB_CHECK_MAGIC(a, SECRET_MAGIC);
    NB_CHECK_MAGIC(b, SECRET_MAGIC);
    return a->length == b->length && sodium_memcmp(a->bytes, b->bytes, a->length) == 0;
}
