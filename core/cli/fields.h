/*
 * Options of a command as members of a JSON body: one table says both.
 */
#ifndef NB_CLI_FIELDS_H
#define NB_CLI_FIELDS_H

#include "core/cli/command.h"

#include <jansson.h>

enum cli_field_type {
    CLI_FIELD_NONE = 0,
    CLI_FIELD_TEXT,
    CLI_FIELD_INTEGER,
    CLI_FIELD_FLAG,  /* given: true */
    CLI_FIELD_YESNO, /* yes or no */
    CLI_FIELD_TEXTS, /* an option that repeats: an array */
};

struct cli_field {
    const char *option;
    const char *path; /* members with a point between them: "place.postal_code" */
    enum cli_field_type type;
};

/* Adds what was given to body. What a value may be is the API's to say; here only its kind. */
bool cli_fields_add(const struct cli *cli, const struct cli_field *fields, size_t count,
                    json_t *body, struct nb_err *err) NB_MUST_CHECK;
/* Gives a JSON object from a file, or from standard input for "-". */
bool cli_fields_read(const char *path, json_t **ret_body, struct nb_err *err) NB_MUST_CHECK;

#endif
