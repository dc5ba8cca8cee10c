/*
 * Where calls go and with what: shared by api_call.c and api_target.c.
 */
#ifndef NB_CLI_API_PRIVATE_H
#define NB_CLI_API_PRIVATE_H

#include "core/cli/command.h"
#include "core/http/client.h"

struct cli_api_target {
    struct http_endpoint endpoint; /* its texts are borrowed from options and environment */
    char authorization[80];
    char key[64];
};

bool cli_api_target_find(struct cli *cli, struct cli_api_target *ret_target,
                         struct nb_err *err) NB_MUST_CHECK;
/* Wipes the token. */
void cli_api_target_fini(struct cli_api_target *target);

/* Says a problem document (NULL: none came) for people or as JSON; the exit status. */
int cli_api_refused(struct cli *cli, int status, const json_t *problem);

#endif
