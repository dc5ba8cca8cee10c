/*
 * Parts of `nightbridge request` that stand in files of their own.
 */
#ifndef NB_CLI_REQUEST_PRIVATE_H
#define NB_CLI_REQUEST_PRIVATE_H

#include "core/cli/command.h"

#include <jansson.h>

extern const struct cli_command cli_request_options;
extern const struct cli_command cli_request_refusals;

/* Each --household "2:4,7" (adults, and the ages of children) becomes an item of "households". */
bool cli_households_add(const struct cli *cli, json_t *body, struct nb_err *err) NB_MUST_CHECK;

#endif
