/* Asks of a program's pure rules, filled with what is ordinary: a test names only
 * what it is about. */
#ifndef NB_TESTS_RULES_CASES_H
#define NB_TESTS_RULES_CASES_H

#include "tests/support/plugin_inside.h"

#define RULES_TODAY 9824 /* 2026-11-24 */

/* Days since 2000-01-01 of YYYY-MM-DD. */
int32_t rules_day(const char *text);
/* "" for NB_DAY_NEVER, else YYYY-MM-DD; static storage, two at a time. */
const char *rules_day_text(int32_t day);
/* From tomorrow for two adults with card and ID in a room, by a person, for a charity's account. */
struct nb_eligible_ask rules_eligible(uint16_t nights, const char *property);
/* Whether the answer refuses with that code. */
bool rules_refuses(const struct nb_eligible *answer, enum nb_refusal_code code);
/* A lot and account of which nothing is known. */
struct nb_expiry_ask rules_expiry(const char *acquired);
/* Every rule has its source, and a date on which somebody looked or none. */
void rules_expect_documented(const struct inside *inside);

#endif
