/*
 * The part of search.h that reads places: thousands of rows, so columns are looked up once, nights
 * travel packed (search_nights.c), and what the rules ask of a place as one text of letters and
 * numbers. The packing is said in sql/queries/search and at nb.search_place.
 * Invariant: facts are taken in the order in which they stand.
 */
#include "core/store/call.h"
#include "core/store/search.h"
#include "core/store/search_columns.h"
#include "core/store/search_nights.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EARTH_RADIUS_M 6371008.8
#define METERS_A_DEGREE (EARTH_RADIUS_M * M_PI / 180.0)

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
    const char *letters; /* of the facts, the next one */
    const char *numbers; /* the next one, behind its space */
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

/* --- facts --- */

static char letter(struct row *row)
{
    NB_ASSERT(*row->letters > ' ');
    return *row->letters++;
}

static bool fact(struct row *row)
{
    char next = letter(row);

    NB_ASSERT(next == 't' || next == 'f');
    return next == 't';
}

static int64_t fact_number(struct row *row)
{
    int64_t value = 0;

    NB_ASSERT(*row->numbers == ' ');
    for (row->numbers++; *row->numbers >= '0' && *row->numbers <= '9'; row->numbers++) {
        value = value * 10 + (*row->numbers - '0');
    }
    return value;
}

/* Where a letter stands among those that it may be. */
static unsigned one_of(struct row *row, const char *known)
{
    const char *found = strchr(known, letter(row));

    NB_ASSERT(found != NULL);
    return (unsigned)(found - known);
}

static enum model_access access_of(struct row *row)
{
    static const enum model_access values[] = {MODEL_ACCESS_UNKNOWN, MODEL_ACCESS_YES,
                                               MODEL_ACCESS_NO};

    return values[one_of(row, "-tf")];
}

/* --- nights --- */

static void read_free(const struct row *row, struct store_search_place *place)
{
    const struct store_search_circle *circle = &row->asking->circle;
    int64_t packed[STORE_SEARCH_NIGHTS_MAX];
    size_t count = pg_at_int64_array(row->rows, row->number, row->columns[FREE], packed,
                                     STORE_SEARCH_NIGHTS_MAX);

    place->free = search_nights_free(packed, count, circle->nights_looked, circle->arena);
    row->asking->full = row->asking->full || place->free == NULL;
}

static struct search_rates read_rates(const struct row *row, struct store_search_place *place)
{
    const struct store_search_circle *circle = &row->asking->circle;
    struct search_rates rates = {0};

    if (!search_nights_rates(text(row, RATES), number(row, RATES_AT), circle->nights_looked,
                             circle->arena, &rates)) {
        row->asking->full = true;
    }
    place->prices = rates.prices;
    return rates;
}

/* --- places --- */

static void read_place(struct row *row, struct store_search_place *place)
{
    place->name = keep(row, PLACE_NAME);
    place->zone = keep(row, ZONE);
    place->check_in = pg_at_night(row->rows, row->number, row->columns[CHECK_IN]);
    place->spot.latitude = pg_at_degrees(row->rows, row->number, row->columns[LATITUDE]);
    place->spot.longitude = pg_at_degrees(row->rows, row->number, row->columns[LONGITUDE]);
    place->model.vetted = fact(row);
}

/* Never reported is as stale as can be. */
static int32_t age_of(const struct row *row)
{
    return (int32_t)fmin((double)number_or(row, AGE, INT32_MAX), INT32_MAX);
}

static void read_unit(struct row *row, struct store_search_place *place)
{
    static const enum model_household_rule households[] = {
        MODEL_TAKES_ANY, MODEL_TAKES_SINGLE_ADULT, MODEL_TAKES_COUPLE, MODEL_TAKES_FAMILY,
        MODEL_TAKES_YOUTH};
    static const enum model_gender_rule genders[] = {MODEL_GENDER_RULE_ANY, MODEL_GENDER_RULE_WOMEN,
                                                     MODEL_GENDER_RULE_MEN,
                                                     MODEL_GENDER_RULE_SELF_IDENTIFIED};
    struct model_unit *unit = &place->model.unit;

    place->unit_type = number(row, UNIT_TYPE);
    place->provider = number(row, PROVIDER);
    place->unit_name = keep(row, UNIT_NAME);
    place->model.report_age_s = age_of(row);
    unit->household = households[one_of(row, "ascfy")];
    unit->gender = genders[one_of(row, "awms")];
    unit->by_bed = one_of(row, "rb") == 1;
    unit->teen_sons = fact(row);
    unit->accessible = access_of(row);
    unit->pets = fact(row);
    unit->service_animals = fact(row);
    unit->min_age = (uint8_t)fact_number(row);
    unit->max_age = (uint8_t)fact_number(row);
    unit->takes = (uint8_t)fact_number(row);
    read_free(row, place);
}

