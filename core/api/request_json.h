/*
 * A request as it is shown, and the table that says so. No secret is in it: how many places are to
 * be avoided is shown to their author's role only, which ones by an audited reveal.
 */
#ifndef NB_API_REQUEST_JSON_H
#define NB_API_REQUEST_JSON_H

#include "core/api/answer.h"
#include "core/store/request.h"

extern const struct http_fields api_shown_request_fields;
extern const struct http_fields api_listed_request_fields;

json_t *api_request_json(const struct api_call *call, const struct store_request *request);
json_t *api_listed_request_json(const struct store_request_row *row);
/* Words of an array as PostgreSQL writes it, when they are words of ours. */
json_t *api_words_json(const char *array);
/* The same with integers. */
json_t *api_numbers_json(const char *array);

#endif
