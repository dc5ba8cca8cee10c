#include "core/store/place.h"

#include "core/store/call.h"

#include <stdio.h>
#include <string.h>

#define PLACES_MAX 16
#define DEGREES_TEXT 32

static const char *const kinds[] = {
    [STORE_PLACE_NONE] = "none",
    [STORE_PLACE_POSTAL] = "postal",
    [STORE_PLACE_CITY] = "city",
    [STORE_PLACE_SPOT] = "spot",
};

static void copy(char *to, size_t bytes, const char *text)
{
    snprintf(to, bytes, "%s", text == NULL ? "" : text);
}

static void read_places(const struct store_reading *reading)
{
    struct store_place_found found[PLACES_MAX] = {{0}};
    int count = store_reading_count(reading);

    NB_ASSERT(count <= PLACES_MAX);
    for (int i = 0; i < count; i++) {
        const struct pg_rows *rows = reading->rows;
        struct store_place_found *place = &found[i];
        place->found = !pg_row_is_null(rows, i, "zone");
        if (place->found) {
            place->latitude = pg_row_degrees(rows, i, "latitude");
            place->longitude = pg_row_degrees(rows, i, "longitude");
            copy(place->country, sizeof(place->country), pg_row_text(rows, i, "country"));
            copy(place->region, sizeof(place->region), pg_row_text(rows, i, "region"));
            copy(place->zone, sizeof(place->zone), pg_row_text(rows, i, "zone"));
            place->tonight = pg_row_night(rows, i, "tonight");
        }
    }
    ((store_places_fn)reading->done)(reading->data, reading->result,
                                     reading->rows == NULL ? NULL : found, (size_t)count);
}

void store_places_find(struct store *store, enum store_role role,
                       const struct store_place_ask *asks, size_t count, store_places_fn done,
                       void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_place_find);
    struct pg_params *params = store_call_params(call);
    const char *texts[5][PLACES_MAX];
    double spots[2][PLACES_MAX];

    NB_ASSERT(count <= PLACES_MAX);
    for (size_t i = 0; i < count; i++) {
        texts[0][i] = kinds[asks[i].kind];
        texts[1][i] = asks[i].country;
        texts[2][i] = asks[i].region;
        texts[3][i] = asks[i].city;
        texts[4][i] = asks[i].postal_code;
        spots[0][i] = asks[i].latitude;
        spots[1][i] = asks[i].longitude;
    }
    for (size_t column = 0; column < 5; column++) {
        pg_params_text_array(params, texts[column], count);
    }
    pg_params_degrees_array(params, spots[0], count);
    pg_params_degrees_array(params, spots[1], count);
    store_call_read(call, read_places, (store_any_fn)done, data);
}
