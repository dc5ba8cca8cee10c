/*
 * Inside core/store: the columns of the statements that read places, by name, looked up once an
 * answer. Nobody but search_places.c includes it.
 */
#ifndef NB_STORE_SEARCH_COLUMNS_H
#define NB_STORE_SEARCH_COLUMNS_H

#include "core/pg/rows.h"

/* Every column of the three statements; a statement fills those that it has. */
enum search_column {
    UNIT_TYPE,
    PROPERTY,
    PROVIDER,
    PLACE_NAME,
    UNIT_NAME,
    FACTS,
    DO_NOT_PLACE,
    LATITUDE,
    LONGITUDE,
    ZONE,
    COUNTRY,
    REGION,
    CHECK_IN,
    SPEAKS,
    POPULATIONS,
    AGE,
    FREE,
    STRIKES,
    CANCEL_BY,
    RATES,
    RATES_AT,
    CURRENCY,
    PROGRAM_CODE,
    PROPERTY_CODE,
    BRAND_CODE,
    COLUMN_COUNT
};

/* Lists end with a NULL name. */
struct search_column_name {
    enum search_column column;
    const char *name;
};

extern const struct search_column_name search_unit_columns[];
extern const struct search_column_name search_place_columns[];
extern const struct search_column_name search_shelter_columns[];
extern const struct search_column_name search_hotel_columns[];
extern const struct search_column_name search_partner_columns[];
extern const struct search_column_name search_points_columns[];

/* A column that a statement does not have is nobody's: reading it is a bug that shows at once. */
void search_columns_forget(struct pg_column columns[COLUMN_COUNT]);
void search_columns_find(const struct pg_rows *rows, const struct search_column_name *names,
                         struct pg_column columns[COLUMN_COUNT]);

#endif
