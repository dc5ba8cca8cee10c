#include "core/model/allocation.h"
#include "core/scheduler/search_private.h"

#include <string.h>

/* Places among which a group is divided: those behind them are farther down the list. */
#define SPLIT_PLACES 64
/* How often a division that one account cannot pay for is tried again with less. */
#define SPLIT_TRIES 16
#define ROOMS_UNSAID 100 /* the most a group could need */

static const struct store_search_place *place_of(const struct search *search,
                                                 const struct search_option *option)
{
    return &search->places[option->row->place];
}

static bool is_points(const struct store_search_place *place)
{
    return place->model.kind == MODEL_PLACE_POINTS_HOTEL;
}

static uint32_t household_units(const struct search *search, size_t household,
                                const struct store_search_place *place)
{
    const struct model_party one = {.households = &search->request.ask.party.households[household],
                                    .household_count = 1};

    return model_units_needed(&one, &place->model.unit);
}

/* May this household sleep there, whatever its share of the price? */
static bool household_allowed(const struct search *search, size_t household,
                              const struct store_search_place *place)
{
    struct model_request request = search->request.ask;
    struct model_place model = place->model;

    request.party.households = &search->request.ask.party.households[household];
    request.party.household_count = 1;
    request.party.may_split = false;
    model.price = (struct model_price){.available = true};
    return model_refusals_of(&request, &model,
                             model_units_needed(&request.party, &place->model.unit)) == 0;
}

/* --- what so many rooms cost, and whether that can be paid --- */

static int64_t points_of(const struct search *search, const struct store_search_place *place,
                         uint32_t units)
{
    size_t at = (size_t)(place - search->places);

    return search->pricing.offers[at].room_points * (int64_t)units;
}

static int32_t bookings_of(const struct search *search, const struct store_search_place *place,
                           uint32_t units)
{
    const struct pricing_program *program = pricing_program_of(&search->pricing, place);
    int32_t each = program == NULL ? 0 : program->rooms_per_booking;

    return each <= 0 ? 1 : ((int32_t)units + each - 1) / each;
}

static bool payable(const struct search *search, const struct store_search_place *place,
                    uint32_t units)
{
    bool gateway = false;

    if (is_points(place)) {
        return pricing_account(&search->pricing, (size_t)(place - search->places),
                               points_of(search, place, units), bookings_of(search, place, units),
                               &gateway) != NULL;
    }
    /* The budget is compared for the whole stay of the least demanding household. */
    return place->model.kind != MODEL_PLACE_PARTNER_HOTEL ||
           place->model.price.cash_budget_minor >= place->model.price.cash_minor;
}

/* Units that a group may take there: free ones, within our cap, and what can be paid. */
static uint32_t rooms_for_group(const struct search *search, const struct store_search_place *place)
{
    const struct model_desk *desk = &place->model.desk;
    int32_t free = place->model.unit.free_units;
    uint32_t rooms = free < 0 ? ROOMS_UNSAID : (uint32_t)free;

    if (model_place_is_hotel(&place->model)) {
        int32_t left = desk->guest_cap - desk->rooms_present;
        uint32_t cap = left < 0 ? 0 : (uint32_t)left;
        rooms = rooms < cap ? rooms : cap;
    }
    rooms = rooms < ROOMS_UNSAID ? rooms : ROOMS_UNSAID;
    while (rooms > 0 && !payable(search, place, rooms)) {
        rooms--;
    }
    return rooms;
}

/* --- options --- */

static void take_account(struct search *search, struct search_option *option)
{
    const struct store_search_place *place = place_of(search, option);

    if (is_points(place)) {
        option->points = points_of(search, place, option->units);
        option->account =
            pricing_account(&search->pricing, option->row->place, option->points,
                            bookings_of(search, place, option->units), &option->gateway);
    }
}

