/* JSON on its way out as text: compact, members in their order, straight into a buffer. */
#ifndef NB_API_JSON_TEXT_H
#define NB_API_JSON_TEXT_H

#include "core/base/buf.h"

#include <jansson.h>
#include <stddef.h>

/* A member that SQL wrote as JSON, from coded facts. */
struct api_raw {
    const char *name; /* nothing in it needs an escape */
    const char *text; /* NULL: null */
};

/* Appends; json is borrowed. What does not fit shows in buf. */
void api_json_write(struct nb_buf *buf, const json_t *json);
/* The same for an object, with further members behind its own, as they are. */
void api_json_write_with(struct nb_buf *buf, const json_t *object, const struct api_raw *raw,
                         size_t count);

#endif
