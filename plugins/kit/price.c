#include "plugins/kit/price.h"

#include "plugins/kit/check.h"

#include <string.h>

static void spread(int64_t *nights, uint32_t count, int64_t total)
{
    int64_t each = total / count;
    int64_t left = total % count;
    for (uint32_t i = 0; i < count; i++) {
        nights[i] = each + (i < left);
    }
}

static enum nb_price_reason copy_posted(const struct nb_price_ask *ask, int64_t *nights)
{
    for (uint32_t i = 0; i < ask->night_count; i++) {
        if (ask->night_points[i] <= 0) {
            return ask->night_points[i] < 0 ? NB_PRICE_BAD_INPUT : NB_PRICE_NOT_PUBLISHED;
        }
        nights[i] = ask->night_points[i];
    }
    return NB_PRICE_REASON_NONE;
}

static bool extras_sound(const struct nb_price_ask *ask)
{
    for (uint32_t i = 0; i < ask->extra_count; i++) {
        const struct nb_cash *cash = &ask->extras[i];
        if (cash->minor < 0 || cash->kind == NB_CASH_NONE || cash->kind >= NB_CASH_COUNT ||
            !kit_currency_fits(cash->currency)) {
            return false;
        }
    }
    return true;
}

enum nb_price_reason kit_price_nights(const struct nb_call *call, const struct nb_price_ask *ask,
                                      int64_t **ret_nights)
{
    *ret_nights = NULL;
    if (ask->night_count == 0 || ask->night_count > NB_NIGHTS_MAX || ask->rooms == 0 ||
        ask->bedrooms == 0 || ask->stay_points < 0 || ask->night_tier < 0 || !extras_sound(ask)) {
        return NB_PRICE_BAD_INPUT;
    }
    if (ask->night_points == NULL && ask->night_tier == 0 && ask->stay_points == 0) {
        return NB_PRICE_NOT_PUBLISHED;
    }
    int64_t *nights = nb_call_alloc(call, ask->night_count * sizeof(*nights));
    if (nights == NULL) {
        return NB_PRICE_REASON_NONE;
    }
    enum nb_price_reason reason = NB_PRICE_REASON_NONE;
    if (ask->stay_points > 0) {
        spread(nights, ask->night_count, ask->stay_points);
    } else if (ask->night_points != NULL) {
        reason = copy_posted(ask, nights);
    } else {
        for (uint32_t i = 0; i < ask->night_count; i++) {
            nights[i] = ask->night_tier;
        }
    }
    *ret_nights = reason == NB_PRICE_REASON_NONE ? nights : NULL;
    return reason;
}

uint32_t kit_price_free_cheapest(int64_t *nights, uint32_t count, uint32_t every)
{
    uint32_t freed = 0;
    for (uint32_t start = 0; every > 1 && start + every <= count; start += every) {
        uint32_t cheapest = start;
        for (uint32_t i = start; i < start + every; i++) {
            cheapest = nights[i] <= nights[cheapest] ? i : cheapest;
        }
        nights[cheapest] = 0;
        freed++;
    }
    return freed;
}

/* A cash row is posted for one room and night. */
static enum nb_status carry_extras(const struct nb_call *call, const struct nb_price_ask *ask,
                                   struct nb_price *price)
{
    if (ask->extra_count == 0) {
        return NB_OK;
    }
    struct nb_cash *extras = nb_call_alloc(call, ask->extra_count * sizeof(*extras));
    if (extras == NULL) {
        return NB_NO_MEMORY;
    }
    int64_t room_nights = (int64_t)ask->rooms * ask->night_count;
    for (uint32_t i = 0; i < ask->extra_count; i++) {
        extras[i] = ask->extras[i];
        if (__builtin_mul_overflow(extras[i].minor, room_nights, &extras[i].minor)) {
            *price = (struct nb_price){.reason = NB_PRICE_OVERFLOW};
            return NB_OK;
        }
    }
    price->extras = extras;
    price->extra_count = ask->extra_count;
    return NB_OK;
}

enum nb_status kit_price_finish(const struct nb_call *call, const struct nb_price_ask *ask,
                                int64_t *nights, uint32_t units, uint32_t free_nights,
                                struct nb_price *price)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < ask->night_count; i++) {
        if (__builtin_mul_overflow(nights[i], (int64_t)units, &nights[i]) ||
            __builtin_add_overflow(total, nights[i], &total)) {
            price->reason = NB_PRICE_OVERFLOW;
            return NB_OK;
        }
    }
    *price = (struct nb_price){.total_points = total,
                               .free_nights = free_nights,
                               .night_count = ask->night_count,
                               .night_points = nights};
    return carry_extras(call, ask, price);
}
