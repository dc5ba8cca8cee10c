#include "core/base/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Nothing at all belongs to every currency. */
static bool is_nothing(struct money money)
{
    return money.minor == 0 && money.currency[0] == '\0';
}

bool nb_money_add(struct money a, struct money b, struct money *ret_sum)
{
    struct money sum = is_nothing(a) ? b : a;

    if (!is_nothing(a) && !is_nothing(b) &&
        strncmp(a.currency, b.currency, sizeof(a.currency)) != 0) {
        return false;
    }
    if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) {
        return false;
    }
    *ret_sum = sum;
    return true;
}

void nb_money_format(struct money money, char ret_text[NB_MONEY_TEXT])
{
    /* The magnitude as unsigned: the smallest int64 has no positive twin. */
    uint64_t size = money.minor < 0 ? UINT64_C(0) - (uint64_t)money.minor : (uint64_t)money.minor;

    (void)snprintf(ret_text, NB_MONEY_TEXT, "%.3s%s%s%" PRIu64 ".%02d", money.currency,
                   money.currency[0] == '\0' ? "" : " ", money.minor < 0 ? "-" : "", size / 100,
                   (int)(size % 100));
}