/* Everybody, at one place. */
static bool whole_party(struct search *search)
{
    size_t count = search->request.ask.party.household_count;
    uint8_t *all = nb_arena_alloc(search->arena, count + 1);

    if (all == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        all[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < search->offered; i++) {
        struct search_option *option = &search->options[i];
        option->units = option->row->units;
        option->households = all;
        option->household_count = count;
        take_account(search, option);
    }
    if (search->offered == 0) {
        search->allocation.left_over = all;
        search->allocation.left_over_count = count;
        search->allocation.people_left = model_party_people(&search->request.ask.party);
    }
    return true;
}

/* As many households as fit, in their order, for somebody who chooses this place alone. */
static bool fill_alone(struct search *search, struct search_option *option)
{
    const struct store_search_place *place = place_of(search, option);
    size_t count = search->request.ask.party.household_count;
    uint8_t *households = nb_arena_alloc(search->arena, count + 1);
    uint32_t rooms = rooms_for_group(search, place);

    if (households == NULL) {
        return false;
    }
    option->units = 0;
    option->household_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t units = household_units(search, i, place);
        if (units > 0 && option->units + units <= rooms && household_allowed(search, i, place)) {
            households[option->household_count++] = (uint8_t)i;
            option->units += units;
        }
    }
    option->households = households;
    return true;
}

/* --- the division --- */

struct division {
    struct search *search;
    size_t places; /* the first of the options */
    struct model_allocation_place limits[SPLIT_PLACES];
    bool *allowed;
    struct model_allocation result;
    uint32_t units[SPLIT_PLACES];
};

static bool prepare(struct division *division)
{
    struct search *search = division->search;
    size_t households = search->request.ask.party.household_count;

    division->places = search->offered < SPLIT_PLACES ? search->offered : SPLIT_PLACES;
    division->allowed = nb_arena_alloc(search->arena, households * division->places + 1);
    if (division->allowed == NULL) {
        return false;
    }
    for (size_t p = 0; p < division->places; p++) {
        const struct store_search_place *place = place_of(search, &search->options[p]);
        division->limits[p] =
            (struct model_allocation_place){.rooms = rooms_for_group(search, place),
                                            .room_takes = place->model.unit.takes,
                                            .by_bed = place->model.unit.by_bed,
                                            .class = (uint8_t)search->options[p].row->class};
        for (size_t h = 0; h < households; h++) {
            division->allowed[h * division->places + p] = household_allowed(search, h, place);
        }
    }
    return true;
}

static bool divide(struct division *division, struct nb_err *err)
{
    struct search *search = division->search;
    const struct model_party *party = &search->request.ask.party;
    const struct model_allocation_ask ask = {.households = party->households,
                                             .household_count = party->household_count,
                                             .places = division->limits,
                                             .place_count = division->places,
                                             .allowed = division->allowed};

    if (!model_allocate(&ask, search->arena, &division->result, err)) {
        return false;
    }
    memset(division->units, 0, sizeof(division->units));
    for (size_t h = 0; h < party->household_count; h++) {
        if (division->result.place_of[h] != MODEL_UNPLACED) {
            division->units[division->result.place_of[h]] += division->result.rooms[h];
        }
    }
    return true;
}

/* Rooms that the account could still pay for, when the places before took their share. */
static uint32_t still_paid(const struct search *search, const struct store_search_place *place,
                           const struct store_search_account *account, int64_t spent_before)
{
    int64_t room = points_of(search, place, 1);
    int64_t left = account->balance.v - spent_before;

    return left < room || room <= 0 ? 0 : (uint32_t)(left / room);
}

/* One account may have to pay at several hotels: the first that it cannot pay for any more is
 * limited to what it can. False when everything is paid for. */
static bool limit_unpaid(struct division *division)
{
    struct search *search = division->search;
    int64_t spent[SPLIT_PLACES] = {0};
    const struct store_search_account *accounts[SPLIT_PLACES] = {NULL};

    for (size_t p = 0; p < division->places; p++) {
        const struct store_search_place *place = place_of(search, &search->options[p]);
        bool gateway = false;
        int64_t before = 0;
        if (!is_points(place) || division->units[p] == 0) {
            continue;
        }
        spent[p] = points_of(search, place, division->units[p]);
        accounts[p] = pricing_account(&search->pricing, search->options[p].row->place, spent[p],
                                      bookings_of(search, place, division->units[p]), &gateway);
        for (size_t q = 0; q < p; q++) {
            before += accounts[q] == accounts[p] ? spent[q] : 0;
        }
        if (accounts[p] == NULL || before + spent[p] > accounts[p]->balance.v) {
            division->limits[p].rooms =
                accounts[p] == NULL ? 0 : still_paid(search, place, accounts[p], before);
            return true;
        }
    }
    return false;
}

