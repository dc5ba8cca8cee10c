/*
 * How many units a place has on which night, said by those entitled to.
 */
#ifndef NB_STORE_CAPACITY_H
#define NB_STORE_CAPACITY_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/store/operation.h"
#include "core/store/page.h"

#include <stddef.h>

struct store_unit {
    struct unit_type_id unit; /* internal: for its lock, never shown */
    struct public_id id;
    const char *name;
    const char *place_name;
    struct public_id provider;
    const char *rooms_or_beds;
    bool active;
    bool reported; /* last_reported_at is there */
    struct nb_instant last_reported_at;
    struct night tonight;
    const char *nights; /* JSON text of a list {night, capacity, held, occupied, free} */
};

struct store_report {
    struct public_id id;
    struct public_id unit;
    const char *source;
    struct night from_night;
    struct night to_night;
    int64_t capacity;
    struct nb_instant reported_at;
};

/* Which units, and which nights of them; one and provider may be NULL: all. */
struct store_unit_filter {
    struct user_id actor; /* only units on which this user may report */
    const struct public_id *one;
    const struct public_id *provider;
    struct night from_night;
    struct night to_night; /* included */
};

/* What is said. */
struct store_new_report {
    struct unit_type_id unit; /* for its lock */
    struct public_id unit_public;
    struct night from_night;
    struct night to_night; /* included */
    int64_t capacity;
    const char *source;
};

/* NULL and 0 unless the outcome is STORE_OK. */
typedef void (*store_units_fn)(void *data, const struct store_result *result,
                               const struct store_unit *units, size_t count);
/* NULL when there is none that the user may see. */
typedef void (*store_report_fn)(void *data, const struct store_result *result,
                                const struct store_report *report);

/* role: STORE_STAFF or STORE_PROVIDER, here and below. */
void store_capacity_units(struct store *store, enum store_role role,
                          const struct store_unit_filter *filter, const struct store_page *page,
                          store_units_fn done, void *data);
void store_capacity_report(struct store *store, enum store_role role, struct user_id actor,
                           struct public_id report, store_report_fn done, void *data);
/* nb.capacity_record: set, not_found, below_promised or invalid; the resource is the report. */
void store_capacity_record(struct store *store, enum store_role role,
                           const struct store_operation *operation,
                           const struct store_new_report *report, store_write_fn done, void *data);

#endif
