/*
 * An option of a search and a refused place as they are shown, with the tables that say so.
 */
#ifndef NB_API_OPTION_JSON_H
#define NB_API_OPTION_JSON_H

#include "core/api/answer.h"
#include "core/store/search_record.h"

extern const struct http_fields api_option_fields;
extern const struct http_fields api_refusal_fields;
/* Of {reason, sentence, places}, in searches. */
extern const struct http_fields api_refusal_count_fields;

json_t *api_option_json(const struct store_option *option);
/* author: the reader may learn of places to avoid; others read that the place is not offered. */
json_t *api_refusal_json(const struct store_refusal *refusal, bool author);
/* counts: JSON of word to number. */
json_t *api_refusal_counts_json(const char *counts, bool author);

#endif
