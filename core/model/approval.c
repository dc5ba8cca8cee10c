#include "core/model/approval.h"

#include "core/base/mem.h"

static const struct model_approval_row default_rows[] = {
    {1, MODEL_ROLE_SPECIALIST, MODEL_CONDITION_NONE},
    {3, MODEL_ROLE_SPECIALIST, MODEL_CONDITION_COORDINATOR_CLAIMED},
    {5, MODEL_ROLE_SUPERVISOR, MODEL_CONDITION_NONE},
    {7, MODEL_ROLE_SUPERVISOR, MODEL_CONDITION_REASON},
    {10, MODEL_ROLE_DIRECTOR, MODEL_CONDITION_DECISION},
};

const struct model_approval_row *model_approval_default(size_t *ret_count)
{
    *ret_count = NB_COUNT(default_rows);
    return default_rows;
}

const struct model_approval_row *model_approval_needed(const struct model_approval_row *rows,
                                                       size_t count, uint32_t total_nights)
{
    const struct model_approval_row *needed = NULL;

    for (size_t i = 0; i < count && total_nights > rows[i].night; i++) {
        needed = &rows[i];
    }
    return needed;
}

static bool row_allows(const struct model_approval_row *row, enum model_role role, bool met)
{
    return role >= row->role && (row->condition == MODEL_CONDITION_NONE || met);
}

bool model_approval_allows(const struct model_approval_row *rows, size_t count,
                           uint32_t total_nights, enum model_role role, bool met)
{
    const struct model_approval_row *row = model_approval_needed(rows, count, total_nights);

    return role != MODEL_ROLE_NONE && (row == NULL || row_allows(row, role, met));
}
