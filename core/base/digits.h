/*
 * Numbers as decimal text, where printf would be most of the work: every date, every key and every
 * number of an answer goes through here. Nothing is allocated and no locale is asked.
 */
#ifndef NB_BASE_DIGITS_H
#define NB_BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define NB_INT64_TEXT 21 /* "-9223372036854775808" and the NUL */

/* Writes the last `width` digits of value (0 or more), with leading zeros and no NUL; returns the
 * place behind them. */
char *nb_digits(char *at, int value, int width);
/* Writes value with a NUL; returns the length without it. */
size_t nb_int64_format(int64_t value, char ret_text[NB_INT64_TEXT]);

#endif
