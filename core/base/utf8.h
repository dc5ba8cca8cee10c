/*
 * Whether text from outside is UTF-8 that every reader reads alike: no overlong form, no surrogate,
 * nothing beyond Unicode.
 */
#ifndef NB_BASE_UTF8_H
#define NB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character at text (left >= 1), or 0 when it is none. */
size_t nb_utf8_character(const char *text, size_t left);
/* True for UTF-8, and without control characters (of ASCII) when `printable`. */
bool nb_utf8_valid(const char *text, size_t bytes, bool printable);

#endif
