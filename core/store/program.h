/*
 * Loyalty programs and the rules that hold today.
 */
#ifndef NB_STORE_PROGRAM_H
#define NB_STORE_PROGRAM_H

#include "core/store/store.h"

#include <stddef.h>
#include <stdint.h>

struct store_program {
    const char *code;
    const char *name;
    const char *product;     /* "stay" or "travel" */
    const char *spend_order; /* "expiring_first" or "oldest_first" */
    int64_t rule_version;
    const char *rules; /* JSON text of a list; sql/queries/program/list.sql has its members */
};

/* programs is NULL and count 0 unless the outcome is STORE_OK. */
typedef void (*store_programs_fn)(void *data, const struct store_result *result,
                                  const struct store_program *programs, size_t count);

void store_program_list(struct store *store, enum store_role role, store_programs_fn done,
                        void *data);

#endif
