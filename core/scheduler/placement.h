/*
 * Who may book how long, before anything is held: the approval rows that were frozen on the
 * request, against the right under which somebody asks. Pure. Nothing can lengthen the stay between
 * this and the booking: a request that is changed makes the options of its searches stale.
 */
#ifndef NB_SCHEDULER_PLACEMENT_H
#define NB_SCHEDULER_PLACEMENT_H

#include "core/base/err.h"
#include "core/model/approval.h"

#include <stddef.h>
#include <stdint.h>

#define PLACEMENT_ROWS_MAX 16

struct placement_ask {
    uint32_t nights; /* of the whole stay */
    enum model_role role;
    bool coordinator; /* one owns the request's search already */
    bool reason; /* a coded reason comes with it, which is kept: a director's is the decision */
};

struct placement_limit {
    bool allowed;
    bool reason_needed;  /* of a stay so long, by whoever books it */
    uint32_t most;       /* nights in all that this role may book as things are */
    enum model_role who; /* the lowest role that may, with a reason where one is needed */
};

/* Rows as the request keeps them: a JSON array of {night, role, condition}, in rising order of
 * night. NULL gives the default rows. NB_ERR_INVALID for anything else. */
bool placement_rows(const char *json, struct model_approval_row ret_rows[PLACEMENT_ROWS_MAX],
                    size_t *ret_count, struct nb_err *err) NB_MUST_CHECK;

struct placement_limit placement_limit(const struct model_approval_row *rows, size_t count,
                                       const struct placement_ask *ask);

/* "specialist"; NULL for NONE. */
const char *placement_role_word(enum model_role role);
/* MODEL_ROLE_NONE for a word that names no placing role. */
enum model_role placement_role_parse(const char *word);

#endif
