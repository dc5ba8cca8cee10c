#include "core/scheduler/pricing.h"

#include <stdlib.h>
#include <string.h>

/* Rule keys that plugins share (plugins/kit/eligible.h). */
#define RULE_ROOMS "booking.rooms_max"
#define RULE_CARD "guest.card_required"
#define RULE_COUNTER "gift.per_year"

/* --- programs and their rules --- */

/* The value in force on a day: the last row of the key that holds, else what the plugin was written
 * with, else NULL. */
static const char *rule_value(const struct pricing_program *program, int32_t day, const char *key)
{
    const struct nb_plugin *plugin =
        program->host == NULL ? NULL : plugin_host_descriptor(program->host);
    const char *value = NULL;

    for (uint32_t i = 0; plugin != NULL && i < plugin->rule_count; i++) {
        if (strcmp(plugin->rules[i].key, key) == 0) {
            value = plugin->rules[i].value;
        }
    }
    for (uint32_t i = 0; i < program->rule_count; i++) {
        const struct nb_rule *rule = &program->rules[i];
        if (strcmp(rule->key, key) == 0 && rule->from <= day && day < rule->to) {
            value = rule->value;
        }
    }
    return value;
}

static int32_t rule_number(const struct pricing_program *program, int32_t day, const char *key)
{
    const char *value = rule_value(program, day, key);
    long number = value == NULL ? 0 : strtol(value, NULL, 10);

    return number < 0 || number > INT32_MAX ? 0 : (int32_t)number;
}

/* What a person must do or what is scarce comes later; of the rest what ends first is used first,
 * points bound to a purpose before those that serve any. */
static int by_preference(const void *left, const void *right)
{
    const struct store_search_account *a = *(const struct store_search_account *const *)left;
    const struct store_search_account *b = *(const struct store_search_account *const *)right;

    if (a->phone_only != b->phone_only) {
        return a->phone_only ? 1 : -1;
    }
    if (a->first_end.day != b->first_end.day) {
        return a->first_end.day < b->first_end.day ? -1 : 1;
    }
    if (a->restricted.v != b->restricted.v) {
        return a->restricted.v > b->restricted.v ? -1 : 1;
    }
    if (a->balance.v != b->balance.v) {
        return a->balance.v > b->balance.v ? -1 : 1;
    }
    return a->id.v < b->id.v ? -1 : 1;
}

static bool learn_rules(struct pricing *pricing, struct pricing_program *program,
                        const struct store_search_means *means)
{
    struct nb_rule *rules =
        nb_arena_alloc(pricing->arena, (means->rule_count + 1) * sizeof(*rules));
    uint32_t count = 0;

    for (size_t i = 0; rules != NULL && i < means->rule_count && count < NB_RULES_MAX; i++) {
        const struct store_search_rule *row = &means->rules[i];
        if (strcmp(row->program, program->code) == 0) {
            rules[count++] = (struct nb_rule){
                .key = row->key, .value = row->value, .from = row->from, .to = row->to};
        }
    }
    program->rules = rules;
    program->rule_count = count;
    return rules != NULL;
}

/* Accounts of one program stand beside each other: takes them from `first` on; where they end. */
static bool learn_program(struct pricing *pricing, const struct store_search_means *means,
                          size_t first, size_t *ret_end)
{
    struct pricing_program *program = &pricing->programs[pricing->program_count++];
    size_t end = first;

    memcpy(program->code, means->accounts[first].program, sizeof(program->code));
    while (end < means->account_count && strcmp(means->accounts[end].program, program->code) == 0) {
        end++;
    }
    program->account_count = end - first;
    program->accounts = nb_arena_alloc(pricing->arena, program->account_count *
                                                           sizeof(struct store_search_account *));
    if (program->accounts == NULL) {
        return false;
    }
    program->holds_card = true;
    for (size_t i = 0; i < program->account_count; i++) {
        program->accounts[i] = &means->accounts[first + i];
        program->holds_card = program->holds_card && program->accounts[i]->holds_card;
    }
    qsort(program->accounts, program->account_count, sizeof(struct store_search_account *),
          by_preference);
    *ret_end = end;
    return learn_rules(pricing, program, means);
}

static void settle_program(struct pricing *pricing, struct pricing_program *program,
                           const struct search_programs *programs)
{
    int32_t day = pricing->request->check_in.day;
    const char *card = NULL;

    program->host = programs->host_of(programs->data, program->code);
    card = rule_value(program, day, RULE_CARD);
    program->needs_guest_card = card != NULL && strcmp(card, "on") == 0;
    program->rooms_per_booking = rule_number(program, day, RULE_ROOMS);
    program->counter_most = rule_number(program, day, RULE_COUNTER);
}

