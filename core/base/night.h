/*
 * A night is a calendar date at the property, never a timestamp; a stay is [check_in, check_out).
 * Pure calendar arithmetic (proleptic Gregorian); no zones here.
 */
#ifndef NB_BASE_NIGHT_H
#define NB_BASE_NIGHT_H

#include "core/base/err.h"

#include <stdint.h>

#define NB_NIGHT_TEXT 11         /* "2026-11-24" and the NUL */
#define NB_NIGHT_NEVER INT32_MAX /* the day of what does not end */

struct night {
    int32_t day; /* days since 2000-01-01, PostgreSQL's epoch for date */
};

/* Exactly YYYY-MM-DD of a date that exists, years 2000 to 2199. */
bool nb_night_parse(const char *text, struct night *ret_night, struct nb_err *err) NB_MUST_CHECK;
void nb_night_format(struct night night, char ret_text[NB_NIGHT_TEXT]);
struct night nb_night_of(int year, int month, int day_of_month);
int32_t nb_nights_between(struct night check_in, struct night check_out);
struct night nb_night_add(struct night night, int32_t days);
int nb_night_year(struct night night);

#endif
