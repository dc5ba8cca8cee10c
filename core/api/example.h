/*
 * An object that a field table accepts, for the document and for tests: the table's own examples,
 * and the plainest value where a required field has none.
 */
#ifndef NB_API_EXAMPLE_H
#define NB_API_EXAMPLE_H

#include "core/http/fields.h"

/* Gives the object. Aborts on a table whose examples it would refuse itself. */
json_t *api_example(const struct http_fields *fields);

#endif
