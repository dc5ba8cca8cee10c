/*
 * The other half of pricing.h: asks the plugin hosts, one batch for each program and kind of
 * account, and tells each hotel what was found.
 */
#include "core/scheduler/pricing.h"

#include <string.h>

/* The account that explains best why none serves: one that may book, with the most points. */
static const struct store_search_account *nearest_account(const struct pricing *pricing,
                                                          size_t place, bool *ret_gateway)
{
    const struct pricing_program *program = pricing_program_of(pricing, &pricing->places[place]);
    const struct store_search_account *best = NULL;

    for (size_t i = 0; i < program->account_count; i++) {
        const struct store_search_account *account = program->accounts[i];
        bool gateway = false;
        if (pricing_may_book(&pricing->offers[place], account, &gateway) &&
            (best == NULL || account->balance.v > best->balance.v)) {
            best = account;
            *ret_gateway = gateway;
        }
    }
    return best;
}

/* --- what was found becomes what the rules read --- */

static int32_t bookings_of(const struct pricing_program *program, uint32_t rooms)
{
    int32_t each = program->rooms_per_booking;

    return each <= 0 ? 1 : ((int32_t)rooms + each - 1) / each;
}

static void tell_account(const struct pricing *pricing, size_t at,
                         const struct store_search_account *account)
{
    struct store_search_place *place = &pricing->places[at];
    struct model_program *model = &place->model.program;

    model->eligible = account != NULL;
    if (account == NULL) {
        return;
    }
    model->balance = account->balance;
    model->expiring_soon = account->expiring;
    model->reserve.v = account->balance.v / 1000 * pricing->request->reserve_permille;
    model->minor_per_thousand = account->minor_per_thousand;
    model->bookings_left = pricing_counter_left(pricing, at, account);
}

static void settle_place(struct pricing *pricing, uint32_t at)
{
    struct store_search_place *place = &pricing->places[at];
    struct pricing_offer *offer = &pricing->offers[at];
    const struct pricing_program *program = pricing_program_of(pricing, place);
    uint32_t rooms = model_units_needed(&pricing->request->ask.party, &place->model.unit);
    int64_t points = 0;

    place->model.price.available =
        offer->priced && offer->asked != 0 &&
        !__builtin_mul_overflow(offer->room_points, (int64_t)rooms, &points);
    place->model.price.points.v = points;
    if (!place->model.price.available) {
        return;
    }
    const struct store_search_account *account =
        pricing_account(pricing, at, points, bookings_of(program, rooms), &offer->gateway);
    offer->account = account;
    tell_account(pricing, at,
                 account != NULL ? account : nearest_account(pricing, at, &offer->gateway));
}

/* --- asking the plugin hosts --- */

/* One batch; lives in the arena. */
struct batch {
    struct pricing *pricing;
    const struct pricing_program *program;
    const uint32_t *places;
    uint32_t count;
    unsigned profile; /* of a batch about eligibility */
};

struct wanted {
    const uint32_t *places;
    size_t count;
};

static void batch_over(struct pricing *pricing)
{
    if (--pricing->waiting == 0) {
        pricing->done(pricing->data);
    }
}

static void on_prices(void *user, const struct plugin_answer *answer)
{
    struct batch *batch = user;
    struct pricing *pricing = batch->pricing;
    size_t nights = (size_t)pricing->request->ask.nights;

    for (uint32_t i = 0; answer->result == PLUGIN_ANSWERED && i < answer->count; i++) {
        const struct nb_price *price = &plugin_answer_prices(answer)[i];
        struct pricing_offer *offer = &pricing->offers[batch->places[i]];
        int64_t *kept = nb_arena_alloc(pricing->arena, nights * sizeof(*kept));
        if (!answer->available[i] || price->reason != NB_PRICE_REASON_NONE || kept == NULL ||
            price->night_count != nights || price->total_points <= 0) {
            continue;
        }
        memcpy(kept, price->night_points, nights * sizeof(*kept));
        offer->priced = true;
        offer->room_points = price->total_points;
        offer->room_nights = kept;
        offer->room_free = (int32_t)price->free_nights;
    }
    batch_over(pricing);
}

static bool only_phone(const struct nb_eligible *row)
{
    for (uint32_t i = 0; i < row->refusal_count; i++) {
        if (row->refusals[i].code != NB_REFUSAL_PHONE_ONLY) {
            return false;
        }
    }
    return row->refusal_count > 0;
}

