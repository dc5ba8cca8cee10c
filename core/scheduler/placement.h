/*
 * Who may book how long, before anything is held: the approval rows that were frozen on the
 * request, against the right under which somebody asks. Pure. The database judges again inside the
 * booking's own transaction.
 */
#ifndef NB_SCHEDULER_PLACEMENT_H
#define NB_SCHEDULER_PLACEMENT_H

#include "core/base/err.h"
#include "core/model/approval.h"

#include <stddef.h>
#include <stdint.h>

#define PLACEMENT_ROWS_MAX 16

struct placement_limit {
    bool allowed;
    uint32_t most;       /* nights in all that this role may book as things are */
    enum model_role who; /* the lowest role that may; NONE: nobody without the condition */
    enum model_condition condition; /* of the row that governs so many nights */
};

/* Rows as the request keeps them: a JSON array of {night, role, condition}, in rising order of
 * night. NULL gives the default rows. NB_ERR_INVALID for anything else. */
bool placement_rows(const char *json, struct model_approval_row ret_rows[PLACEMENT_ROWS_MAX],
                    size_t *ret_count, struct nb_err *err) NB_MUST_CHECK;

/* coordinator: one owns the request's search already. */
struct placement_limit placement_limit(const struct model_approval_row *rows, size_t count,
                                       uint32_t nights, enum model_role role, bool coordinator);

/* "specialist"; NULL for NONE. */
const char *placement_role_word(enum model_role role);
/* MODEL_ROLE_NONE for a word that names no placing role. */
enum model_role placement_role_parse(const char *word);

#endif
