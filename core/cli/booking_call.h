/*
 * What the commands of bookings, tasks and offers share: one request about one thing that is named
 * by its id, and a confirmation number, which is typed twice and never stands in an argument.
 */
#ifndef NB_CLI_BOOKING_CALL_H
#define NB_CLI_BOOKING_CALL_H

#include "core/cli/api_call.h"
#include "core/cli/fields.h"

/*
 * One request to a pattern with the command's first word in it ("/v1/bookings/{}/cancel"), with a
 * body of the options that were given (fields NULL: no body). Prints the answer; gives the exit
 * status.
 */
int cli_act(struct cli *cli, const char *pattern, const struct cli_field *fields, size_t count);
/* The same with a body that has members already; takes body. */
int cli_act_with(struct cli *cli, const char *pattern, const struct cli_field *fields, size_t count,
                 json_t *body);
int cli_show(struct cli *cli, const char *pattern);

/* Two lines of standard input, as confirmation and confirmation_again. False, and it was said, when
 * they are not there. */
bool cli_read_confirmation(struct cli *cli, json_t *body, int *ret_status) NB_MUST_CHECK;

#endif