const struct pricing_program *pricing_program_of(const struct pricing *pricing,
                                                 const struct store_search_place *place)
{
    for (size_t i = 0; i < pricing->program_count; i++) {
        if (strcmp(pricing->programs[i].code, place->program) == 0) {
            return &pricing->programs[i];
        }
    }
    return NULL;
}

/* As if it cost nothing: whoever is refused now is refused for what no price changes. */
static void assume_free(struct pricing *pricing, struct store_search_place *place)
{
    const struct pricing_program *program = pricing_program_of(pricing, place);

    place->model.price = (struct model_price){.available = true};
    place->model.program = (struct model_program){.eligible = true, .bookings_left = -1};
    if (program != NULL) {
        place->model.program.account_usable = true;
        place->model.program.needs_guest_card = program->needs_guest_card;
        place->model.program.rooms_per_booking = program->rooms_per_booking;
    }
}

bool pricing_prepare(struct pricing *pricing, const struct store_search_means *means,
                     const struct search_programs *programs, struct nb_err *err)
{
    size_t at = 0;
    bool room = true;

    while (room && at < means->account_count && pricing->program_count < PRICING_PROGRAMS_MAX) {
        room = learn_program(pricing, means, at, &at);
    }
    pricing->offers =
        nb_arena_alloc(pricing->arena, (pricing->place_count + 1) * sizeof(*pricing->offers));
    if (!room || pricing->offers == NULL) {
        return nb_err_set(err, NB_ERR_LIMIT, "search_too_large",
                          "This search needs more memory than one may take: lower the distance.");
    }
    for (size_t i = 0; i < pricing->program_count; i++) {
        settle_program(pricing, &pricing->programs[i], programs);
    }
    for (size_t i = 0; i < pricing->place_count; i++) {
        if (pricing->places[i].model.kind == MODEL_PLACE_POINTS_HOTEL) {
            assume_free(pricing, &pricing->places[i]);
        }
    }
    return true;
}

/* --- which account --- */

unsigned pricing_profile(bool gateway, bool charity)
{
    return (gateway ? 2u : 0u) | (charity ? 1u : 0u);
}

static bool has(uint8_t bits, unsigned profile)
{
    return (bits >> profile & 1) != 0;
}

bool pricing_may_book(const struct pricing_offer *offer, const struct store_search_account *account,
                      bool *ret_gateway)
{
    unsigned machine = pricing_profile(true, account->charity);
    unsigned person = pricing_profile(false, account->charity);

    *ret_gateway = account->gateway && has(offer->eligible, machine);
    if (*ret_gateway) {
        return true;
    }
    if (account->gateway && !has(offer->phone_only, machine)) {
        return false;
    }
    return has(offer->eligible, person);
}

int32_t pricing_counter_left(const struct pricing *pricing, size_t place,
                             const struct store_search_account *account)
{
    const struct pricing_offer *offer = &pricing->offers[place];
    const struct pricing_program *program = pricing_program_of(pricing, &pricing->places[place]);
    int year = nb_night_year(pricing->places[place].check_in);

    if (offer->counter == NULL || !has(offer->counted, pricing_profile(false, account->charity))) {
        return -1;
    }
    for (size_t i = 0; i < account->counter_count; i++) {
        const struct store_search_counter *counter = &account->counters[i];
        if (counter->year == year && strcmp(counter->key, offer->counter) == 0) {
            return counter->left;
        }
    }
    /* A year's counter is made by its first booking. */
    return program == NULL ? 0 : program->counter_most;
}

static bool serves(const struct pricing *pricing, size_t place, int64_t points, int32_t bookings,
                   const struct store_search_account *account, bool *ret_gateway)
{
    int32_t left = pricing_counter_left(pricing, place, account);

    return pricing_may_book(&pricing->offers[place], account, ret_gateway) &&
           account->balance.v >= points && (left < 0 || left >= bookings);
}

const struct store_search_account *pricing_account(const struct pricing *pricing, size_t place,
                                                   int64_t points, int32_t bookings,
                                                   bool *ret_gateway)
{
    const struct pricing_program *program = pricing_program_of(pricing, &pricing->places[place]);

    for (size_t i = 0; program != NULL && i < program->account_count; i++) {
        if (serves(pricing, place, points, bookings, program->accounts[i], ret_gateway)) {
            return program->accounts[i];
        }
    }
    return NULL;
}
