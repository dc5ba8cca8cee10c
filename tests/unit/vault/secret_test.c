/*
 * Secrets: which reveals are possible at all, and that the memory is guarded.
 */
#include "core/vault/secret.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

Test(secret, reveals_exactly_the_bytes_it_was_made_of, .timeout = 5)
{
    struct vault_secret *secret = vault_secret_create(VAULT_KIND_GUEST, "a\0b", 3);
    cr_assert_eq(vault_secret_length(secret), 3);
    cr_assert_eq(memcmp(vault_secret_reveal(secret, VAULT_FOR_PERSON), "a\0b", 4), 0);
    cr_assert_null(vault_secret_destroy(secret));
    cr_assert_null(vault_secret_destroy(NULL));
}

Test(secret, may_be_empty, .timeout = 5)
{
    struct vault_secret *secret = vault_secret_create(VAULT_KIND_GUEST, NULL, 0);
    cr_assert_eq(vault_secret_length(secret), 0);
    cr_assert_eq(vault_secret_reveal(secret, VAULT_FOR_SENDING)[0], 0);
    vault_secret_destroy(secret);
}

Test(secret, allows_a_purpose_only_where_the_kind_needs_it, .timeout = 5)
{
    static const struct {
        enum vault_kind kind;
        enum vault_purpose purpose;
        bool allowed;
        const char *why;
    } rows[] = {
        {VAULT_KIND_GUEST, VAULT_FOR_SENDING, true, "a placeholder is replaced at sending"},
        {VAULT_KIND_GUEST, VAULT_FOR_PLUGIN, false, "a plugin never receives a guest's name"},
        {VAULT_KIND_CREDENTIAL, VAULT_FOR_PLUGIN, false, "nor a credential"},
        {VAULT_KIND_STATE, VAULT_FOR_PLUGIN, true, "its own state is the plugin's"},
        {VAULT_KIND_STATE, VAULT_FOR_SENDING, false, "state is not what is sent"},
        {VAULT_KIND_KEY, VAULT_FOR_PERSON, false, "nobody is ever shown a key"},
        {VAULT_KIND_KEY, VAULT_FOR_SENDING, false, "a key never leaves"},
        {VAULT_KIND_KEY, VAULT_FOR_CRYPTO, true, "that is what a key is for"},
        {VAULT_KIND_GUEST, VAULT_FOR_CRYPTO, false, "guest data is not a key"},
        {VAULT_KIND_GUEST, VAULT_FOR_NONE, false, "a reveal always has a purpose"},
        {VAULT_KIND_NONE, VAULT_FOR_SENDING, false, "no kind, no reveal"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        cr_expect_eq(vault_purpose_allowed(rows[i].kind, rows[i].purpose), rows[i].allowed, "%s",
                     rows[i].why);
    }
}

Test(secret, aborts_when_revealed_for_another_purpose, .timeout = 5, .signal = SIGABRT)
{
    struct vault_secret *secret = vault_secret_of_text(VAULT_KIND_KEY, "canary");
    (void)vault_secret_reveal(secret, VAULT_FOR_PERSON);
}

Test(secret, cannot_be_written_to, .timeout = 5, .signal = SIGSEGV)
{
    struct vault_secret *secret = vault_secret_of_text(VAULT_KIND_GUEST, "canary");
    uintptr_t address = (uintptr_t)vault_secret_reveal(secret, VAULT_FOR_PERSON);
    *(volatile uint8_t *)address = 'x';
}

Test(secret, compares_by_content_and_length, .timeout = 5)
{
    VAULT_AUTOSECRET struct vault_secret *a = vault_secret_of_text(VAULT_KIND_GUEST, "same");
    VAULT_AUTOSECRET struct vault_secret *b = vault_secret_of_text(VAULT_KIND_GUEST, "same");
    VAULT_AUTOSECRET struct vault_secret *c = vault_secret_of_text(VAULT_KIND_GUEST, "sama");
    VAULT_AUTOSECRET struct vault_secret *d = vault_secret_of_text(VAULT_KIND_GUEST, "same ");
    cr_assert(vault_secret_equal(a, b));
    cr_assert_not(vault_secret_equal(a, c));
    cr_assert_not(vault_secret_equal(a, d));
}

Test(secret, random_ones_differ, .timeout = 5)
{
    VAULT_AUTOSECRET struct vault_secret *a = vault_secret_random(32);
    VAULT_AUTOSECRET struct vault_secret *b = vault_secret_random(32);
    cr_assert_eq(vault_secret_kind(a), VAULT_KIND_KEY);
    cr_assert_not(vault_secret_equal(a, b));
}
