/*
 * Inside core/config: the steps of config_read.
 */
#ifndef NB_CONFIG_PRIVATE_H
#define NB_CONFIG_PRIVATE_H

#include "core/config/config.h"

#include <confuse.h>

/* Words of the login roles as sections name them ("staff"); NULL beyond the last. */
const char *config_login_word(enum config_login login);

/* Fills what the file says; `config` holds defaults. *ret_secrets (owned by the caller, may become
 * NULL) is the file of passwords. path NULL: defaults only. */
bool config_file_read(const char *path, struct config *config, char **ret_secrets,
                      struct nb_err *err) NB_MUST_CHECK;
/* Parses a file into what cfg_init made, with the first thing wrong in err. */
bool config_parse(cfg_t *cfg, const char *path, struct nb_err *err) NB_MUST_CHECK;
/* "host:port", "[::1]:port". */
bool config_address_parse(const char *text, const char *what, struct config_address *ret_address,
                          struct nb_err *err) NB_MUST_CHECK;
/* Reads "role = password" lines. */
bool config_secrets_read(const char *path, struct config *config, struct nb_err *err) NB_MUST_CHECK;
/* A file that only its owner may read: NB_ERR_INVALID names it and says how to mend it. */
bool config_private_file(const char *path, const char *what, struct nb_err *err) NB_MUST_CHECK;
bool config_check(const struct config *config, struct nb_err *err) NB_MUST_CHECK;

#endif
