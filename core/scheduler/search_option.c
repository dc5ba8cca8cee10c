/*
 * One option as text: as nb.search_candidates takes it, and as a preview shows it.
 */
#include "core/scheduler/search_private.h"

#include "core/base/digits.h"
#include "core/base/mem.h"

#include <inttypes.h>
#include <string.h>

/* Everything written here is numbers and words of ours: nothing in it needs an escape. */
#define TEXT_CEILING ((size_t)8 << 20)

static const char *const kind_words[] = {
    [MODEL_PLACE_NONE] = "none",
    [MODEL_PLACE_SHELTER] = "shelter",
    [MODEL_PLACE_PARTNER_HOTEL] = "partner_hotel",
    [MODEL_PLACE_POINTS_HOTEL] = "points_hotel",
};

static const struct store_search_place *place_of(const struct search *search,
                                                 const struct search_option *option)
{
    return &search->places[option->row->place];
}

static bool is_points(const struct store_search_place *place)
{
    return place->model.kind == MODEL_PLACE_POINTS_HOTEL;
}

const char *search_keep(struct search *search, struct nb_buf *buf)
{
    const char *text =
        buf->failed ? NULL : nb_arena_strndup(search->arena, nb_buf_str(buf), buf->length);

    nb_buf_clear(buf);
    return text;
}

static void number(struct nb_buf *buf, int64_t value)
{
    char text[NB_INT64_TEXT];

    nb_buf_add(buf, text, nb_int64_format(value, text));
}

/* ,"name": */
static void name(struct nb_buf *buf, const char *field)
{
    nb_buf_text(buf, ",\"");
    nb_buf_text(buf, field);
    nb_buf_text(buf, "\":");
}

static void put_number(struct nb_buf *buf, const char *field, int64_t value)
{
    name(buf, field);
    number(buf, value);
}

static void put_text(struct nb_buf *buf, const char *field, const char *value)
{
    name(buf, field);
    nb_buf_char(buf, '"');
    nb_buf_text(buf, value);
    nb_buf_char(buf, '"');
}

/* --- words of an option --- */

static const char *class_word(const struct store_search_place *place)
{
    switch (place->model.tier) {
    case MODEL_TIER_SPECIALIZED:
        return "specialized";
    case MODEL_TIER_ADJACENT:
        return "adjacent";
    case MODEL_TIER_GENERAL:
        return "general";
    case MODEL_TIER_NONE:
        break;
    }
    return "hotel";
}

static const char *transport_word(const struct store_search_place *place,
                                  const struct search_option *option)
{
    if (!is_points(place)) {
        return "referral";
    }
    return option->gateway ? "gateway" : "assisted";
}

static bool shelter_was_free(const struct search *search)
{
    return search->offered > 0 && search->options[0].row->class == MODEL_CLASS_SHELTER;
}

static int32_t rooms_per_booking(const struct search *search,
                                 const struct store_search_place *place)
{
    const struct pricing_program *program =
        is_points(place) ? pricing_program_of(&search->pricing, place) : NULL;

    return program == NULL ? 0 : program->rooms_per_booking;
}

/* open, close: braces of the array; quote: between words, so that JSON and PostgreSQL both get
 * theirs. */
struct list {
    struct nb_buf *buf;
    const char *quote;
    bool begun;
};

static void add_word(struct list *list, const char *word)
{
    if (list->begun) {
        nb_buf_char(list->buf, ',');
    }
    list->begun = true;
    nb_buf_text(list->buf, list->quote);
    nb_buf_text(list->buf, word);
    nb_buf_text(list->buf, list->quote);
}

static void write_flags(const struct search *search, const struct search_option *option,
                        struct list *list)
{
    const struct store_search_place *place = place_of(search, option);
    int32_t each = rooms_per_booking(search, place);

    if (option->row->class == MODEL_CLASS_GENERAL_SHELTER) {
        add_word(list, "general_shelter_after_hotels");
    }
    if (option->account != NULL && option->account->phone_only) {
        add_word(list, "by_phone_only");
    }
    if (each > 0 && option->units > (uint32_t)each) {
        add_word(list, "several_bookings");
    }
    if (option->suggested) {
        /* Of its households none fits into a shelter that the suggestion leaves free. */
        add_word(list, "suggested");
    } else if (is_points(place) && shelter_was_free(search)) {
        add_word(list, "reason_needed");
    }
}

static void write_risks(const struct model_check_in_risk *risk, struct list *list)
{
    for (uint32_t rest = risk->reasons; rest != 0; rest &= rest - 1) {
        add_word(list, model_risk_word((enum model_risk)__builtin_ctz(rest)));
    }
}

