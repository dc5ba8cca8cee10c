/*
 * Escrow: a copy opens for its officer only, and never outlives its epoch.
 */
#include "core/vault/escrow.h"

#include "core/vault/seal.h"
#include "tests/unit/vault/vault_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct vault_fixture at;
static struct vault_keys *keys;
static struct vault_officer officers[2];
static struct vault_secret *secrets[2];

static void begin(void)
{
    vault_fixture_init(&at);
    keys = vault_fixture_keys(&at);
    secrets[0] = vault_officer_create(&officers[0]);
    secrets[1] = vault_officer_create(&officers[1]);
}

static void end(void)
{
    vault_secret_destroy(secrets[0]);
    vault_secret_destroy(secrets[1]);
    vault_keys_close(keys);
    vault_fixture_fini(&at);
}

TestSuite(escrow, .init = begin, .fini = end, .timeout = 10);

static void escrow(size_t count)
{
    struct nb_err err = {0};
    cr_assert(vault_keys_escrow(keys, officers, count, &err), "%s", err.text);
}

static void rotate(void)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    cr_assert(vault_keys_rotate_finish(keys, &err), "%s", err.text);
}

static void restore_and_compare(const uint8_t *copy, const struct vault_secret *secret)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    char dir[128];
    struct vault_keys *restored = NULL;
    snprintf(dir, sizeof(dir), "%s/restored", at.dir);
    cr_assert(vault_keys_restore(dir, copy, VAULT_ESCROW_BYTES, secret, &epoch, &err), "%s",
              err.text);
    cr_assert_eq(epoch, vault_keys_epoch(keys));
    cr_assert(vault_keys_open(dir, &restored, &err), "%s", err.text);
    cr_assert(
        vault_secret_equal(vault_keys_master(restored, epoch), vault_keys_master(keys, epoch)));
    vault_keys_close(restored);
    cr_assert_not(vault_keys_restore(dir, copy, VAULT_ESCROW_BYTES, secret, &epoch, &err));
    cr_assert_str_eq(err.code, "keys_exist");
}

Test(escrow, a_lost_folder_comes_back_from_an_officers_copy)
{
    struct nb_err err = {0};
    uint8_t copy[VAULT_ESCROW_BYTES];
    escrow(2);
    cr_assert(vault_escrow_read(keys, &officers[1], copy, &err), "%s", err.text);
    restore_and_compare(copy, secrets[1]);
}

Test(escrow, another_officers_secret_key_opens_nothing)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    uint8_t copy[VAULT_ESCROW_BYTES];
    char dir[128];
    snprintf(dir, sizeof(dir), "%s/restored", at.dir);
    escrow(2);
    cr_assert(vault_escrow_read(keys, &officers[0], copy, &err), "%s", err.text);
    cr_assert_not(vault_keys_restore(dir, copy, VAULT_ESCROW_BYTES, secrets[1], &epoch, &err));
    cr_assert_eq(err.kind, NB_ERR_AUTH);
    cr_assert_neq(access(dir, F_OK), 0, "a refused restore leaves nothing behind");
}

Test(escrow, a_tampered_copy_is_refused)
{
    struct nb_err err = {0};
    uint8_t copy[VAULT_ESCROW_BYTES];
    uint32_t epoch = 0;
    char dir[128];
    snprintf(dir, sizeof(dir), "%s/restored", at.dir);
    escrow(1);
    static const size_t places[] = {0, 7, 45, VAULT_ESCROW_BYTES - 1};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        cr_assert(vault_escrow_read(keys, &officers[0], copy, &err), "%s", err.text);
        copy[places[i]] ^= 1;
        cr_expect_not(vault_keys_restore(dir, copy, VAULT_ESCROW_BYTES, secrets[0], &epoch, &err),
                      "byte %zu", places[i]);
    }
}

Test(escrow, rotation_replaces_every_copy)
{
    struct nb_err err = {0};
    uint8_t before[VAULT_ESCROW_BYTES];
    uint8_t after[VAULT_ESCROW_BYTES];
    escrow(2);
    cr_assert(vault_escrow_read(keys, &officers[0], before, &err), "%s", err.text);
    rotate();
    cr_assert_eq(vault_fixture_files(&at, ".sealed"), 2u);
    cr_assert(vault_escrow_read(keys, &officers[0], after, &err), "%s", err.text);
    cr_assert_neq(memcmp(before, after, sizeof(after)), 0);
    restore_and_compare(after, secrets[0]);
}

Test(escrow, both_epochs_have_copies_while_a_rotation_is_open)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    escrow(2);
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    cr_assert_eq(vault_fixture_files(&at, ".sealed"), 4u);
    cr_assert_not(vault_keys_escrow(keys, officers, 1, &err));
    cr_assert_str_eq(err.code, "rotation_open");
}

Test(escrow, an_officer_who_is_no_longer_named_loses_the_copy)
{
    struct nb_err err = {0};
    uint8_t copy[VAULT_ESCROW_BYTES];
    escrow(2);
    escrow(1);
    cr_assert_eq(vault_fixture_files(&at, ".sealed"), 1u);
    cr_assert_not(vault_escrow_read(keys, &officers[1], copy, &err));
}

Test(escrow, rotation_does_not_finish_without_the_escrow_medium)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    char folder[128];
    char away[128];
    escrow(2);
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    snprintf(folder, sizeof(folder), "%s/escrow", at.keys);
    snprintf(away, sizeof(away), "%s/away", at.dir);
    cr_assert_eq(rename(folder, away), 0);
    cr_assert_not(vault_keys_rotate_finish(keys, &err));
    cr_assert_not_null(vault_keys_master(keys, 1), "nothing is destroyed without it");
    cr_assert_eq(rename(away, folder), 0);
    cr_assert(vault_keys_rotate_finish(keys, &err), "%s", err.text);
}

Test(escrow, needs_a_sensible_number_of_officers)
{
    struct nb_err err = {0};
    cr_assert_not(vault_keys_escrow(keys, officers, 0, &err));
    cr_assert_str_eq(err.code, "officers_count");
    cr_assert_not(vault_keys_escrow(keys, officers, VAULT_OFFICERS_MAX + 1, &err));
    cr_assert_eq(err.kind, NB_ERR_INVALID);
}
