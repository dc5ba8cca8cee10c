/*
 * Folders stand under the temporary directory; names come from mkdtemp, so tests run side by side.
 */
#include "tests/unit/vault/vault_fixture.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void vault_fixture_init(struct vault_fixture *fixture)
{
    snprintf(fixture->dir, sizeof(fixture->dir), "/tmp/nb-vault-XXXXXX");
    cr_assert_not_null(mkdtemp(fixture->dir));
    snprintf(fixture->keys, sizeof(fixture->keys), "%s/keys", fixture->dir);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void vault_fixture_fini(struct vault_fixture *fixture)
{
    cr_assert_eq(nftw(fixture->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

struct vault_keys *vault_fixture_reopen(struct vault_fixture *fixture)
{
    struct nb_err err = {0};
    struct vault_keys *keys = NULL;
    cr_assert(vault_keys_open(fixture->keys, &keys, &err), "%s", err.text);
    return keys;
}

struct vault_keys *vault_fixture_keys(struct vault_fixture *fixture)
{
    struct nb_err err = {0};
    cr_assert(vault_keys_init(fixture->keys, &err), "%s", err.text);
    return vault_fixture_reopen(fixture);
}

static const char *counted_ending;
static size_t counted;

static int count_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)walk;
    size_t length = strlen(path);
    size_t wanted = strlen(counted_ending);
    if (type == FTW_F && length >= wanted && strcmp(path + length - wanted, counted_ending) == 0) {
        counted++;
    }
    return 0;
}

size_t vault_fixture_files(const struct vault_fixture *fixture, const char *ending)
{
    counted_ending = ending;
    counted = 0;
    cr_assert_eq(nftw(fixture->keys, count_entry, 8, FTW_PHYS), 0);
    return counted;
}

bool vault_fixture_contains(const void *haystack, size_t haystack_bytes, const char *needle)
{
    return memmem(haystack, haystack_bytes, needle, strlen(needle)) != NULL;
}
