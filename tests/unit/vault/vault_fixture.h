/*
 * A key folder of its own for each vault test, removed afterwards, and file helpers.
 */
#ifndef TESTS_UNIT_VAULT_FIXTURE_H
#define TESTS_UNIT_VAULT_FIXTURE_H

#include "core/vault/keys.h"

#include <stdbool.h>
#include <stddef.h>

struct vault_fixture {
    char dir[64];  /* a private folder that exists */
    char keys[80]; /* the key folder within it; does not exist yet */
};

void vault_fixture_init(struct vault_fixture *fixture);
void vault_fixture_fini(struct vault_fixture *fixture);
/* Makes the key folder and opens it; fails the test when that fails. */
struct vault_keys *vault_fixture_keys(struct vault_fixture *fixture);
/* Opens the key folder again, as another process would. */
struct vault_keys *vault_fixture_reopen(struct vault_fixture *fixture);
/* Counts files below the key folder (recursively) whose name ends so. */
size_t vault_fixture_files(const struct vault_fixture *fixture, const char *ending);
/* True when the bytes of needle stand anywhere in the haystack. */
bool vault_fixture_contains(const void *haystack, size_t haystack_bytes, const char *needle);

#endif