/* By night: points of `units` rooms. */
static void write_nights(struct nb_buf *buf, const int64_t *nights, int32_t count, int64_t units)
{
    for (int32_t i = 0; i < count; i++) {
        if (i > 0) {
            nb_buf_char(buf, ',');
        }
        number(buf, nights[i] * units);
    }
}

void search_write_households(struct nb_buf *buf, const struct search_option *option)
{
    for (size_t i = 0; i < option->household_count; i++) {
        if (i > 0) {
            nb_buf_char(buf, ',');
        }
        number(buf, option->households[i]);
    }
}

static void write_reasons(struct nb_buf *buf, const struct model_ranked *row)
{
    for (int i = 0; i < MODEL_CRITERION_COUNT; i++) {
        nb_buf_text(buf, i == 0 ? "{\"" : ",\"");
        nb_buf_text(buf, model_criterion_word((enum model_criterion)i));
        nb_buf_text(buf, "\":");
        number(buf, row->values[i]);
    }
    nb_buf_char(buf, '}');
}

static int64_t stay_cash(const struct store_search_place *place, int32_t nights, uint32_t units)
{
    int64_t sum = 0;

    for (int32_t i = 0; i < nights; i++) {
        sum += place->prices[i];
    }
    return sum * (int64_t)units;
}

/* --- an option as nb.search_candidates takes it --- */

static void put_points(struct search *search, const struct search_option *option,
                       struct nb_buf *buf)
{
    const struct store_search_place *place = place_of(search, option);
    const struct pricing_offer *offer = &search->pricing.offers[option->row->place];
    const struct pricing_program *program = pricing_program_of(&search->pricing, place);
    int32_t nights = search->request.ask.nights;

    put_number(buf, "account", option->account->id.v);
    put_text(buf, "program", place->program);
    put_number(buf, "points", option->points);
    name(buf, "night_points");
    nb_buf_char(buf, '[');
    write_nights(buf, offer->room_nights, nights, option->units);
    nb_buf_char(buf, ']');
    name(buf, "posted_points");
    nb_buf_char(buf, '[');
    write_nights(buf, place->prices, nights, 1);
    nb_buf_char(buf, ']');
    put_number(buf, "free_nights", (int64_t)offer->room_free * option->units);
    put_number(buf, "rule_version", option->account->rule_version);
    put_number(buf, "usable_after", option->account->balance.v - option->points);
    if (pricing_counter_left(&search->pricing, option->row->place, option->account) >= 0) {
        put_text(buf, "counter_key", offer->counter);
        put_number(buf, "counter_most", program->counter_most);
    }
    if (program->rooms_per_booking > 0) {
        put_number(buf, "rooms_per_booking", program->rooms_per_booking);
    }
}

static void put_place(const struct search *search, const struct search_option *option,
                      struct nb_buf *buf)
{
    const struct store_search_place *place = place_of(search, option);
    char text[NB_INSTANT_TEXT];

    if (place->unit_type != 0) {
        put_number(buf, "unit", place->unit_type);
    }
    if (place->property != 0) {
        put_number(buf, "property", place->property);
    }
    if (place->provider != 0) {
        put_number(buf, "provider", place->provider);
    }
    nb_night_format(place->check_in, text);
    put_text(buf, "check_in", text);
    nb_night_format(nb_night_add(place->check_in, search->request.ask.nights), text);
    put_text(buf, "check_out", text);
    if (place->has_cancel_by) {
        nb_instant_format(place->cancel_by, text);
        put_text(buf, "cancel_by", text);
    }
    put_text(buf, "zone", place->zone);
    put_number(buf, "distance_m", place->model.distance_m);
    if (place->model.report_age_s != INT32_MAX) {
        put_number(buf, "age_s", place->model.report_age_s);
    }
    if (place->model.kind == MODEL_PLACE_PARTNER_HOTEL) {
        put_number(buf, "cash_minor", stay_cash(place, search->request.ask.nights, option->units));
        put_text(buf, "currency", place->currency);
    }
}

static void put_designation(const struct search *search, struct nb_buf *buf)
{
    const struct store_search_request *request = &search->request;

    put_text(buf, "population", request->population);
    if (request->region[0] != '\0') {
        name(buf, "region");
        nb_buf_printf(buf, "\"%s-%s\"", request->country, request->region);
    }
}

void search_write_option(struct search *search, const struct search_option *option,
                         struct nb_buf *buf)
{
    const struct store_search_place *place = place_of(search, option);
    const struct model_ranked *row = option->row;
    struct list list = {.buf = buf, .quote = "\""};
    char id[NB_PUBLIC_ID_TEXT];

