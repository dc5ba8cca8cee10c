/*
 * A search as it is shown, recorded or only looked at, with the table that says so.
 */
#ifndef NB_API_SEARCH_JSON_H
#define NB_API_SEARCH_JSON_H

#include "core/api/answer.h"
#include "core/scheduler/search.h"

extern const struct http_fields api_search_fields;

/* The caller's role is that of whoever wrote the places to avoid. */
bool api_is_author(const struct api_call *call, const char *author_role);
/* Without "options", which the caller puts in. */
json_t *api_search_json(const struct api_call *call, const struct store_search *search);
json_t *api_preview_json(const struct api_call *call, const struct search_preview *preview);
json_t *api_options_json(const struct store_option *options, size_t count);

#endif
