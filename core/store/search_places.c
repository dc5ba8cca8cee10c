/*
 * The part of search.h that reads places: thousands of rows, so columns are looked up once and
 * nights travel as one array of packed numbers. The packing is said in sql/queries/search.
 */
#include "core/store/call.h"
#include "core/store/search.h"
#include "core/store/search_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EARTH_RADIUS_M 6371008.8
#define METERS_A_DEGREE (EARTH_RADIUS_M * M_PI / 180.0)
#define ROOMS_NOT_SAID 32767

struct asking {
    struct store_search_circle circle;
    store_search_places_fn done;
    void *data;
    bool full; /* the arena is */
};

/* One row on its way to a place. */
struct row {
    const struct pg_rows *rows;
    int number;
    const struct pg_column *columns;
    struct asking *asking;
};

static const char *text(const struct row *row, enum search_column column)
{
    return pg_at_text(row->rows, row->number, row->columns[column]);
}

static int64_t number(const struct row *row, enum search_column column)
{
    return pg_at_int64(row->rows, row->number, row->columns[column]);
}

static int64_t number_or(const struct row *row, enum search_column column, int64_t if_null)
{
    return pg_at_int64_or(row->rows, row->number, row->columns[column], if_null);
}

static bool yes(const struct row *row, enum search_column column)
{
    return pg_at_bool(row->rows, row->number, row->columns[column]);
}

static const char *keep(const struct row *row, enum search_column column)
{
    const char *found = text(row, column);

    if (found == NULL) {
        return NULL;
    }
    const char *kept = nb_arena_strndup(row->asking->circle.arena, found, strlen(found));
    row->asking->full = row->asking->full || kept == NULL;
    return kept == NULL ? "" : kept;
}

/* --- words: each column's set is known, so that few characters tell them apart --- */

static enum model_household_rule household_rule(const char *word)
{
    switch (word[0]) {
    case 'a':
        return MODEL_TAKES_ANY;
    case 's':
        return MODEL_TAKES_SINGLE_ADULT;
    case 'c':
        return MODEL_TAKES_COUPLE;
    case 'f':
        return MODEL_TAKES_FAMILY;
    default:
        NB_ASSERT(word[0] == 'y');
        return MODEL_TAKES_YOUTH;
    }
}

static enum model_gender_rule gender_rule(const char *word)
{
    switch (word[0]) {
    case 'a':
        return MODEL_GENDER_RULE_ANY;
    case 'w':
        return MODEL_GENDER_RULE_WOMEN;
    case 'm':
        return MODEL_GENDER_RULE_MEN;
    default:
        NB_ASSERT(word[0] == 's');
        return MODEL_GENDER_RULE_SELF_IDENTIFIED;
    }
}

static enum model_tier tier_of(const char *word)
{
    switch (word[0]) {
    case 's':
        return MODEL_TIER_SPECIALIZED;
    case 'a':
        return MODEL_TIER_ADJACENT;
    default:
        NB_ASSERT(word[0] == 'g');
        return MODEL_TIER_GENERAL;
    }
}

static enum model_background_check check_of(const char *word)
{
    switch (word[0]) {
    case 'n':
        return MODEL_BACKGROUND_NONE;
    case 'r':
        return MODEL_BACKGROUND_RECORD_ACCEPTED;
    default:
        NB_ASSERT(word[0] == 'e');
        return MODEL_BACKGROUND_EXCLUDES;
    }
}

static enum model_card_rule card_rule(const char *word)
{
    switch (word[0]) {
    case 'n':
        return MODEL_CARD_NONE_NEEDED;
    case 'f':
        return MODEL_CARD_FORM_ACCEPTED;
    default:
        NB_ASSERT(word[0] == 'g');
        return MODEL_CARD_GUEST;
    }
}

/* Bits in the order of search.c's documents; the first letters of the words differ. */
static uint32_t documents_of(const char *array)
{
    static const char firsts[] = {'s', 'p', 'f', 'c', 'e'};
    uint32_t bits = 0;

    for (const char *at = array; at[0] != '}' && at[1] != '}'; at = strpbrk(at + 1, ",}")) {
        const char *first = memchr(firsts, at[1], sizeof(firsts));
        NB_ASSERT(first != NULL);
        bits |= UINT32_C(1) << (first - firsts);
    }
    return bits;
}