static void close_points(struct division *division)
{
    for (size_t p = 0; p < division->places; p++) {
        if (is_points(place_of(division->search, &division->search->options[p]))) {
            division->limits[p].rooms = 0;
        }
    }
}

/* Again with less while something is not paid for; a division that will not settle does without
 * points. */
static bool divide_paid(struct division *division, struct nb_err *err)
{
    bool good = divide(division, err);
    bool unpaid = good && limit_unpaid(division);

    for (int i = 0; good && unpaid && i < SPLIT_TRIES; i++) {
        good = divide(division, err);
        unpaid = good && limit_unpaid(division);
    }
    if (good && unpaid) {
        close_points(division);
        good = divide(division, err);
    }
    return good;
}

static bool suggest(struct division *division)
{
    struct search *search = division->search;
    size_t households = search->request.ask.party.household_count;

    for (size_t p = 0; p < division->places; p++) {
        struct search_option *option = &search->options[p];
        uint8_t *chosen = nb_arena_alloc(search->arena, households + 1);
        if (chosen == NULL) {
            return false;
        }
        if (division->units[p] == 0) {
            continue;
        }
        option->suggested = true;
        option->units = division->units[p];
        option->households = chosen;
        option->household_count = 0;
        for (size_t h = 0; h < households; h++) {
            if (division->result.place_of[h] == p) {
                chosen[option->household_count++] = (uint8_t)h;
            }
        }
    }
    return true;
}

static bool note_left_over(struct division *division)
{
    struct search *search = division->search;
    const struct model_allocation *result = &division->result;
    uint8_t *left = nb_arena_alloc(search->arena, result->left_over_count + 1);

    for (size_t i = 0; left != NULL && i < result->left_over_count; i++) {
        left[i] = (uint8_t)result->left_over[i];
    }
    search->allocation = (struct search_allocation){.left_over = left,
                                                    .left_over_count = result->left_over_count,
                                                    .people_left = result->people_left,
                                                    .people_placed = result->people_placed};
    return left != NULL;
}

/* Options into which nobody fits leave the list: the rules look at households one by one, the least
 * demanding may be another than the one that is allowed. */
static void drop_empty(struct search *search)
{
    size_t kept = 0;

    for (size_t i = 0; i < search->offered; i++) {
        struct search_option option = search->options[i];
        if (option.household_count > 0) {
            search->options[kept++] = option;
            continue;
        }
        struct model_ranked *row = &search->ranked[option.row - search->ranked];
        row->refusal = MODEL_REFUSAL_NO_CAPACITY;
        row->refusals = MODEL_REFUSAL_BIT(MODEL_REFUSAL_NO_CAPACITY);
    }
    search->offered = kept;
}

static bool split_group(struct search *search)
{
    struct division division = {.search = search};
    struct nb_err err;

    if (!prepare(&division) || !divide_paid(&division, &err)) {
        return false;
    }
    if (!suggest(&division) || !note_left_over(&division)) {
        return false;
    }
    for (size_t i = 0; i < search->offered; i++) {
        struct search_option *option = &search->options[i];
        if (!option->suggested && !fill_alone(search, option)) {
            return false;
        }
        if (option->household_count > 0) {
            take_account(search, option);
        }
    }
    drop_empty(search);
    return true;
}

bool search_split(struct search *search)
{
    search->options =
        nb_arena_alloc(search->arena, (search->offered + 1) * sizeof(*search->options));
    if (search->options == NULL) {
        return false;
    }
    for (size_t i = 0; i < search->offered; i++) {
        search->options[i].id = nb_public_id_random();
        search->options[i].row = &search->ranked[i];
    }
    return search->request.ask.party.may_split ? split_group(search) : whole_party(search);
}
