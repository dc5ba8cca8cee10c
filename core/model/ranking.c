#include "core/model/ranking.h"

#include <stdlib.h>
#include <string.h>

#define FULL 1000

static const char *const criterion_words[MODEL_CRITERION_COUNT] = {
    [MODEL_CRITERION_LANGUAGE] = "language",           [MODEL_CRITERION_WISHES] = "wishes",
    [MODEL_CRITERION_DISTANCE] = "distance",           [MODEL_CRITERION_ONE_STAY] = "one_stay",
    [MODEL_CRITERION_CHECK_IN_RISK] = "check_in_risk", [MODEL_CRITERION_CHECKLIST] = "checklist",
    [MODEL_CRITERION_FRESHNESS] = "freshness",         [MODEL_CRITERION_COST] = "cost",
    [MODEL_CRITERION_EXPIRING] = "expiring",           [MODEL_CRITERION_RESERVE] = "reserve",
};

/* part of whole in thousandths, 0 .. 1000. */
static int16_t share(int64_t part, int64_t whole)
{
    int64_t product = 0;

    if (part <= 0) {
        return 0;
    }
    if (part >= whole) {
        return FULL;
    }
    /* Amounts too large to multiply are so large that whole thousandths divide out. */
    if (__builtin_mul_overflow(part, (int64_t)FULL, &product)) {
        return (int16_t)(part / (whole / FULL));
    }
    return (int16_t)(product / whole);
}

/* Share of what was asked for that the place has; nothing asked for is met everywhere. */
static int16_t met(uint64_t wanted, uint64_t has)
{
    if (wanted == 0) {
        return FULL;
    }
    return share(__builtin_popcountll(wanted & has), __builtin_popcountll(wanted));
}

static int16_t language_value(uint64_t spoken, uint64_t understood)
{
    /* One common language is enough. */
    return spoken == 0 || (spoken & understood) != 0 ? FULL : 0;
}

static int16_t distance_value(const struct model_request *request, int32_t distance_m)
{
    int64_t reach = (int64_t)request->max_distance_m - request->min_distance_m;

    return share((int64_t)request->max_distance_m - distance_m, reach);
}

static int16_t risk_value(enum model_risk_level level)
{
    switch (level) {
    case MODEL_RISK_NONE:
        return FULL;
    case MODEL_RISK_LOW:
        return 700;
    case MODEL_RISK_MEDIUM:
        return 300;
    case MODEL_RISK_HIGH:
        return 0;
    }
    NB_ASSERT(false);
}

static int16_t checklist_value(const struct model_place *place)
{
    const struct model_desk *desk = &place->desk;
    int points = desk->has_policy + desk->has_training + desk->has_reporting + desk->has_sourcing;

    /* The checklist is for hotels; a vetted shelter is there for nothing else. */
    return (int16_t)(model_place_is_hotel(place) ? points * FULL / 4 : FULL);
}

static enum model_freshness freshness_of(const struct model_rules *rules, int32_t age_s)
{
    if (age_s <= rules->fresh_s) {
        return MODEL_FRESH;
    }
    return age_s < rules->stale_s ? MODEL_AGEING : MODEL_STALE;
}

static int16_t freshness_value(enum model_freshness freshness)
{
    switch (freshness) {
    case MODEL_FRESH:
        return FULL;
    case MODEL_AGEING:
        return FULL / 2;
    case MODEL_STALE:
        return 0;
    case MODEL_FRESHNESS_NONE:
        break;
    }
    NB_ASSERT(false);
}

/* What the stay costs in minor units; points at the worth of the lots that it would take. */
static int64_t worth_minor(const struct model_place *place)
{
    int64_t worth = 0;

    if (place->kind == MODEL_PLACE_SHELTER) {
        return 0;
    }
    if (place->kind == MODEL_PLACE_PARTNER_HOTEL) {
        return place->price.cash_minor;
    }
    if (__builtin_mul_overflow(place->price.points.v, (int64_t)place->program.minor_per_thousand,
                               &worth)) {
        return INT64_MAX;
    }
    return worth / 1000;
}

static int16_t cost_value(const struct model_request *request, const struct model_place *place)
{
    int64_t a_night = worth_minor(place) / request->nights;

    return (int16_t)(FULL - share(a_night, request->rules.cost_ceiling_minor));
}

/* Only points can save points that would expire. */
static int16_t expiring_value(const struct model_place *place)
{
    bool spends = place->kind == MODEL_PLACE_POINTS_HOTEL && place->price.points.v > 0;

    return spends ? share(place->program.expiring_soon.v, place->price.points.v) : 0;
}

