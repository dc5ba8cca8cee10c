#include "core/store/search_columns.h"

const struct search_column_name search_unit_columns[] = {
    {UNIT_TYPE, "unit_type_id"},
    {PROVIDER, "provider_id"},
    {UNIT_NAME, "unit_name"},
    {HOUSEHOLD, "household"},
    {GENDER_RULE, "gender_rule"},
    {MIN_AGE, "min_age"},
    {MAX_AGE, "max_age"},
    {MAX_PARTY, "max_party"},
    {ROOMS_OR_BEDS, "rooms_or_beds"},
    {TEEN_SONS, "teen_sons"},
    {ACCESSIBLE, "accessible"},
    {PETS, "pets"},
    {SERVICE_ANIMALS, "service_animals"},
    {FREE, "free"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_place_columns[] = {
    {PLACE_NAME, "place_name"},
    {VETTED, "vetted"},
    {LATITUDE, "latitude"},
    {LONGITUDE, "longitude"},
    {ZONE, "zone"},
    {CHECK_IN, "check_in"},
    {AGE, "age_s"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_shelter_columns[] = {
    {TIER, "tier"},
    {BACKGROUND_CHECK, "background_check"},
    {SPEAKS, "speaks"},
    {YOUTH_ROUTE, "youth_route"},
    {POPULATIONS, "populations"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_hotel_columns[] = {
    {PROPERTY, "property_id"},
    {DO_NOT_PLACE, "do_not_place"},
    {COUNTRY, "country"},
    {REGION, "region"},
    {ACCEPTED_ID, "accepted_id"},
    {TAKES_NO_ID, "takes_no_id"},
    {CARD_RULE, "card_rule"},
    {MIN_CHECK_IN_AGE, "min_check_in_age"},
    {GUEST_CAP, "guest_cap"},
    {OPEN_24H, "open_24h"},
    {ALIAS_ALLOWED, "alias_allowed"},
    {VERIFIED_DAYS, "verified_days"},
    {STRIKES, "strikes"},
    {HAS_POLICY, "has_policy"},
    {HAS_TRAINING, "has_training"},
    {HAS_REPORTING, "has_reporting"},
    {HAS_SOURCING, "has_sourcing"},
    {CANCEL_BY, "cancel_by_s"},
    {PRICES, "prices"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_partner_columns[] = {
    {CURRENCY, "currency"},
    {COLUMN_COUNT, NULL},
};

const struct search_column_name search_points_columns[] = {
    {PROGRAM_CODE, "program_code"}, {PROPERTY_CODE, "program_property_code"},
    {BRAND_CODE, "brand_code"},     {ROOM_MAX_OCCUPANCY, "room_max_occupancy"},
    {DESK_PETS, "takes_pets"},      {DESK_ACCESSIBLE, "desk_accessible"},
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
