#include "core/scheduler/placement.h"

#include "core/base/mem.h"

#include <jansson.h>
#include <string.h>

static const char *const role_words[] = {
    [MODEL_ROLE_SPECIALIST] = "specialist",
    [MODEL_ROLE_COORDINATOR] = "coordinator",
    [MODEL_ROLE_SUPERVISOR] = "supervisor",
    [MODEL_ROLE_DIRECTOR] = "director",
};

static const char *const condition_words[] = {
    [MODEL_CONDITION_NONE] = "none",
    [MODEL_CONDITION_COORDINATOR_CLAIMED] = "coordinator_claimed",
    [MODEL_CONDITION_REASON] = "reason",
    [MODEL_CONDITION_DECISION] = "decision",
};

const char *placement_role_word(enum model_role role)
{
    return role_words[role];
}

enum model_role placement_role_parse(const char *word)
{
    for (size_t i = MODEL_ROLE_SPECIALIST; i < NB_COUNT(role_words); i++) {
        if (word != NULL && strcmp(role_words[i], word) == 0) {
            return (enum model_role)i;
        }
    }
    return MODEL_ROLE_NONE;
}

static bool condition_parse(const char *word, enum model_condition *ret_condition)
{
    for (size_t i = 0; i < NB_COUNT(condition_words); i++) {
        if (word != NULL && strcmp(condition_words[i], word) == 0) {
            *ret_condition = (enum model_condition)i;
            return true;
        }
    }
    return false;
}

static bool row_parse(const json_t *json, struct model_approval_row *ret_row)
{
    json_int_t night = json_integer_value(json_object_get(json, "night"));
    const json_t *condition = json_object_get(json, "condition");

    ret_row->night = (uint16_t)night;
    ret_row->role = placement_role_parse(json_string_value(json_object_get(json, "role")));
    ret_row->condition = MODEL_CONDITION_NONE;
    return night > 0 && night <= UINT16_MAX && ret_row->role != MODEL_ROLE_NONE &&
           (condition == NULL || json_is_null(condition) ||
            condition_parse(json_string_value(condition), &ret_row->condition));
}

static bool rows_parse(const json_t *json, struct model_approval_row *rows, size_t *ret_count)
{
    size_t count = json_array_size(json);

    if (!json_is_array(json) || count > PLACEMENT_ROWS_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!row_parse(json_array_get(json, i), &rows[i]) ||
            (i > 0 && rows[i].night <= rows[i - 1].night)) {
            return false;
        }
    }
    *ret_count = count;
    return true;
}

bool placement_rows(const char *json, struct model_approval_row ret_rows[PLACEMENT_ROWS_MAX],
                    size_t *ret_count, struct nb_err *err)
{
    if (json == NULL) {
        size_t count = 0;
        const struct model_approval_row *rows = model_approval_default(&count);

        NB_ASSERT(count <= PLACEMENT_ROWS_MAX);
        memcpy(ret_rows, rows, count * sizeof(*rows));
        *ret_count = count;
        return true;
    }
    json_t *tree = json_loads(json, 0, NULL);
    bool fits = rows_parse(tree, ret_rows, ret_count);
    json_decref(tree);
    return fits || nb_err_set(err, NB_ERR_INVALID, "approval_rows",
                              "The approval rows of a request are {night, role, condition} in "
                              "rising order of night.");
}

/* A coordinator who asks has the search in hand by asking. */
static bool met(enum model_condition condition, const struct placement_ask *ask)
{
    switch (condition) {
    case MODEL_CONDITION_NONE:
        return true;
    case MODEL_CONDITION_COORDINATOR_CLAIMED:
        return ask->coordinator || ask->role >= MODEL_ROLE_COORDINATOR;
    case MODEL_CONDITION_REASON:
    case MODEL_CONDITION_DECISION:
        return ask->reason;
    }
    NB_ASSERT(false);
}

static bool may(const struct model_approval_row *rows, size_t count,
                const struct placement_ask *ask)
{
    const struct model_approval_row *row = model_approval_needed(rows, count, ask->nights);

    return model_approval_allows(rows, count, ask->nights, ask->role,
                                 row != NULL && met(row->condition, ask));
}

static uint32_t most_nights(const struct model_approval_row *rows, size_t count,
                            struct placement_ask ask)
{
    for (size_t i = 0; i < count; i++) {
        ask.nights = rows[i].night + 1u;
        if (!may(rows, count, &ask)) {
            return rows[i].night;
        }
    }
    return UINT32_MAX;
}

static enum model_role lowest_role(const struct model_approval_row *rows, size_t count,
                                   struct placement_ask ask)
{
    enum model_role lowest = MODEL_ROLE_NONE;

    ask.reason = true;
    for (ask.role = MODEL_ROLE_DIRECTOR; ask.role > MODEL_ROLE_NONE; ask.role--) {
        if (may(rows, count, &ask)) {
            lowest = ask.role;
        }
    }
    return lowest;
}

struct placement_limit placement_limit(const struct model_approval_row *rows, size_t count,
                                       const struct placement_ask *ask)
{
    const struct model_approval_row *row = model_approval_needed(rows, count, ask->nights);

    return (struct placement_limit){
        .allowed = may(rows, count, ask),
        .reason_needed = row != NULL && (row->condition == MODEL_CONDITION_REASON ||
                                         row->condition == MODEL_CONDITION_DECISION),
        .most = most_nights(rows, count, *ask),
        .who = lowest_role(rows, count, *ask),
    };
}