/* The reserve is kept for crises, so a crisis may use it. */
static int16_t reserve_value(const struct model_request *request, const struct model_place *place)
{
    struct points left = {0};

    if (place->kind != MODEL_PLACE_POINTS_HOTEL || request->urgency == MODEL_URGENCY_CRISIS) {
        return FULL;
    }
    if (!nb_points_subtract(place->program.balance, place->price.points, &left)) {
        return 0;
    }
    return left.v >= place->program.reserve.v ? FULL : share(left.v, place->program.reserve.v);
}

static void value(const struct model_request *request, const struct model_place *place,
                  struct model_ranked *row)
{
    int16_t *values = row->values;

    values[MODEL_CRITERION_LANGUAGE] = language_value(request->languages, place->languages);
    values[MODEL_CRITERION_WISHES] = met(request->wishes, place->wishes);
    values[MODEL_CRITERION_DISTANCE] = distance_value(request, place->distance_m);
    values[MODEL_CRITERION_ONE_STAY] =
        share(place->unit.nights_ahead, request->rules.expected_nights);
    values[MODEL_CRITERION_CHECK_IN_RISK] = risk_value(row->risk.level);
    values[MODEL_CRITERION_CHECKLIST] = checklist_value(place);
    values[MODEL_CRITERION_FRESHNESS] = freshness_value(row->freshness);
    values[MODEL_CRITERION_COST] = cost_value(request, place);
    values[MODEL_CRITERION_EXPIRING] = expiring_value(place);
    values[MODEL_CRITERION_RESERVE] = reserve_value(request, place);
    for (size_t i = 0; i < MODEL_CRITERION_COUNT; i++) {
        row->score += (int64_t)request->rules.weights[i] * values[i];
    }
}

static enum model_class class_of(const struct model_place *place)
{
    if (model_place_is_hotel(place)) {
        return MODEL_CLASS_HOTEL;
    }
    return place->tier == MODEL_TIER_SPECIALIZED || place->tier == MODEL_TIER_ADJACENT
               ? MODEL_CLASS_SHELTER
               : MODEL_CLASS_GENERAL_SHELTER;
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Offered (refusal 0) before refused, then class, then the better score, then the order number. */
static int by_rank(const void *left, const void *right)
{
    const struct model_ranked *a = left;
    const struct model_ranked *b = right;
    int order = compare(a->refusal, b->refusal);

    order = order != 0 ? order : compare(a->class, b->class);
    order = order != 0 ? order : compare(b->score, a->score);
    return order != 0 ? order : compare(a->order_number, b->order_number);
}

static struct model_ranked judge(const struct model_request *request,
                                 const struct model_place *place, uint32_t index)
{
    struct model_ranked row = {
        .place = index,
        .units = model_units_needed(&request->party, &place->unit),
        .class = class_of(place),
        .freshness = freshness_of(&request->rules, place->report_age_s),
        .order_number = place->order_number,
    };

    row.refusals = model_refusals_of(request, place, row.units);
    row.refusal = model_refusal_first(row.refusals);
    if (row.refusal == MODEL_REFUSAL_NONE) {
        row.risk = model_check_in_risk(request, place);
        value(request, place, &row);
    }
    return row;
}

size_t model_rank(const struct model_request *request, const struct model_place *places,
                  size_t count, struct model_ranked *ret_ranked)
{
    size_t offered = 0;

    NB_ASSERT(count <= UINT32_MAX && request->nights > 0);
    NB_ASSERT(request->rules.expected_nights > 0 && request->rules.cost_ceiling_minor > 0);
    for (size_t i = 0; i < count; i++) {
        ret_ranked[i] = judge(request, &places[i], (uint32_t)i);
        offered += ret_ranked[i].refusal == MODEL_REFUSAL_NONE;
    }
    qsort(ret_ranked, count, sizeof *ret_ranked, by_rank);
    return offered;
}

void model_refusal_counts(const struct model_ranked *ranked, size_t count,
                          uint32_t ret_counts[MODEL_REFUSAL_COUNT])
{
    memset(ret_counts, 0, MODEL_REFUSAL_COUNT * sizeof *ret_counts);
    for (size_t i = 0; i < count; i++) {
        ret_counts[ranked[i].refusal] += ranked[i].refusal != MODEL_REFUSAL_NONE;
    }
}

const char *model_freshness_word(enum model_freshness freshness)
{
    switch (freshness) {
    case MODEL_FRESHNESS_NONE:
        return "none";
    case MODEL_FRESH:
        return "fresh";
    case MODEL_AGEING:
        return "ageing";
    case MODEL_STALE:
        return "stale";
    }
    NB_ASSERT(false);
}

const char *model_criterion_word(enum model_criterion criterion)
{
    NB_ASSERT(criterion < MODEL_CRITERION_COUNT);
    return criterion_words[criterion];
}
