/*
 * What opens a points account at its program: where its gateway is, the credential, the member
 * number, the approved phone number. A file of its own, mode 600, that the configuration names
 * (accounts_file), so that none of it is ever in the database, in its backups or in a log.
 * Sections are named by the account's public id.
 */
#ifndef NB_CONFIG_ACCOUNTS_H
#define NB_CONFIG_ACCOUNTS_H

#include "core/base/err.h"
#include "core/base/ids.h"
#include "core/vault/secret.h"

#include <stdbool.h>

struct config_account {
    struct public_id id;
    char *base_url;     /* NULL: no gateway, a person books */
    char *ca_file;      /* NULL: the system's */
    bool allow_plain;   /* http as well: for rehearsals */
    bool allow_private; /* an address of this machine or its network */
    /* Credentials; NULL where there is none. bearer and member are never NULL with a base_url. */
    struct vault_secret *bearer;
    struct vault_secret *member;
    struct vault_secret *holder; /* the name the account is in */
    struct vault_secret *user;
    struct vault_secret *password;
    struct vault_secret *phone; /* approved by two people: the only number that staff see */
};

struct config_accounts; /* opaque */

/* path NULL gives an empty set. NB_ERR_INVALID says what is wrong and where, never a value. */
bool config_accounts_read(const char *path, struct config_accounts **ret_accounts,
                          struct nb_err *err) NB_MUST_CHECK;
/* Wipes; accepts NULL, returns NULL. */
struct config_accounts *config_accounts_destroy(struct config_accounts *accounts);
/* NULL when the file does not name it. Borrowed. */
const struct config_account *config_accounts_find(const struct config_accounts *accounts,
                                                  struct public_id id);

#endif