static void on_eligible(void *user, const struct plugin_answer *answer)
{
    struct batch *batch = user;
    uint8_t bit = (uint8_t)(1u << batch->profile);
    const char *counter = NULL;

    for (uint32_t i = 0; answer->result == PLUGIN_ANSWERED && i < answer->count; i++) {
        const struct nb_eligible *row = &plugin_answer_eligible(answer)[i];
        struct pricing_offer *offer = &batch->pricing->offers[batch->places[i]];
        if (!answer->available[i]) {
            continue;
        }
        offer->asked |= bit;
        offer->eligible |= row->refusal_count == 0 ? bit : 0;
        offer->phone_only |= only_phone(row) ? bit : 0;
        if (row->counter_amount > 0 && row->counter[0] != '\0') {
            offer->counted |= bit;
            /* Mostly the same word for the whole batch. */
            if (counter == NULL || strcmp(counter, row->counter) != 0) {
                counter = nb_arena_strndup(batch->pricing->arena, row->counter,
                                           strnlen(row->counter, sizeof(row->counter)));
            }
            offer->counter = counter;
        }
    }
    batch_over(batch->pricing);
}

static struct nb_price_ask price_ask(const struct batch *batch, uint32_t at)
{
    const struct pricing *pricing = batch->pricing;
    const struct store_search_place *place = &pricing->places[at];

    return (struct nb_price_ask){
        .check_in = place->check_in.day,
        .night_count = (uint16_t)pricing->request->ask.nights,
        .rooms = 1,
        .bedrooms = 1,
        .adults = 1,
        .flags = batch->program->holds_card ? NB_PRICE_MEMBER_CARD : 0,
        .night_points = place->prices,
    };
}

/* Who comes with one booking: the party, or its share when it takes several bookings. */
static void share_party(const struct pricing *pricing, uint32_t rooms, uint32_t of_rooms,
                        struct nb_eligible_ask *ask)
{
    const struct model_party *party = &pricing->request->ask.party;
    size_t households = party->may_split ? 1 : party->household_count;
    uint32_t adults = 0;
    uint32_t children = 0;
    uint8_t oldest = 0;

    for (size_t i = 0; i < households; i++) {
        const struct model_household *household = &party->households[i];
        adults += household->adults;
        oldest = household->oldest_adult_age > oldest ? household->oldest_adult_age : oldest;
        for (size_t j = 0; j < household->child_count && children < NB_CHILDREN_MAX; j++) {
            ask->child_ages[children++] = household->child_ages[j];
        }
    }
    uint32_t share_of_adults = (adults * rooms + of_rooms - 1) / of_rooms;
    uint32_t share_of_children = (children * rooms + of_rooms - 1) / of_rooms;
    ask->adults = (uint16_t)share_of_adults;
    ask->child_count = (uint16_t)share_of_children;
    ask->youngest_adult = oldest;
}

static uint16_t party_flags(const struct model_request *request, const struct model_desk *desk)
{
    return (uint16_t)((request->documents != 0 ? NB_PARTY_HAS_ID : 0) |
                      (request->has_card ? NB_PARTY_HAS_CARD : 0) |
                      (request->account_watched ? NB_PARTY_WATCHED : 0) |
                      (desk->card == MODEL_CARD_NONE_NEEDED ? NB_PARTY_CARD_WAIVED : 0) |
                      (desk->takes_no_id ? NB_PARTY_ID_WAIVED : 0));
}

static void copy_code(char *to, const char *code)
{
    size_t length = code == NULL ? 0 : strnlen(code, NB_CODE_TEXT - 1);

    if (length > 0) {
        memcpy(to, code, length);
    }
}

/* The yearly counter is our own books': the plugin is told of none used. */
static struct nb_eligible_ask eligible_ask(const struct pricing *pricing, const struct batch *batch,
                                           uint32_t at)
{
    const struct store_search_place *place = &pricing->places[at];
    uint32_t rooms = model_units_needed(&pricing->request->ask.party, &place->model.unit);
    int32_t most = batch->program->rooms_per_booking;
    uint32_t in_one = most > 0 && rooms > (uint32_t)most ? (uint32_t)most : rooms;
    bool charity = (batch->profile & 1u) != 0;
    struct nb_eligible_ask ask = {
        .check_in = place->check_in.day,
        .night_count = (uint16_t)pricing->request->ask.nights,
        .rooms = (uint16_t)in_one,
        .party = party_flags(&pricing->request->ask, &place->model.desk),
        .channel = (batch->profile & 2u) != 0 ? NB_CHANNEL_GATEWAY : NB_CHANNEL_ASSISTED,
        .account_kind = charity ? NB_ACCOUNT_CHARITY : NB_ACCOUNT_CUSTODIAN,
    };

    share_party(pricing, in_one, rooms, &ask);
    copy_code(ask.property_code, place->property_code);
    copy_code(ask.brand, place->brand);
    return ask;
}

/* The program's day: not later than any first night of the batch, so that a house that is still in
 * last night is not told that its night is over. */
static struct plugin_context context_of(const struct batch *batch)
{
    const struct pricing *pricing = batch->pricing;
    struct plugin_context context = {.now_us = pricing->request->now.us,
                                     .today = pricing->request->today.day,
                                     .rule_count = batch->program->rule_count,
                                     .zone = pricing->request->zone,
                                     .rules = batch->program->rules};

    for (uint32_t i = 0; i < batch->count; i++) {
        int32_t day = pricing->places[batch->places[i]].check_in.day;
        context.today = day < context.today ? day : context.today;
    }
    return context;
}

