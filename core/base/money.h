/*
 * Money: minor units and an ISO 4217 code; integers, overflow-checked; no conversion here.
 */
#ifndef NB_BASE_MONEY_H
#define NB_BASE_MONEY_H

#include "core/base/err.h"

#include <stdint.h>

struct money {
    int64_t minor;    /* cents for USD, CAD, MXN */
    char currency[4]; /* "USD"; empty when minor is 0 and none was named */
};

/* False on overflow or when the currencies differ (one may be empty with a zero amount). */
bool nb_money_add(struct money a, struct money b, struct money *ret_sum) NB_MUST_CHECK;
/* "USD 12.50". */
#define NB_MONEY_TEXT 40
void nb_money_format(struct money money, char ret_text[NB_MONEY_TEXT]);

#endif
