/*
 * Who may let a stay go on: rows {night, role, condition}, data that is frozen with the request
 * (the setting approval_rows). A day is a night here.
 */
#ifndef NB_MODEL_APPROVAL_H
#define NB_MODEL_APPROVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In rising order: a higher role may what a lower one may. */
enum model_role {
    MODEL_ROLE_NONE = 0,
    MODEL_ROLE_SPECIALIST,
    MODEL_ROLE_COORDINATOR,
    MODEL_ROLE_SUPERVISOR,
    MODEL_ROLE_DIRECTOR,
};

/* What must be on record besides the role. */
enum model_condition {
    MODEL_CONDITION_NONE = 0,
    MODEL_CONDITION_COORDINATOR_CLAIMED, /* a placement coordinator owns the search */
    MODEL_CONDITION_REASON,
    MODEL_CONDITION_DECISION, /* a decision on record */
};

/* Going beyond `night` nights needs role and condition. Rows in rising order of night. */
struct model_approval_row {
    uint16_t night;
    enum model_role role;
    enum model_condition condition;
};

/* The default rows; static storage. */
const struct model_approval_row *model_approval_default(size_t *ret_count);

/* The row that governs a stay of so many nights in all: the last that it goes beyond. NULL when it
 * goes beyond none. */
const struct model_approval_row *model_approval_needed(const struct model_approval_row *rows,
                                                       size_t count, uint32_t total_nights);
/* met: the condition of the governing row is on record. */
bool model_approval_allows(const struct model_approval_row *rows, size_t count,
                           uint32_t total_nights, enum model_role role, bool met);
#endif
