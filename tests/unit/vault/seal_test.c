/*
 * Sealing: round trips, tampering with every byte, contexts, and canaries that never show.
 */
#include "core/vault/seal.h"

#include "core/base/mem.h"
#include "tests/unit/vault/vault_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#define CANARY "CANARY Rosalind Quillfeather"
#define CONTEXT "guest_secret|g1|contact"

static struct vault_fixture at;
static struct vault_keys *keys;
static struct vault_secret *guest;
static struct nb_buf sealed;

static void begin(void)
{
    vault_fixture_init(&at);
    keys = vault_fixture_keys(&at);
    guest = vault_key_create();
    nb_buf_init(&sealed, VAULT_SEAL_MAX + 1024);
}

static void end(void)
{
    nb_buf_fini(&sealed);
    vault_secret_destroy(guest);
    vault_keys_close(keys);
    vault_fixture_fini(&at);
}

TestSuite(seal, .init = begin, .fini = end, .timeout = 20);

static void seal_text(const char *text)
{
    struct nb_err err = {0};
    nb_buf_clear(&sealed);
    cr_assert(vault_seal(guest, CONTEXT, text, strlen(text), &sealed, &err), "%s", err.text);
}

static bool opens(const struct vault_secret *key, const char *context, size_t count)
{
    struct nb_err err = {0};
    VAULT_AUTOSECRET struct vault_secret *plain = NULL;
    bool opened = vault_open(key, context, (const uint8_t *)sealed.data, count, VAULT_KIND_GUEST,
                             &plain, &err);
    if (!opened) {
        cr_assert_str_eq(err.code, "sealed_damaged");
        cr_assert_null(plain);
    }
    return opened;
}

Test(seal, gives_back_what_was_sealed_at_every_length_around_a_block)
{
    char text[200];
    memset(text, 'n', sizeof(text));
    for (size_t length = 0; length < 140; length++) {
        struct nb_err err = {0};
        VAULT_AUTOSECRET struct vault_secret *plain = NULL;
        nb_buf_clear(&sealed);
        cr_assert(vault_seal(guest, CONTEXT, text, length, &sealed, &err), "%s", err.text);
        cr_assert(vault_open(guest, CONTEXT, (const uint8_t *)sealed.data, sealed.length,
                             VAULT_KIND_GUEST, &plain, &err));
        cr_assert_eq(vault_secret_length(plain), length);
        cr_assert_eq(memcmp(vault_secret_reveal(plain, VAULT_FOR_PERSON), text, length), 0);
    }
}

Test(seal, refuses_a_change_of_any_single_byte)
{
    seal_text(CANARY);
    cr_assert(opens(guest, CONTEXT, sealed.length));
    for (size_t i = 0; i < sealed.length; i++) {
        sealed.data[i] = (char)(sealed.data[i] ^ 0x40);
        cr_expect_not(opens(guest, CONTEXT, sealed.length), "byte %zu", i);
        sealed.data[i] = (char)(sealed.data[i] ^ 0x40);
    }
}

Test(seal, refuses_every_truncation)
{
    seal_text(CANARY);
    for (size_t count = 0; count < sealed.length; count++) {
        cr_expect_not(opens(guest, CONTEXT, count), "%zu bytes", count);
    }
}

Test(seal, opens_only_in_its_own_context_and_with_its_own_key)
{
    VAULT_AUTOSECRET struct vault_secret *other = vault_key_create();
    seal_text(CANARY);
    cr_assert_not(opens(guest, "guest_secret|g2|contact", sealed.length), "another guest's row");
    cr_assert_not(opens(guest, "guest_secret|g1|name", sealed.length), "another field");
    cr_assert_not(opens(guest, "", sealed.length), "no context");
    cr_assert_not(opens(other, CONTEXT, sealed.length), "another key");
}

Test(seal, shows_neither_content_nor_exact_length_nor_repetition)
{
    NB_AUTOFREE char *first = NULL;
    size_t length;
    seal_text(CANARY);
    length = sealed.length;
    cr_assert_not(vault_fixture_contains(sealed.data, length, "CANARY"));
    cr_assert_not(vault_fixture_contains(sealed.data, length, "Quill"));
    cr_assert_not(vault_fixture_contains(sealed.data, length, "contact"), "nor its context");
    first = nb_alloc(length);
    memcpy(first, sealed.data, length);
    seal_text(CANARY);
    cr_assert_neq(memcmp(first, sealed.data, length), 0, "the same text looks different each time");
    seal_text("short");
    cr_assert_eq(sealed.length, length, "lengths up to a block look the same");
}

Test(seal, has_a_ceiling)
{
    struct nb_err err = {0};
    NB_AUTOFREE char *large = nb_alloc(VAULT_SEAL_MAX + 1);
    cr_assert(vault_seal(guest, CONTEXT, large, VAULT_SEAL_MAX, &sealed, &err), "%s", err.text);
    cr_assert(opens(guest, CONTEXT, sealed.length));
    cr_assert_not(vault_seal(guest, CONTEXT, large, VAULT_SEAL_MAX + 1, &sealed, &err));
    cr_assert_eq(err.kind, NB_ERR_LIMIT);
}

Test(seal, keeps_the_kind_that_the_opener_names)
{
    struct nb_err err = {0};
    VAULT_AUTOSECRET struct vault_secret *state = vault_secret_of_text(VAULT_KIND_STATE, "step 2");
    VAULT_AUTOSECRET struct vault_secret *again = NULL;
    cr_assert(vault_seal(guest, CONTEXT, "step 2", 6, &sealed, &err), "%s", err.text);
    cr_assert(vault_open(guest, CONTEXT, (const uint8_t *)sealed.data, sealed.length,
                         VAULT_KIND_STATE, &again, &err));
    cr_assert(vault_secret_equal(state, again));
    cr_assert_eq(vault_secret_kind(again), VAULT_KIND_STATE);
}

Test(seal, a_wrapped_key_opens_in_its_own_context_only)
{
    struct nb_err err = {0};
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    vault_key_wrap(keys, guest, "guest_key|g1", wrapped);
    cr_assert_eq(vault_wrapped_epoch(wrapped, sizeof(wrapped)), 1u);
    VAULT_AUTOSECRET struct vault_secret *again = NULL;
    cr_assert(vault_key_unwrap(keys, "guest_key|g1", wrapped, sizeof(wrapped), &again, &err));
    cr_assert(vault_secret_equal(guest, again));
    VAULT_AUTOSECRET struct vault_secret *wrong = NULL;
    cr_assert_not(vault_key_unwrap(keys, "guest_key|g2", wrapped, sizeof(wrapped), &wrong, &err));
    cr_assert_str_eq(err.code, "sealed_damaged");
}

Test(seal, a_wrapped_key_refuses_a_change_of_any_single_byte)
{
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    vault_key_wrap(keys, guest, "guest_key|g1", wrapped);
    for (size_t i = 0; i < sizeof(wrapped); i++) {
        struct nb_err err = {0};
        VAULT_AUTOSECRET struct vault_secret *again = NULL;
        wrapped[i] ^= 0x01;
        cr_expect_not(
            vault_key_unwrap(keys, "guest_key|g1", wrapped, sizeof(wrapped), &again, &err),
            "byte %zu", i);
        wrapped[i] ^= 0x01;
    }
}

Test(seal, a_guest_key_never_shows_in_its_wrapping)
{
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    vault_key_wrap(keys, guest, "guest_key|g1", wrapped);
    cr_assert_null(
        memmem(wrapped, sizeof(wrapped), vault_secret_reveal(guest, VAULT_FOR_CRYPTO), 8));
}