/* --- nights --- */

static int32_t *free_nights(const struct row *row)
{
    int32_t looked = row->asking->circle.nights_looked;
    int32_t *free = nb_arena_alloc(row->asking->circle.arena, (size_t)looked * sizeof(*free));

    if (free == NULL) {
        row->asking->full = true;
        return NULL;
    }
    for (int32_t i = 0; i < looked; i++) {
        free[i] = STORE_FREE_UNKNOWN;
    }
    return free;
}

/* 65536 * night + free units. */
static void read_free(const struct row *row, struct store_search_place *place)
{
    int64_t packed[STORE_SEARCH_NIGHTS_MAX];
    size_t count = pg_at_int64_array(row->rows, row->number, row->columns[FREE], packed,
                                     STORE_SEARCH_NIGHTS_MAX);
    int32_t *free = free_nights(row);

    for (size_t i = 0; free != NULL && i < count; i++) {
        NB_ASSERT(packed[i] >> 16 < row->asking->circle.nights_looked);
        free[packed[i] >> 16] = (int32_t)(packed[i] & 0xffff);
    }
    place->free = free;
}

/* 2^47 * night + rest; what the rest holds is the statement's. */
static void read_prices(const struct row *row, struct store_search_place *place, bool points)
{
    int64_t packed[STORE_SEARCH_NIGHTS_MAX];
    size_t count = pg_at_int64_array(row->rows, row->number, row->columns[PRICES], packed,
                                     STORE_SEARCH_NIGHTS_MAX);
    size_t looked = (size_t)row->asking->circle.nights_looked;
    int64_t *prices = nb_arena_alloc(row->asking->circle.arena, looked * sizeof(*prices));
    int32_t *free = points ? free_nights(row) : NULL;

    if (prices == NULL || (points && free == NULL)) {
        row->asking->full = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t night = packed[i] >> 47;
        int64_t rest = packed[i] & ((INT64_C(1) << 47) - 1);
        NB_ASSERT(night < row->asking->circle.nights_looked);
        prices[night] = points ? rest & INT64_C(0xffffffff) : rest;
        if (points) {
            int32_t rooms = (int32_t)(rest >> 32);
            free[night] = rooms == ROOMS_NOT_SAID ? STORE_FREE_NOT_SAID : rooms;
        }
    }
    place->prices = prices;
    place->free = points ? free : place->free;
}

/* --- places --- */

static void read_place(const struct row *row, struct store_search_place *place)
{
    place->name = keep(row, PLACE_NAME);
    place->zone = keep(row, ZONE);
    place->check_in = pg_at_night(row->rows, row->number, row->columns[CHECK_IN]);
    place->spot.latitude = pg_at_degrees(row->rows, row->number, row->columns[LATITUDE]);
    place->spot.longitude = pg_at_degrees(row->rows, row->number, row->columns[LONGITUDE]);
    place->model.vetted = yes(row, VETTED);
    /* Never reported is as stale as can be. */
    place->model.report_age_s = (int32_t)fmin((double)number_or(row, AGE, INT32_MAX), INT32_MAX);
}

static void read_unit(const struct row *row, struct store_search_place *place)
{
    struct model_unit *unit = &place->model.unit;

    place->unit_type = number(row, UNIT_TYPE);
    place->provider = number(row, PROVIDER);
    place->unit_name = keep(row, UNIT_NAME);
    unit->household = household_rule(text(row, HOUSEHOLD));
    unit->gender = gender_rule(text(row, GENDER_RULE));
    unit->min_age = (uint8_t)number_or(row, MIN_AGE, 0);
    unit->max_age = (uint8_t)number_or(row, MAX_AGE, 0);
    unit->takes = (uint8_t)number(row, MAX_PARTY);
    unit->by_bed = text(row, ROOMS_OR_BEDS)[0] == 'b';
    unit->teen_sons = yes(row, TEEN_SONS);
    unit->accessible = yes(row, ACCESSIBLE) ? MODEL_ACCESS_YES : MODEL_ACCESS_NO;
    unit->pets = yes(row, PETS);
    unit->service_animals = yes(row, SERVICE_ANIMALS);
    read_free(row, place);
}

