/*
 * The key folder: permissions, epochs, rotation, damage.
 */
#include "core/vault/keys.h"

#include "core/vault/escrow.h"
#include "core/vault/seal.h"
#include "tests/unit/vault/vault_fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct vault_fixture at;

static void begin(void)
{
    vault_fixture_init(&at);
}

static void end(void)
{
    vault_fixture_fini(&at);
}

TestSuite(keys, .init = begin, .fini = end, .timeout = 10);

static mode_t mode_of(const char *relative)
{
    char path[256];
    struct stat status;
    snprintf(path, sizeof(path), "%s/%s", at.keys, relative);
    cr_assert_eq(stat(path, &status), 0, "%s", path);
    return status.st_mode & 0777;
}

static void assert_open_refused(enum nb_err_kind kind, const char *code)
{
    struct nb_err err = {0};
    struct vault_keys *keys = NULL;
    cr_assert_not(vault_keys_open(at.keys, &keys, &err));
    cr_assert_null(keys);
    cr_assert_eq(err.kind, kind, "%s", err.text);
    cr_assert_str_eq(err.code, code);
}

Test(keys, init_makes_a_private_folder_with_epoch_one)
{
    struct vault_keys *keys = vault_fixture_keys(&at);
    cr_assert_eq(vault_keys_epoch(keys), 1u);
    cr_assert_not(vault_keys_rotating(keys));
    cr_assert_eq(mode_of("."), 0700u);
    cr_assert_eq(mode_of("epoch-00000001.key"), 0600u);
    cr_assert_null(vault_keys_close(keys));
}

Test(keys, init_never_replaces_keys)
{
    struct vault_keys *keys = vault_fixture_keys(&at);
    struct nb_err err = {0};
    cr_assert_not(vault_keys_init(at.keys, &err));
    cr_assert_eq(err.kind, NB_ERR_CONFLICT);
    cr_assert_str_eq(err.code, "keys_exist");
    vault_keys_close(keys);
}

Test(keys, a_missing_or_empty_folder_says_what_to_do)
{
    assert_open_refused(NB_ERR_NOT_FOUND, "key_folder_missing");
    cr_assert_eq(mkdir(at.keys, 0700), 0);
    assert_open_refused(NB_ERR_NOT_FOUND, "key_folder_empty");
}

Test(keys, loose_permissions_are_refused)
{
    char file[128];
    vault_keys_close(vault_fixture_keys(&at));
    snprintf(file, sizeof(file), "%s/epoch-00000001.key", at.keys);
    cr_assert_eq(chmod(at.keys, 0750), 0);
    assert_open_refused(NB_ERR_AUTH, "key_folder_open");
    cr_assert_eq(chmod(at.keys, 0700), 0);
    cr_assert_eq(chmod(file, 0604), 0);
    assert_open_refused(NB_ERR_AUTH, "key_folder_open");
    cr_assert_eq(chmod(file, 0600), 0);
    vault_keys_close(vault_fixture_reopen(&at));
}

Test(keys, a_link_in_place_of_a_key_is_refused)
{
    char file[128];
    char moved[128];
    vault_keys_close(vault_fixture_keys(&at));
    snprintf(file, sizeof(file), "%s/epoch-00000001.key", at.keys);
    snprintf(moved, sizeof(moved), "%s/elsewhere", at.dir);
    cr_assert_eq(rename(file, moved), 0);
    cr_assert_eq(symlink(moved, file), 0);
    assert_open_refused(NB_ERR_UNAVAILABLE, "key_folder_io");
}

Test(keys, a_damaged_file_is_told_from_a_key)
{
    char file[128];
    vault_keys_close(vault_fixture_keys(&at));
    snprintf(file, sizeof(file), "%s/epoch-00000001.key", at.keys);
    int fd = open(file, O_RDWR);
    char byte;
    cr_assert_eq(pread(fd, &byte, 1, 20), 1);
    byte = (char)(byte ^ 1);
    cr_assert_eq(pwrite(fd, &byte, 1, 20), 1);
    close(fd);
    assert_open_refused(NB_ERR_INVALID, "key_file_damaged");
    cr_assert_eq(truncate(file, 10), 0);
    assert_open_refused(NB_ERR_INVALID, "key_file_damaged");
}

Test(keys, an_epoch_file_cannot_pose_as_another_epoch)
{
    char file[128];
    char posing[128];
    vault_keys_close(vault_fixture_keys(&at));
    snprintf(file, sizeof(file), "%s/epoch-00000001.key", at.keys);
    snprintf(posing, sizeof(posing), "%s/epoch-00000002.key", at.keys);
    cr_assert_eq(rename(file, posing), 0);
    assert_open_refused(NB_ERR_INVALID, "key_file_damaged");
}

