/*
 * Reading members of a request body by type, with one complaint for all of them.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_FIELDS_H
#define TESTS_SUPPORT_REHEARSAL_FIELDS_H

#include "core/base/night.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct reh_fields {
    const json_t *object; /* borrowed */
    const char *missing;  /* the first member that was absent or of another type; NULL so far */
};

/* Text of at least one character; "" when missing. */
const char *reh_field_text(struct reh_fields *fields, const char *name);
int64_t reh_field_integer(struct reh_fields *fields, const char *name);
struct night reh_field_night(struct reh_fields *fields, const char *name);
/* The same for members that may be absent. */
const char *reh_field_text_or(struct reh_fields *fields, const char *name, const char *otherwise);
int64_t reh_field_integer_or(struct reh_fields *fields, const char *name, int64_t otherwise);

#endif