static void read_desk(const struct row *row, struct store_search_place *place)
{
    struct model_desk *desk = &place->model.desk;

    place->property = number(row, PROPERTY);
    place->country = keep(row, COUNTRY);
    place->region = keep(row, REGION);
    place->has_cancel_by = text(row, CANCEL_BY) != NULL;
    place->cancel_by.us = number_or(row, CANCEL_BY, 0) * 1000000;
    place->model.do_not_place = yes(row, DO_NOT_PLACE);
    desk->documents = documents_of(text(row, ACCEPTED_ID));
    desk->takes_no_id = yes(row, TAKES_NO_ID);
    desk->card = card_rule(text(row, CARD_RULE));
    desk->min_check_in_age = (uint8_t)number(row, MIN_CHECK_IN_AGE);
    desk->guest_cap = (int32_t)number(row, GUEST_CAP);
    desk->open_24h = yes(row, OPEN_24H);
    desk->alias_allowed = yes(row, ALIAS_ALLOWED);
    desk->verified_days = (int32_t)number_or(row, VERIFIED_DAYS, MODEL_NEVER_VERIFIED);
    desk->strikes = (int32_t)number(row, STRIKES);
    desk->has_policy = yes(row, HAS_POLICY);
    desk->has_training = yes(row, HAS_TRAINING);
    desk->has_reporting = yes(row, HAS_REPORTING);
    desk->has_sourcing = yes(row, HAS_SOURCING);
}

static void read_shelter(const struct row *row, struct store_search_place *place)
{
    read_unit(row, place);
    place->model.kind = MODEL_PLACE_SHELTER;
    place->model.order_number = place->unit_type;
    place->model.tier = tier_of(text(row, TIER));
    place->model.background_check = check_of(text(row, BACKGROUND_CHECK));
    place->speaks = yes(row, SPEAKS);
    place->youth_route = yes(row, YOUTH_ROUTE);
    place->populations = keep(row, POPULATIONS);
}

static void read_partner_hotel(const struct row *row, struct store_search_place *place)
{
    const char *currency = text(row, CURRENCY);

    read_unit(row, place);
    read_desk(row, place);
    place->model.kind = MODEL_PLACE_PARTNER_HOTEL;
    place->model.order_number = place->unit_type;
    snprintf(place->currency, sizeof(place->currency), "%s", currency == NULL ? "" : currency);
    read_prices(row, place, false);
}

/* A room in which nobody asked: teenagers are a hotel's guests like others, a service animal is no
 * pet, and what the desk was not asked about access is unknown. */
static void read_points_hotel(const struct row *row, struct store_search_place *place)
{
    struct model_unit *unit = &place->model.unit;
    const char *accessible = text(row, DESK_ACCESSIBLE);

    read_desk(row, place);
    place->model.kind = MODEL_PLACE_POINTS_HOTEL;
    /* Properties and unit types count apart: negative numbers are nobody else's. */
    place->model.order_number = -place->property;
    place->program = keep(row, PROGRAM_CODE);
    place->property_code = keep(row, PROPERTY_CODE);
    place->brand = keep(row, BRAND_CODE);
    unit->takes = (uint8_t)number(row, ROOM_MAX_OCCUPANCY);
    unit->teen_sons = true;
    unit->service_animals = true;
    unit->pets = yes(row, DESK_PETS);
    if (accessible != NULL) {
        unit->accessible = accessible[0] == 't' ? MODEL_ACCESS_YES : MODEL_ACCESS_NO;
    }
    read_prices(row, place, true);
}

/* --- asking --- */

typedef void (*read_row_fn)(const struct row *row, struct store_search_place *place);

static void read_all(const struct store_reading *reading, const struct pg_column *columns,
                     read_row_fn read)
{
    struct asking *asking = reading->data;
    size_t count = (size_t)store_reading_count(reading);
    struct store_result result = *reading->result;
    struct store_search_place *places =
        nb_arena_alloc(asking->circle.arena, (count + 1) * sizeof(*places));

    asking->full = places == NULL;
    for (size_t i = 0; i < count && !asking->full; i++) {
        struct row row = {
            .rows = reading->rows, .number = (int)i, .columns = columns, .asking = asking};
        read_place(&row, &places[i]);
        read(&row, &places[i]);
    }
    if (asking->full && result.outcome == STORE_OK) {
        result.outcome = STORE_UNAVAILABLE;
        (void)nb_err_set(&result.err, NB_ERR_LIMIT, "too_many_places",
                         "More places lie in reach than one search takes: lower the distance.");
    }
    asking->done(asking->data, &result, result.outcome == STORE_OK ? places : NULL, count);
}

