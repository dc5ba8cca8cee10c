#include "core/scheduler/search_private.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The guest's languages are one bit: any that is common is enough. */
#define SPEAKS 1u

static const char *hotel_language(const struct store_search_place *place)
{
    if (strcmp(place->country, "MX") == 0) {
        return "es";
    }
    bool quebec = strcmp(place->country, "CA") == 0 && place->region != NULL &&
                  strcmp(place->region, "QC") == 0;
    return quebec ? "fr" : "en";
}

/* A desk speaks its country's language; what else it speaks nobody has asked. */
static bool desk_speaks(const struct store_search_request *request,
                        const struct store_search_place *place)
{
    const char *own = hotel_language(place);

    for (size_t i = 0; i < request->language_count; i++) {
        if (strcmp(request->languages[i], own) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a word stands in an array of coded words. */
static bool array_has(const char *array, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(array, word); at != NULL; at = strstr(at + 1, word)) {
        char before = at[-1];
        char behind = at[length];
        if ((before == '{' || before == ',') && (behind == '}' || behind == ',')) {
            return true;
        }
    }
    return false;
}

static bool unit_meets(const struct model_unit *unit, const char *wish)
{
    return (strcmp(wish, "women") == 0 && unit->gender == MODEL_GENDER_RULE_WOMEN) ||
           (strcmp(wish, "men") == 0 && unit->gender == MODEL_GENDER_RULE_MEN) ||
           (strcmp(wish, "families") == 0 && unit->household == MODEL_TAKES_FAMILY);
}

static uint64_t wishes_met(const struct store_search_request *request,
                           const struct store_search_place *place)
{
    uint64_t met = 0;

    for (size_t i = 0; i < request->wish_count; i++) {
        const char *wish = request->wishes[i];
        bool has = (place->populations != NULL && array_has(place->populations, wish)) ||
                   (place->unit_type != 0 && unit_meets(&place->model.unit, wish));
        met |= has ? UINT64_C(1) << i : 0;
    }
    return met;
}

/* A house that is not on the youth route takes young adults in its youth unit, no minor alone. */
static void close_to_minors(const struct model_party *party, struct store_search_place *place)
{
    struct model_unit *unit = &place->model.unit;

    if (unit->household == MODEL_TAKES_YOUTH && !place->youth_route &&
        model_party_has_unaccompanied_minor(party)) {
        unit->household = MODEL_TAKES_SINGLE_ADULT;
    }
}

/* --- nights --- */

/* Free enough for the party; what a hotel does not say is found out by asking it. */
static bool night_suffices(const struct store_search_place *place, int32_t night, int32_t units)
{
    int32_t free = place->free[night];

    if (place->model.kind == MODEL_PLACE_POINTS_HOTEL && free < 0) {
        return true;
    }
    return free >= units;
}

static void settle_nights(const struct store_search_request *request,
                          struct store_search_place *place, int32_t looked)
{
    struct model_unit *unit = &place->model.unit;
    uint32_t units = model_units_needed(&request->ask.party, unit);
    int32_t needed = units == 0 ? 1 : (int32_t)units;
    bool points = place->model.kind == MODEL_PLACE_POINTS_HOTEL;
    int32_t worst = points ? STORE_FREE_NOT_SAID : INT32_MAX;

    for (int32_t i = 0; i < request->ask.nights; i++) {
        int32_t free = place->free[i];
        if (points) {
            worst = free >= 0 && (worst < 0 || free < worst) ? free : worst;
        } else {
            free = free < 0 ? 0 : free;
            worst = free < worst ? free : worst;
        }
    }
    unit->free_units = worst;
    while (unit->nights_ahead < looked && night_suffices(place, unit->nights_ahead, needed) &&
           (unit->nights_ahead < request->ask.nights || place->free[unit->nights_ahead] >= 0 ||
            place->prices[unit->nights_ahead] > 0)) {
        unit->nights_ahead++;
    }
}

/* --- money --- */

static int64_t budget_of(const struct store_search_means *means, const char *currency)
{
    for (size_t i = 0; i < means->budget_count; i++) {
        if (strcmp(means->budgets[i].currency, currency) == 0) {
            return means->budgets[i].minor;
        }
    }
    return 0;
}

static bool stay_cash(const struct store_search_place *place, int32_t nights, uint32_t units,
                      int64_t *ret_minor)
{
    int64_t sum = 0;

    for (int32_t i = 0; i < nights; i++) {
        if (place->prices[i] <= 0 || __builtin_add_overflow(sum, place->prices[i], &sum)) {
            return false;
        }
    }
    return !__builtin_mul_overflow(sum, (int64_t)units, ret_minor);
}

/* Whether it can be paid is decided in its own currency; what it is worth, for the order only, in
 * one that all prices share. */
static void settle_cash(struct search *search, const json_t *worth,
                        struct store_search_place *place)
{
    const struct store_search_request *request = &search->request;
    struct model_price *price = &place->model.price;
    uint32_t units = model_units_needed(&request->ask.party, &place->model.unit);
    int64_t minor = 0;

    price->available = units > 0 && stay_cash(place, request->ask.nights, units, &minor);
    if (!price->available) {
        return;
    }
    const json_t *permille = json_object_get(worth, place->currency);
    int64_t rate = json_is_integer(permille) ? json_integer_value(permille) : 1000;
    bool affordable = minor <= budget_of(&search->means, place->currency);
    price->cash_minor = minor / 1000 * rate + minor % 1000 * rate / 1000;
    price->cash_budget_minor = affordable ? price->cash_minor : -1;
}

/* --- places --- */

static bool in_zone(const struct search *search, struct model_spot spot)
{
    for (size_t i = 0; i < search->zone_count; i++) {
        if (model_spot_within(spot, search->zones[i].center, search->zones[i].radius_m)) {
            return true;
        }
    }
    return false;
}

static void assemble(struct search *search, const json_t *worth, int32_t looked,
                     struct store_search_place *place)
{
    const struct store_search_request *request = &search->request;
    struct model_place *model = &place->model;
    bool speaks = model_place_is_hotel(model) ? desk_speaks(request, place) : place->speaks;

    model->distance_m = model_distance_m(request->spot, place->spot);
    model->in_exclusion_zone = in_zone(search, place->spot);
    model->languages = speaks ? SPEAKS : 0;
    model->wishes = wishes_met(request, place);
    close_to_minors(&request->ask.party, place);
    settle_nights(request, place, looked);
    if (model->kind == MODEL_PLACE_PARTNER_HOTEL) {
        settle_cash(search, worth, place);
    }
}

void search_assemble(struct search *search)
{
    struct model_request *ask = &search->request.ask;
    json_t *worth = json_loads(search->request.money_worth, 0, NULL);
    int32_t ahead = ask->rules.expected_nights;
    int32_t looked = ahead > ask->nights ? ahead : ask->nights;

    ask->languages = search->request.language_count > 0 ? SPEAKS : 0;
    ask->wishes = (UINT64_C(1) << search->request.wish_count) - 1;
    for (size_t i = 0; i < search->place_count; i++) {
        assemble(search, worth, looked, &search->places[i]);
    }
    json_decref(worth);
}
