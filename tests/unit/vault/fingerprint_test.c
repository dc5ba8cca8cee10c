/*
 * Fingerprints: equal bodies have equal ones under every living epoch, purposes never mix.
 */
#include "core/vault/fingerprint.h"

#include "tests/unit/vault/vault_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static struct vault_fixture at;
static struct vault_keys *keys;

static void begin(void)
{
    vault_fixture_init(&at);
    keys = vault_fixture_keys(&at);
}

static void end(void)
{
    vault_keys_close(keys);
    vault_fixture_fini(&at);
}

TestSuite(fingerprint, .init = begin, .fini = end, .timeout = 10);

static bool same(const struct vault_print *a, const struct vault_print *b)
{
    return memcmp(a->bytes, b->bytes, VAULT_PRINT_BYTES) == 0;
}

Test(fingerprint, tells_the_same_body_from_another)
{
    struct vault_print print = vault_print_make(keys, VAULT_PRINT_OPERATION, "{\"adults\":1}", 12);
    struct vault_print again = vault_print_make(keys, VAULT_PRINT_OPERATION, "{\"adults\":1}", 12);
    struct vault_print other = vault_print_make(keys, VAULT_PRINT_OPERATION, "{\"adults\":2}", 12);
    struct vault_print empty = vault_print_make(keys, VAULT_PRINT_OPERATION, "", 0);
    cr_assert(same(&print, &again));
    cr_assert_not(same(&print, &other));
    cr_assert_not(same(&print, &empty));
}

Test(fingerprint, differs_between_purposes_and_between_installations)
{
    struct vault_fixture elsewhere;
    struct vault_print operation = vault_print_make(keys, VAULT_PRINT_OPERATION, "X1", 2);
    struct vault_print confirmation = vault_print_make(keys, VAULT_PRINT_CONFIRMATION, "X1", 2);
    cr_assert_neq(memcmp(operation.bytes, confirmation.bytes, VAULT_PRINT_BYTES), 0);

    vault_fixture_init(&elsewhere);
    struct vault_keys *others = vault_fixture_keys(&elsewhere);
    struct vault_print theirs = vault_print_make(others, VAULT_PRINT_OPERATION, "X1", 2);
    cr_assert_neq(memcmp(operation.bytes, theirs.bytes, VAULT_PRINT_BYTES), 0,
                  "a table of guesses made elsewhere is of no use");
    vault_keys_close(others);
    vault_fixture_fini(&elsewhere);
}

Test(fingerprint, is_found_under_every_living_epoch_and_never_after)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    struct vault_print old = vault_print_make(keys, VAULT_PRINT_OPERATION, "body", 4);
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    struct vault_print again;
    struct vault_print renewed;
    cr_assert(vault_print_make_under(keys, 1, VAULT_PRINT_OPERATION, "body", 4, &again));
    cr_assert(same(&old, &again));
    cr_assert(vault_print_make_under(keys, epoch, VAULT_PRINT_OPERATION, "body", 4, &renewed));
    cr_assert_not(same(&old, &renewed), "it names its epoch");
    cr_assert(vault_keys_rotate_finish(keys, &err), "%s", err.text);
    cr_assert_not(vault_print_make_under(keys, 1, VAULT_PRINT_OPERATION, "body", 4, &again));
    again = vault_print_make(keys, VAULT_PRINT_OPERATION, "body", 4);
    cr_assert(same(&renewed, &again));
}
