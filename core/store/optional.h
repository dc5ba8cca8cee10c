/*
 * Inside core/store: values of a row that may be absent. NULL stands for SQL NULL; what is given
 * lives in the reading's arena.
 */
#ifndef NB_STORE_OPTIONAL_H
#define NB_STORE_OPTIONAL_H

#include "core/store/call.h"
#include "core/store/reveal.h"

const struct nb_instant *store_instant_or_null(const struct store_reading *reading, int row,
                                               const char *column);
const struct public_id *store_id_or_null(const struct store_reading *reading, int row,
                                         const char *column);

struct store_bytes store_reading_bytes(const struct store_reading *reading, int row,
                                       const char *column);

#endif