Test(keys, rotation_keeps_the_old_epoch_until_it_is_finished)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    struct vault_keys *keys = vault_fixture_keys(&at);
    struct vault_keys *other = vault_fixture_reopen(&at);
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    cr_assert_eq(epoch, 2u);
    cr_assert(vault_keys_rotating(keys));
    cr_assert_not_null(vault_keys_master(keys, 1));
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    cr_assert_eq(epoch, 2u, "beginning again goes on with the same epoch");
    cr_assert(vault_keys_rotate_finish(keys, &err), "%s", err.text);
    cr_assert_null(vault_keys_master(keys, 1));
    cr_assert_eq(vault_fixture_files(&at, ".key"), 1u);

    cr_assert_eq(vault_keys_epoch(other), 1u, "another process learns of it by refreshing");
    cr_assert(vault_keys_refresh(other, &err), "%s", err.text);
    cr_assert_eq(vault_keys_epoch(other), 2u);
    cr_assert_null(vault_keys_master(other, 1));
    vault_keys_close(keys);
    vault_keys_close(other);
}

Test(keys, what_an_old_epoch_wrapped_cannot_be_opened_after_rotation)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    uint8_t in_backup[VAULT_WRAPPED_BYTES];
    uint8_t living[VAULT_WRAPPED_BYTES];
    struct vault_keys *keys = vault_fixture_keys(&at);
    VAULT_AUTOSECRET struct vault_secret *guest = vault_key_create();
    vault_key_wrap(keys, guest, "guest_key|g1", in_backup);

    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    cr_assert(vault_key_rewrap(keys, "guest_key|g1", in_backup, sizeof(in_backup), living, &err));
    cr_assert(vault_keys_rotate_finish(keys, &err), "%s", err.text);

    VAULT_AUTOSECRET struct vault_secret *again = NULL;
    cr_assert(vault_key_unwrap(keys, "guest_key|g1", living, sizeof(living), &again, &err));
    cr_assert(vault_secret_equal(guest, again));
    VAULT_AUTOSECRET struct vault_secret *gone = NULL;
    cr_assert_not(
        vault_key_unwrap(keys, "guest_key|g1", in_backup, sizeof(in_backup), &gone, &err));
    cr_assert_str_eq(err.code, "epoch_unknown");
    vault_keys_close(keys);
}

Test(keys, a_rotation_that_began_elsewhere_is_met_by_looking_once_more)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    uint8_t wrapped[VAULT_WRAPPED_BYTES], gone[VAULT_WRAPPED_BYTES];
    struct vault_keys *keys = vault_fixture_keys(&at);
    struct vault_keys *other = vault_fixture_reopen(&at);
    VAULT_AUTOSECRET struct vault_secret *guest = vault_key_create();
    VAULT_AUTOSECRET struct vault_secret *opened = NULL;
    VAULT_AUTOSECRET struct vault_secret *nothing = NULL;

    vault_key_wrap(keys, guest, "guest_key|g1", gone);
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    vault_key_wrap(keys, guest, "guest_key|g1", wrapped);
    cr_assert(vault_key_open(other, "guest_key|g1", wrapped, sizeof(wrapped), &opened, &err), "%s",
              err.text);
    cr_assert(vault_secret_equal(guest, opened));
    cr_assert(vault_keys_rotate_finish(keys, &err), "%s", err.text);
    cr_assert(vault_keys_refresh(other, &err), "%s", err.text);
    cr_assert_not(vault_key_open(other, "guest_key|g1", gone, sizeof(gone), &nothing, &err));
    cr_assert_str_eq(err.code, "epoch_unknown");
    vault_keys_close(keys);
    vault_keys_close(other);
}

Test(keys, only_one_process_changes_the_folder)
{
    struct nb_err err = {0};
    uint32_t epoch = 0;
    struct vault_keys *keys = vault_fixture_keys(&at);
    struct vault_keys *other = vault_fixture_reopen(&at);
    cr_assert(vault_folder_lock(vault_keys_folder(other), &err));
    cr_assert_not(vault_keys_rotate_begin(keys, &epoch, &err));
    cr_assert_str_eq(err.code, "key_folder_busy");
    vault_folder_unlock(vault_keys_folder(other));
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    vault_keys_close(keys);
    vault_keys_close(other);
}

Test(keys, a_failed_refresh_leaves_the_keys_usable)
{
    struct nb_err err = {0};
    char file[128];
    struct vault_keys *keys = vault_fixture_keys(&at);
    snprintf(file, sizeof(file), "%s/epoch-00000001.key", at.keys);
    cr_assert_eq(chmod(file, 0644), 0);
    cr_assert_not(vault_keys_refresh(keys, &err));
    cr_assert_eq(vault_keys_epoch(keys), 1u);
    cr_assert_not_null(vault_keys_master(keys, 1));
    vault_keys_close(keys);
}
