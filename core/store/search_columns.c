#include "core/store/search_columns.h"

const struct search_column_name search_unit_columns[] = {
    {UNIT_TYPE, "unit_type_id"},
    {PROVIDER, "provider_id"},
    {UNIT_NAME, "unit_name"},
    {AGE, "age_s"},
    {FREE, "free"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_place_columns[] = {
    {PLACE_NAME, "place_name"}, {FACTS, "facts"}, {LATITUDE, "latitude"},
    {LONGITUDE, "longitude"},   {ZONE, "zone"},   {CHECK_IN, "check_in"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_shelter_columns[] = {
    {SPEAKS, "speaks"},
    {POPULATIONS, "populations"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_hotel_columns[] = {
    {PROPERTY, "property_id"}, {DO_NOT_PLACE, "do_not_place"}, {COUNTRY, "country"},
    {REGION, "region"},        {STRIKES, "strikes"},           {CANCEL_BY, "cancel_by_s"},
    {RATES, "rates"},          {RATES_AT, "rates_at"},         {COLUMN_COUNT, NULL},
};

const struct search_column_name search_partner_columns[] = {
    {CURRENCY, "currency"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_points_columns[] = {
    {PROGRAM_CODE, "program_code"},
    {PROPERTY_CODE, "property_code"},
    {BRAND_CODE, "brand_code"},
    {COLUMN_COUNT, NULL},
};

void search_columns_forget(struct pg_column columns[COLUMN_COUNT])
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        columns[i].number = -1;
    }
}

void search_columns_find(const struct pg_rows *rows, const struct search_column_name *names,
                         struct pg_column columns[COLUMN_COUNT])
{
    for (; names->name != NULL; names++) {
        columns[names->column] = pg_column_of(rows, names->name);
    }
}
