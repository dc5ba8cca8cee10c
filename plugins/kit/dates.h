/*
 * Calendar dates as days since 2000-01-01, instants as microseconds since 1970 in UTC: arithmetic
 * and text, with no clock and no zone.
 */
#ifndef NB_KIT_DATES_H
#define NB_KIT_DATES_H

#include "core/plugin/nb_plugin.h"

#define KIT_DAY_TEXT 11 /* YYYY-MM-DD and the NUL */

#define KIT_DAY_LAST 73048 /* 2199-12-31 */

/* Whether it is a day that this house can mean: 2000-01-01 to KIT_DAY_LAST. What follows asks for
 * one (kit_day_of for a date that exists). */
bool kit_day_sound(int32_t day);
int32_t kit_day_of(int year, int month, int day_of_month);
/* Exactly YYYY-MM-DD of a date that exists, 2000 to 2199. */
bool kit_day_parse(const char *text, int32_t *ret_day);
void kit_day_format(int32_t day, char ret_text[KIT_DAY_TEXT]);
/* The same day of a later month, or that month's last: 31 January + 1 month = 28 or 29 February. */
int32_t kit_day_add_months(int32_t day, int32_t months);
/* RFC 3339 with an offset; fractions are dropped. */
bool kit_instant_parse(const char *text, int64_t *ret_us);

#endif