static void read_shelters(const struct store_reading *reading)
{
    struct pg_column columns[COLUMN_COUNT];

    search_columns_forget(columns);
    if (reading->rows != NULL) {
        search_columns_find(reading->rows, search_place_columns, columns);
        search_columns_find(reading->rows, search_unit_columns, columns);
        search_columns_find(reading->rows, search_shelter_columns, columns);
    }
    read_all(reading, columns, read_shelter);
}

static void read_partner_hotels(const struct store_reading *reading)
{
    struct pg_column columns[COLUMN_COUNT];

    search_columns_forget(columns);
    if (reading->rows != NULL) {
        search_columns_find(reading->rows, search_place_columns, columns);
        search_columns_find(reading->rows, search_unit_columns, columns);
        search_columns_find(reading->rows, search_hotel_columns, columns);
        search_columns_find(reading->rows, search_partner_columns, columns);
    }
    read_all(reading, columns, read_partner_hotel);
}

static void read_points_hotels(const struct store_reading *reading)
{
    struct pg_column columns[COLUMN_COUNT];

    search_columns_forget(columns);
    if (reading->rows != NULL) {
        search_columns_find(reading->rows, search_place_columns, columns);
        search_columns_find(reading->rows, search_hotel_columns, columns);
        search_columns_find(reading->rows, search_points_columns, columns);
    }
    read_all(reading, columns, read_points_hotel);
}

/* The box around the circle, its center, and half its angle's sine squared. */
static void add_circle(struct pg_params *params, const struct store_search_circle *circle)
{
    struct model_spot center = circle->center;
    double up = circle->radius_m / METERS_A_DEGREE;
    /* Near a pole every longitude is near. */
    double narrowest = cos((fmin(fabs(center.latitude) + up, 89.9)) * M_PI / 180.0);
    double across = fmin(up / narrowest, 180.0);
    double sine = sin(circle->radius_m / (2.0 * EARTH_RADIUS_M));

    pg_params_degrees(params, center.latitude - up);
    pg_params_degrees(params, center.latitude + up);
    pg_params_degrees(params, center.longitude - across);
    pg_params_degrees(params, center.longitude + across);
    pg_params_degrees(params, center.latitude);
    pg_params_degrees(params, center.longitude);
    pg_params_degrees(params, sine * sine);
    if (circle->tonight) {
        pg_params_null(params);
    } else {
        pg_params_night(params, circle->check_in);
    }
    pg_params_int64(params, circle->nights_looked);
}

static struct asking *ask_about(const struct store_search_circle *circle,
                                store_search_places_fn done, void *data)
{
    struct asking *asking = nb_arena_alloc(circle->arena, sizeof(*asking));

    NB_ASSERT(asking != NULL);
    NB_ASSERT(circle->nights_looked > 0 && circle->nights_looked <= STORE_SEARCH_NIGHTS_MAX);
    *asking = (struct asking){.circle = *circle, .done = done, .data = data};
    return asking;
}

void store_search_shelters(struct store *store, const struct store_search_circle *circle,
                           store_search_places_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_shelters);
    struct pg_params *params = store_call_params(call);

    add_circle(params, circle);
    pg_params_text_array(params, circle->languages, circle->language_count);
    pg_params_bool(params, circle->populations);
    store_call_read(call, read_shelters, NULL, ask_about(circle, done, data));
}

void store_search_partner_hotels(struct store *store, const struct store_search_circle *circle,
                                 store_search_places_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_partner_hotels);

    add_circle(store_call_params(call), circle);
    pg_params_int64(store_call_params(call), circle->hotline.v);
    store_call_read(call, read_partner_hotels, NULL, ask_about(circle, done, data));
}

void store_search_points_hotels(struct store *store, const struct store_search_circle *circle,
                                store_search_places_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_points_hotels);

    add_circle(store_call_params(call), circle);
    pg_params_int64(store_call_params(call), circle->hotline.v);
    store_call_read(call, read_points_hotels, NULL, ask_about(circle, done, data));
}
