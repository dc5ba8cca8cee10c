/*
 * Every command of `nightbridge`.
 */
#ifndef NB_CLI_TREE_H
#define NB_CLI_TREE_H

#include "core/cli/command.h"

extern const struct cli_command cli_root;

extern const struct cli_command cli_book;
extern const struct cli_command cli_booking;
extern const struct cli_command cli_offer;
extern const struct cli_command cli_task;
extern const struct cli_command cli_capacity;
extern const struct cli_command cli_doctor;
extern const struct cli_command cli_erase;
extern const struct cli_command cli_hotline;
extern const struct cli_command cli_invariants;
extern const struct cli_command cli_key;
extern const struct cli_command cli_migrate;
extern const struct cli_command cli_audit;
extern const struct cli_command cli_breaker;
extern const struct cli_command cli_pause;
extern const struct cli_command cli_plugin;
extern const struct cli_command cli_points;
extern const struct cli_command cli_resume;
extern const struct cli_command cli_request;
extern const struct cli_command cli_token;
extern const struct cli_command cli_user;

#endif