    nb_public_id_format(option->id, id);
    nb_buf_text(buf, "{\"id\":\"");
    nb_buf_text(buf, id);
    nb_buf_char(buf, '"');
    put_text(buf, "kind", kind_words[place->model.kind]);
    put_text(buf, "class", class_word(place));
    put_text(buf, "transport", transport_word(place, option));
    put_place(search, option, buf);
    put_number(buf, "units", option->units);
    name(buf, "households");
    nb_buf_char(buf, '[');
    search_write_households(buf, option);
    nb_buf_char(buf, ']');
    if (is_points(place)) {
        put_points(search, option, buf);
    }
    put_number(buf, "score", row->score);
    name(buf, "reasons");
    write_reasons(buf, row);
    put_text(buf, "risk_level", model_risk_level_word(row->risk.level));
    name(buf, "risk_reasons");
    nb_buf_char(buf, '[');
    write_risks(&row->risk, &list);
    nb_buf_char(buf, ']');
    put_text(buf, "freshness", model_freshness_word(row->freshness));
    name(buf, "shelter_was_free");
    nb_buf_text(buf, shelter_was_free(search) ? "true" : "false");
    name(buf, "flags");
    nb_buf_char(buf, '[');
    list.begun = false;
    write_flags(search, option, &list);
    nb_buf_char(buf, ']');
    put_designation(search, buf);
    nb_buf_char(buf, '}');
}

/* --- an option as it is shown --- */

static void show_cost(struct search *search, const struct search_option *option, struct nb_buf *buf,
                      struct store_option *shown)
{
    const struct store_search_place *place = place_of(search, option);
    const struct pricing_offer *offer = &search->pricing.offers[option->row->place];

    if (is_points(place)) {
        shown->program = place->program;
        shown->points = option->points;
        shown->free_nights = (int64_t)offer->room_free * option->units;
        shown->usable_after = option->account->balance.v - option->points;
        shown->rooms_per_booking = rooms_per_booking(search, place);
        nb_buf_char(buf, '{');
        write_nights(buf, offer->room_nights, search->request.ask.nights, option->units);
        nb_buf_char(buf, '}');
        shown->night_points = search_keep(search, buf);
    }
    shown->has_cash = place->model.kind == MODEL_PLACE_PARTNER_HOTEL;
    if (shown->has_cash) {
        shown->cash_minor = stay_cash(place, search->request.ask.nights, option->units);
        shown->currency = place->currency;
    }
}

bool search_show(struct search *search, const struct search_option *option, int64_t rank,
                 struct store_option *ret_shown)
{
    const struct store_search_place *place = place_of(search, option);
    const struct model_ranked *row = option->row;
    struct store_option shown = {.id = option->id, .rank = rank};
    struct nb_buf buf;
    struct list list = {.buf = &buf, .quote = ""};

    nb_buf_init(&buf, TEXT_CEILING);
    shown.kind = kind_words[place->model.kind];
    shown.class = class_word(place);
    shown.transport = transport_word(place, option);
    shown.place_name = place->name;
    shown.unit_name = place->unit_name;
    shown.check_in = place->check_in;
    shown.check_out = nb_night_add(place->check_in, search->request.ask.nights);
    shown.units = option->units;
    nb_buf_char(&buf, '{');
    search_write_households(&buf, option);
    nb_buf_char(&buf, '}');
    shown.households = search_keep(search, &buf);
    show_cost(search, option, &buf, &shown);
    shown.has_cancel_by = place->has_cancel_by;
    shown.cancel_by = place->cancel_by;
    shown.cancel_by_passed = place->has_cancel_by && place->cancel_by.us <= search->request.now.us;
    shown.zone = place->zone;
    shown.distance_m = place->model.distance_m;
    shown.score = row->score;
    write_reasons(&buf, row);
    shown.reasons = search_keep(search, &buf);
    shown.risk_level = model_risk_level_word(row->risk.level);
    nb_buf_char(&buf, '{');
    write_risks(&row->risk, &list);
    nb_buf_char(&buf, '}');
    shown.risk_reasons = search_keep(search, &buf);
    shown.freshness = model_freshness_word(row->freshness);
    shown.has_reported_at = place->model.report_age_s != INT32_MAX;
    shown.reported_at.us = search->request.now.us - (int64_t)place->model.report_age_s * 1000000;
    shown.shelter_was_free = shelter_was_free(search);
    nb_buf_char(&buf, '{');
    list.begun = false;
    write_flags(search, option, &list);
    nb_buf_char(&buf, '}');
    shown.flags = search_keep(search, &buf);
    nb_buf_fini(&buf);
    *ret_shown = shown;
    return shown.households != NULL && shown.reasons != NULL && shown.risk_reasons != NULL &&
           shown.flags != NULL && (!is_points(place) || shown.night_points != NULL);
}