static void send_prices(struct batch *batch)
{
    struct nb_price_ask *asks = nb_arena_alloc(batch->pricing->arena, batch->count * sizeof(*asks));
    struct plugin_context context = context_of(batch);
    struct nb_err err;

    for (uint32_t i = 0; asks != NULL && i < batch->count; i++) {
        asks[i] = price_ask(batch, batch->places[i]);
    }
    if (asks == NULL || !plugin_host_price(batch->program->host, &context, asks, batch->count,
                                           PRICING_DEADLINE_MS, on_prices, batch, &err)) {
        batch_over(batch->pricing);
    }
}

static void send_eligible(struct batch *batch)
{
    struct nb_eligible_ask *asks =
        nb_arena_alloc(batch->pricing->arena, batch->count * sizeof(*asks));
    struct plugin_context context = context_of(batch);
    struct nb_err err;

    for (uint32_t i = 0; asks != NULL && i < batch->count; i++) {
        asks[i] = eligible_ask(batch->pricing, batch, batch->places[i]);
    }
    if (asks == NULL || !plugin_host_eligible(batch->program->host, &context, asks, batch->count,
                                              PRICING_DEADLINE_MS, on_eligible, batch, &err)) {
        batch_over(batch->pricing);
    }
}

static struct batch *batch_new(struct pricing *pricing, const struct pricing_program *program,
                               const uint32_t *places, size_t count)
{
    struct batch *batch = nb_arena_alloc(pricing->arena, sizeof(*batch));

    if (batch != NULL) {
        pricing->waiting++;
        *batch = (struct batch){
            .pricing = pricing, .program = program, .places = places, .count = (uint32_t)count};
    }
    return batch;
}

/* Profiles under which accounts of the program book: a machine's account also as a person's, for
 * what only a person may do. */
static unsigned profiles_of(const struct pricing_program *program)
{
    unsigned profiles = 0;

    for (size_t i = 0; i < program->account_count; i++) {
        const struct store_search_account *account = program->accounts[i];
        profiles |= 1u << pricing_profile(false, account->charity);
        profiles |= account->gateway ? 1u << pricing_profile(true, account->charity) : 0;
    }
    return profiles;
}

static void ask_program(struct pricing *pricing, const struct pricing_program *program,
                        const uint32_t *places, size_t count)
{
    unsigned profiles = profiles_of(program);

    for (size_t at = 0; at < count; at += NB_BATCH_MAX) {
        size_t some = count - at < NB_BATCH_MAX ? count - at : NB_BATCH_MAX;
        struct batch *batch = batch_new(pricing, program, places + at, some);
        if (batch != NULL) {
            send_prices(batch);
        }
        for (unsigned profile = 0; profile < PRICING_PROFILES; profile++) {
            batch = (profiles >> profile & 1) == 0 ? NULL
                                                   : batch_new(pricing, program, places + at, some);
            if (batch != NULL) {
                batch->profile = profile;
                send_eligible(batch);
            }
        }
    }
}

/* Those of the wanted that a program prices, in a list of its own. */
static uint32_t *places_of(struct pricing *pricing, const struct pricing_program *program,
                           const struct wanted *wanted, size_t *ret_count)
{
    uint32_t *places = nb_arena_alloc(pricing->arena, (wanted->count + 1) * sizeof(*places));

    *ret_count = 0;
    for (size_t i = 0; places != NULL && i < wanted->count; i++) {
        if (pricing_program_of(pricing, &pricing->places[wanted->places[i]]) == program) {
            places[(*ret_count)++] = wanted->places[i];
        }
    }
    return places;
}

/* All answers are in. */
struct settling {
    struct pricing *pricing;
    struct wanted wanted;
    void (*done)(void *data);
    void *data;
};

static void settle(void *data)
{
    struct settling *settling = data;

    for (size_t i = 0; i < settling->wanted.count; i++) {
        settle_place(settling->pricing, settling->wanted.places[i]);
    }
    settling->done(settling->data);
}

void pricing_start(struct pricing *pricing, const uint32_t *wanted, size_t count,
                   void (*done)(void *data), void *data)
{
    struct settling *settling = nb_arena_alloc(pricing->arena, sizeof(*settling));

    NB_ASSERT(settling != NULL);
    *settling = (struct settling){
        .pricing = pricing, .wanted = {wanted, count}, .done = done, .data = data};
    pricing->done = settle;
    pricing->data = settling;
    pricing->waiting = 1; /* this call's own, so that a refusal on the way ends nothing */
    for (size_t i = 0; i < pricing->program_count; i++) {
        const struct pricing_program *program = &pricing->programs[i];
        size_t some = 0;
        const uint32_t *places = places_of(pricing, program, &settling->wanted, &some);
        if (program->host != NULL && some > 0) {
            ask_program(pricing, program, places, some);
        }
    }
    batch_over(pricing);
}
