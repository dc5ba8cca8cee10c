/*
 * What a request may hold, as field tables: shared by requests, changes of them and drafts, and the
 * source of their schema. There is no field for a name or an immigration status, and unknown fields
 * are refused, so neither can be written down by mistake.
 */
#ifndef NB_API_REQUEST_FIELDS_H
#define NB_API_REQUEST_FIELDS_H

#include "core/http/fields.h"

/* Of POST /v1/requests. */
extern const struct http_fields api_request_fields;
/* The same with every field optional: a draft, or a change of a request. */
extern const struct http_fields api_request_part_fields;
/* One household, for answers. */
extern const struct http_fields api_household_fields;

/* Words, each list ending with NULL. */
extern const char *const api_urgency_words[];
extern const char *const api_gender_words[];
extern const char *const api_document_words[];
extern const char *const api_wish_words[];
extern const char *const api_channel_words[];
extern const char *const api_asked_by_words[];
extern const char *const api_shares_back_words[];
extern const char *const api_contact_mode_words[];
extern const char *const api_country_words[];

#endif
