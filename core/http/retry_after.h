/*
 * How long another side asks us to wait. Pure: the caller brings the time.
 */
#ifndef NB_HTTP_RETRY_AFTER_H
#define NB_HTTP_RETRY_AFTER_H

#include "core/base/clock.h"

/* Seconds, or one of the three HTTP dates of RFC 9110, relative to `now`. The result lies in
 * [0, ceiling_ms]. False, and nothing written, when the text is NULL or anything else: then the
 * caller's own back-off counts. */
bool http_retry_after(const char *text, struct nb_instant now, int64_t ceiling_ms,
                      int64_t *ret_ms) NB_MUST_CHECK;

#endif
