#include "core/store/optional.h"

const struct nb_instant *store_instant_or_null(const struct store_reading *reading, int row,
                                               const char *column)
{
    if (pg_row_is_null(reading->rows, row, column)) {
        return NULL;
    }
    struct nb_instant *at = nb_arena_alloc(reading->arena, sizeof(*at));
    NB_ASSERT(at != NULL);
    *at = pg_row_instant(reading->rows, row, column);
    return at;
}

const struct public_id *store_id_or_null(const struct store_reading *reading, int row,
                                         const char *column)
{
    if (pg_row_is_null(reading->rows, row, column)) {
        return NULL;
    }
    struct public_id *id = nb_arena_alloc(reading->arena, sizeof(*id));
    NB_ASSERT(id != NULL);
    *id = pg_row_public_id(reading->rows, row, column);
    return id;
}

struct store_bytes store_reading_bytes(const struct store_reading *reading, int row,
                                       const char *column)
{
    struct store_bytes bytes = {0};

    bytes.bytes = pg_row_bytes(reading->rows, row, column, reading->arena, &bytes.count);
    NB_ASSERT(bytes.bytes != NULL || bytes.count == 0);
    return bytes;
}