/* What is left to the caller: pets and access at the desk, and how many people a room takes. */
struct desk_room {
    bool pets;
    enum model_access accessible;
    uint8_t takes;
};

static int32_t days_since(const struct row *row, int64_t second)
{
    int64_t now = row->asking->circle.now.us / 1000000;

    return second == 0 ? MODEL_NEVER_VERIFIED : (int32_t)((now - second) / 86400);
}

static struct desk_room read_rules(struct row *row, struct model_desk *desk)
{
    static const enum model_card_rule cards[] = {MODEL_CARD_NONE_NEEDED, MODEL_CARD_FORM_ACCEPTED,
                                                 MODEL_CARD_GUEST};
    struct desk_room room;

    desk->takes_no_id = fact(row);
    desk->card = cards[one_of(row, "nfg")];
    desk->open_24h = fact(row);
    desk->alias_allowed = fact(row);
    desk->has_policy = fact(row);
    desk->has_training = fact(row);
    desk->has_reporting = fact(row);
    desk->has_sourcing = fact(row);
    room.pets = fact(row);
    room.accessible = access_of(row);
    desk->documents = (uint32_t)fact_number(row);
    desk->min_check_in_age = (uint8_t)fact_number(row);
    room.takes = (uint8_t)fact_number(row);
    desk->guest_cap = (int32_t)fact_number(row);
    desk->verified_days = days_since(row, fact_number(row));
    return room;
}

static struct desk_room read_desk(struct row *row, struct store_search_place *place)
{
    place->property = number(row, PROPERTY);
    place->country = keep(row, COUNTRY);
    place->region = keep(row, REGION);
    place->has_cancel_by = text(row, CANCEL_BY) != NULL;
    place->cancel_by.us = number_or(row, CANCEL_BY, 0) * 1000000;
    place->model.do_not_place = yes(row, DO_NOT_PLACE);
    place->model.desk.strikes = (int32_t)number(row, STRIKES);
    return read_rules(row, &place->model.desk);
}

static void read_shelter(struct row *row, struct store_search_place *place)
{
    static const enum model_tier tiers[] = {MODEL_TIER_SPECIALIZED, MODEL_TIER_ADJACENT,
                                            MODEL_TIER_GENERAL};
    static const enum model_background_check checks[] = {
        MODEL_BACKGROUND_NONE, MODEL_BACKGROUND_RECORD_ACCEPTED, MODEL_BACKGROUND_EXCLUDES};

    read_unit(row, place);
    place->model.kind = MODEL_PLACE_SHELTER;
    place->model.order_number = place->unit_type;
    place->model.tier = tiers[one_of(row, "sag")];
    place->model.background_check = checks[one_of(row, "nre")];
    place->youth_route = fact(row);
    place->speaks = yes(row, SPEAKS);
    place->populations = keep(row, POPULATIONS);
}

static void read_partner_hotel(struct row *row, struct store_search_place *place)
{
    const char *currency = text(row, CURRENCY);

    read_unit(row, place);
    (void)read_desk(row, place);
    place->model.kind = MODEL_PLACE_PARTNER_HOTEL;
    place->model.order_number = place->unit_type;
    snprintf(place->currency, sizeof(place->currency), "%s", currency == NULL ? "" : currency);
    (void)read_rates(row, place);
}

/* A room in which nobody asked: teenagers are a hotel's guests like others, a service animal is no
 * pet, and what the desk was not asked about access is unknown. */
static void read_points_hotel(struct row *row, struct store_search_place *place)
{
    struct model_unit *unit = &place->model.unit;
    struct desk_room room = read_desk(row, place);

    place->model.kind = MODEL_PLACE_POINTS_HOTEL;
    /* Properties and unit types count apart: negative numbers are nobody else's. */
    place->model.order_number = -place->property;
    place->program = keep(row, PROGRAM_CODE);
    place->property_code = keep(row, PROPERTY_CODE);
    place->brand = keep(row, BRAND_CODE);
    unit->takes = room.takes;
    unit->teen_sons = true;
    unit->service_animals = true;
    unit->pets = room.pets;
    unit->accessible = room.accessible;
    struct search_rates rates = read_rates(row, place);
    place->free = rates.free;
    place->model.report_age_s =
        rates.oldest_seen_s == 0
            ? INT32_MAX
            : (int32_t)(row->asking->circle.now.us / 1000000 - rates.oldest_seen_s);
}

/* --- asking --- */

typedef void (*read_row_fn)(struct row *row, struct store_search_place *place);

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
        row.letters = text(&row, FACTS);
        row.numbers = strchr(row.letters, ' ');
        NB_ASSERT(row.numbers != NULL);
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
