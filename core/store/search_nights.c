#include "core/store/search_nights.h"

#include "core/store/search.h"

#include <string.h>

#define ROOMS_NOT_SAID 32767
#define RATE_DIGITS 20                    /* ten bytes */
#define RATES_EPOCH_S INT64_C(1577836800) /* 2020 */

static int32_t *unknown_nights(int32_t looked, struct nb_arena *arena)
{
    int32_t *free = nb_arena_alloc(arena, (size_t)looked * sizeof(*free));

    for (int32_t i = 0; free != NULL && i < looked; i++) {
        free[i] = STORE_FREE_UNKNOWN;
    }
    return free;
}

int32_t *search_nights_free(const int64_t *packed, size_t count, int32_t looked,
                            struct nb_arena *arena)
{
    int32_t *free = unknown_nights(looked, arena);

    for (size_t i = 0; free != NULL && i < count; i++) {
        NB_ASSERT(packed[i] >> 16 < looked);
        free[packed[i] >> 16] = (int32_t)(packed[i] & 0xffff);
    }
    return free;
}

static int64_t number(const char *digits, int count)
{
    int64_t value = 0;

    for (int i = 0; i < count; i++) {
        value = value << 4 | (digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10);
    }
    return value;
}

static void read_rate(const char *digits, int64_t night, struct search_rates *rates)
{
    int64_t rooms = number(digits + 8, 4);
    int64_t seen_s = number(digits + 12, 8);

    if (seen_s == 0) {
        return;
    }
    seen_s += RATES_EPOCH_S;
    rates->prices[night] = number(digits, 8);
    rates->free[night] = rooms == ROOMS_NOT_SAID ? STORE_FREE_NOT_SAID : (int32_t)rooms;
    if (rates->oldest_seen_s == 0 || seen_s < rates->oldest_seen_s) {
        rates->oldest_seen_s = seen_s;
    }
}

bool search_nights_rates(const char *hex, int64_t first, int32_t looked, struct nb_arena *arena,
                         struct search_rates *ret_rates)
{
    struct search_rates rates = {.prices =
                                     nb_arena_alloc(arena, (size_t)looked * sizeof(*rates.prices)),
                                 .free = unknown_nights(looked, arena)};

    if (rates.prices == NULL || rates.free == NULL) {
        return false;
    }
    /* Behind \x */
    for (const char *at = hex == NULL ? "" : hex + 2; *at != '\0' && first < looked; first++) {
        NB_ASSERT(first >= 0);
        read_rate(at, first, &rates);
        at += RATE_DIGITS;
    }
    *ret_rates = rates;
    return true;
}
